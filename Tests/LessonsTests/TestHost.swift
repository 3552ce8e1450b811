import Autograd
import Language
import Library
import Presentation

@testable import Lessons

extension LessonHost {
  /// The library of the language; `explain`, which belongs to the session, says nothing here.
  static var test: LessonHost {
    let explain = Builtin(
      "explain", "Shows how a value came about.",
      parameters: [
        Parameter("x", .any, "what"),
        Parameter("digits", .integer, default: .integer(4), "decimals shown"),
      ]
    ) { _ in .none }
    return LessonHost {
      do {
        return Evaluator(try Library.environment(adding: [explain]), output: Output { _ in })
      } catch { preconditionFailure("\(error)") }
    }
  }
}
