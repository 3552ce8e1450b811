import Autograd
import Presentation
import Tensors

extension Evaluator {
  func call(_ callee: Expression, _ arguments: [Argument], at span: Span) throws -> Value {
    if case .attribute(let base, let name, at: let nameSpan) = callee.form {
      return try callMethod(name, of: base, arguments, at: span, nameSpan)
    }
    return try call(try evaluate(callee), arguments, at: span, of: callee)
  }

  private func call(
    _ function: Value, _ arguments: [Argument], at span: Span, of callee: Expression
  ) throws -> Value {
    if arguments.count == 1, case .comprehension(let comprehension) = arguments[0].value.form,
      comprehension.kind == .generator, case .builtin(let builtin) = function,
      !builtin.takesOneByOne
    {
      let all = try collectedRow(comprehension)
      return try apply(builtin, Arguments(values: [all], sources: arguments), at: span)
    }
    if arguments.count <= 2, case .builtin(let builtin) = function,
      case .operation(let operation) = builtin.body,
      let value = try callDirectly(operation, builtin, arguments, at: span, of: callee)
    {
      return value
    }
    return try apply(function, try evaluate(arguments), at: span, of: callee)
  }

  /// The short way for `sigmoid(x)` and the like: positional tensors alone.
  private func callDirectly(
    _ operation: Operation, _ builtin: Builtin, _ arguments: [Argument], at span: Span,
    of callee: Expression
  ) throws -> Value? {
    guard builtin.directInputs == arguments.count,
      arguments.allSatisfy({ $0.keyword == nil && !$0.isUnpacked })
    else { return nil }
    let attributes = builtin.standardAttributes
    let first = try evaluate(arguments[0].value)
    if let generic = builtin.generic, !first.isTensor || generic == .round {
      var rest = try evaluate(Array(arguments.dropFirst()))
      rest.values.insert(first, at: 0)
      rest.sources.insert(arguments[0], at: 0)
      return try apply(builtin, rest, at: span)
    }
    let input = try tensorArgument(first, arguments[0], builtin, 0)
    if builtin.generic == .sum, input.shape.rank > 1, context.bracketsMakeLists, !source.isLibrary,
      case .name = callee.form
    {
      // Python's own sum adds the rows of an array, as a loop over them would.
      return .tensor(try operation(input, .one("axis", .integer(0))))
    }
    if arguments.count == 1 {
      do {
        return .tensor(try operation(input, attributes))
      } catch {
        throw worded(error, at: span, [(arguments[0].value, .tensor(input))])
      }
    }
    guard arguments.count == 2 else { return nil }
    let second = try tensorArgument(try evaluate(arguments[1].value), arguments[1], builtin, 1)
    do {
      return .tensor(try operation(input, second, attributes))
    } catch {
      throw worded(
        error, at: span,
        [(arguments[0].value, .tensor(input)), (arguments[1].value, .tensor(second))])
    }
  }

  private func tensorArgument(
    _ value: Value, _ argument: Argument, _ builtin: Builtin, _ position: Int
  ) throws -> Variable {
    if case .tensor(let variable) = value { return variable }
    if let variable = try value.asTensor(environment.structure) { return variable }
    throw fail(
      .wrongKind(builtin.parameters[position], of: builtin, found: value, at: argument.span))
  }

  func evaluate(_ arguments: [Argument]) throws -> Arguments {
    var result = Arguments()
    result.values.reserveCapacity(arguments.count)
    for argument in arguments { result.values.append(try evaluate(argument.value)) }
    result.sources = arguments
    return arguments.contains { $0.isUnpacked || $0.isMapping } ? try unpacked(result) : result
  }

  /// `f(*pair)` is `f(pair[0], pair[1])`, `f(**options)` gives every entry by its name.
  private func unpacked(_ arguments: Arguments) throws -> Arguments {
    var result = Arguments()
    for (value, source) in zip(arguments.values, arguments.sources) {
      if source.isMapping {
        try unpackNames(value, source, into: &result)
        continue
      }
      let values = source.isUnpacked ? try items(of: value, at: source.span) : [value]
      result.values += values
      result.sources += Array(repeating: source, count: values.count)
    }
    return result
  }

  // MARK: - Methods

  private func callMethod(
    _ name: Symbol, of base: Expression, _ arguments: [Argument], at span: Span, _ nameSpan: Span
  ) throws -> Value {
    var receiver = try evaluate(base)
    if receiver.hasOwnMethods {
      let function = try attribute(name, of: receiver, base.span, at: nameSpan)
      return try call(function, arguments, at: span, of: base)
    }
    if case .builtin = receiver, let function = nameAttribute(name, of: receiver) {
      return try call(function, arguments, at: span, of: base)
    }
    var torch: Builtin?
    if case .tensor = receiver { torch = torchMethod(name, arguments, at: nameSpan) }
    guard let builtin = torch ?? environment.method(name, of: receiver), !builtin.parameters.isEmpty
    else {
      if case .tensor(let variable) = receiver,
        let changed = try changeByMethod(name, variable, arguments, base, at: span)
      {
        return changed
      }
      let value = try attribute(name, of: receiver, base.span, at: nameSpan)
      return try apply(value, try evaluate(arguments), at: span, of: base)
    }
    if builtin.changesReceiver, case .tensor(let variable) = receiver, variable.shape.rank > 0 {
      // `xs = [1, 2]; xs.append(3)`: a list of numbers is a tensor until it is used as a list.
      receiver = .list(try list(from: variable, Thing.of(variable.quantity)))
    }
    var all = try evaluate(arguments)
    all.values.insert(receiver, at: 0)
    all.sources.insert(Argument(value: base, span: base.span), at: 0)
    return try apply(builtin, all, at: span)
  }

  // MARK: - Anything that can be called

  func apply(
    _ function: Value, _ arguments: Arguments, at span: Span, of callee: Expression
  ) throws -> Value {
    switch function {
    case .builtin(let builtin): return try apply(builtin, arguments, at: span)
    case .function(let function): return try apply(function, arguments, at: span)
    case .method(let method):
      var all = arguments
      all.values.insert(method.receiver, at: 0)
      let receiver = Expression(.none, method.receiverSpan)
      all.sources.insert(Argument(value: receiver, span: method.receiverSpan), at: 0)
      return try apply(method.builtin, all, at: span)
    case .object(let object):
      if let dynamic = object.dynamic {
        if let value = try dynamic.call(arguments, Site(self, span)) { return value }
        throw fail(.notCallable(function, at: callee.span))
      }
      guard let builtin = object.callable else {
        throw fail(.notCallable(function, at: callee.span))
      }
      return try apply(builtin, arguments, at: span)
    case .thing: return try apply(function.resolved, arguments, at: span, of: callee)
    case .none, .tensor, .string, .list, .tuple, .range:
      throw fail(.notCallable(function, at: callee.span))
    }
  }

  /// Runs a function of the language in a frame of its own.
  func apply(_ function: Function, _ arguments: Arguments, at span: Span) throws -> Value {
    if let home = function.home, home !== environment.home, let other = home.environment {
      return try abroad(in: other) { try apply(function, arguments, at: span) }
    }
    try checkDepth(function.name, at: span)
    let scope = function.definition.scope
    let inner = Frame(count: scope.slotCount, enclosing: function.enclosing)
    try bind(arguments, to: function, in: inner, at: span)
    if interrupt.isSet { throw fail(.interrupted(at: span)) }
    if let excess = meter.step() { throw fail(.limitReached(excess, at: span)) }
    if scope.yields { return .object(Generator(function, inner)) }
    defer { inner.releaseClosures() }
    return try within(function, inner, at: span) {
      switch function.definition.body {
      case .expression(let body): return try evaluate(body)
      case .block(let statements):
        if case .returned(let value) = try execute(statements) { return value }
        return .none
      }
    }
  }

  /// Runs a part of a function in the function's own frame.
  @inline(__always)
  func within<Result>(
    _ function: Function, _ inner: Frame, at span: Span, _ body: () throws -> Result
  ) throws -> Result {
    let outer = (frame, source, roundingPlaces, running)
    let wasPaused = function.isUnrecorded && Recording.isPaused
    inner.caller = frame
    frame = inner
    running = function
    if function.isUnrecorded { Recording.isPaused = true }
    source = function.source
    // Slide arithmetic rounds the names written in its block, not those of functions called there.
    roundingPlaces = nil
    recursion += 1
    defer {
      recursion -= 1
      (frame, source, roundingPlaces, running) = outer
      if function.isUnrecorded { Recording.isPaused = wasPaused }
      inner.caller = nil
    }
    do { return try body() } catch let error as Diagnostic {
      throw traced(error, function, calledFrom: outer.1, at: span)
    }
  }

  /// Says from where the function was called, unless the error says so of another already.
  private func traced(
    _ error: Diagnostic, _ function: Function, calledFrom caller: SourceText, at span: Span
  ) -> Diagnostic {
    guard error.code != "interrupted", !error.notes.contains(where: { $0.hasPrefix("in '") }) else {
      return error
    }
    var result = error
    let line = caller.position(of: span.start).line
    result.notes.append("in '\(function.name)', called in line \(line)")
    return result
  }

  private func bind(
    _ arguments: Arguments, to function: Function, in frame: Frame, at span: Span
  ) throws {
    let parameters = function.definition.parameters
    guard function.definition.isPlain else {
      return try bindSorted(arguments, to: function, in: frame, at: span)
    }
    var position = 0
    for (value, source) in zip(arguments.values, arguments.sources) {
      if let keyword = source.keyword {
        guard let index = parameters.firstIndex(where: { $0.name == keyword }) else {
          throw fail(.unknownKeyword(keyword.name, of: function, at: source.span))
        }
        if frame[index] != nil {
          throw fail(.argumentTwice(keyword.name, function.signature, at: source.span))
        }
        frame[index] = value
      } else {
        guard position < parameters.count else {
          throw fail(
            .tooManyArguments(arguments.values.count, for: function.signature, at: source.span))
        }
        frame[position] = value
        position += 1
      }
    }
    for index in parameters.indices where frame[index] == nil {
      guard let fallback = function.defaults[index] else {
        throw fail(
          .missingArgument(parameters[index].name.name, of: function.signature, at: span))
      }
      frame[index] = fallback.resolved
    }
  }
}

extension Function {
  /// `f(x, rate=0.1)`
  package var signature: String {
    let parts = Printer().parameters(of: definition)
    return "\(name)(\(parts.joined(separator: ", ")))"
  }
}

extension Value {
  /// Whether what stands behind the dot is looked for in the value itself first: objects, types.
  fileprivate var hasOwnMethods: Bool {
    switch self {
    case .object: true
    case .builtin(let builtin): builtin.isType
    default: false
    }
  }
}
