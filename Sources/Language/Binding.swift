import Autograd
import Presentation
import Tensors

// Arguments meet parameters: by position, by keyword, by default.

/// The evaluated arguments of a call, in the order written.
package struct Arguments {
  package var values: [Value] = []
  /// The syntax of each; a method's receiver comes first.
  package var sources: [Argument] = []
}

extension Arguments {
  /// Takes the arguments out whose names are no parameters.
  fileprivate func split(
    for builtin: Builtin, into names: inout [(name: String, value: Value)],
    _ written: inout [Argument]
  ) -> Arguments {
    var rest = Arguments()
    for (value, source) in zip(values, sources) {
      if let keyword = source.keyword, builtin.position(of: keyword) == nil {
        names.append((keyword.name, value))
        written.append(source)
      } else {
        rest.values.append(value)
        rest.sources.append(source)
      }
    }
    return rest
  }
}

extension Evaluator {
  /// Calls a builtin.
  package func apply(_ builtin: Builtin, _ arguments: Arguments, at span: Span) throws -> Value {
    if let value = try applyToObjects(builtin, arguments, at: span) { return value }
    var names: [(name: String, value: Value)] = []
    var written: [Argument] = []
    let given =
      builtin.takesNames ? arguments.split(for: builtin, into: &names, &written) : arguments
    let (values, sources) = try bind(joined(given, for: builtin), to: builtin, at: span)
    if builtin.hasTellingParameters { tellOfIdle(builtin, values, sources) }
    do {
      switch builtin.body {
      case .function(let body):
        let result = try body(
          Call(
            evaluator: self, builtin: builtin, values: values, sources: sources, span: span,
            names: names, namedSources: written))
        // What a kernel has left unfinished is not handed out.
        try Poll.check()
        if let limit = meter.limits.output, output.characters > limit {
          throw Diagnostic.outputLimit(limit, at: span)
        }
        return result
      case .operation(let operation):
        return try run(operation, builtin, values, sources, at: span)
      }
    } catch {
      throw worded(
        error, at: span,
        zip(values, sources).compactMap { value, source in
          source.map { ($0.value, value) }
        })
    }
  }

  /// Says that an argument which a program may count on does nothing here.
  private func tellOfIdle(_ builtin: Builtin, _ values: [Value], _ sources: [Argument?]) {
    for (index, parameter) in builtin.parameters.enumerated() where parameter.idleness == .matters {
      guard let source = sources[index],
        !values[index].isSame(as: parameter.standard?.value ?? .none),
        values[index].integer.map({ parameter.standard != .integer($0) }) ?? true
      else { continue }
      tell(
        once: "idle-argument", at: source.span,
        "'\(parameter.name)' of \(builtin.name) does nothing here", helps: ["?\(builtin.name)"])
    }
  }

  /// The arguments with several numbers made one vector, for operations that ask for it.
  private func joined(_ arguments: Arguments, for builtin: Builtin) throws -> Arguments {
    guard case .operation(let operation) = builtin.body, operation.joinsNumbers,
      arguments.values.count > 1, arguments.sources.allSatisfy({ $0.keyword == nil })
    else { return arguments }
    for value in arguments.values {
      guard case .tensor(let number) = value, number.shape.isScalar else { return arguments }
    }
    guard let vector = try environment.structure.stacked(arguments.values) else { return arguments }
    let (first, last) = (arguments.sources[0], arguments.sources[arguments.sources.count - 1])
    return Arguments(
      values: [.tensor(vector)],
      sources: [Argument(value: first.value, span: first.span.union(last.span))])
  }

  private func run(
    _ operation: Operation, _ builtin: Builtin, _ values: [Value], _ sources: [Argument?],
    at span: Span
  ) throws -> Value {
    var inputs: [Variable] = []
    var attributes: [(name: String, value: Attribute)] = []
    for (position, parameter) in builtin.parameters.enumerated() {
      let value = values[position]
      switch parameter.kind {
      case .tensor:
        // A bias that is left out.
        if case .none = value, parameter.standard == Attribute.none { continue }
        guard let input = try value.asTensor(environment.structure) else {
          throw fail(
            .wrongKind(parameter, of: builtin, found: value, at: sources[position]?.span ?? span))
        }
        inputs.append(input)
      case .tensors:
        guard let parts = try tensors(value) else {
          throw fail(
            .wrongKind(parameter, of: builtin, found: value, at: sources[position]?.span ?? span))
        }
        inputs += parts
      case .integer, .real, .bool, .string, .choice, .axes, .integers, .any, .function:
        guard let attribute = try attribute(value, for: parameter) else {
          throw fail(
            .wrongKind(parameter, of: builtin, found: value, at: sources[position]?.span ?? span))
        }
        if attribute != .none { attributes.append((parameter.name, attribute)) }
      }
    }
    guard operation.secondResult != nil else {
      return .tensor(try operation(inputs, Attributes(attributes)))
    }
    let results = try operation.results(inputs, Attributes(attributes))
    return results.count == 1 ? .tensor(results[0]) : .tuple(results.map { .tensor($0) })
  }

  /// Values in the order of the parameters, with defaults filled in.
  private func bind(
    _ arguments: Arguments, to builtin: Builtin, at span: Span
  ) throws -> ([Value], [Argument?]) {
    let parameters = builtin.parameters
    var values = [Value?](repeating: nil, count: parameters.count)
    var sources = [Argument?](repeating: nil, count: parameters.count)
    var position = 0
    var rest: [Value] = []
    for (value, source) in zip(arguments.values, arguments.sources) {
      if let keyword = source.keyword {
        guard let index = builtin.position(of: keyword) else {
          throw fail(.unknownKeyword(keyword.name, of: builtin, at: source.span))
        }
        if sources[index] != nil {
          throw fail(.argumentTwice(keyword.name, builtin.signature, at: source.span))
        }
        values[index] = value
        sources[index] = source
      } else if position < parameters.count, parameters[position].isVariadic {
        rest.append(value)
        sources[position] = sources[position] ?? source
      } else {
        guard position < parameters.count, !parameters[position].keywordOnly else {
          throw fail(
            .tooManyArguments(arguments.values.count, for: builtin.signature, at: source.span))
        }
        values[position] = value
        sources[position] = source
        position += 1
      }
    }
    if position < parameters.count, parameters[position].isVariadic, values[position] == nil {
      // One tuple or list stands for its elements: reshape(x, (2, 3)).
      values[position] = variadicValue(rest, parameters[position])
    }
    let bound = try parameters.indices.map { index in
      try checked(values[index], builtin, index, sources[index], at: span)
    }
    return (bound, sources)
  }

  private func variadicValue(_ rest: [Value], _ parameter: Parameter) -> Value? {
    if rest.isEmpty, parameter.standard != nil { return nil }
    guard rest.count == 1, parameter.kind == .integers || parameter.kind == .tensors else {
      return .tuple(rest)
    }
    switch rest[0] {
    case .tuple, .list: return rest[0]
    case .tensor(let variable) where !variable.shape.isScalar: return rest[0]
    default: return .tuple(rest)
    }
  }

  /// The argument of one parameter: its kind is right, or its default stands in.
  private func checked(
    _ value: Value?, _ builtin: Builtin, _ index: Int, _ source: Argument?, at span: Span
  ) throws -> Value {
    let parameter = builtin.parameters[index]
    guard let value else {
      if let standard = parameter.standard { return standard.value }
      throw fail(.missingArgument(parameter.name, of: builtin.signature, at: span))
    }
    if case .none = value, parameter.standard == Attribute.none { return value }
    if parameter.isVariadic, parameter.kind != .integers { return value }
    if !accepts(value, parameter.kind) {
      throw fail(.wrongKind(parameter, of: builtin, found: value, at: source?.span ?? span))
    }
    return value
  }

  private func accepts(_ value: Value, _ kind: Parameter.Kind) -> Bool {
    switch kind {
    case .any: return true
    case .tensor:
      switch value {
      case .tensor, .list, .tuple, .range: return true
      case .object(let object): return object.number != nil
      default: return false
      }
    case .tensors:
      switch value {
      case .tensor, .list, .tuple: return true
      default: return false
      }
    case .integer: return value.integer != nil
    case .real: return value.real != nil
    case .bool:
      if case .tensor(let variable) = value {
        return variable.value.count == 1
      } else {
        return false
      }
    case .string: if case .string = value { return true } else { return false }
    case .choice(let words):
      if case .string(let word) = value { return words.contains(word) } else { return false }
    case .axes, .integers: return (try? integers(value)) != nil || isNone(value)
    case .function:
      switch value {
      case .function, .builtin, .method: return true
      case .object(let object): return object.callable != nil || object.dynamic?.isCallable == true
      default: return false
      }
    }
  }

  private func isNone(_ value: Value) -> Bool { if case .none = value { true } else { false } }

  /// What an operation is given for a parameter that is not a tensor; nil if the value does not fit.
  private func attribute(_ value: Value, for parameter: Parameter) throws -> Attribute? {
    if case .none = value { return Attribute.none }
    switch parameter.kind {
    case .integer: return value.integer.map { .integer($0) }
    case .real: return value.real.map { .real($0) }
    case .bool: return value.real.map { .bool($0 != 0) }
    case .string, .choice:
      if case .string(let text) = value { return .string(text) } else { return nil }
    case .axes, .integers:
      // One number is not a list of one: operations may repeat it for every axis.
      if let single = value.integer { return .integer(single) }
      return try integers(value).map { .integers($0) }
    case .any:
      if case .string(let text) = value { return .string(text) }
      if let single = value.integer { return .integer(single) }
      if let number = value.real { return .real(number) }
      return try integers(value).map { .integers($0) }
    case .function, .tensor, .tensors: return nil
    }
  }

  /// Whole numbers alone, in a tuple, a list, a range or a tensor of rank 1; nil for anything else.
  package func integers(_ value: Value) throws -> [Int]? {
    guard let tensor = try value.asTensor(environment.structure) else {
      if case .tuple(let items) = value, items.isEmpty { return [] }
      if case .list(let list) = value, list.items.isEmpty { return [] }
      return nil
    }
    guard tensor.shape.rank <= 1 else { return nil }
    var result: [Int] = []
    try Tensors.Memory.make(tensor.shape.count, of: 2 * MemoryLayout<Int>.stride)
    for element in Poll.each(tensor.value.elements) {
      guard let whole = Int(exactly: element) else { return nil }
      result.append(whole)
    }
    try Poll.check()
    return result
  }

  /// Tensors in a list or tuple; the rows of a tensor.
  package func tensors(_ value: Value) throws -> [Variable]? {
    let items: [Value]
    switch value {
    case .list(let list): items = list.items
    case .tuple(let all): items = all
    case .tensor(let variable):
      guard variable.shape.rank > 0 else { return nil }
      if let parts = variable.bracketed { return parts }
      return try (0..<variable.shape[0]).map { try row(variable, $0) }
    case .thing: return try tensors(value.resolved)
    case .none, .string, .range, .function, .builtin, .method, .object: return nil
    }
    var result: [Variable] = []
    for item in items {
      guard let part = try item.asTensor(environment.structure) else { return nil }
      result.append(part)
    }
    return result
  }
}
