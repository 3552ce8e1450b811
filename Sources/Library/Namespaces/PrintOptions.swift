import Autograd
import Language

extension NamespaceTable {
  /// `set_printoptions` of a library: here numbers are shown as `:digits` says.
  static func printOptions(_ path: String, idle names: String) -> Builtin {
    Builtin(
      path + ".set_printoptions", "Sets how many decimals numbers are shown with.",
      examples: ["set_printoptions(precision=4)"],
      parameters: [
        Parameter("precision", .integer, default: Attribute.none, "decimals")
      ] + names.split(separator: " ").map { .idle(String($0)) }
    ) { call in
      if !call.isNone(0) {
        call.evaluator.tellOnce(
          "printoptions", at: call.span, "numbers are shown as :digits says",
          helps: [":digits \(try call.integer(0))"])
      }
      return .none
    }
  }
}
