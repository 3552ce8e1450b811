import Autograd
import Tensors
import TestSupport
import Testing

/// Nothing a learner can type may trap: random shapes and absurd arguments give a value or an error.
/// A trap ends the test process, which no expectation could do more loudly.
@Suite struct RandomArgumentTests {
  private struct Dice {
    var generator: Generator
    mutating func number(below limit: Int) -> Int { Int(generator.next() * Double(limit)) }
    mutating func pick<T>(_ choices: [T]) -> T { choices[number(below: choices.count)] }
  }

  private static let integers = [0, 1, 1, 2, 2, 3, -1, -2, 4, 7, -9, 1 << 40, .max, .min]
  private static let reals = [0, 1, -1, 0.5, 2, .nan, .infinity, -.infinity, 1e300, 1e-300]
  private static let sizes: [[Int]] = [
    [], [1], [3], [2, 3], [3, 3], [2, 2], [0], [0, 2], [2, 0], [2, 3, 4], [1, 2, 3, 3],
    [2, 1, 2, 3, 2],
    [1, 1, 1, 1, 1, 1, 1, 2],
  ]

  private static func tensor(_ dice: inout Dice) -> Tensor {
    let shape = Shape(unchecked: dice.pick(sizes))
    let kind = dice.number(below: 4)
    let elements = (0..<shape.count).map { _ -> Double in
      switch kind {
      case 0: Double(dice.number(below: 4))
      case 1: dice.pick(reals)
      default: 4 * dice.generator.next() - 2
      }
    }
    return Tensor(
      elements, shape: shape, dtype: dice.pick([.float64, .float64, .float32, .int64, .bool]))
  }

  private static func attribute(for parameter: Parameter, _ dice: inout Dice) -> Attribute {
    if dice.number(below: 3) == 0, let standard = parameter.standard { return standard }
    switch parameter.kind {
    case .integer: return dice.number(below: 8) == 0 ? .none : .integer(dice.pick(integers))
    case .real:
      return dice.number(below: 4) == 0 ? .integer(dice.pick(integers)) : .real(dice.pick(reals))
    case .bool: return .bool(dice.number(below: 2) == 0)
    case .choice(let words):
      return .string(dice.number(below: 6) == 0 ? "nonsense" : dice.pick(words))
    case .string: return .string("same")
    case .axes, .integers:
      switch dice.number(below: 4) {
      case 0: return .none
      case 1: return .integer(dice.pick(integers))
      default: return .integers((0..<dice.number(below: 5)).map { _ in dice.pick(integers) })
      }
    case .any:
      return .index((0..<dice.number(below: 5)).map { _ in item(&dice) })
    case .tensor, .tensors, .function: return .none
    }
  }

  private static func item(_ dice: inout Dice) -> IndexItem {
    func optional() -> Int? { dice.number(below: 3) == 0 ? nil : dice.pick(integers) }
    switch dice.number(below: 6) {
    case 0: return .ellipsis
    case 1: return .newAxis
    case 2: return .at(dice.pick(integers))
    default: return .slice(start: optional(), stop: optional(), step: dice.pick(integers))
    }
  }

  @Test(arguments: Catalogue.standard.operations.map(\.name))
  func absurdArgumentsGiveAValueOrAnError(_ name: String) throws {
    let operation = try #require(Catalogue.standard[name])
    var dice = Dice(generator: Generator(seed: name.utf8.reduce(7) { $0 &* 31 &+ UInt64($1) }))
    for _ in 0..<150 {
      let count = operation.inputCount ?? dice.number(below: 4)
      let variables = (0..<count).map { _ in Variable(Self.tensor(&dice)) }
      var values: [(name: String, value: Attribute)] = []
      for parameter in operation.parameters
      where parameter.kind != .tensor && parameter.kind != .tensors {
        values.append((parameter.name, Self.attribute(for: parameter, &dice)))
      }
      guard let output = try? operation(variables, Attributes(values)) else { continue }
      #expect(output.shape.count <= 100_000)
      for offset in 0..<min(output.shape.count, 4) {
        _ = operation.cell(
          CellRequest(
            inputs: variables.map(\.value), attributes: output.attributes, output: output.value,
            offset: offset))
      }
      let seed = Tensor(repeating: 1, shape: output.shape)
      guard let gradients = try? output.gradients(for: variables, seed: seed) else { continue }
      for (gradient, variable) in zip(gradients, variables) {
        if let gradient { #expect(gradient.shape == variable.shape) }
      }
    }
  }
}
