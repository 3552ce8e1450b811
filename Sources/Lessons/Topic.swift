import Presentation

/// What lessons are sorted by besides their decks.
package struct Topic: Sendable, Equatable {
  /// As in front matter and behind `nabla lessons`.
  package let name: String
  package let title: String

  private init(_ name: String, _ title: String) {
    self.name = name
    self.title = title
  }

  /// In the order in which they are listed.
  package static let all = [
    Topic("neurons", "Neurons and layers"),
    Topic("classifiers", "Classifiers"),
    Topic("losses", "Softmax, cross-entropy, losses"),
    Topic("gradient-descent", "Gradient descent"),
    Topic("optimizers", "Optimizers and schedules"),
    Topic("backpropagation", "Backpropagation"),
    Topic("activation-functions", "Activation functions"),
    Topic("vanishing-gradients", "Vanishing, exploding, initialization"),
    Topic("convolution", "Convolution"),
    Topic("counting", "Sizes and counting"),
    Topic("pooling", "Pooling"),
    Topic("architectures", "Architectures"),
    Topic("recurrent-networks", "Recurrent networks"),
    Topic("lstm-and-gru", "LSTM and GRU"),
    Topic("attention", "Encoder, decoder, attention"),
    Topic("training-runs", "Training runs"),
    Topic("applications", "What networks are asked"),
  ]

  /// By its name or title, without regard to case, with spaces or hyphens; or by the beginning of its
  /// name that no other has.
  package static func named(_ text: String) -> Topic? {
    if let topic = exactly(named: text) { return topic }
    let wanted = folded(text)
    let begun = wanted.count < 3 ? [] : all.filter { $0.name.hasPrefix(wanted) }
    return begun.count == 1 ? begun[0] : nil
  }

  static func exactly(named text: String) -> Topic? {
    let wanted = folded(text)
    return all.first { $0.name == wanted || folded($0.title) == wanted }
  }

  private static func folded(_ text: String) -> String {
    text.trimmed.lowercased().replacing(" ", with: "-")
  }
}
