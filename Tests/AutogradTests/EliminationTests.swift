import Autograd
import Tensors
import TestSupport
import Testing

/// Systems told by determinants and elimination come to what LAPACK finds.
@Suite struct EliminationTests {
  private func solved(_ name: String, _ inputs: [Tensor]) throws -> [(
    formula: Double?, engine: Double
  )] {
    let operation = try #require(Catalogue.standard[name])
    let output = try operation.evaluate(inputs, .none)
    return (0..<output.count).map { offset in
      let formula = operation.cell(
        CellRequest(inputs: inputs, attributes: .none, output: output, offset: offset))
      let value = formula?.evaluated(symbol: { _ in nil }) { inputs[$0][flat: $1] }
      return (value, output[flat: offset])
    }
  }

  private func random(_ sizes: [Int], seed: UInt64) -> Tensor {
    var generator = Generator(seed: seed)
    return Tensor(
      (0..<sizes.reduce(1, *)).map { _ in generator.next() * 4 - 2 }, shape: Shape(unchecked: sizes)
    )
  }

  /// Rows that have to change places, and zeros on the way.
  private static let exchanging: [[[Double]]] = [
    [[0, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1], [2, 0, 0, 0]],
    [[1, 2, 0, 1], [2, 4, 1, 0], [0, 3, 5, 1], [1, 0, 1, 3]],
    [[0, 2, 0, 1, 0], [4, 1, 2, 0, 1], [0, 2, 5, 1, 0], [1, 0, 1, 3, 2], [2, 0, 0, 1, 4]],
  ]

  @Test(arguments: ["solve", "inv", "det"], 1...8)
  func sizesUpToEightAreWorkedOut(name: String, size: Int) throws {
    let matrix = random([size, size], seed: UInt64(size) + 40)
    let inputs = name == "solve" ? [matrix, random([size, 2], seed: 5)] : [matrix]
    for (formula, engine) in try solved(name, inputs) {
      #expect(areClose(try #require(formula), engine, absolute: 1e-9, relative: 1e-8))
    }
  }

  @Test(arguments: ["solve", "inv", "det"], exchanging)
  func rowsAreExchanged(name: String, rows: [[Double]]) throws {
    let matrix = Tensor(rows.flatMap { $0 }, shape: [rows.count, rows.count])
    let inputs = name == "solve" ? [matrix, random([rows.count], seed: 5)] : [matrix]
    for (formula, engine) in try solved(name, inputs) {
      #expect(areClose(try #require(formula), engine, absolute: 1e-9, relative: 1e-9))
    }
  }

  @Test func aSingularMatrixHasNoVolume() throws {
    let rows = (0..<5).map { row in (0..<5).map { Double(row * $0 + $0) } }
    let found = try solved("det", [Tensor(rows.flatMap { $0 }, shape: [5, 5])])
    #expect(areClose(try #require(found[0].formula), 0, absolute: 1e-9, relative: 0))
  }

  /// Full columns, full rows, and columns that are sums of others.
  @Test(
    arguments: [
      [[1, 0], [1, 1], [1, 2]], [[1, 2, 3], [2, 4, 6.5]], [[1, 2], [2, 4], [3, 6]],
      [[1, 0, 1, 2], [0, 1, 1, -1], [1, 1, 2, 1]], [[0, 1, 2], [0, 2, 4], [0, 1, -1]],
      [[1, 1], [1, 1]], [[0, 0], [0, 0]], [[3]], [[1, 2, 3, 4]],
      [[1, 0, 0, 0, 1], [0, 1, 0, 0, 1], [0, 0, 1, 0, 1], [0, 0, 0, 1, 1], [1, 1, 1, 1, 4]],
    ] as [[[Double]]])
  func leastSquaresOfAnyRank(rows: [[Double]]) throws {
    let matrix = Tensor(rows.flatMap { $0 }, shape: [rows.count, rows[0].count])
    for sides in [[rows.count], [rows.count, 2]] {
      for (formula, engine) in try solved("lstsq", [matrix, random(sides, seed: 9)]) {
        #expect(areClose(try #require(formula), engine, absolute: 1e-9, relative: 1e-8))
      }
    }
  }

  @Test(arguments: ["solve", "inv", "det", "lstsq"])
  func largerOnesAreNotToldByHalf(name: String) throws {
    let matrix = random([9, 9], seed: 3)
    let inputs = ["solve", "lstsq"].contains(name) ? [matrix, random([9], seed: 4)] : [matrix]
    #expect(try solved(name, inputs).allSatisfy { $0.formula == nil })
  }
}
