import Autograd
import Language
import Library
import Presentation
import Slips
import Tensors
import Testing

/// A computation to ask about.
struct Asking {
  let evaluator: Evaluator

  init(_ lines: String) throws {
    evaluator = Evaluator(EvaluationContext(try Library.environment(), output: Output { _ in }))
    try evaluator.run(SourceText(name: "net", text: lines))
  }

  /// The judgment, whatever time it takes.
  func why(
    _ question: String, _ typed: String, given: [String: String] = [:], evaluations: Int = 4_000
  ) throws -> Judgment {
    let inquiry = try Inquiry.reading(question, in: evaluator)
    let answer = try #require(TypedAnswer(typed), "\(typed) is no answer")
    let known = try given.map { name, text in
      SlipFinder.Given(
        try Inquiry.reading(name, in: evaluator).quantity, name: name,
        typed: try #require(TypedAnswer(text)))
    }
    return try SlipFinder(
      inquiry, typed: answer, given: known, rate: Inquiry.rate(in: evaluator.environment),
      bounds: SearchBounds(evaluations: evaluations, seconds: nil)
    ).judge()
  }
}

extension Judgment {
  /// Every slip that is named, with its twins.
  var named: [String] { explanations.flatMap { [$0.id] + $0.same.map(\.id) } }
}
