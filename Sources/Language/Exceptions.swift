import Autograd
import Presentation

// Python's errors: a tree of classes, and which of them each mistake that is noticed here is.

extension ClassObject {
  nonisolated(unsafe) package static let baseException = ClassObject(
    "BaseException", base: .object,
    natives: [
      "__init__": Builtin(
        "BaseException.__init__", "Keeps what the error says.",
        parameters: [
          Parameter("self", .any, "the error"),
          Parameter("values", .any, default: Attribute.none, variadic: true, "what it says"),
        ]
      ) { call in
        guard case .object(let object) = call[0], let error = object as? Instance else {
          return .none
        }
        error.attributes.set(
          "args", to: Value.tuple(call.isGiven(1) ? call.variadic(1) : []).held)
        return .none
      }
    ])
  nonisolated(unsafe) package static let exception = ClassObject("Exception", base: baseException)

  /// All errors, each behind the one it is built on.
  nonisolated(unsafe) package static let errors: [ClassObject] = {
    var made = ["BaseException": baseException, "Exception": exception]
    var all = [baseException, exception]
    for (name, base) in [
      ("ArithmeticError", "Exception"), ("ZeroDivisionError", "ArithmeticError"),
      ("OverflowError", "ArithmeticError"), ("FloatingPointError", "ArithmeticError"),
      ("AssertionError", "Exception"), ("AttributeError", "Exception"),
      ("EOFError", "Exception"), ("ImportError", "Exception"),
      ("ModuleNotFoundError", "ImportError"), ("LookupError", "Exception"),
      ("IndexError", "LookupError"), ("KeyError", "LookupError"), ("MemoryError", "Exception"),
      ("NameError", "Exception"), ("UnboundLocalError", "NameError"), ("OSError", "Exception"),
      ("FileNotFoundError", "OSError"), ("PermissionError", "OSError"),
      ("FileExistsError", "OSError"), ("RuntimeError", "Exception"),
      ("NotImplementedError", "RuntimeError"), ("RecursionError", "RuntimeError"),
      ("StopIteration", "Exception"), ("SyntaxError", "Exception"), ("TypeError", "Exception"),
      ("ValueError", "Exception"), ("Warning", "Exception"), ("UserWarning", "Warning"),
      ("DeprecationWarning", "Warning"), ("RuntimeWarning", "Warning"),
      ("SystemExit", "BaseException"), ("KeyboardInterrupt", "BaseException"),
    ] {
      let error = ClassObject(name, base: made[base])
      made[name] = error
      all.append(error)
    }
    return all
  }()

  nonisolated(unsafe) private static let errorsByName = Dictionary(
    errors.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })

  static func error(_ name: String) -> ClassObject { errorsByName[name] ?? exception }
}

extension Diagnostic {
  /// What Python calls the mistake; PyTorch and NumPy may call it differently, so there may be two.
  /// Nil for what no program may catch: limits, Ctrl-C, mistakes of the program that runs it.
  var errorNames: [String]? { Self.names[code] ?? Self.uncatchable[code] ?? ["RuntimeError"] }

  private static let uncatchable: [String: [String]?] = [
    "interrupted": nil, "step-limit": nil, "memory-limit": nil, "time-limit": nil,
    "output-limit": nil, "internal": nil,
  ]

  private static let names: [String: [String]] = [
    "unknown-name": ["NameError"], "unassigned-local": ["UnboundLocalError"],
    "unknown-attribute": ["AttributeError"], "not-assignable": ["TypeError", "AttributeError"],
    "not-callable": ["TypeError"], "wrong-kind": ["TypeError"],
    "wrong-operands": ["TypeError"], "missing-argument": ["TypeError"],
    "too-many-arguments": ["TypeError"], "unknown-argument": ["TypeError"],
    "repeated-argument": ["TypeError"], "not-iterable": ["TypeError"],
    "not-indexable": ["TypeError"], "not-a-number": ["TypeError"], "unhashable": ["TypeError"],
    "cannot-delete": ["TypeError"], "not-a-class": ["TypeError"], "super-outside": ["RuntimeError"],
    "bad-index": ["IndexError"], "key-error": ["KeyError"],
    "zero-division": ["ZeroDivisionError"], "assertion": ["AssertionError"],
    "deep-recursion": ["RecursionError"], "unpacking": ["ValueError"],
    "bad-argument": ["ValueError"], "not-found": ["ValueError"], "bad-format": ["ValueError"],
    "shape-mismatch": ["ValueError", "RuntimeError"], "bad-shape": ["ValueError", "RuntimeError"],
    "bad-size": ["ValueError", "RuntimeError"], "ambiguous-truth": ["ValueError", "RuntimeError"],
    "import": ["ModuleNotFoundError"], "unknown-module": ["ModuleNotFoundError"],
    "not-in-module": ["ImportError"], "changed-in-loop": ["RuntimeError"],
    "missing-file": ["FileNotFoundError"], "not-here": ["NotImplementedError"],
  ]
}

extension Evaluator {
  /// The error object of what went wrong; nil for what no program may catch.
  func errorObject(for diagnostic: Diagnostic) -> Instance? {
    if diagnostic.code == "raised", let raised = raisedError { return raised }
    guard let name = diagnostic.errorNames?.first else { return nil }
    let error = Instance(.error(name))
    error.attributes.set("args", to: .tuple([argument(of: diagnostic)]))
    error.diagnostic = diagnostic
    return error
  }

  /// What the error object says: in Python's words where programs are likely to print them.
  private func argument(of diagnostic: Diagnostic) -> Value {
    switch diagnostic.code {
    case "key-error": missingKey ?? .string(diagnostic.headline)
    case "bad-index" where diagnostic.headline.contains("out of range"):
      .string("list index out of range")
    case "unknown-name":
      .string("name " + diagnostic.headline.dropFirst("unknown name ".count) + " is not defined")
    default: .string(diagnostic.headline)
    }
  }

  /// Whether a diagnostic is an error of a class, by the name of the class.
  func isError(_ diagnostic: Diagnostic, _ name: String) -> Bool {
    if diagnostic.code == "raised", let raised = raisedError {
      return raised.type.isKind(of: .error(name))
    }
    return diagnostic.errorNames?.contains { ClassObject.error($0).isKind(of: .error(name)) }
      == true
  }

  // MARK: - raise

  func raise(_ expression: Expression?, _ cause: Expression?, at span: Span) throws -> Diagnostic {
    guard let expression else {
      guard let last = handledErrors.last else { return fail(.nothingToRaise(at: span)) }
      raisedError = last.error
      return last.diagnostic
    }
    let value = try evaluate(expression)
    if let cause { _ = try evaluate(cause) }
    guard let error = try errorInstance(value, Site(self, expression.span)) else {
      return fail(.notAnError(value, at: expression.span))
    }
    raisedError = error
    if let known = error.diagnostic { return known }
    let message = error.errorText(isShort: false, Site(self, span))
    return fail(.raised(error.type.name, message, at: span))
  }

  private func errorInstance(_ value: Value, _ site: Site) throws -> Instance? {
    guard case .object(let object) = value else { return nil }
    if let type = object as? ClassObject, type.isKind(of: .baseException),
      case .object(let made) = try makeInstance(of: type, Arguments(), site)
    {
      return made as? Instance
    }
    guard let error = object as? Instance, error.type.isKind(of: .baseException) else { return nil }
    return error
  }

  // MARK: - try

  func run(_ attempt: Attempt) throws -> Flow {
    guard !attempt.finally.isEmpty else { return try runGuarded(attempt) }
    let flow: Flow
    do { flow = try runGuarded(attempt) } catch {
      let raised = raisedError
      let last = try execute(attempt.finally)
      guard case .next = last else { return last }
      raisedError = raised
      throw error
    }
    let last = try execute(attempt.finally)
    if case .next = last { return flow }
    return last
  }

  private func runGuarded(_ attempt: Attempt) throws -> Flow {
    let flow: Flow
    do { flow = try execute(attempt.body) } catch {
      let diagnostic = worded(error, at: Span(0, 0), [])
      guard let object = errorObject(for: diagnostic) else { throw error }
      for handler in attempt.handlers where try handler.takes(diagnostic, object, self) {
        return try handle(handler, object, diagnostic)
      }
      if diagnostic.code == "raised" { raisedError = object }
      throw error
    }
    guard case .next = flow, !attempt.otherwise.isEmpty else { return flow }
    return try execute(attempt.otherwise)
  }

  private func handle(
    _ handler: Attempt.Handler, _ error: Instance, _ diagnostic: Diagnostic
  ) throws -> Flow {
    handledErrors.append((error, diagnostic))
    defer { handledErrors.removeLast() }
    guard let target = handler.target else { return try execute(handler.body) }
    try assign(.object(error), to: target, from: nil)
    defer { forget(target) }
    return try execute(handler.body)
  }

  /// As in Python the name of an error is gone after its block.
  func forget(_ target: Target) {
    guard case .name(let name) = target.form else { return }
    switch name.place {
    case .global, .library: environment.remove(name.symbol)
    case .local(let slot): frame[slot] = nil
    case .enclosing: break
    }
  }
}

extension Attempt.Handler {
  /// Whether the handler is for an error.
  func takes(
    _ diagnostic: Diagnostic, _ error: Instance, _ evaluator: Evaluator
  ) throws -> Bool {
    guard let kinds else { return true }
    var waiting = [try evaluator.evaluate(kinds)]
    while let kind = waiting.popLast() {
      switch kind.resolved {
      case .tuple(let items): waiting += items
      case .object(let object as ClassObject):
        if error.type.isKind(of: object) { return true }
        guard diagnostic.code != "raised" else { continue }
        let names = diagnostic.errorNames ?? []
        if names.contains(where: { ClassObject.error($0).isKind(of: object) }) { return true }
      default: throw evaluator.fail(.notAnError(kind, at: kinds.span))
      }
    }
    return false
  }
}

extension Instance {
  /// What an error says: its argument, or all of them.
  func errorText(isShort: Bool, _ site: Site) -> String {
    var items: [Value] = []
    if case .tuple(let arguments)? = attributes["args"] { items = arguments.map(\.resolved) }
    let evaluator = site.evaluator
    if isShort { return "\(type.name)(\(evaluator.listed(items)))" }
    if type.find("__str__") != nil, let own = try? text(isShort: false, site) { return own }
    guard items.count == 1 else {
      return items.isEmpty ? "" : evaluator.text(of: .tuple(items))
    }
    // Python shows the key as it stands in a program.
    return type.isKind(of: .error("KeyError"))
      ? evaluator.inner(items[0]) : evaluator.text(of: items[0])
  }
}

extension Diagnostic {
  static func raised(_ name: String, _ message: String, at span: Span) -> Diagnostic {
    Diagnostic(
      "raised", message.isEmpty ? name : "\(name): \(message)", primary: Label(span))
  }

  static func nothingToRaise(at span: Span) -> Diagnostic {
    Diagnostic(
      "nothing-to-raise", "'raise' alone stands in the block of an 'except'", primary: Label(span),
      helps: ["write raise ValueError(\"message\")"])
  }

  static func notAnError(_ value: Value, at span: Span) -> Diagnostic {
    Diagnostic(
      "wrong-kind", "an error is expected here, not \(value.kindText)", primary: Label(span),
      helps: ["write ValueError, or a class built on Exception"])
  }
}
