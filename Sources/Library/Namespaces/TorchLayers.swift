import Autograd
import Language
import Networks
import Tensors

extension NamespaceTable {
  /// PyTorch's names of settings that layers call otherwise here.
  private static let layerSettings: [String: [String: String]] = [
    "BatchNorm1d": ["features": "num_features"], "BatchNorm2d": ["features": "num_features"],
    "LayerNorm": ["features": "normalized_shape"],
    "Hardtanh": ["low": "min_val", "high": "max_val"],
    "Softmax": ["axis": "dim"], "LogSoftmax": ["axis": "dim"],
  ]
  /// Settings of PyTorch's that change nothing here.
  private static let idle: [Parameter] = [
    .idle("inplace"), .idle("device"), .idle("dtype", matters: true),
  ]
  /// Layers that PyTorch has under other shapes; they stand in a family of their own.
  private static let recurrentNames: Set = ["RNN", "LSTM", "GRU", "RNNCell", "LSTMCell", "GRUCell"]

  static let torchLayers: @Sendable () -> [Builtin] = {
    (LayerKind.standard.filter { !recurrentNames.contains($0.name) } + LayerKind.pytorchRecurrent)
      .map { layer($0) { Model($0) } }
  }

  /// The constructor of a layer under PyTorch's names, with first numbers of PyTorch's generator
  /// where a program seeded it.
  static func layer(
    _ kind: LayerKind, _ made: @escaping @Sendable (Layer) -> Model
  ) -> Builtin {
    let names = layerSettings[kind.name] ?? [:]
    let layers = Parameter("layers", .any, variadic: true, "the layers, in order")
    let leading = kind.isContainer ? [layers] : []
    let settings = kind.parameters.map { $0.renamed(names[$0.name] ?? $0.name) }
    return Builtin(
      "torch.nn." + kind.name, kind.summary, notes: kind.notes, examples: kind.examples,
      parameters: leading + settings + (kind.isContainer ? [] : idle)
    ) { call in
      let children = kind.isContainer ? try call.variadic(0).map { try call.layer($0) } : []
      let given = try call.attributes(kind.parameters, from: leading.count)
      let seed = call.evaluator.context.generator.next()
      guard call.torchGenerator.isSeeded else {
        return .object(made(try kind(given, children: children, seed: seed)))
      }
      return .object(
        made(
          try kind(given, children: children, seed: seed) { shape, distribution in
            call.drawn(shape, distribution)
          }))
    }
  }
}

extension Parameter {
  fileprivate func renamed(_ name: String) -> Parameter {
    Parameter(name, kind, default: standard, keywordOnly: keywordOnly, summary)
  }
}

extension Call {
  fileprivate func layer(_ value: Value) throws -> Layer {
    if case .object(let object) = value, let model = object as? Model { return model.layer }
    throw fail(
      0, "wrong-kind", "Sequential runs layers, not \(value.kindText)",
      helps: ["nn.Sequential(nn.Linear(2, 4), nn.ReLU())"])
  }

  /// First numbers of a parameter from PyTorch's generator.
  fileprivate func drawn(_ shape: Shape, _ distribution: Initializer.Distribution) -> Tensor {
    switch distribution {
    case .constant(let value): return Tensor(repeating: value, shape: shape)
    case .normal(let deviation):
      return Tensor(
        torchGenerator.normal(count: shape.count).map { $0 * deviation }, shape: shape)
    case .uniform(let bound):
      return Tensor(shape) { out in
        out.fill { index in torchGenerator.uniform(-bound, bound) }
      }
    }
  }
}
