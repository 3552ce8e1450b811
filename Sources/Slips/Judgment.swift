import Presentation
import Tensors

/// What was found out about a number that somebody gave.
package struct Judgment: Sendable {
  package enum Verdict: String, Sendable {
    case right
    /// Right, but steps were rounded.
    case rounded
    case truncated
    /// Right, given the numbers handed in.
    case carried
    case slip
    /// Several explanations, each of which reproduces everything.
    case slips
    /// Only two slips together do.
    case pair
    case unknown
  }

  /// One explanation.
  package struct Explanation: Sendable {
    package let id: String
    /// A name of the program.
    package let at: String
    package let details: [JSONValue.Member]
    /// The second slip of a pair, or the rounding under which a slip gives the digits.
    package var with: [JSONValue.Member]?
    /// Slips that always give the same number.
    package var same: [(id: String, at: String)] = []
    /// What was done: follows "this is what comes out if".
    package let deed: String
    package let rule: String
  }

  package var question: String
  package var verdict: Verdict
  package var explanations: [Explanation] = []
  /// Which elements are right, in the shape of the answer.
  package var agree: [Bool]
  package var figures: [Int]
  package var shape: Shape
  /// The bound on chance; 0 where nothing is claimed.
  package var chance: Double = 0
  package var separating: (question: String, sentence: String)?
  /// The whole reply.
  package var sentence: String

  /// `operand-swapped at s2 (Θ2 for h1)`; nil where no slip is claimed.
  package var slip: String? {
    explanations.first.map { first in
      var text = "\(first.id) at \(first.at)"
      let named = Dictionary(
        first.details.map { ($0.key, $0.value) }, uniquingKeysWith: { first, _ in first })
      if case .string(let wrong)? = named["wrong"], case .string(let right)? = named["right"] {
        text += " (\(wrong) for \(right))"
      }
      return text
    }
  }
}

extension Judgment {
  /// The object of `--format json`: all keys are always there.
  package var json: JSONValue {
    .object([
      .init(
        "why",
        .object([
          .init("question", .string(question)), .init("verdict", .string(verdict.rawValue)),
          .init("slips", .array(explanations.map(\.json))),
          .init("agree", nested(agree.map { .bool($0) })),
          .init("figures", nested(figures.map { .int($0) })),
          .init("chance", .number(chance)),
          .init(
            "separating",
            separating.map {
              .object([
                .init("question", .string($0.question)), .init("sentence", .string($0.sentence)),
              ])
            } ?? .null),
          .init("sentence", .string(sentence)),
        ]))
    ])
  }

  /// In the shape of the answer.
  private func nested(_ values: [JSONValue]) -> JSONValue {
    var level = values
    for size in shape.array.reversed() {
      guard size > 0 else { return .array([]) }
      level = stride(from: 0, to: level.count, by: size).map {
        .array(Array(level[$0..<$0 + size]))
      }
    }
    return level.first ?? .array([])
  }
}

extension Judgment.Explanation {
  fileprivate var json: JSONValue {
    var members: [JSONValue.Member] = [.init("id", .string(id)), .init("at", .string(at))]
    members += details
    members.append(.init("with", with.map { .object($0) } ?? .null))
    members.append(
      .init(
        "same",
        .array(
          same.map { .object([.init("id", .string($0.id)), .init("at", .string($0.at))]) })))
    members.append(.init("sentence", .string(rule)))
    return .object(members)
  }
}

extension Judgment {
  /// What was understood, and the reply.
  package func document(of typed: TypedAnswer) -> Document {
    let words = [
      "no figures", "one figure", "two figures", "three figures", "four figures", "five figures",
      "six figures",
    ]
    var echo = "\(question) is asked; you give \(typed.text)"
    if typed.elements.count == 1, let count = figures.first {
      echo += ", " + (words.indices.contains(count) ? words[count] : "\(count) figures")
    }
    return Document([
      .hanging(Words(echo, .note), indent: 2), .hanging(Words(sentence), indent: 0),
    ])
  }
}
