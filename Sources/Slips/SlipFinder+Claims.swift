import Autograd
import Presentation
import Tensors

// From matches to what is claimed: enough figures, little chance, twins as one explanation.

extension SlipFinder {
  /// Whether there are figures enough for one of the matches, and little chance.
  func mayClaim(_ matches: [Match], _ chance: Double, _ tier: Slip.Tier?) -> Bool {
    chance <= 0.05 && matches.contains { isEnough(for: $0.candidate.slip, tier) }
  }

  /// The judgment that matches of one stage make. `others` are told only as twins of them.
  func claim(
    _ matches: [Match], _ others: [Match], rounded: Judgment?, _ chance: Double,
    tier: Slip.Tier?
  ) -> Judgment {
    let told = matches.filter { isEnough(for: $0.candidate.slip, tier) }
    var explanations = grouped(told, others)
    if let rounded { explanations.append(contentsOf: rounded.explanations) }
    let separating = explanations.count > 1 ? separating(told) : nil
    return finding(
      explanations.count > 1 ? .slips : .slip, explanations, chance: chance,
      separating: separating)
  }

  private func isEnough(for slip: Slip, _ tier: Slip.Tier?) -> Bool {
    if slip.id == "sign-flipped" { return weight.figures >= 1 }
    return weight.figures >= (slip.tier == .b ? 3 : 2)
  }

  // MARK: - Twins

  /// Matches that give the same also when the given numbers are moved, as one explanation each.
  private func grouped(_ matches: [Match], _ others: [Match]) -> [Judgment.Explanation] {
    let ordered = matches.enumerated().sorted { a, b in
      let (first, second) = (a.element.candidate.slip.kind, b.element.candidate.slip.kind)
      if (first == .answer) != (second == .answer) { return second == .answer }
      return a.offset < b.offset
    }.map(\.element)
    let all = ordered + others
    let answers = movedAnswers(all)
    var groups: [(match: Match, answer: [Double]?, same: [Match])] = []
    for (number, (match, answer)) in zip(all, answers).enumerated() {
      if let answer,
        let known = groups.firstIndex(where: { $0.answer.map { isAlike($0, answer) } == true })
      {
        groups[known].same.append(match)
      } else if number < ordered.count {
        groups.append((match, answer, []))
      }
    }
    return groups.map { group in
      var explanation = explanation(group.match)
      for match in group.same {
        let (id, at) = (match.candidate.slip.id, match.candidate.site.at)
        if (id, at) != (explanation.id, explanation.at),
          !explanation.same.contains(where: { $0 == (id, at) })
        {
          explanation.same.append((id, at))
        }
      }
      return explanation
    }
  }

  /// What each match gives in computations of other numbers, without rounding.
  private func movedAnswers(_ matches: [Match]) -> [[Double]?] {
    guard matches.count > 1 else { return matches.map { _ in [] } }
    var generator = SplitMix(seed: 20_26)
    let nets = (0..<2).compactMap { _ in net.moved { 1 + 0.01 * (2 * generator.next() - 1) } }
    let wanted = Set(matches.map(\.candidate.slip.id))
    let slips = Slip.all.filter { wanted.contains($0.id) }
    let tables = nets.map { net in
      Dictionary(
        slips.flatMap { $0.candidates(in: net) }.map { ($0.key, $0.site) },
        uniquingKeysWith: { first, _ in first })
    }
    return matches.map { match in
      var numbers: [Double] = []
      for (net, table) in zip(nets, tables) {
        guard let site = table[match.candidate.key],
          let answer = net.answer(site.variation, cells: site.cells)
        else { return nil }
        numbers += answer.elements
      }
      return numbers
    }
  }

  private func isAlike(_ a: [Double], _ b: [Double]) -> Bool {
    a.count == b.count
      && zip(a, b).allSatisfy { ($0 - $1).magnitude <= 1e-9 * max($0.magnitude, $1.magnitude) }
  }

  private func explanation(_ match: Match) -> Judgment.Explanation {
    let (slip, site) = (match.candidate.slip, match.candidate.site)
    var explanation = Judgment.Explanation(
      id: slip.id, at: site.at, details: site.details, deed: site.deed, rule: site.rule)
    if let rounding = match.rounding {
      explanation.with = [
        .named("id", "rounded-steps"), .named("places", rounding.places),
        .named("rounded", rounding.extent),
      ]
    }
    return explanation
  }

  // MARK: - Telling several apart

  /// The named quantity nearest the leaves whose numbers under these slips differ.
  private func separating(
    _ matches: [Match]
  ) -> (question: String, sentence: String)? {
    let sites = matches.map(\.candidate.site)
    let runs = sites.map { try? net.replay.run($0.variation) }
    let isGradient = net.isGradient
    for place in net.named where place != net.asked && net.value(place).dtype.isReal {
      if isGradient, place == net.root { continue }
      if !isGradient, net.isLeaf(place) { continue }
      let texts = runs.map { run -> String? in
        guard let run,
          let tensor = isGradient
            ? (try? run.gradients(by: [place]))?[0] : run.quantities[place].value
        else { return nil }
        return tensor.elements.prefix(64).map { Decimal($0, rounded: .significant(3)).python }
          .joined(separator: " ")
      }
      if Set(texts.map { $0 ?? "" }).count > 1 {
        let name = net.label(place)
        let question = isGradient ? "∂\(net.rootName)/∂\(name)" : name
        return (question, "Give \(question) as well: there these explanations part.")
      }
    }
    return nil
  }
}

/// A small generator, so that the same question always gets the same answer.
struct SplitMix {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  /// Between 0 and 1.
  mutating func next() -> Double {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return Double((z ^ (z >> 31)) >> 11) * 0x1p-53
  }
}

extension Structure {
  /// The loss by its name; `E` where it has none.
  var rootName: String { symbol(root) ?? "E" }

  /// Where a quantity that somebody names is: itself, or the last with that name.
  func place(of variable: Variable, named name: String) -> Int? {
    history.place(of: variable) ?? named.last { symbol($0) == name }
  }
}
