import Autograd
import Tensors
import TestSupport
import Testing

/// An operation that is several in one is, written out, the same: values and gradients.
struct ExpansionTests {
  static let cases = Case.all.filter { $0.operation.expansion != nil }

  @Test func lossesCellsLayersAndVariancesAreWrittenOut() {
    let names = Set(Self.cases.map(\.operation.name))
    for name in ["mse", "cross_entropy", "binary_cross_entropy", "var", "linear", "lstm_cell"] {
      #expect(names.contains(name))
    }
  }

  @Test(arguments: cases)
  func writtenOutItIsTheSame(_ sample: Case) throws {
    let expansion = try #require(sample.operation.expansion)
    let attributes = sample.attributes
    // A spread of nothing, or of one number with a correction, is nan both ways.
    let inputs = sample.inputs
    guard inputs.allSatisfy({ $0.count > 0 }) else { return }
    let (one, other) = (inputs.map { Variable($0) }, inputs.map { Variable($0) })
    let whole = try sample.operation(one, attributes)
    let parts = try expansion(other, attributes)
    #expect(whole.shape == parts.shape)
    for (a, b) in zip(whole.value.elements, parts.value.elements) {
      expectClose(a, b, absolute: 1e-12, relative: 1e-10)
    }
    let seed = sample.arriving(whole.shape)
    let (first, second) = try (
      whole.gradients(for: one, seed: seed), parts.gradients(for: other, seed: seed)
    )
    for (a, b) in zip(first, second) {
      guard let a, let b else { continue }
      for (x, y) in zip(a.elements, b.elements) {
        expectClose(x, y, absolute: 1e-10, relative: 1e-9)
      }
    }
  }
}
