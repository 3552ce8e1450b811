import Autograd
import Language
import Tensors

extension Library {
  /// Derivatives as functions; the notation `∂E/∂w` is part of the language.
  static let gradients: [Builtin] = [
    Builtin(
      "gradcheck", "Compares the gradient with central differences; True when all elements agree.",
      notes:
        "Step 6e-6·max(1, |x|); elements agree when they differ by less than `tol` of the larger.",
      examples: [
        "(lambda x: gradcheck(exp(x), x))(1.5)  # True",
        "(lambda x: gradcheck(softmax(x), x))([1.5, 2])  # True",
      ],
      parameters: [
        Parameter("y", .tensor, "a quantity; of a tensor every element is checked"),
        Parameter("x", .tensor, "what it was computed from"),
        Parameter("tol", .real, default: .real(1e-6), "largest relative difference"),
      ]
    ) { call in
      let (y, x) = (try call.tensor(0), try call.tensor(1))
      let tolerance = try call.real(2)
      return .truth(try y.jacobianCheck(for: x).allSatisfy { $0.relativeError < tolerance })
    },
    Builtin(
      "jacobian", "Gives the derivative of every element of y by every element of x.",
      notes: """
        Its shape is that of y followed by that of x, as in PyTorch; also written ∂y/∂x. A function \
        in place of y is applied to x.
        """,
      examples: [
        "x = [1.0, 2.0]; jacobian([x[0] * x[1], x[1]**2], x)  # [2.0, 1.0; 0.0, 4.0]",
        "jacobian(lambda x: x**2, [1.0, 3.0])  # [2.0, 0.0; 0.0, 6.0]",
      ],
      parameters: [
        Parameter("y", .any, "a quantity computed from x, or a function"),
        Parameter("x", .tensor, "what it was computed from"),
      ]
    ) { call in
      let (y, x) = try call.function(of: 1)
      return try call.evaluator.gradient(
        of: y, by: .tensor(x), text: call.text(0) ?? "y", name: call.text(1) ?? "x", at: call.span)
    },
    Builtin(
      "hessian", "Gives all second derivatives of a number by the elements of x.",
      notes: "Its shape is that of x twice; also written ∂(∂E/∂x)/∂x. A function is applied to x.",
      examples: [
        "x = [1.0, 2.0]; hessian(x[0]**2 * x[1], x)  # [4.0, 2.0; 2.0, 0.0]",
        "hessian(lambda w: w**3, 2.0)  # 12",
      ],
      parameters: [
        Parameter("E", .any, "a number computed from x, or a function"),
        Parameter("x", .tensor, "what it was computed from"),
      ]
    ) { call in
      let (y, x) = try call.function(of: 1)
      guard y.shape.count == 1 else {
        throw call.fail(
          0, "not-scalar", "a Hessian is of one number, not of \(y.shape)",
          helps: ["jacobian(…) of a gradient, or sum(…) first"])
      }
      return .tensor(
        try call.evaluator.hessian(
          of: y, by: x, text: call.text(0) ?? "E", name: call.text(1) ?? "x", at: call.span))
    },
  ]
}

extension Call {
  /// The first argument as a quantity, applied to x if it is a function; and x.
  fileprivate func function(of position: Int) throws -> (y: Variable, x: Variable) {
    var x = try tensor(position)
    let value: Value
    switch self[0] {
    case .function, .builtin, .method, .object:
      // A function makes a quantity of its own of a literal, so it is given one.
      if x.isConstant { x = x.detached() }
      value = try evaluator.call(self[0], [.tensor(x)], at: span)
    case .none, .tensor, .string, .list, .tuple, .range, .thing: value = self[0]
    }
    guard let y = try value.asTensor(evaluator.environment.structure) else {
      throw fail(0, "not-a-number", "\(value.kindText) has no derivative")
    }
    return (y, x)
  }
}
