import Presentation
import Tensors

// What is said. First what is right, then the step and its rule in the program's own symbols; never
// the right number, a ratio to it or a difference from it.

extension SlipFinder {
  func finding(
    _ verdict: Judgment.Verdict, _ explanations: [Judgment.Explanation] = [], chance: Double = 0,
    separating: (question: String, sentence: String)? = nil, sentence: String? = nil,
    trials: Trials? = nil
  ) -> Judgment {
    let isSame = typed.shape == right.shape
    return Judgment(
      question: net.inquiry.text, verdict: verdict, explanations: explanations,
      agree: isSame
        ? typed.agreement(with: right.elements) : typed.elements.map { _ in false },
      figures: typed.elements.map(\.figures), shape: typed.shape, chance: chance,
      separating: separating,
      sentence: sentence
        ?? words(verdict, explanations, chance: chance, separating: separating?.sentence))
  }

  private func words(
    _ verdict: Judgment.Verdict, _ explanations: [Judgment.Explanation], chance: Double,
    separating: String?
  ) -> String {
    let is1 = verdict == .right || verdict == .carried ? "" : partsRight
    switch verdict {
    case .right: return "Right."
    case .carried:
      return
        "Right, with the numbers you handed in: \(carried.map(\.name).joined(separator: ", "))."
    case .truncated: return is1 + "Right but for the last digit, which is cut off, not rounded."
    case .rounded:
      return "Right, but \(explanations[0].deed). \(explanations[0].rule)"
    case .slip:
      return is1 + opening(chance) + deed(explanations[0]) + ". " + explanations[0].rule
    case .pair:
      return is1 + "Possibly two slips: \(explanations[0].deed). \(explanations[0].rule)"
    case .slips:
      let named = explanations.prefix(3).map(deed)
      let more = explanations.count > 3 ? "; or \(explanations.count - 3) more" : ""
      return is1 + opening(chance) + named.joined(separator: "; or if ") + more + "."
        + (separating.map { " " + $0 } ?? "")
    case .unknown: return ""
    }
  }

  private func opening(_ chance: Double) -> String {
    chance <= 0.01 ? "This is what comes out if " : "This may be what comes out if "
  }

  private func deed(_ explanation: Judgment.Explanation) -> String {
    guard case .int(let places)? = explanation.with?.first(where: { $0.key == "places" })?.value
    else { return explanation.deed }
    return "\(explanation.deed), with every step rounded to \(places) "
      + (places == 1 ? "decimal" : "decimals")
  }

  /// Which elements, or at least signs, are right.
  private var partsRight: String {
    guard typed.shape == right.shape, typed.elements.count > 1 else { return "" }
    let agree = typed.agreement(with: right.elements)
    let indices = agree.indices.filter { agree[$0] }
    guard !indices.isEmpty else { return "" }
    if indices.count > 6 { return "\(indices.count) of \(agree.count) elements are right. " }
    let places = indices.map { index in
      typed.shape.coordinates(of: index).map(String.init).joined(separator: ", ")
    }
    return "Right: "
      + places.map { "[\($0)]" }.joined(separator: ", ") + ". "
  }

  // MARK: - Right, given earlier numbers

  func carriedForward() -> Judgment? {
    guard !carried.isEmpty, !given.steps.isEmpty, let answer = net.answer(given),
      answer.shape == typed.shape, typed.agrees(with: answer.elements)
    else { return nil }
    return isTrivial ? nil : finding(.carried)
  }

  /// A number handed in that makes the rest say nothing: 0 or 1 in a product, all elements equal.
  private var isTrivial: Bool {
    carried.contains { one in
      let values = one.typed.elements.map(\.value)
      let isMultiplied = net.uses[one.place].contains { net.isProduct($0.place) }
      return isMultiplied && values.contains { $0 == 0 || $0 == 1 }
        || values.count > 1 && Set(values).count == 1
    } || net.isGradient && given.steps[net.root] != nil
  }

  // MARK: - Unknown

  func unknown(_ trials: Trials, isSought: Bool) -> Judgment {
    var parts: [String] = []
    let agree = partsRight
    if !agree.isEmpty { parts.append(agree.trimmed) }
    if !isSought {
      parts.append("Not right; it is a simple number, and no slip is sought for it.")
    } else if let fact {
      parts.append(fact)
    } else if agree.isEmpty {
      parts.append("Not right.")
    }
    if isSought {
      parts.append(
        weight.figures < 2
          ? "More figures would tell more: four of them."
          : "No slip that is known gives "
            + (typed.elements.count > 1 ? "these numbers." : "this number."))
    }
    if trials.isCutShort { parts.append("Not all were tried.") }
    if let halfway { parts.append("Try why(\(halfway), …) with what you have there.") }
    return finding(.unknown, sentence: parts.joined(separator: " "))
  }

  /// At most one fact of form, where it holds on all elements.
  private var fact: String? {
    let (elements, exact) = (typed.elements, right.elements)
    guard elements.count == exact.count else { return nil }
    let wrong = elements.indices.filter { !elements[$0].agrees(with: exact[$0]) }
    if elements.count > 2, wrong.count == elements.count,
      Weight.haveCommonFactor(wrong, elements, exact)
    {
      return "Every element is off by the same factor: look for a factor, not for a path."
    }
    if typed.shape.rank == 2 {
      if let lines = linesOff(wrong) { return lines }
    }
    let signs = zip(elements, exact).allSatisfy { $0.value * $1 > 0 }
    return signs ? (elements.count > 1 ? "The signs are right." : "The sign is right.") : nil
  }

  private func linesOff(_ wrong: [Int]) -> String? {
    let (rows, columns) = (typed.shape[0], typed.shape[1])
    let wrongRows = Set(wrong.map { $0 / columns })
    if rows > 1, wrongRows.count == 1 { return "Only row \(wrongRows.first!) differs." }
    let wrongColumns = Set(wrong.map { $0 % columns })
    if columns > 1, wrongColumns.count == 1 { return "Only column \(wrongColumns.first!) differs." }
    func isOffByFactors(_ lines: [[Int]]) -> Bool {
      lines.allSatisfy {
        $0.count > 1 && Weight.haveCommonFactor($0, typed.elements, right.elements)
      }
    }
    let byRow = (0..<rows).map { row in (0..<columns).map { row * columns + $0 } }
    let byColumn = (0..<columns).map { column in (0..<rows).map { $0 * columns + column } }
    let line = isOffByFactors(byRow) ? "row" : isOffByFactors(byColumn) ? "column" : nil
    return line.map {
      "Each \($0) is off by a factor of its own: one of the two vectors of this outer product is "
        + "another one."
    }
  }

  /// The named quantity in the middle of the way.
  private var halfway: String? {
    if net.isGradient {
      let way = net.named.filter { net.isOnPath($0) && $0 != net.asked && $0 != net.root }
      guard !way.isEmpty else { return nil }
      return "∂\(net.rootName)/∂\(net.label(way[way.count / 2]))"
    }
    let way = net.named.filter { !net.isLeaf($0) && $0 != net.asked }
    return way.isEmpty ? nil : net.label(way[way.count / 2])
  }
}
