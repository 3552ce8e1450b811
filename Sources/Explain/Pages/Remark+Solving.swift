import Autograd
import Foundation
import Tensors

// How systems of equations are worked out, and why some are not.

extension Variable {
  /// nil for what no system was solved for, and for small systems, which tell themselves.
  var solvingMethod: SolvingMethod? {
    guard let system else { return nil }
    let request = CellRequest(
      inputs: inputs.array.map(\.value), attributes: attributes, output: value, offset: 0)
    return request.method(of: system)
  }

  /// What a system was solved for, if one was.
  fileprivate var system: Form.System? {
    if case .system(let system)? = operation?.form { system } else { nil }
  }
}

extension Remark {
  static func solving(_ variable: Variable, _ method: SolvingMethod, _ names: Names) -> String {
    let a = names.symbol(of: variable.inputs[0])?.text ?? "a"
    let b = variable.inputs.count > 1 ? names.symbol(of: variable.inputs[1])?.text ?? "b" : "I"
    switch method {
    case .elimination(let order):
      let isMoved = order != order.sorted()
      let moved =
        isMoved ? "; the rows come in the order \(list(order)), the largest number first" : ""
      let side =
        variable.system == .determinant
        ? "the determinant is the product of the diagonal, with a sign for each exchange of rows"
        : "y is the same for the right side, and the last unknown comes first"
      return """
        (elimination: l tells how much of a row above is taken off a row below, u is what is left; \
        \(side)\(moved))
        """
    case .normal: return "(normal equations: N x = c with N = \(a)ᵀ @ \(a) and c = \(a)ᵀ @ \(b))"
    case .shortest:
      return """
        (fewer equations than unknowns: the shortest of all solutions is \(a)ᵀ @ z with G z = \(b) \
        and G = \(a) @ \(a)ᵀ)
        """
    case .dependent(let columns):
      return """
        (columns that depend on each other: the shortest of all solutions is Fᵀ @ z with G z = w \
        and G = F @ Fᵀ; F tells all columns as sums of the independent ones C = \(a)[:, \
        [\(list(columns))]], w is the solution for those alone, N w = c with N = Cᵀ @ C and \
        c = Cᵀ @ \(b))
        """
    case .tooLarge: return tooLarge(variable, a, b, names)
    }
  }

  private static func list(_ numbers: [Int]) -> String {
    numbers.map(String.init).joined(separator: ", ")
  }

  private static func tooLarge(
    _ variable: Variable, _ a: String, _ b: String, _ names: Names
  ) -> String {
    let shape = variable.inputs[0].shape
    let symbol = names.symbol(of: variable)?.text ?? "x"
    guard variable.system != .fit else {
      let check = off(variable) { a, b, x in
        try a.matrixTransposed().matmul(Operation.subtract.evaluate([a.matmul(x), b], .none))
      }
      return """
        (too large to be worked out on a page; found by singular values\
        \(check.map { "; check: \(a)ᵀ @ (\(a) @ \(symbol) − \(b)) is 0, here \($0)" } ?? ""))
        """
    }
    let count = TermText.grouped(shape[0] * shape[0] * shape[0] / 3)
    let check =
      variable.system == .determinant
      ? nil
      : off(variable) { a, b, x in try Operation.subtract.evaluate([a.matmul(x), b], .none) }
    return """
      (about n³/3 = \(count) multiplications, too many for a page; found by elimination with \
      exchanges of rows\
      \(check.map { "; check: \(a) @ \(symbol) − \(b) is 0, here \($0)" } ?? ""))
      """
  }

  /// The largest magnitude of what should be 0, as the power of ten above it: its digits depend on
  /// the order in which the processor adds.
  private static func off(
    _ variable: Variable, _ difference: (Tensor, Tensor, Tensor) throws -> Tensor
  ) -> String? {
    let a = variable.inputs[0].value
    let b = variable.inputs.count > 1 ? variable.inputs[1].value : identity(a.shape[0])
    guard let rest = try? difference(a, b, variable.value) else { return nil }
    let largest = rest.elements.map(\.magnitude).max() ?? 0
    guard largest > 0 else { return "exactly" }
    let above = pow(10, (log10(largest) + 0.3).rounded(.up))
    return "below \(NumberText(digits: 0).scientific(above, decimals: 0).text)"
  }

  private static func identity(_ size: Int) -> Tensor {
    Tensor((0..<(size * size)).map { $0 % (size + 1) == 0 ? 1 : 0 }, shape: [size, size])
  }
}
