import Autograd
import Language
import Networks
import Tensors

extension NamespaceTable {
  static let networks = NamespaceTable(
    path: "torch.nn", summary: "layers and losses", same: "Module Parameter ModuleList ModuleDict",
    renamed: ["ParameterList": "ModuleList", "ParameterDict": "ModuleDict"],
    builtins: { torchLayers() + torchLosses() },
    modules: [
      "functional": "torch.nn.functional", "init": "torch.nn.init", "utils": "torch.nn.utils",
      "parameter": "torch.nn.parameter",
    ],
    absent: [
      "Transformer": "nn.TransformerEncoderLayer and nn.MultiheadAttention are",
      "DataParallel": "leave it away: model(x) runs as it is",
      "ConvTranspose2d": "conv_transpose2d(x, weight) is the function",
      "Upsample": "repeat(repeat(x, 2, axis=-1), 2, axis=-2)",
      "GroupNorm": "nn.LayerNorm is", "InstanceNorm2d": "nn.BatchNorm2d is",
      "BatchNorm3d": "nn.BatchNorm2d is",
    ])

  static let functional = NamespaceTable(
    path: "torch.nn.functional", summary: "activations and losses as functions",
    same: """
      softmax log_softmax sigmoid tanh softsign conv1d conv2d conv3d conv_transpose1d \
      conv_transpose2d max_pool1d max_pool2d avg_pool1d avg_pool2d prelu
      """,
    builtins: { [dropout("dropout"), dropout("alpha_dropout"), padding] },
    definitions: { PackageResources.functional_nabla },
    absent: [
      "batch_norm": "nn.BatchNorm1d(n)(x)",
      "interpolate": "repeat(repeat(x, 2, axis=-1), 2, axis=-2)",
      "upsample": "repeat(repeat(x, 2, axis=-1), 2, axis=-2)", "unfold": "F.conv2d is",
      "grid_sample": "F.conv2d is", "gumbel_softmax": "F.softmax is", "ctc_loss": "F.nll_loss is",
    ])

  static let parameterModule = NamespaceTable(
    path: "torch.nn.parameter", summary: "parameters",
    same: "Parameter")

  private static func dropout(_ name: String) -> Builtin {
    Builtin(
      "torch.nn.functional." + name, "Sets a share p of its input to 0 while training.",
      examples: [Example(stringLiteral: "\(name)([1.0, 2.0], training=False)  # [1, 2]")],
      parameters: [
        Parameter("input", .tensor, "the input"),
        Parameter("p", .real, default: .real(0.5), "share of inputs set to 0"),
        Parameter("training", .bool, default: .bool(true), "False leaves everything as it is"),
        .idle("inplace", default: .bool(false)),
      ]
    ) { call in
      let x = try call.tensor(0)
      let p = try call.real(1)
      guard (0...1).contains(p) else {
        throw call.fail(1, "bad-argument", "a share lies between 0 and 1")
      }
      guard try call.bool(2) else { return .tensor(x) }
      let kept = p < 1 ? 1 / (1 - p) : 0
      let mask = Tensor(x.shape) { out in
        out.fill { index in
          call.evaluator.context.generator.unit() < p ? 0 : kept
        }
      }
      return .tensor(try Operation.multiply(x, Variable(mask)))
    }
  }

  private static let padding = Builtin(
    "torch.nn.functional.pad", "Surrounds a tensor with a number, from the last axis backwards.",
    examples: ["pad([1, 2], (1, 0))  # [0, 1, 2]"],
    parameters: [
      Parameter("input", .tensor, "the tensor"),
      Parameter("pad", .integers, "(before, after) of the last axis, then of the one before it"),
      Parameter(
        "mode", .choice(["constant"]), default: .string("constant"), "what stands around it"),
      Parameter("value", .real, default: .integer(0), "the number around it"),
    ]
  ) { call in
    let x = try call.tensor(0)
    let widths = try call.integers(1) ?? []
    let padded = try Operation.apply("pad", x, with: ["padding": .integers(widths)])
    let number = try call.real(3)
    guard number != 0 else { return .tensor(padded) }
    let ones = Variable(Tensor(repeating: 1, shape: x.shape))
    let inside = try Operation.apply("pad", ones, with: ["padding": .integers(widths)])
    return .tensor(try Operation.choose([inside, padded, Variable(number)]))
  }
}
