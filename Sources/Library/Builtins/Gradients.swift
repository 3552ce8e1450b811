import Autograd
import Language
import Tensors

extension Library {
  /// Derivatives as functions; the notation `∂E/∂w` is part of the language.
  static let gradients: [Builtin] = [
    Builtin(
      "gradcheck", "Compares the gradient with central differences; True when all elements agree.",
      notes: "Step 6e-6·max(1, |x|); elements agree when they differ by less than `tol` of the larger.",
      examples: [
        "(lambda x: gradcheck(exp(x), x))(1.5)  # True", "(lambda x: gradcheck(softmax(x), x))([1.5, 2])  # True",
      ],
      parameters: [
        Parameter("y", .tensor, "a quantity; of a tensor every element is checked"), Parameter("x", .tensor, "what it was computed from"),
        Parameter("tol", .real, default: .real(1e-6), "largest relative difference"),
      ]
    ) { call in
      let (y, x) = (try call.tensor(0), try call.tensor(1))
      let tolerance = try call.real(2)
      return .truth(try y.jacobianCheck(for: x).allSatisfy { $0.relativeError < tolerance })
    },
  ]
}
