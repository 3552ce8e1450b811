import Autograd
import Foundation
import Tensors
import TestSupport
import Testing

/// What must hold for every operation of the catalogue, whichever it is.
@Suite struct CatalogueTests {
  @Test(arguments: Case.differentiable.sampled(every: 2))
  func gradientMatchesCentralDifference(_ sample: Case) throws {
    #expect(try sample.gradientMistakes() == [])
  }

  @Test(arguments: Case.differentiable.sampled(every: 2))
  func recordedGradientEqualsFastGradient(_ sample: Case) throws {
    #expect(try sample.recordingMistakes() == [])
  }

  /// Of operations with kinks as well: samples stay away from those.
  @Test(arguments: Case.differentiable.sampled(every: 2))
  func secondDerivativeMatchesCentralDifference(_ sample: Case) throws {
    #expect(try sample.secondOrderMistakes() == [])
  }

  @Test(arguments: Case.all)
  func cellFormulaGivesTheValue(_ sample: Case) throws {
    #expect(try sample.formulaMistakes() == [])
  }

  @Test(
    arguments: Case.differentiable.filter { $0.shapes.count == 2 && $0.shapes[0] == $0.shapes[1] })
  func sameVariableTwiceAddsBothGradients(_ sample: Case) throws {
    let inputs = sample.inputs
    guard sample.operation.sampling.inputs == nil, inputs[0].count > 0 else { return }
    let apart = inputs.indices.map { _ in Variable(inputs[0]) }
    let output = try sample.operation(apart, sample.attributes)
    let seed = sample.arriving(output.shape)
    let each = try output.gradients(for: apart, seed: seed).compactMap { $0?.elements }
    let shared = Variable(inputs[0])
    let together = try sample.operation([shared, shared], sample.attributes)
    let gradient = try #require(try together.gradients(for: [shared], seed: seed)[0])
    for (offset, found) in gradient.elements.enumerated() {
      expectClose(found, each.reduce(0) { $0 + $1[offset] }, absolute: 1e-14, relative: 1e-14)
    }
  }

  /// Nothing is passed on to the inputs of what the gradient is asked for: ∂loss/∂ŷ of ŷ = σ(s).
  @Test(arguments: Case.differentiable.sampled(every: 2))
  func theGradientStopsAtItsTarget(_ sample: Case) throws {
    let output = try sample.operation(sample.inputs.map { Variable($0) }, sample.attributes)
    let seed = sample.arriving(output.shape)
    #expect(try output.gradients(for: [output], seed: seed)[0]?.elements == seed.elements)
  }

  @Test(arguments: Case.all)
  func inputsAreNotModified(_ sample: Case) throws {
    let inputs = sample.inputs
    let before = inputs.map(\.elements)
    let variables = inputs.map { Variable($0) }
    let output = try sample.operation(variables, sample.attributes)
    if case .undefined = sample.operation.rule {
    } else {
      _ = try output.gradients(for: variables, seed: sample.arriving(output.shape))
    }
    #expect(inputs.map(\.elements) == before)
  }

  /// How far the checks reach: all of the catalogue but what says why it has no gradient.
  @Test func everyOperationIsDifferentiatedOrSaysWhyNot() {
    let checked = Set(Case.differentiable.map(\.operation.name))
    for operation in Catalogue.standard.operations {
      guard case .undefined(let reason) = operation.rule else {
        #expect(checked.contains(operation.name))
        continue
      }
      #expect(reason.split(separator: " ").count >= 4, "\(operation.name): \(reason)")
    }
    #expect(checked.count > 130)
  }

  /// A random case for every operation: without one nothing above says anything.
  @Test func everyOperationIsSampled() {
    let sampled = Set(Case.all.map(\.operation.name))
    #expect(Catalogue.standard.operations.map(\.name).filter { !sampled.contains($0) } == [])
  }

  /// A family in the folder that the catalogue does not list would never be found by anyone.
  @Test func everyFamilyIsListed() throws {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent(
        "Sources/Autograd")
    let list = try String(
      contentsOf: root.appendingPathComponent("Catalogue.swift"), encoding: .utf8)
    let files = try FileManager.default.contentsOfDirectory(
      at: root.appendingPathComponent("Operations"), includingPropertiesForKeys: nil)
    #expect(files.count >= 5)
    for file in files {
      let text = try String(contentsOf: file, encoding: .utf8)
      let families = text.matches(of: /static let (\w+): \[Operation\]/).map { String($0.1) }
      #expect(!families.isEmpty, "\(file.lastPathComponent) declares no family")
      for family in families {
        let isListed = list.contains(try Regex("Operation\\.\(family)\\b"))
        #expect(isListed, "\(family) is not in Catalogue.standard")
      }
    }
  }

  @Test func namesAreUnique() {
    let names = Catalogue.standard.operations.flatMap { [$0.name] + $0.aliases }
    #expect(Set(names).count == names.count)
  }

  @Test(arguments: Catalogue.standard.operations.map(\.name))
  func isDocumented(_ name: String) throws {
    let operation = try #require(Catalogue.standard[name])
    #expect(operation.summary.hasSuffix("."))
    #expect(!operation.examples.isEmpty)
  }
}
