import Glibc
import Language
import Lessons
import Presentation
import Tensors

/// What follows from a student's own answers: the homework run on from them. An answer stands for every
/// number that rounds to it, so what is computed from it spreads.
struct Following {
  struct Answer {
    let id: String
    let name: String
    let answer: UnderstoodAnswer
    let exact: [Double]
    let judge: NumberJudge

    var fits: [NumberJudge.Fit] { judge.fits(answer, exact) }
    var isRight: Bool { fits.allSatisfy { $0 == .right } }

    var tensor: Tensor { answer.tensor(answer.values) }

    /// Whether going on from it makes the rest trivial: a wrong 0 or 1 in a product, or wrong numbers
    /// that are all the same.
    var isTrivial: Bool {
      let values = answer.values
      if !values.allSatisfy(\.isFinite) { return true }
      let wrong = zip(values, fits).filter { $1 != .right }.map(\.0)
      if wrong.contains(where: { $0 == 0 || $0.magnitude == 1 }) { return true }
      return !wrong.isEmpty && values.count > 1 && Set(values).count == 1 && Set(exact).count > 1
    }

    /// How far each number may lie from what was typed, as a power of ten of the last figure asked for;
    /// nil where it counts as it stands: too few figures, or exact.
    var units: [Int?] {
      zip(answer.numbers, exact).map { number, exact in
        guard let precision = judge.precision, number.value != 0, number.value != exact,
          case .significant(let figures) = precision
        else { return nil }
        // What arithmetic gave was written down with as many figures as were asked for.
        guard (number.printed?.significantDigits ?? figures) >= figures - 1 else { return nil }
        return precision.unit(of: number.value)
      }
    }
  }

  /// What a question comes to from some answers, and how far that may spread.
  private struct Outcome {
    var value: ComputedValue
    var spreads: [Double]
  }

  private let answers: [Answer]
  private let reference: ReferenceRun
  private let direct: [String: Set<String>]
  private let outcomes: [String: Outcome]
  /// Fewer numbers that are not right, of those that are exact otherwise.
  private let others: [(names: [String], values: [String: ComputedValue])]

  var tensors: [String: Tensor] {
    Dictionary(uniqueKeysWithValues: answers.map { ($0.name, $0.tensor) })
  }

  /// Those that are not right, by their names.
  var notRight: [String: UnderstoodAnswer] {
    Dictionary(uniqueKeysWithValues: answers.filter { !$0.isRight }.map { ($0.name, $0.answer) })
  }

  /// Spreads beyond this share of a value would let anything pass.
  private static let widest = 0.01

  init(_ answers: [Answer], in reference: ReferenceRun, of assignment: Assignment) {
    self.answers = answers
    self.reference = reference
    direct = Self.dependencies(in: assignment, on: Set(answers.map(\.name)))
    let all = Dictionary(uniqueKeysWithValues: answers.map { ($0.name, $0.tensor) })
    let center = reference.values(with: all)
    outcomes = Self.spread(center, answers, all, in: reference)
    let odd = answers.filter { !$0.isRight }
    others =
      odd.count < 2
      ? []
      : odd.map { one in
        ([one.name], reference.values(with: [one.name: one.tensor]))
      }
  }

  /// By small steps along every typed number, each in proportion.
  private static func spread(
    _ center: [String: ComputedValue], _ answers: [Answer], _ all: [String: Tensor],
    in reference: ReferenceRun
  ) -> [String: Outcome] {
    var outcomes = center.mapValues { value in
      Outcome(value: value, spreads: value.elements.map { _ in 0 })
    }
    for answer in answers {
      for (index, unit) in answer.units.enumerated() {
        guard let unit else { continue }
        // So small a step does not reach across a kink that the typed number is not at.
        let half = pow(10, Double(unit)) / 2
        let step = half * 1e-3
        var values = answer.answer.values
        values[index] += step
        var moved = all
        moved[answer.name] = answer.answer.tensor(values)
        for (id, value) in reference.values(with: moved) {
          guard let before = center[id]?.elements, value.elements.count == before.count else {
            continue
          }
          for (place, pair) in zip(value.elements, before).enumerated() {
            outcomes[id]?.spreads[place] += (pair.0 - pair.1).magnitude * 1e3
          }
        }
      }
    }
    for (id, outcome) in outcomes {
      outcomes[id]?.spreads = zip(outcome.spreads, outcome.value.elements).map { spread, value in
        spread.isFinite ? min(spread, widest * value.magnitude) : 0
      }
    }
    return outcomes
  }

  /// The named answers that each question is computed from at once; through a name that was not
  /// answered, those it is computed from.
  private static func dependencies(
    in assignment: Assignment, on given: Set<String>
  ) -> [String: Set<String>] {
    var ofName: [String: Set<String>] = [:]
    var result: [String: Set<String>] = [:]
    for question in assignment.questions {
      guard let quiz = question.quiz, case .expression(let text) = quiz.answer else { continue }
      let tree = Parser.parse(SourceText(name: "answer", text: text)).tree
      guard case .expression(let expression)? = tree.statements.first?.form else { continue }
      let names = expression.names.reduce(into: Set<String>()) { names, name in
        if given.contains(name) { names.insert(name) } else { names.formUnion(ofName[name] ?? []) }
      }
      result[question.id] = names
      if let name = question.assessment.name { ofName[name] = names }
    }
    return result
  }

  /// The names that an answer follows from, and whether those are right; nil where it does not follow.
  func verdict(
    on answer: UnderstoodAnswer, _ question: Assignment.Question, _ judge: NumberJudge
  ) -> (names: [String], areRight: Bool)? {
    let names = direct[question.id] ?? []
    guard !names.isEmpty else { return nil }
    let used = answers.filter { names.contains($0.name) && $0.id != question.id }
    guard !used.isEmpty else { return nil }
    if let outcome = outcomes[question.id],
      judge.isRight(answer, outcome.value, spreads: outcome.spreads)
    {
      let odd = used.filter { !$0.isRight }
      return ((odd.isEmpty ? used : odd).map(\.name), odd.isEmpty)
    }
    for (names, values) in others where judge.isRight(answer, values[question.id]) {
      guard !Set(names).isDisjoint(with: used.map(\.name)) else { continue }
      return (names, false)
    }
    return nil
  }
}

extension ComputedValue {
  var elements: [Double] {
    if case .tensor(_, let elements) = self { elements } else { [] }
  }
}
