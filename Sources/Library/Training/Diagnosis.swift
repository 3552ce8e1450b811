import Autograd
import Language
import Presentation

/// One thing that can be wrong with a training run, declared once: how it is seen, from which number
/// on, who says so, and what may have caused it, with the experiment that would tell.
struct Diagnosis: Sendable {
  /// When it is looked for.
  enum Moment: Sendable { case before, after, both }

  struct Cause: Sendable {
    let text: String
    let experiment: String

    init(_ text: String, tell experiment: String) {
      self.text = text
      self.experiment = experiment
    }
  }

  let id: String
  let moment: Moment
  /// From which number on, in words.
  let threshold: String
  /// Whose threshold it is.
  let source: String
  /// The likeliest first.
  let causes: [Cause]
  let fact: @Sendable (Evidence) throws -> Fact?

  init(
    _ id: String, _ moment: Moment, threshold: String, source: String, causes: [Cause],
    fact: @escaping @Sendable (Evidence) throws -> Fact?
  ) {
    self.id = id
    self.moment = moment
    self.threshold = threshold
    self.source = source
    self.causes = causes
    self.fact = fact
  }

  /// All of them, the most fundamental first.
  static let standard = setup + numbers + units + curves
}

/// What was seen: a sentence, the number that tells, and where it began.
struct Fact: Sendable {
  var text: String
  var number: Double
  var step: Int?
  var layer: String?
  var units: [Int] = []
  var picture: AnyFigure?

  init(_ text: String, number: Double) {
    self.text = text
    self.number = number
  }

  /// The fact with its picture.
  func drawn(_ figure: any Figure) -> Fact {
    var fact = self
    fact.picture = AnyFigure(figure)
    return fact
  }
}

/// A diagnosis that was made of one run.
final class Finding: LanguageObject {
  let diagnosis: Diagnosis
  let fact: Fact

  init(_ diagnosis: Diagnosis, _ fact: Fact) {
    self.diagnosis = diagnosis
    self.fact = fact
  }

  var summary: String { "\(diagnosis.id): \(fact.text)" }

  private static let values = [
    "id", "symptom", "number", "threshold", "source", "step", "layer", "units", "causes",
  ]
  var attributeNames: [String] { Self.values }

  func attribute(_ name: Symbol) -> Value? {
    switch name.name {
    case "id": .string(diagnosis.id)
    case "symptom": .string(fact.text)
    case "number": .number(fact.number)
    case "threshold": .string(diagnosis.threshold)
    case "source": .string(diagnosis.source)
    case "step": fact.step.map { .integer($0) } ?? Value.none
    case "layer": fact.layer.map { .string($0) } ?? Value.none
    case "units": .list(List(fact.units.map { .integer($0) }))
    case "causes":
      .list(List(diagnosis.causes.map { .tuple([.string($0.text), .string($0.experiment)]) }))
    default: nil
    }
  }

  /// The fact first, then what may be behind it.
  var blocks: [Block] {
    let number = NumberFormat(digits: 4).text(fact.number)
    var facts = [
      "number \(number)", "threshold: \(diagnosis.threshold) (\(diagnosis.source))",
    ]
    if let step = fact.step { facts.append("first seen at step \(step)") }
    if let layer = fact.layer { facts.append("in \(layer)") }
    if !fact.units.isEmpty { facts.append("units " + Finding.list(fact.units)) }
    var blocks: [Block] = [
      .blank, .paragraph(Words(diagnosis.id, .heading) + ": " + Words(fact.text + ".", .strong)),
      .list(ordered: false, items: facts.map { [.paragraph(Words($0, .dim))] }),
    ]
    if let picture = fact.picture { blocks.append(.figure(picture)) }
    blocks.append(.paragraph(Words("What may be behind it, the likeliest first:")))
    blocks.append(
      .list(
        ordered: true,
        items: diagnosis.causes.map { cause in
          let end = cause.experiment.hasSuffix("?") ? "" : "."
          return [
            .paragraph(Words(cause.text + ". To tell: ") + Words(cause.experiment + end, .note))
          ]
        }))
    return blocks
  }

  /// A few numbers, and how many more there are.
  private static func list(_ numbers: [Int]) -> String {
    let shown = numbers.prefix(8).map(String.init).joined(separator: ", ")
    return numbers.count > 8 ? "\(shown) and \(numbers.count - 8) more" : shown
  }
}

/// Everything that was found of a run, to be asked one by one.
final class Findings: LanguageObject {
  let findings: [Finding]
  private let looked: Int
  private let subject: String

  init(_ findings: [Finding], looked: Int, of subject: String) {
    self.findings = findings
    self.looked = looked
    self.subject = subject
  }

  var summary: String {
    findings.isEmpty
      ? "no findings" : findings.map(\.diagnosis.id).joined(separator: ", ")
  }
  var isEchoed: Bool { false }
  var attributeNames: [String] { ["ids"] }
  func attribute(_ name: Symbol) -> Value? {
    name.name == "ids" ? .list(List(findings.map { .string($0.diagnosis.id) })) : nil
  }
  var count: Int? { findings.count }
  func element(_ index: Int) -> Value? {
    findings.indices.contains(index) ? .object(findings[index]) : nil
  }

  var blocks: [Block] {
    if findings.isEmpty {
      return [.line(Words("Nothing found: \(looked) things looked at \(subject).", .good))]
    }
    let count = findings.count == 1 ? "One finding" : "\(findings.count) findings"
    return [.paragraph(Words("\(count), \(looked) things looked at \(subject).", .caution))]
      + findings.flatMap(\.blocks)
  }
}
