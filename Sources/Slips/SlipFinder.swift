import Autograd
import Presentation
import Tensors

/// Names the slip that gives precisely the numbers somebody gave for a quantity of a recorded
/// computation: the computation is run again with one mistake after the other in it, and what comes
/// out is compared on all elements. Nothing is claimed that was not reproduced.
package struct SlipFinder {
  /// A quantity of the computation, and what somebody has for it.
  package struct Given {
    package let quantity: Variable
    package let name: String
    package let typed: TypedAnswer

    package init(_ quantity: Variable, name: String, typed: TypedAnswer) {
      (self.quantity, self.name, self.typed) = (quantity, name, typed)
    }
  }

  /// Why there is nothing to judge.
  package enum Refusal: Error {
    /// The loss was not computed from the quantity.
    case independent
    /// A shape that neither the answer nor any slip has.
    case shape(expected: Shape, found: Shape)
    case notComputed
  }

  let net: Structure
  let typed: TypedAnswer
  let right: Answer
  let given: Variation
  let carried: [Carried]
  /// Numbers handed in that are not used: for the asked quantity itself, or for one that a gradient
  /// passes on its way.
  package let ignored: [String]
  let bounds: SearchBounds
  let weight: Weight

  /// A number handed in, at its place.
  struct Carried {
    let place: Int
    let name: String
    let typed: TypedAnswer
  }

  /// `rate` is the learning rate of the session, where there is one and none stands in the question.
  package init(
    _ inquiry: Inquiry, typed: TypedAnswer, given: [Given] = [], rate: Variable? = nil,
    bounds: SearchBounds = .standard
  ) throws {
    let outer = Recording.isPaused
    Recording.isPaused = false
    defer { Recording.isPaused = outer }
    guard let net = Structure(inquiry, rate: rate) else { throw Refusal.independent }
    guard let right = net.answer(Variation()) else { throw Refusal.notComputed }
    self.net = net
    self.typed = typed
    self.right = right
    self.bounds = bounds
    weight = Weight(typed, right: right.elements)
    let placed = given.compactMap { one in
      net.place(of: one.quantity, named: one.name).map {
        Carried(place: $0, name: one.name, typed: one.typed)
      }
    }
    // A replaced step is a constant, and a constant has no gradient.
    let isUsed = { (one: Carried) in one.place != net.asked && !net.isOnPath(one.place) }
    carried = placed.filter(isUsed)
    ignored = placed.filter { !isUsed($0) }.map(\.name)
    var variation = Variation()
    for one in carried where net.shape(one.place) == one.typed.shape {
      variation.steps[one.place] = .constant(
        Tensor(one.typed.elements.map(\.value), shape: one.typed.shape))
    }
    self.given = variation
  }

  /// Right; cut off or rounded; right with the numbers handed in; one slip; one slip and rounding; two
  /// slips; unknown.
  package func judge() throws -> Judgment {
    let outer = Recording.isPaused
    Recording.isPaused = false
    defer { Recording.isPaused = outer }
    if typed.shape == right.shape, typed.agrees(with: right.elements) {
      return finding(.right)
    }
    let trials = Trials(
      net, given: given, bounds: bounds, counted: weight.counted, right: right.elements)
    if typed.shape == right.shape {
      if let cut = truncated() { return try withRounding(cut, trials) }
      if let carried = carriedForward() { return carried }
    }
    let rounded = try typed.shape == right.shape ? stepsRounded(trials) : nil
    if right.elements.allSatisfy({ $0 == 0 }) { return rounded ?? unknown(trials, isSought: false) }
    let candidates = Slip.all.flatMap { $0.candidates(in: net) }
    for tier in [Slip.Tier.a, .b] {
      var matches = try self.matches(candidates.filter { $0.slip.tier == tier }, trials)
      if tier == .a { matches += typing(.a) } else { matches += typing(.b) }
      let chance = weight.chance(of: trials.different)
      guard mayClaim(matches, chance, tier) else { continue }
      // What always gives the same number is told, however rare it is.
      let twins =
        tier == .a ? try self.matches(candidates.filter { $0.slip.tier == .b }, trials) : []
      return claim(matches, twins, rounded: rounded, chance, tier: tier)
    }
    if let rounded { return rounded }
    if let places = typed.decimals, typed.shape == right.shape {
      let matches = try roundedMatches(candidates, places, trials)
      let chance = weight.chance(of: trials.different)
      if mayClaim(matches, chance, nil) {
        return claim(matches, [], rounded: nil, chance, tier: nil)
      }
    }
    if let pair = try pairs(candidates, trials) { return pair }
    if typed.shape != right.shape {
      throw Refusal.shape(expected: right.shape, found: typed.shape)
    }
    return unknown(trials, isSought: true)
  }
}

// MARK: - Stages

extension SlipFinder {
  /// A slip that reproduces every element.
  struct Match {
    let candidate: Candidate
    var rounding: (extent: String, places: Int)?
  }

  private func isReproduced(_ answer: Answer) -> Bool {
    answer.shape == typed.shape && typed.agrees(with: answer.elements)
  }

  private func matches(_ candidates: [Candidate], _ trials: Trials) throws -> [Match] {
    var found: [Match] = []
    for candidate in candidates {
      guard let answer = try trials.answer(candidate.site) else { continue }
      if isReproduced(answer) { found.append(Match(candidate: candidate)) }
    }
    return found
  }

  private func roundedMatches(
    _ candidates: [Candidate], _ places: Int, _ trials: Trials
  ) throws -> [Match] {
    var found: [Match] = []
    for (extent, name) in StepRounding.Extents.all {
      if !found.isEmpty { break }
      let rounding = StepRounding.decimals(places, extent, exempt: net.asked)
      for candidate in candidates {
        guard let answer = try trials.answer(candidate.site, rounding: rounding) else { continue }
        if isReproduced(answer) {
          found.append(Match(candidate: candidate, rounding: (name, places)))
        }
      }
    }
    return found
  }

  /// What is cut off may be what comes of rounded steps as well.
  private func withRounding(_ cut: Judgment, _ trials: Trials) throws -> Judgment {
    var both = cut
    both.explanations += try stepsRounded(trials)?.explanations ?? []
    return both
  }

  /// Every element cut off, not rounded, at its unit.
  private func truncated() -> Judgment? {
    let isCut = zip(typed.elements, right.elements).allSatisfy { element, exact in
      element.agrees(with: exact) || element.isTruncation(of: exact)
    }
    guard isCut, weight.figures >= 0.99, weight.chance(of: 1) <= 0.01 else { return nil }
    let explanation = Judgment.Explanation(
      id: "truncated", at: net.inquiry.text, details: [], deed: "digits are cut off",
      rule: "The last digit is rounded, not cut off.")
    return finding(.truncated, [explanation], chance: weight.chance(of: 1))
  }

  /// Every named value rounded before it is used.
  private func stepsRounded(_ trials: Trials) throws -> Judgment? {
    guard weight.figures >= 2 else { return nil }
    var tried = 0
    for count in 1...4 {
      for isDecimals in [true, false] where isDecimals || count > 1 {
        for (extent, name) in StepRounding.Extents.all {
          let rounding =
            isDecimals
            ? StepRounding.decimals(count, extent, exempt: net.asked)
            : .figures(count, extent, exempt: net.asked)
          tried += 1
          let site = Site(at: net.inquiry.text, deed: "", rule: "")
          guard let answer = try trials.answer(site, rounding: rounding), isReproduced(answer),
            weight.chance(of: tried) <= 0.01
          else { continue }
          let unit = isDecimals ? "decimals" : "figures"
          let explanation = Judgment.Explanation(
            id: "rounded-steps", at: net.inquiry.text,
            details: [
              .named(isDecimals ? "places" : "figures", count), .named("rounded", name),
            ], deed: "steps are rounded to \(count) \(unit) on the way",
            rule: "Keep all digits until the answer is written down.")
          return finding(.rounded, [explanation], chance: weight.chance(of: tried))
        }
      }
    }
    return nil
  }
}
