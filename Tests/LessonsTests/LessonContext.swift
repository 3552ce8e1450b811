import Autograd
import Language
import Library
import Presentation

@testable import Lessons

extension EvaluationContext {
  /// The library of the language; `explain`, `graph` and `compare_gradients`, which belong to the
  /// session, say nothing here.
  static var test: EvaluationContext {
    let explain = Builtin(
      "explain", "Shows how a value came about.",
      parameters: [
        Parameter("x", .any, "what"),
        Parameter("digits", .integer, default: .integer(4), "decimals shown"),
      ]
    ) { call in
      call.evaluator.output.page([], about: .init("explain", ""))
      return .none
    }
    let graph = Builtin(
      "graph", "Draws how a value came about.", parameters: [Parameter("x", .any, "what")]
    ) { call in
      call.evaluator.output.page([], about: .init("graph", ""))
      return .none
    }
    let comparison = Builtin(
      "compare_gradients", "Shows a gradient three ways.",
      parameters: [Parameter("E", .any, "of what"), Parameter("w", .any, "by what")]
    ) { _ in .none }
    do {
      return EvaluationContext(try Library.environment(adding: [explain, graph, comparison]))
    } catch { preconditionFailure("\(error)") }
  }
}
