import Autograd
import Language
import Lessons
import Presentation
import Slips
import Tensors

/// The slip behind a wrong answer, found by the finder of `Slips`. A homework's answers are formulas
/// worked out by hand; where one of them is the gradient of a quantity of the homework, the question is
/// asked about that gradient, so that the slip can be named in its words.
struct SlipSearch {
  let room: Workspace
  /// Scalars that were computed, which gradients may be of; the last computed first.
  private let losses: [(name: String, history: History, gradients: [Tensor?])]

  init(_ room: Workspace) {
    self.room = room
    let named = room.environment.variables.compactMap { symbol, value -> (String, Variable)? in
      guard case .tensor(let variable) = value.resolved, variable.shape.isScalar,
        variable.operation != nil
      else { return nil }
      return (symbol.name, variable)
    }
    losses = named.reversed().compactMap { name, variable in
      let history = History(of: variable)
      guard history.count > 3, let found = try? variable.gradients(for: history.quantities) else {
        return nil
      }
      return (name, history, found)
    }
  }

  /// What is asked, in the finder's form.
  private struct Subject {
    var inquiry: Inquiry
    /// Numbers of the student's own that the computation goes on from.
    var given: [SlipFinder.Given] = []
  }

  /// - Parameter own: the student's earlier answers that are not right, by name.
  func slip(behind answer: WrongAnswer, own: [String: UnderstoodAnswer]) -> FoundSlip? {
    guard let typed = answer.understood.typed else { return nil }
    for subject in subjects(answer, own) {
      guard
        let finder = try? SlipFinder(
          subject.inquiry, typed: typed, given: subject.given, bounds: SlipSearch.bounds),
        let found = try? finder.judge(), let slip = FoundSlip(found)
      else { continue }
      return slip
    }
    return nil
  }

  /// Counted in runs and not in time, so that the same answer is told the same on every machine.
  private static let bounds = SearchBounds(evaluations: 4_000, seconds: nil)

  private func subjects(_ answer: WrongAnswer, _ own: [String: UnderstoodAnswer]) -> [Subject] {
    guard let target = variable(answer.expression, answer.question.assessment.name) else {
      return []
    }
    let text = answer.question.assessment.name ?? answer.question.id
    var subjects: [Subject] = []
    if let (loss, place) = gradient(target.value) {
      let (_, history, _) = losses[loss]
      subjects.append(
        Subject(
          inquiry: Inquiry(
            history.quantities[place],
            .gradient(of: history.quantities[history.count - 1]), text: text),
          given: given(own, in: history)))
      subjects += onward(from: own, to: history.quantities[place], text)
    }
    subjects.append(
      Subject(
        inquiry: Inquiry(target, .value, text: text), given: given(own, in: History(of: target))))
    return subjects
  }

  /// The recorded quantity of an answer.
  private func variable(_ expression: String, _ name: String?) -> Variable? {
    if let name, case .tensor(let variable)? = room.environment.variable(Symbol(name))?.resolved {
      return variable
    }
    let tree = Parser.parse(SourceText(name: "answer", text: expression)).tree
    guard let statement = tree.statements.first, let result = try? room.run(statement, of: tree),
      case .tensor(let variable)? = result.values.last?.value.resolved
    else { return nil }
    return variable
  }

  /// The quantity by which a loss has this gradient; a named one before others.
  private func gradient(_ value: Tensor) -> (loss: Int, place: Int)? {
    guard value.elements.contains(where: { $0 != 0 }) else { return nil }
    for (index, loss) in losses.enumerated() {
      let places = loss.history.quantities.indices.dropLast().filter { place in
        loss.gradients[place].map { Self.isSame($0, value) } ?? false
      }
      let named = places.first { loss.history.quantities[$0].naming != nil }
      if let place = named ?? places.last { return (index, place) }
    }
    return nil
  }

  private static func isSame(_ left: Tensor, _ right: Tensor) -> Bool {
    left.shape == right.shape
      && zip(left.elements, right.elements).allSatisfy {
        ($0 - $1).magnitude <= 1e-9 * max($0.magnitude, $1.magnitude)
      }
  }

  /// The student's own numbers for quantities of the computation itself.
  private func given(_ own: [String: UnderstoodAnswer], in history: History) -> [SlipFinder.Given] {
    own.sorted { $0.key < $1.key }.compactMap { name, answer in
      guard let typed = answer.typed,
        let quantity = history.quantities.first(where: { $0.naming?.name == name }),
        quantity !== history.quantities[history.count - 1]
      else { return nil }
      return SlipFinder.Given(quantity, name: name, typed: typed)
    }
  }

  /// From a gradient of the student's own backwards: that of the sum of its quantity, each element
  /// weighted with what the student has for it.
  private func onward(
    from own: [String: UnderstoodAnswer], to quantity: Variable, _ text: String
  ) -> [Subject] {
    own.sorted { $0.key < $1.key }.compactMap { name, answer in
      guard case .tensor(let right)? = room.environment.variable(Symbol(name))?.resolved,
        let (loss, place) = gradient(right.value)
      else { return nil }
      let node = losses[loss].history.quantities[place]
      guard node !== quantity, History(of: node).place(of: quantity) != nil,
        let root = weighted(node, by: answer.tensor(answer.values))
      else { return nil }
      return Subject(inquiry: Inquiry(quantity, .gradient(of: root), text: text))
    }
  }

  private func weighted(_ node: Variable, by weights: Tensor) -> Variable? {
    let before = room.snapshot()
    defer { room.restore(before) }
    room.environment.assign(Symbol("arriving_weights"), .tensor(Variable(weights)))
    room.environment.assign(Symbol("arriving_node"), .tensor(node))
    return variable("sum(arriving_node * arriving_weights)", nil)
  }
}

/// An answer that is neither right nor follows from earlier ones.
struct WrongAnswer {
  let question: Assignment.Question
  /// The expression that the homework asks for.
  let expression: String
  let understood: UnderstoodAnswer
}

/// A mistake that reproduces all that was typed.
struct FoundSlip: Equatable {
  var verdict: Grade.Verdict
  /// `sign-flipped at E`
  var id: String
  /// What the student is told.
  var sentence: String
}

extension UnderstoodAnswer {
  /// For the finder, digits as they were typed.
  var typed: TypedAnswer? {
    if numbers.allSatisfy({ $0.printed != nil }) { return TypedAnswer(text()) }
    return TypedAnswer(computed: tensor(values), text: text())
  }
}

extension FoundSlip {
  /// Nil where nothing is claimed.
  init?(_ judgment: Judgment) {
    guard let slip = judgment.slip, let verdict = Grade.Verdict(judgment.verdict) else {
      return nil
    }
    self.init(verdict: verdict, id: slip, sentence: judgment.sentence.uncapitalized)
  }
}

extension Grade.Verdict {
  /// What the finder found out as a verdict of a grade; nil where it explains nothing.
  fileprivate init?(_ verdict: Judgment.Verdict) {
    switch verdict {
    case .right, .carried, .unknown: return nil
    case .rounded: self = .rounded
    case .truncated: self = .truncated
    case .slip: self = .slip
    case .slips: self = .slips
    case .pair: self = .pair
    }
  }
}
