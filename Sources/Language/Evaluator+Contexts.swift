import Autograd
import Presentation
import Tensors

// `with manager as name:` and what can manage a block.

/// `no_grad()`: within its block, or within the function it stands above, nothing is recorded.
final class RecordingContext: DynamicObject {
  let isPaused: Bool
  /// What `set_grad_enabled` found: it acts at once, and a block with it puts this back.
  let before: Bool?

  init(isPaused: Bool, before: Bool? = nil) {
    self.isPaused = isPaused
    self.before = before
  }

  var summary: String { isPaused ? "no_grad()" : "enable_grad()" }
  var typeName: String { isPaused ? "no_grad" : "enable_grad" }
  var attributeNames: [String] { [] }
  var isCallable: Bool { true }
  func truth(_ site: Site) -> Bool { true }

  /// As a decorator: the same function without recording.
  func call(_ arguments: Arguments, _ site: Site) throws -> Value? {
    guard arguments.values.count == 1, case .function(let function) = arguments.values[0] else {
      throw site.fail(
        "wrong-kind", "\(summary) stands above a function or behind 'with'",
        help: "with no_grad():")
    }
    let made = Function(
      function.definition, source: function.source, defaults: function.defaults,
      enclosing: function.enclosing, home: function.home)
    made.isUnrecorded = isPaused
    return .function(made)
  }
}

extension Evaluator {
  func run(
    _ body: [Statement], managedBy expression: Expression, as target: Target?
  ) throws -> Flow {
    let manager = try evaluate(expression)
    if case .object(let object) = manager, let context = object as? RecordingContext {
      let outer = context.before ?? Recording.isPaused
      Recording.isPaused = context.isPaused
      defer { Recording.isPaused = outer }
      if let target { try assign(manager, to: target, from: nil) }
      return try execute(body)
    }
    guard case .object(let object) = manager, let instance = object as? Instance,
      let entered = try instance.special("__enter__", [], Site(self, expression.span))
    else { throw fail(.foreignWith(source[expression.span], at: expression.span)) }
    if let target { try assign(entered, to: target, from: nil) }
    return try run(body, leaving: instance, Site(self, expression.span))
  }

  private func run(
    _ body: [Statement], leaving manager: Instance, _ site: Site
  ) throws -> Flow {
    let flow: Flow
    do { flow = try execute(body) } catch {
      let diagnostic = worded(error, at: site.span, [])
      guard let object = errorObject(for: diagnostic) else { throw error }
      let raised = raisedError
      let isHandled =
        try manager.special(
          "__exit__", [.object(object.type), .object(object), .none], site) ?? Value.none
      if try truth(isHandled, at: site.span) { return .next }
      raisedError = raised
      throw error
    }
    _ = try manager.special("__exit__", [.none, .none, .none], site)
    return flow
  }
}

extension Diagnostic {
  static func foreignWith(_ text: String, at span: Span) -> Diagnostic {
    Diagnostic(
      "foreign-with", "'\(text.prefix(40))' cannot manage a block", primary: Label(span),
      helps: ["write with no_grad():, with rounding(2):, or a class with __enter__ and __exit__"])
  }
}
