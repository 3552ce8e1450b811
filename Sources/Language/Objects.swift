import Autograd
import Presentation

// Objects whose attributes, elements, calls and operators are code of their own: dictionaries, sets,
// classes and their instances, integers of any size. The evaluator asks them before it looks itself.

/// Where in a program an object is asked for something, and who asks.
package struct Site {
  package let evaluator: Evaluator
  package let span: Span

  package init(_ evaluator: Evaluator, _ span: Span) {
    self.evaluator = evaluator
    self.span = span
  }

  /// An error at this place.
  package func fail(
    _ code: String, _ headline: String, notes: [String] = [], help: String? = nil
  ) -> Diagnostic {
    evaluator.fail(
      Diagnostic(
        code, headline, primary: .init(span), notes: notes, helps: help.map { [$0] } ?? []))
  }

  package func call(_ function: Value, _ arguments: [Value]) throws -> Value {
    try evaluator.call(function, arguments, at: span)
  }
}

/// Nil or false means that the object has no such thing.
package protocol DynamicObject: LanguageObject {
  /// What `type(x).__name__` gives.
  var typeName: String { get }
  var isCallable: Bool { get }
  func attribute(_ name: Symbol, _ site: Site) throws -> Value?
  func store(_ value: Value, to name: Symbol, _ site: Site) throws -> Bool
  func call(_ arguments: Arguments, _ site: Site) throws -> Value?
  func truth(_ site: Site) throws -> Bool
  func length(_ site: Site) throws -> Int?
  func item(_ key: Value, _ site: Site) throws -> Value?
  func setItem(_ key: Value, to value: Value, _ site: Site) throws -> Bool
  func removeItem(_ key: Value, _ site: Site) throws -> Bool
  /// Hands out the elements until the body returns false.
  func iterate(_ site: Site, _ body: (Value) throws -> Bool) throws -> Bool
  func contains(_ value: Value, _ site: Site) throws -> Bool?
  /// The result beside another value, which stands left of it where the operation is reversed.
  func operate(
    _ sign: Operator, _ other: Value, isReversed: Bool, _ site: Site
  ) throws -> Value?
  func operate(_ sign: Operator, _ site: Site) throws -> Value?
  func equals(_ other: Value, _ site: Site) throws -> Bool?
  /// As `print` writes it; `isShort` as it stands inside a list.
  func text(isShort: Bool, _ site: Site) throws -> String
}

extension DynamicObject {
  package var dynamic: (any DynamicObject)? { self }
  package func attribute(_ name: Symbol) -> Value? { nil }

  package var isCallable: Bool { false }
  package func attribute(_ name: Symbol, _ site: Site) throws -> Value? { attribute(name) }
  package func store(_ value: Value, to name: Symbol, _ site: Site) throws -> Bool { false }
  package func call(_ arguments: Arguments, _ site: Site) throws -> Value? { nil }
  package func truth(_ site: Site) throws -> Bool { try length(site) != 0 }
  package func length(_ site: Site) throws -> Int? { nil }
  package func item(_ key: Value, _ site: Site) throws -> Value? { nil }
  package func setItem(_ key: Value, to value: Value, _ site: Site) throws -> Bool { false }
  package func removeItem(_ key: Value, _ site: Site) throws -> Bool { false }
  package func iterate(_ site: Site, _ body: (Value) throws -> Bool) throws -> Bool { false }
  package func contains(_ value: Value, _ site: Site) throws -> Bool? { nil }
  package func operate(
    _ sign: Operator, _ other: Value, isReversed: Bool, _ site: Site
  ) throws -> Value? { nil }
  package func operate(_ sign: Operator, _ site: Site) throws -> Value? { nil }
  package func equals(_ other: Value, _ site: Site) throws -> Bool? { nil }
  package func text(isShort: Bool, _ site: Site) throws -> String { summary }

  /// A method of a kind of object, found by name among builtins called like `dict.keys`.
  func method(_ name: Symbol, in methods: [Symbol: Builtin]) -> Value? {
    methods[name].map { .method(BoundMethod(.object(self), $0)) }
  }
}

extension Builtin {
  /// The methods of a kind by the names that stand behind the dot.
  static func methods(_ builtins: [Builtin]) -> [Symbol: Builtin] {
    Dictionary(
      builtins.map { (Symbol(String($0.name.drop { $0 != "." }.dropFirst())), $0) },
      uniquingKeysWith: { first, _ in first })
  }
}

/// `start:stop:step` as a value: what `__getitem__` is given for a slice.
final class SliceObject: LanguageObject {
  let start, stop, step: Value

  init(_ start: Value, _ stop: Value, _ step: Value) {
    self.start = start
    self.stop = stop
    self.step = step
  }

  var summary: String { "slice" }
  var attributeNames: [String] { ["start", "stop", "step"] }
  func attribute(_ name: Symbol) -> Value? {
    switch name.name {
    case "start": start
    case "stop": stop
    case "step": step
    default: nil
    }
  }
}

extension SliceObject {
  /// As an index of a tensor.
  func item(_ site: Site) throws -> IndexItem {
    let bounds = try [start, stop, step].map { value -> Int? in
      if case .none = value { return nil }
      guard let whole = value.integer else {
        throw site.fail("bad-index", "a slice has whole numbers, not \(value.kindText)")
      }
      return whole
    }
    return .slice(start: bounds[0], stop: bounds[1], step: bounds[2] ?? 1)
  }
}

extension Evaluator {
  /// What stands between the brackets after an object: a key, a slice, or several of them.
  func key(_ subscripts: [EvaluatedSubscript], at span: Span) throws -> Value {
    let keys = subscripts.map { part -> Value in
      switch part {
      case .value(let value, _): return value
      case .slice(let start, let stop, let step, _):
        func bound(_ place: Int?) -> Value { place.map { .integer($0) } ?? Value.none }
        return .object(SliceObject(bound(start), bound(stop), bound(step)))
      case .ellipsis: return .string("...")
      }
    }
    return keys.count == 1 ? keys[0] : .tuple(keys)
  }

  /// The elements written between brackets, those behind a star one by one.
  func elements(_ items: [Expression]) throws -> [Value] {
    var values: [Value] = []
    values.reserveCapacity(items.count)
    for item in items {
      if case .starred(let inner) = item.form {
        values += try self.items(of: try evaluate(inner), at: inner.span)
      } else {
        values.append(try evaluate(item))
      }
    }
    return values
  }

  /// The attribute of an object of its own kind.
  func attribute(_ name: Symbol, of object: any DynamicObject, at span: Span) throws -> Value {
    if let found = try object.attribute(name, Site(self, span)) { return found.resolved }
    if name.name == "__class__" { return typeValue(of: .object(object)) }
    throw fail(
      .unknownAttribute(name.name, of: .object(object), known: object.attributeNames, at: span))
  }

  /// `f.__name__`, and the type of every value.
  func nameAttribute(_ name: Symbol, of value: Value) -> Value? {
    switch (name.name, value) {
    case ("__name__", .function(let function)): .string(function.name)
    case ("__name__", .builtin(let builtin)): .string(builtin.name)
    // `str.upper`, `dict.fromkeys`: a method without its object.
    case (_, .builtin(let builtin)) where builtin.isType:
      environment.builtin(Symbol("\(builtin.name).\(name.name)")).map { .builtin($0) }
    // `np.add.at`: what NumPy's functions of two numbers have, given the function first.
    case (_, .builtin(let builtin)) where builtin.directInputs == 2:
      environment.builtin(Symbol("ufunc.\(name.name)")).map { .method(BoundMethod(value, $0)) }
    case ("__doc__", .function(let function)):
      function.definition.summary.map { .string($0) } ?? Value.none
    case ("__class__", _): typeValue(of: value)
    default: nil
    }
  }

  /// Stores to an attribute of an object of its own kind. A tensor becomes a quantity under the name
  /// it is stored by, and a step of training (`self.w -= …`) a fresh leaf.
  func store(
    _ value: Value, to name: Symbol, of object: any DynamicObject, _ target: Target,
    from origin: Expression?
  ) throws {
    var stored = value
    if case .tensor(let variable) = value, let origin {
      var result = variable
      let isStep = result.carriesGradient && (target.refersToItself || target.isRead(in: origin))
      if !result.isLeaf, isStep || name.holdsNoHistory {
        result = Variable(result.value, places: result.places)
      }
      stored = .tensor(try named(result, target, origin))
    }
    guard try object.store(held(stored), to: name, Site(self, target.span)) else {
      throw fail(.attributeNotAssignable(name.name, of: .object(object), at: target.span))
    }
  }

  /// A literal that is put away becomes a quantity of its own.
  func quantity(_ value: Value, _ span: Span) -> Value { value.held }

  /// The text of an object; one whose `__repr__` fails leaves its error to be thrown by `print`. What
  /// it holds is written in the same way.
  func text(of object: any LanguageObject, isShort: Bool, by writer: ValueText) -> String {
    guard let dynamic = object.dynamic else {
      return (context.bracketsMakeLists ? object.pythonText : nil) ?? object.summary
    }
    let outer = self.writer
    self.writer = writer
    defer { self.writer = outer }
    do { return try dynamic.text(isShort: isShort, Site(self, Span(0, 0))) } catch {
      textError = textError ?? error
      return object.summary
    }
  }

  /// A value as it stands in the text of another, by whoever writes that.
  func inner(_ value: Value) -> String {
    (writer ?? ValueText(numbers: numberFormat, evaluator: self)).inner(value)
  }

  func listed(_ items: [Value]) -> String {
    (writer ?? ValueText(numbers: numberFormat, evaluator: self)).listed(items)
  }

  /// The text of a value, where an error of its `__repr__` counts.
  package func printed(_ value: Value, isShort: Bool = false) throws -> String {
    let writer = ValueText(numbers: numberFormat, evaluator: self)
    return try checked { isShort ? writer.inner(value) : writer.text(value) }
  }

  func checked(_ text: () -> String) throws -> String {
    let outer = textError
    textError = nil
    defer { textError = outer }
    let result = text()
    if let error = textError { throw error }
    return result
  }
}

extension Symbol {
  /// As in PyTorch what is stored as `x.data` or `x.grad` is numbers alone. Programs that work gradients
  /// out by themselves keep them there, and stay small in memory.
  var holdsNoHistory: Bool { self == .data || self == .grad }
}

extension Target {
  /// Whether an expression reads the very attribute that is stored to.
  func isRead(in expression: Expression) -> Bool {
    guard case .attribute(let base, let name) = form, case .name(let owner) = base.form else {
      return false
    }
    if case .attribute(let inner, name, at: _) = expression.form,
      case .name(let other) = inner.form,
      other.symbol == owner.symbol
    {
      return true
    }
    return expression.form.children.contains { isRead(in: $0) }
  }
}
