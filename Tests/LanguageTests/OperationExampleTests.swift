import Autograd
import Language
import Presentation
import Tensors
import TestSupport
import Testing

/// Every example in the documentation of an operation runs and gives what it says, to 4 decimals.
@Suite struct OperationExampleTests {
  private static let examples: [(operation: String, example: Example)] =
    Catalogue.standard.operations.flatMap { operation in operation.examples.map { (operation.name, $0) } }

  @Test(arguments: examples.map { "\($0.operation): \($0.example.source)  # \($0.example.result ?? "")" })
  func exampleGivesItsResult(_ text: String) throws {
    let colon = try #require(text.firstRange(of: ": "))
    let example = Example(stringLiteral: String(text[colon.upperBound...]))
    let result = try #require(example.result, "an example needs a result after #")
    do {
      let session = try Session()
      session.environment.assign(Symbol("nan"), .number(.nan))
      let found = try tensor(session, example.source)
      let expected = try tensor(session, result)
      #expect(found.shape == expected.shape)
      #expect(expected.dtype != .bool || found.dtype == .bool, "True and False are expected")
      expectClose(found.elements, expected.elements, absolute: 0.5001e-4, relative: 0)
    } catch let error as Diagnostic {
      Issue.record("\(Renderer(width: 80, color: false).render(error))")
    }
  }

  private func tensor(_ session: Session, _ text: String) throws -> Tensor {
    let value = try session.evaluator.value(of: text)
    return try #require(try value.asTensor(session.environment.structure)).value
  }
}
