import Autograd
import Networks

// How PyTorch prints layers: with the settings it always shows, and what is inside line by line.

extension Model {
  package var pythonText: String? { Model.pythonText(of: layer) }

  private static func pythonText(of layer: Layer) -> String? {
    if layer.kind.isContainer {
      let lines = layer.children.enumerated().map { index, child in
        let text = pythonText(of: child.layer) ?? Model(child.layer).summary
        return "  (\(index)): " + text.replacing("\n", with: "\n  ")
      }
      return lines.isEmpty
        ? "\(layer.kind.name)()" : "\(layer.kind.name)(\n\(lines.joined(separator: "\n"))\n)"
    }
    guard let shown = shownSettings[layer.kind.name] else { return nil }
    let texts = shown.compactMap { setting -> String? in
      guard let value = layer.attributes.values.first(where: { $0.name == setting.name })?.value
      else { return nil }
      let standard = layer.kind.parameters.first { $0.name == setting.name }?.standard
      if setting.isOptional, value == standard { return nil }
      let text = setting.isPair ? pair(value, layer.kind.name) : value.text
      return setting.label.map { "\($0)=\(text)" } ?? text
    }
    let all = texts + (fixedSettings[layer.kind.name] ?? [])
    return "\(layer.kind.name)(\(all.joined(separator: ", ")))"
  }

  private struct Setting: ExpressibleByStringLiteral {
    let name: String
    /// The name before `=`; nil where the value stands alone.
    var label: String?
    /// Shown only where it is not the default.
    var isOptional = false
    /// One number stands for both axes.
    var isPair = false

    /// `name`, `name=`, `name?` and `name:` for a pair; `label<name=` where PyTorch has another name.
    init(stringLiteral text: String) {
      var words = Substring(text)
      if words.last == "?" { (isOptional, words) = (true, words.dropLast()) }
      if words.last == ":" { (isPair, words) = (true, words.dropLast()) }
      let isLabeled = words.last == "="
      if isLabeled { words = words.dropLast() }
      let parts = words.split(separator: "<")
      name = String(parts[parts.count - 1])
      label = isLabeled ? String(parts[0]) : nil
    }
  }

  private static func pair(_ value: Attribute, _ kind: String) -> String {
    let count = kind.hasSuffix("1d") ? 1 : 2
    switch value {
    case .integer(let size): return Attribute.integers(Array(repeating: size, count: count)).text
    case .integers(let sizes) where sizes.count == 1:
      return Attribute.integers(Array(repeating: sizes[0], count: count)).text
    default: return value.text
    }
  }

  private static let convolution: [Setting] = [
    "in_channels", "out_channels", "kernel_size=:", "stride=:", "padding=:?",
  ]
  private static let recurrent: [Setting] = [
    "input_size", "hidden_size", "num_layers=?", "bias=?", "batch_first=?", "dropout=?",
    "bidirectional=?",
  ]

  private static let shownSettings: [String: [Setting]] = [
    "Linear": ["in_features=", "out_features=", "bias="],
    "Dropout": ["p="], "Embedding": ["num_embeddings", "embedding_dim"],
    "Flatten": ["start_dim="], "Conv1d": convolution, "Conv2d": convolution,
    "RNN": recurrent, "LSTM": recurrent, "GRU": recurrent,
    "RNNCell": ["input_size", "hidden_size"], "LSTMCell": ["input_size", "hidden_size"],
    "GRUCell": ["input_size", "hidden_size"],
  ]

  private static let fixedSettings = [
    "Dropout": ["inplace=False"], "Flatten": ["end_dim=-1"],
  ]
}
