import Autograd
import Language
import Library
import Presentation

@testable import Lessons

extension EvaluationContext {
  /// The library of the language; `explain` and `graph`, which belong to the session, say nothing here.
  static var test: EvaluationContext {
    let explain = Builtin(
      "explain", "Shows how a value came about.",
      parameters: [
        Parameter("x", .any, "what"),
        Parameter("digits", .integer, default: .integer(4), "decimals shown"),
      ]
    ) { _ in .none }
    let graph = Builtin(
      "graph", "Draws how a value came about.", parameters: [Parameter("x", .any, "what")]
    ) { _ in .none }
    do {
      return EvaluationContext(try Library.environment(adding: [explain, graph]))
    } catch { preconditionFailure("\(error)") }
  }
}
