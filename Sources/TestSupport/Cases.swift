import Autograd
import Tensors
import Testing

/// One call of an operation on random inputs, drawn where its declaration says it may be sampled.
package struct Case: CustomTestStringConvertible, Sendable {
  package let operation: Operation
  package let shapes: [[Int]]
  package let attributes: Attributes
  package let seed: UInt64

  package init(operation: Operation, shapes: [[Int]], attributes: Attributes, seed: UInt64) {
    self.operation = operation
    self.shapes = shapes
    self.attributes = attributes
    self.seed = seed
  }

  package var testDescription: String {
    "\(operation.name)\(shapes) \(attributes.values.map { "\($0.name)=\($0.value)" })"
  }

  package var inputs: [Tensor] {
    var generator = Generator(seed: seed)
    let sampling = operation.sampling
    if let make = sampling.inputs {
      return make(shapes) { generator.next() }
    }
    return shapes.map { shape in
      let count = shape.reduce(1, *)
      return Tensor(
        (0..<count).map { _ in draw(sampling, &generator) }, shape: Shape(unchecked: shape))
    }
  }

  private func draw(_ sampling: Sampling, _ generator: inout Generator) -> Double {
    while true {
      let (low, high) = (sampling.range.lowerBound, sampling.range.upperBound)
      let number = low + (high - low) * generator.next()
      if sampling.avoiding.allSatisfy({ abs($0 - number) > 0.05 }) { return number }
    }
  }

  /// A random gradient from above: never ones, so that no symmetry hides a mistake.
  package func arriving(_ shape: Shape) -> Tensor {
    var generator = Generator(seed: seed &+ 77)
    return Tensor((0..<shape.count).map { _ in 0.5 + generator.next() }, shape: shape)
  }

  package static let usual: [Int: [[[Int]]]] = [
    1: [[[]], [[3]], [[2, 3]], [[0, 2]]],
    2: [
      [[], []], [[3], [3]], [[2, 3], [3]], [[2, 1], [1, 3]], [[], [2, 2]], [[0, 2], [2]],
    ],
  ]

  package static func cases(of operation: Operation) -> [Case] {
    let sampling = operation.sampling
    let shapes =
      sampling.shapes.isEmpty
      ? usual[operation.inputCount ?? 0] ?? [] : sampling.shapes
    return shapes.enumerated().map { index, shapes in
      Case(
        operation: operation, shapes: shapes,
        attributes: sampling.attributes[min(index, sampling.attributes.count - 1)].filled(
          operation),
        seed: UInt64(index + 1))
    }
  }

  package static let all: [Case] = Catalogue.standard.operations.flatMap(cases)

  package static let differentiable = all.filter {
    if case .undefined = $0.operation.rule { return false }
    return true
  }
}

extension Attributes {
  /// With the defaults of the parameters that are not given.
  package func filled(_ operation: Operation) -> Attributes {
    var result = self
    for parameter in operation.parameters where self[parameter.name] == .none {
      if let standard = parameter.standard { result.values.append((parameter.name, standard)) }
    }
    return result
  }
}
