import Foundation
import Language
import Library
import Presentation
import Tensors
import TestSupport
import Testing

/// Jacobians, Hessians and second derivatives in the language against PyTorch's.
@Suite struct DerivativeTests {
  struct Reference: Decodable, CustomTestStringConvertible, Sendable {
    struct Packed: Decodable, Sendable {
      let shape: [Int]
      let values: [Double]
    }
    let function: String
    let x: Packed
    let jacobian: Packed
    let hessian: Packed?
    var testDescription: String { function }
  }

  private static let references: [Reference] = {
    struct File: Decodable { let cases: [Reference] }
    let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appending(path: "Fixtures/derivatives.json")
    return (try? JSONDecoder().decode(File.self, from: Data(contentsOf: path)))?.cases ?? []
  }()

  @Test func thereAreReferences() { #expect(DerivativeTests.references.count >= 30) }

  private func evaluator(_ reference: Reference) throws -> Evaluator {
    let evaluator = Evaluator(EvaluationContext(try Library.environment()))
    let values = "[" + reference.x.values.map { "\($0)" }.joined(separator: ", ") + "]"
    let shape = "(" + reference.x.shape.map { "\($0), " }.joined() + ")"
    try evaluator.run(SourceText(name: "x", text: "x = reshape(\(values), \(shape))\nx ← x"))
    return evaluator
  }

  private func expect(
    _ evaluator: Evaluator, _ text: String, gives expected: Reference.Packed
  ) throws {
    let value = try evaluator.value(of: text)
    let found = try #require(try value.asTensor(evaluator.environment.structure)).value
    #expect(found.shape.array == expected.shape, "\(text)")
    expectClose(found.elements, expected.values, absolute: 1e-10, relative: 1e-10, text)
  }

  @Test(arguments: references)
  func agreesWithPyTorch(_ reference: Reference) throws {
    let evaluator = try evaluator(reference)
    let f = reference.function
    for text in ["∂(\(f))/∂x", "jacobian(\(f), x)", "jacobian(lambda x: \(f), x)"] {
      try expect(evaluator, text, gives: reference.jacobian)
    }
    guard let hessian = reference.hessian else { return }
    for text in ["hessian(\(f), x)", "hessian(lambda t: \(f.replacing(/\bx\b/, with: "t")), x)"] {
      try expect(evaluator, text, gives: hessian)
    }
    // Where the gradient is constant, asking it for a derivative is a mistake worth an error.
    if hessian.values.contains(where: { $0 != 0 }) {
      try expect(evaluator, "∂(∂(\(f))/∂x)/∂x", gives: hessian)
    }
  }

  @Test func aHessianIsOfANumber() throws {
    let evaluator = Evaluator(EvaluationContext(try Library.environment()))
    let error = #expect(throws: Diagnostic.self) {
      _ = try evaluator.run(SourceText(name: "t", text: "x = [1.0, 2.0]\nhessian(x**2, x)"))
    }
    #expect(error?.code == "not-scalar")
  }
}
