import Autograd
import Tensors

// Two slips together, both of the first tier.

extension SlipFinder {
  func pairs(_ candidates: [Candidate], _ trials: Trials) throws -> Judgment? {
    guard weight.figures >= 3 else { return nil }
    trials.refill()
    let first = candidates.filter { $0.slip.tier == .a }
    // No pair is told above the bound, so none is tried that could not be told.
    for (index, one) in first.enumerated() {
      for other in first[(index + 1)...] {
        guard weight.chance(of: trials.different) <= 0.003 else { return nil }
        guard one.slip.id != other.slip.id || one.site.at != other.site.at,
          one.site.cells == nil, other.site.cells == nil,
          let both = one.site.variation.merged(with: other.site.variation)
        else { continue }
        let site = Site(at: one.site.at, variation: both, deed: "", rule: "")
        guard let answer = try trials.answer(site), answer.shape == typed.shape,
          typed.agrees(with: answer.elements)
        else { continue }
        return pair(one, other, chance: weight.chance(of: trials.different))
      }
    }
    return nil
  }

  private func pair(_ one: Candidate, _ other: Candidate, chance: Double) -> Judgment {
    var explanation = Judgment.Explanation(
      id: one.slip.id, at: one.site.at, details: one.site.details,
      deed: "\(one.site.deed) and \(other.site.deed)",
      rule: "\(one.site.rule) \(other.site.rule)")
    explanation.with =
      [.named("id", other.slip.id), .named("at", other.site.at)] + other.site.details
    return finding(.pair, [explanation], chance: chance)
  }
}
