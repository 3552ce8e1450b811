import Autograd
import Language
import Presentation
import Tensors

@testable import Lessons

extension LessonHost {
  /// The operations of the catalogue with the few functions that lessons use besides.
  static var test: LessonHost {
    LessonHost {
      let all = Catalogue.standard.operations.map { Builtin($0) } + Builtin.core + extras
      do {
        return Evaluator(try Environment(builtins: all), output: Output { _ in })
      } catch { preconditionFailure("\(error)") }
    }
  }

  private static var extras: [Builtin] {
    let silent = ["print", "explain"].map { name in
      Builtin(name, "Shows a value.", parameters: [Parameter("x", .any, "what")]) { _ in .none }
    }
    return silent + [
      Builtin("range", "Counts.", parameters: [Parameter("stop", .integer, "end")]) { call in
        .range(IntegerRange(start: 0, stop: try call.integer(0)))
      },
      Builtin("float", "A number.", parameters: [Parameter("x", .any, "what")]) { call in
        .number(try call.real(0))
      },
      Builtin(
        "gradcheck", "Compares gradients.",
        parameters: [Parameter("E", .any, "of"), Parameter("w", .any, "by")]
      ) { _ in .none },
    ]
  }
}
