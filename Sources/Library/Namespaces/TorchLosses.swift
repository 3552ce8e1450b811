import Autograd
import Language

/// A loss as PyTorch has it: made with its settings, called with predictions and targets.
final class LossModule: LanguageObject, @unchecked Sendable {
  private let name: String
  private let function: String
  private let settings: [Value]

  init(_ name: String, _ function: String, _ settings: [Value]) {
    self.name = name
    self.function = function
    self.settings = settings.map(\.held)
  }

  var summary: String { "\(name)()" }
  var attributeNames: [String] { [] }
  var heldValues: [Value] { settings }
  func attribute(_ name: Symbol) -> Value? {
    // A loss has nothing that could be moved or switched.
    ["to", "cpu", "cuda", "train", "eval", "double", "float"].contains(name.name)
      ? .method(BoundMethod(.object(self), LossModule.itself)) : nil
  }

  private static let itself = Builtin(
    "itself", "Gives the loss back.",
    parameters: [
      Parameter("loss", .any, "the loss"),
      .idle("device"),
    ]
  ) { call in call[0] }

  private(set) lazy var callable: Builtin? = Builtin(
    name, "Computes the loss.",
    parameters: NamespaceTable.lossInputs[function].map { names in
      names.map { Parameter($0, .tensor, "what goes in") }
    } ?? [Parameter("input", .tensor, "predictions"), Parameter("target", .tensor, "targets")]
  ) { [weak self] call in
    guard let self else { return .none }
    return try call.evaluator.moduleCall(
      "torch.nn.functional", function, call.values + settings.map(\.resolved), at: call.span)
  }
}

extension NamespaceTable {
  /// Losses that take other things than predictions and targets.
  static let lossInputs: [String: [String]] = [
    "margin_ranking_loss": ["input1", "input2", "target"],
    "cosine_embedding_loss": ["input1", "input2", "target"],
    "triplet_margin_loss": ["anchor", "positive", "negative"],
    "gaussian_nll_loss": ["input", "target", "var"],
    "cosine_similarity": ["x1", "x2"], "pairwise_distance": ["x1", "x2"],
  ]

  private static let losses = [
    ("MSELoss", "mse_loss"), ("L1Loss", "l1_loss"), ("SmoothL1Loss", "smooth_l1_loss"),
    ("HuberLoss", "huber_loss"), ("CrossEntropyLoss", "cross_entropy"), ("NLLLoss", "nll_loss"),
    ("BCELoss", "binary_cross_entropy"), ("BCEWithLogitsLoss", "binary_cross_entropy_with_logits"),
    ("KLDivLoss", "kl_div"), ("HingeEmbeddingLoss", "hinge_embedding_loss"),
    ("SoftMarginLoss", "soft_margin_loss"), ("MarginRankingLoss", "margin_ranking_loss"),
    ("PoissonNLLLoss", "poisson_nll_loss"), ("GaussianNLLLoss", "gaussian_nll_loss"),
    ("TripletMarginLoss", "triplet_margin_loss"), ("MultiMarginLoss", "multi_margin_loss"),
    ("CosineEmbeddingLoss", "cosine_embedding_loss"), ("CosineSimilarity", "cosine_similarity"),
    ("PairwiseDistance", "pairwise_distance"),
  ]

  /// Their settings are those of the functions, which are written in the language.
  static let torchLosses: @Sendable () -> [Builtin] = {
    let functions = Dictionary(
      Prelude.definitions(in: PackageResources.functional_nabla, of: functional.path)
        .map { ($0.name, $0.make) }, uniquingKeysWith: { first, _ in first })
    return losses.compactMap { name, function in
      guard let definition = functions["\(functional.path).\(function)"]?() else { return nil }
      let taken = lossInputs[function]?.count ?? 2
      return Builtin(
        "torch.nn." + name, definition.summary, notes: definition.notes,
        examples: [Example(stringLiteral: "\(name)()")],
        parameters: Array(definition.parameters.dropFirst(taken))
      ) { call in .object(LossModule(name, function, call.values)) }
    }
  }
}
