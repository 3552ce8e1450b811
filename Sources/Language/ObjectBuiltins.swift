import Autograd
import Presentation
import Tensors

// Python's questions about values and their types, and what makes attributes and methods.

extension Builtin {
  private static let thing = Parameter("x", .any, "any value")

  package static let objects: [Builtin] = [
    Builtin(
      "isinstance", "Tells whether a value is of a type, or of one of several.",
      examples: ["isinstance(3, int)  # True", "isinstance(\"a\", (int, str))  # True"],
      parameters: [thing, Parameter("type", .any, "a type, a class or a tuple of them")]
    ) { call in .truth(try call.evaluator.isInstance(call[0], of: call[1], call.site)) },
    Builtin(
      "issubclass", "Tells whether a class is another one or built on it.",
      examples: ["issubclass(KeyError, Exception)  # True"],
      parameters: [
        Parameter("type", .any, "a class"), Parameter("base", .any, "a class, or a tuple of them"),
      ]
    ) { call in
      guard case .object(let object) = call[0], let type = object as? ClassObject else {
        throw call.fail(0, "wrong-kind", "\(call[0].kindText) is no class")
      }
      return .truth(call.classes(1).contains(where: type.isKind))
    },
    Builtin(
      "type", "Gives the type of a value.", examples: ["type(3) == int  # True"],
      parameters: [thing]
    ) { call in call.evaluator.typeValue(of: call[0]) },
    Builtin(
      "callable", "Tells whether a value can be called.", examples: ["callable(len)  # True"],
      parameters: [thing]
    ) { call in .truth(call[0].isCallable) },
    Builtin(
      "id", "Gives a number that tells things apart.", examples: ["id(None) == id(None)  # True"],
      parameters: [thing]
    ) { call in .integer(call[0].identity) },
    Builtin(
      "hash", "Gives a number that equal keys share.",
      examples: ["hash(\"a\") == hash(\"a\")  # True"],
      parameters: [thing]
    ) { call in
      .integer(try call.site.key(call[0]).hashValue & 0xF_FFFF_FFFF)
    },
    Builtin(
      "hasattr", "Tells whether an object has an attribute.",
      examples: ["hasattr([1, 2], \"shape\")  # True"],
      parameters: [thing, Parameter("name", .string, "the name after the dot")]
    ) { call in .truth(try call.attribute() != nil) },
    Builtin(
      "getattr", "Gives an attribute by its name.", examples: ["getattr([1, 2], \"ndim\")  # 1"],
      parameters: [
        thing, Parameter("name", .string, "the name after the dot"),
        Parameter("default", .any, default: Attribute.none, "what stands in for a missing one"),
      ]
    ) { call in
      if let found = try call.attribute() { return found }
      if call.isGiven(2) { return call[2] }
      return try call.evaluator.attribute(
        Symbol(call.string(1)), of: call[0], call.span, at: call.span)
    },
    Builtin(
      "setattr", "Stores to an attribute by its name.",
      examples: ["setattr(Linear(1, 1), \"bias\", [0])"],
      parameters: [
        thing, Parameter("name", .string, "the name after the dot"),
        Parameter("value", .any, "the new value"),
      ]
    ) { call in
      let name = Symbol(try call.string(1))
      guard case .object(let object) = call[0] else {
        throw call.fail(0, "not-assignable", "\(call[0].kindText) has no attributes to assign")
      }
      let value = call.evaluator.quantity(call[2], call.span)
      let isStored =
        try object.dynamic?.store(value, to: name, call.site)
        ?? object.setAttribute(name, to: value.resolved)
      if !isStored {
        throw call.fail(1, "not-assignable", "'\(name.name)' of \(call[0].kindText) is fixed")
      }
      return .none
    },
    Builtin(
      "vars", "Gives the attributes of an object as a dictionary.",
      examples: ["len(vars(Exception(\"a\")))  # 1"], parameters: [thing]
    ) { call in
      guard case .object(let object) = call[0], let instance = object as? Instance else {
        throw call.fail(0, "wrong-kind", "\(call[0].kindText) has no attributes of its own")
      }
      return .object(instance.attributes.mapping)
    },
    Builtin(
      "repr", "Writes a value as it stands in a program.", examples: ["len(repr(\"a\"))  # 3"],
      parameters: [thing]
    ) { call in .string(try call.evaluator.printed(call[0], isShort: true)) },
    Builtin(
      "iter", "Hands the elements of a value out one by one.",
      examples: ["it = iter([5, 6]); next(it)  # 5"], parameters: [thing], takesOneByOne: true
    ) { call in
      if case .object(let object) = call[0], object is any ElementSource { return call[0] }
      if case .object(let object) = call[0], let instance = object as? Instance,
        let made = try instance.special("__iter__", [], call.site)
      {
        return made
      }
      return .object(ElementIterator(try call.items(0)))
    },
    Builtin(
      "next", "Takes the next element of an iterator.",
      examples: ["it = iter([5, 6]); next(it)  # 5"],
      parameters: [
        Parameter("iterator", .any, "what iter(x) gave"),
        Parameter("default", .any, default: Attribute.none, "given when there is no more"),
      ], takesOneByOne: true
    ) { call in try call.nextElement() },
    Builtin(
      "super", "Gives the object as one of the class that its class is built on.",
      notes: "Stands in a method: `super().__init__()`.",
      examples: ["hasattr(super, \"__name__\")  # True"],
      parameters: [
        Parameter("type", .any, default: Attribute.none, "a class, as in older programs"),
        Parameter("self", .any, default: Attribute.none, "the object"),
      ]
    ) { call in
      guard case .object(let object) = call[0], let type = object as? ClassObject else {
        return try call.evaluator.parent(at: call.span)
      }
      return .object(Parent(call[1], beyond: type))
    },
    Builtin(
      "property", "Makes an attribute that is computed, as the decorator @property.",
      examples: ["type(property(len)).__name__  # \"property\""],
      parameters: [
        Parameter("getter", .function, "what computes it"),
        Parameter("setter", .any, default: Attribute.none, "what an assignment calls"),
      ]
    ) { call in .object(Property(call[0], setter: call.isNone(1) ? nil : call[1])) },
    Builtin(
      "staticmethod", "Makes a method that is given no object, as a decorator.",
      examples: ["staticmethod(len)([1, 2])  # 2"],
      parameters: [Parameter("function", .function, "a function")]
    ) { call in .object(StaticMethod(call[0])) },
    Builtin(
      "classmethod", "Makes a method that is given the class, as a decorator.",
      examples: ["type(classmethod(len)).__name__  # \"classmethod\""],
      parameters: [Parameter("function", .function, "a function")]
    ) { call in .object(ClassMethod(call[0])) },
    Builtin(
      "no_grad", aliases: ["inference_mode"],
      "Computes without recording histories, in `with no_grad():` or as a decorator.",
      examples: ["type(no_grad()).__name__  # \"no_grad\""]
    ) { _ in .object(RecordingContext(isPaused: true)) },
    Builtin(
      "enable_grad", "Records histories again within `with no_grad():`.",
      examples: ["type(enable_grad()).__name__  # \"enable_grad\""]
    ) { _ in .object(RecordingContext(isPaused: false)) },
    Builtin(
      "set_grad_enabled", "Records histories from now on, or within `with`, or does not.",
      examples: ["type(set_grad_enabled(True)).__name__  # \"enable_grad\""],
      parameters: [Parameter("mode", .bool, "whether to record")]
    ) { call in
      let before = Recording.isPaused
      Recording.isPaused = try !call.bool(0)
      return .object(RecordingContext(isPaused: Recording.isPaused, before: before))
    },
    Builtin(
      "is_grad_enabled", "Tells whether histories are recorded.",
      examples: ["is_grad_enabled()  # True"]
    ) { _ in .truth(!Recording.isPaused) },
  ]

  /// Characters and the ways to write whole numbers.
  package static let numerals: [Builtin] = [
    Builtin(
      "ord", "Gives the number of a character.", examples: ["ord(\"a\")  # 97"],
      parameters: [Parameter("character", .string, "one character")]
    ) { call in
      let scalars = Array(try call.string(0).unicodeScalars)
      guard scalars.count == 1 else {
        throw call.fail(0, "wrong-kind", "\(scalars.count) characters are not one")
      }
      return .integer(Int(scalars[0].value))
    },
    Builtin(
      "chr", "Gives the character of a number.", examples: ["chr(97)  # \"a\""],
      parameters: [Parameter("number", .integer, "from 0 to 1114111")]
    ) { call in
      guard let value = UInt32(exactly: try call.integer(0)), let scalar = Unicode.Scalar(value)
      else { throw call.fail(0, "bad-argument", "there is no such character") }
      return .string(String(Character(scalar)))
    },
    numeral("bin", "0b", 2, "bin(10)  # \"0b1010\""),
    numeral("oct", "0o", 8, "oct(10)  # \"0o12\""),
    numeral("hex", "0x", 16, "hex(10)  # \"0xa\""),
    Builtin(
      "format", "Writes a value by a format specification.",
      examples: ["format(2.5, \".2f\")  # \"2.50\""],
      parameters: [
        thing,
        Parameter("specification", .string, default: .string(""), "as behind : in f\"{x:.2f}\""),
      ]
    ) { call in
      let format = try call.string(1)
      if format.isEmpty { return .string(try call.evaluator.printed(call[0])) }
      guard let text = call.evaluator.text(of: call[0], format: format) else {
        throw call.evaluator.fail(.badFormat(format, call[0], at: call.span))
      }
      return .string(text)
    },
  ]

  private static func numeral(_ name: String, _ prefix: String, _ radix: Int, _ example: Example)
    -> Builtin
  {
    Builtin(
      name, "Writes a whole number with the base \(radix).",
      examples: [example],
      parameters: [Parameter("number", .any, "a whole number")]
    ) { call in
      guard let whole = call[0].whole else {
        throw call.fail(0, "wrong-kind", "\(call[0].kindText) is no whole number")
      }
      return .string((whole < 0 ? "-" : "") + prefix + String(whole.magnitude, radix: radix))
    }
  }

  static let bitLength = Builtin(
    "int.bit_length", "Counts the binary digits of an integer.",
    parameters: [Parameter("x", .any, "an integer")]
  ) { call in .integer(call[0].whole.map { $0.magnitude.bitWidth } ?? 0) }

  /// Whether it is what Python calls a type, so that values can be asked whether they are of it.
  package var isType: Bool { Self.types.contains(name) }

  private static let types: Set = [
    "int", "float", "str", "bool", "list", "tuple", "dict", "set", "frozenset", "range", "type",
    "slice", "property", "super",
  ]
}

extension Call {
  package var site: Site { Site(evaluator, span) }

  /// The attribute that the second argument names; nil if the first has none.
  fileprivate func attribute() throws -> Value? {
    let name = Symbol(try string(1))
    do { return try evaluator.attribute(name, of: self[0], span, at: span) } catch let error
      as Diagnostic where evaluator.isError(error, "AttributeError")
    {
      return nil
    }
  }

  fileprivate func classes(_ position: Int) -> [ClassObject] {
    var items = [self[position]]
    if case .tuple(let several) = self[position] { items = several.map(\.resolved) }
    return items.compactMap {
      if case .object(let object) = $0 { object as? ClassObject } else { nil }
    }
  }

  fileprivate func nextElement() throws -> Value {
    guard case .object(let object) = self[0] else {
      throw fail(
        0, "wrong-kind", "\(self[0].kindText) is no iterator", helps: ["it = iter(x); next(it)"])
    }
    if let instance = object as? Instance, instance.type.find("__next__") != nil {
      do { return try instance.special("__next__", [], site) ?? .none } catch let error
        as Diagnostic where isGiven(1) && evaluator.isError(error, "StopIteration")
      {
        return self[1]
      }
    }
    if let source = object as? any ElementSource {
      let found = try source.next(site)
      if found == nil, isGiven(1) { return self[1] }
      return try element(of: found)
    }
    throw fail(0, "wrong-kind", "\(self[0].kindText) is no iterator")
  }

  /// An element, or Python's error where there is none.
  func element(of found: Value?) throws -> Value {
    if let found { return found }
    let error = Instance(.error("StopIteration"))
    evaluator.raisedError = error
    throw evaluator.fail(.raised("StopIteration", "there is no further element", at: span))
  }
}

extension Value {
  fileprivate var isCallable: Bool {
    switch self {
    case .function, .builtin, .method: true
    case .object(let object): object.dynamic?.isCallable ?? (object.callable != nil)
    case .thing: resolved.isCallable
    case .none, .tensor, .string, .list, .tuple, .range: false
    }
  }

  fileprivate var identity: Int {
    let object: AnyObject? =
      switch self {
      case .tensor(let variable): variable
      case .list(let list): list
      case .range(let range): range
      case .function(let function): function
      case .builtin(let builtin): builtin
      case .object(let object): object
      case .thing(let thing): thing
      case .none, .string, .tuple, .method: nil
      }
    return object.map { ObjectIdentifier($0).hashValue & 0xFFFF_FFFF_FFFF } ?? key?.hashValue ?? 0
  }
}

// MARK: - Types

extension ClassObject {
  /// Types that no function of the language makes.
  nonisolated(unsafe) package static let tensor = ClassObject("Tensor")
  nonisolated(unsafe) static let noneType = ClassObject("NoneType")
  nonisolated(unsafe) static let function = ClassObject("function")
}

extension Evaluator {
  /// What `type(x)` gives.
  func typeValue(of value: Value) -> Value {
    let name: String
    switch value {
    case .none: return .object(ClassObject.noneType)
    case .tensor(let variable):
      if variable.shape.rank > 0, !variable.isList { return .object(ClassObject.tensor) }
      name =
        variable.shape.rank > 0
        ? "list"
        : variable.value.dtype == .bool ? "bool" : variable.value.dtype == .int64 ? "int" : "float"
    case .string: name = "str"
    case .list: name = "list"
    case .tuple: name = "tuple"
    case .range: name = "range"
    case .function, .builtin, .method: return .object(ClassObject.function)
    case .thing: return typeValue(of: value.resolved)
    case .object(let object):
      if let instance = object as? Instance { return .object(instance.type) }
      name = object.kindName
    }
    return environment.builtin(Symbol(name)).map { .builtin($0) } ?? .object(ClassObject(name))
  }

  func isInstance(_ value: Value, of type: Value, _ site: Site) throws -> Bool {
    switch type.resolved {
    case .tuple(let types):
      return try types.contains { try isInstance(value, of: $0, site) }
    case .builtin(let builtin): return value.isOf(builtin)
    case .object(let object as ClassObject):
      if object === ClassObject.object { return true }
      if object === ClassObject.tensor {
        guard case .tensor(let variable) = value else { return false }
        return !variable.shape.isScalar || !variable.isLiteral
      }
      if case .object(let instance as Instance) = value { return instance.type.isKind(of: object) }
      if case .object(let inner) = typeValue(of: value) { return inner === object }
      return value.kindName == object.name
    default:
      throw site.fail("wrong-kind", "\(type.kindText) is no type", help: "isinstance(x, int)")
    }
  }
}

extension LanguageObject {
  /// The name of its type: that of the function that makes it.
  var kindName: String { dynamic?.typeName ?? String(summary.prefix { $0 != "(" }) }
}

extension Value {
  fileprivate var kindName: String? {
    if case .object(let object) = self { object.kindName } else { nil }
  }

  /// Whether it is of the type that a builtin makes.
  fileprivate func isOf(_ type: Builtin) -> Bool {
    switch (type.name, self) {
    case ("int", .tensor(let variable)):
      return variable.isPlainNumber && !variable.value.dtype.isReal
    case ("float", .tensor(let variable)):
      return variable.isPlainNumber && variable.value.dtype.isReal
    case ("bool", .tensor(let variable)):
      return variable.isPlainNumber && variable.value.dtype == .bool
    // A bracket of numbers is a list to who wrote it.
    case ("list", .tensor(let variable)): return !variable.shape.isScalar && variable.isLeaf
    case ("numpy.ndarray", .tensor(let variable)), ("torch.Tensor", .tensor(let variable)):
      return !variable.shape.isScalar || variable.isArray
    case ("tensor", .tensor), ("list", .list), ("tuple", .tuple), ("str", .string),
      ("range", .range):
      return true
    case (_, .object(let object)):
      let name = String(type.name.split(separator: ".").last ?? "")
      return ([name] + type.aliases).contains(object.kindName)
        || (type.name == "type" && object is ClassObject)
    default: return false
    }
  }
}
