import Autograd
import Language
import Library
import Presentation

@testable import Lessons

extension EvaluationContext {
  /// The library of the language; `explain`, which belongs to the session, says nothing here.
  static var test: EvaluationContext {
    let explain = Builtin(
      "explain", "Shows how a value came about.",
      parameters: [
        Parameter("x", .any, "what"),
        Parameter("digits", .integer, default: .integer(4), "decimals shown"),
      ]
    ) { _ in .none }
    do {
      return EvaluationContext(try Library.environment(adding: [explain]))
    } catch { preconditionFailure("\(error)") }
  }
}
