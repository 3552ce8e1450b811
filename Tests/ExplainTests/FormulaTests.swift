import Autograd
import Tensors
import TestSupport
import Testing

@testable import Explain

/// A formula that took its number from the engine would agree with the engine and explain nothing.
@Suite struct FormulaTests {
  /// Cells of these are told with numbers worked out elsewhere, not down to the inputs.
  private static let withWorkedNumbers = [
    "rnn_sequence": "the state before a step enters as the number that the line above gave",
    "lstm_sequence": "the state before a step enters as the number that the line above gave",
    "gru_sequence": "the state before a step enters as the number that the line above gave",
  ]

  /// Cells of these are a number and nothing else.
  private static let bareNumbers = [
    "argsort": "a place in the sorted order: a remark says which element stands there",
    "arg_top_k": "a place in the sorted order: a remark says which element stands there",
    "matrix_rank": "a count of singular values, for which there is no short arithmetic",
  ]

  /// Parts are worked out anew: their values belong to the inputs that the formula was made for.
  private static func value(_ formula: Formula?, _ inputs: [Tensor]) -> Double? {
    formula?.substituting { _ in nil }.evaluated(symbol: { _ in nil }) { inputs[$0][flat: $1] }
  }

  /// Names of the operations of which some case does not hold.
  private static func operations(failing holds: (Case) throws -> Bool) rethrows -> Set<String> {
    Set(try Case.all.filter { try !holds($0) }.map(\.operation.name))
  }

  @Test func everyCellHasAFormula() throws {
    for sample in Case.all {
      let inputs = sample.inputs
      let output = try sample.operation.evaluate(inputs, sample.attributes)
      for offset in 0..<output.count {
        let request = CellRequest(
          inputs: inputs, attributes: sample.attributes, output: output, offset: offset)
        #expect(sample.operation.cell(request) != nil, "\(sample), cell \(offset)")
      }
    }
  }

  /// The formulas know the shape of the result, but need none of its numbers.
  @Test func formulasDoNotReadTheResult() throws {
    let failing = try Self.operations { sample in
      let inputs = sample.inputs
      let output = try sample.operation.evaluate(inputs, sample.attributes)
      let hidden = Tensor(repeating: -7.125, shape: output.shape)
      return (0..<output.count).allSatisfy { offset in
        let request = CellRequest(
          inputs: inputs, attributes: sample.attributes, output: hidden, offset: offset)
        return Self.value(sample.operation.cell(request), inputs)
          .map { areClose($0, output[flat: offset], absolute: 1e-9, relative: 1e-9) } ?? false
      }
    }
    #expect(
      failing == ["rnn_sequence", "lstm_sequence", "gru_sequence", "matrix_rank"],
      "\(failing.sorted())")
  }

  /// A formula made at one point holds at a point nearby: its numbers are the elements of the inputs.
  @Test func formulasBottomOutInTheInputs() throws {
    let failing = try Self.operations { sample in
      let inputs = sample.inputs
      let moved = inputs.enumerated().map { Self.moved($0.element, $0.offset) }
      let output = try sample.operation.evaluate(inputs, sample.attributes)
      let expected = try sample.operation.evaluate(moved, sample.attributes)
      return (0..<output.count).allSatisfy { offset in
        let request = CellRequest(
          inputs: inputs, attributes: sample.attributes, output: output, offset: offset)
        return Self.value(sample.operation.cell(request), moved)
          .map { areClose($0, expected[flat: offset], absolute: 1e-9, relative: 1e-9) } ?? false
      }
    }
    #expect(failing == Set(Self.withWorkedNumbers.keys), "\(failing.sorted())")
  }

  /// Each element a little elsewhere, by different amounts; labels and places stay.
  private static func moved(_ tensor: Tensor, _ number: Int) -> Tensor {
    let elements = tensor.elements
    guard !elements.allSatisfy({ $0 == $0.rounded() }) else { return tensor }
    return Tensor(
      elements.enumerated().map { offset, element in
        element + 1e-5 * Double((offset * 7 + number * 3) % 11 + 1) / 11
      }, shape: tensor.shape)
  }

  @Test func bareNumbersAreFew() throws {
    var bare: Set<String> = []
    for operation in Catalogue.standard.operations {
      let formulas = try Case.cases(of: operation).flatMap { sample in
        let inputs = sample.inputs
        let output = try operation.evaluate(inputs, sample.attributes)
        return (0..<output.count).compactMap { offset in
          operation.cell(
            CellRequest(
              inputs: inputs, attributes: sample.attributes, output: output, offset: offset))
        }
      }
      #expect(!formulas.isEmpty, "\(operation.name) is tried with nothing")
      if !formulas.contains(where: Self.mentionsElements) { bare.insert(operation.name) }
    }
    #expect(bare == Set(Self.bareNumbers.keys), "\(bare.sorted())")
  }

  private static func mentionsElements(_ formula: Formula) -> Bool {
    if case .element = formula { true } else { formula.operands.contains(where: mentionsElements) }
  }

  /// The quantities of a term, and of what is defined beside it in place of a symbol.
  private static func quantities(in term: Term) -> [Quantity] {
    term.quantities.flatMap { quantity in
      quantity.definition.map { quantities(in: $0) } ?? [quantity]
    }
  }

  /// No cell is explained by itself, and what it is explained with is a named input or a constant.
  @Test(arguments: Case.all)
  func cellsBottomOutInNamedQuantities(_ sample: Case) throws {
    let inputs = sample.named
    let output = try sample.operation(inputs, sample.attributes)
    output.naming = Naming(name: "y", line: 2)
    let names = Names(under: output)
    for offset in 0..<output.shape.count {
      let term = Expansion(names: names).term(of: Cell(variable: output, offset: offset))
      for quantity in Self.quantities(in: term) {
        let isInput = inputs.contains { $0 === quantity.cell?.variable }
        #expect(isInput, "cell \(offset) is told by \(quantity.symbol)")
      }
    }
  }
}
