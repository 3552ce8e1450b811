import Presentation
import Slips

extension Player {
  /// Which slip gives precisely the numbers of a wrong answer; nil where none is claimed.
  func slip(behind text: String, model: String, in reference: Workspace) -> String? {
    let shape = (try? reference.value(of: model))?.shape ?? []
    let isBare = !shape.isEmpty && !text.hasPrefix("[")
    guard let typed = TypedAnswer(isBare ? "[\(text)]" : text),
      let inquiry = try? Inquiry.reading(model, in: reference.evaluator),
      let judgment = try? SlipFinder(
        inquiry, typed: typed, rate: Inquiry.rate(in: reference.environment)
      ).judge()
    else { return nil }
    switch judgment.verdict {
    case .slip, .slips, .pair: return judgment.sentence
    case .right, .rounded, .truncated, .carried, .unknown: return nil
    }
  }
}
