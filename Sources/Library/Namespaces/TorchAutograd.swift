import Autograd
import Language
import Tensors

extension NamespaceTable {
  static let autograd = NamespaceTable(
    path: "torch.autograd", summary: "gradients; every computation is recorded here",
    same: "no_grad enable_grad set_grad_enabled gradcheck",
    constants: ["Function": { .object(ClassObject.autogradFunction) }],
    builtins: { [variable, gradient, anomalies] },
    modules: ["functional": "torch.autograd.functional"])

  static let autogradFunctional = NamespaceTable(
    path: "torch.autograd.functional", summary: "derivatives of functions", same: "jacobian hessian"
  )

  private static let variable = Builtin(
    "torch.autograd.Variable", "Gives a tensor back, as PyTorch does since tensors have gradients.",
    examples: ["Variable([1.0, 2.0])  # [1, 2]"],
    parameters: [
      Parameter("data", .tensor, "the tensor"),
      Parameter(
        "requires_grad", .bool, default: .bool(false), "whether backward() gives it a gradient"),
      .idle("volatile", matters: true),
    ]
  ) { call in
    let data = try call.tensor(0)
    let tensor = data.isLiteral || data.isList ? data.detached() : data
    if call.isGiven(1) || tensor !== data { tensor.isFrozen = !(try call.bool(1)) }
    tensor.isArray = true
    return .tensor(tensor)
  }

  private static let gradient = Builtin(
    "torch.autograd.grad", "Gives the gradients of a number by tensors, as a tuple.",
    examples: ["w = 3.0; grad(w**2, w)[0]  # 6"],
    parameters: [
      Parameter("outputs", .tensor, "the number"),
      Parameter("inputs", .any, "a tensor, or a list of them"),
      Parameter("grad_outputs", .tensor, default: Attribute.none, "what each output counts"),
      .idle("retain_graph", "histories stay"),
      Parameter(
        "create_graph", .bool, default: .bool(false), "whether it can be differentiated again"),
      .idle("allow_unused"),
    ]
  ) { call in
    var output = try call.tensor(0)
    if !call.isNone(2) {
      output = try Operation.sum(Operation.multiply(output, call.tensor(2)))
    } else if output.shape.rank > 0, output.shape.count == 1 {
      output = try output.reshaped([])
    }
    let isRecorded = try call.bool(4)
    let inputs: [Value]
    switch call[1] {
    case .tensor(let tensor): inputs = (tensor.bracketed ?? [tensor]).map { .tensor($0) }
    default: inputs = try call.items(1)
    }
    return .tuple(
      try inputs.map { input in
        try call.evaluator.gradient(
          of: output, by: input, text: call.text(0) ?? "it", name: call.text(1) ?? "that",
          isRecorded: isRecorded, at: call.span)
      })
  }

  private static let anomalies = Builtin(
    "torch.autograd.set_detect_anomaly",
    "Of no effect: where nan comes from is always said.", examples: ["set_detect_anomaly(True)"],
    parameters: [.idle("mode")]
  ) { _ in .none }
}
