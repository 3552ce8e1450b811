import Autograd
import Tensors
import TestSupport
import Testing

@testable import Explain

/// What is shown is what the engine computed, for every operation of the catalogue.
@Suite struct FaithfulnessTests {
  /// All cells of a few, some of many.
  private static func cells(_ count: Int) -> [Int] {
    count <= 8 ? Array(0..<count) : Array(0..<4) + Array((count - 4)..<count)
  }

  private static func close(_ a: Double, _ b: Double) -> Bool {
    a == b || a.isNaN && b.isNaN || abs(a - b) <= 1e-9 * max(1, abs(a), abs(b))
  }

  @Test(arguments: Case.all.sampled(every: 3))
  func shownArithmeticGivesTheValue(_ sample: Case) throws {
    let inputs = sample.named
    let output = try sample.operation(inputs, sample.attributes)
    let names = Names(under: output)
    for offset in Self.cells(output.shape.count) {
      let term = Expansion(names: names).term(of: Cell(variable: output, offset: offset))
      let expected = output.value[flat: offset]
      #expect(
        Self.close(term.exactValue, expected), "cell \(offset): \(term.exactValue), not \(expected)"
      )
      #expect(
        Self.close(term.simplified.exactValue, expected),
        "cell \(offset) simplified: \(term.simplified.exactValue)")
    }
  }

  @Test(arguments: Case.differentiable.sampled(every: 3))
  func shownTermsGiveTheGradient(_ sample: Case) throws {
    let inputs = sample.named
    let output = try sample.operation(inputs, sample.attributes)
    output.naming = Naming(name: "y", line: 2)
    let weights = Variable(sample.arriving(output.shape))
    let loss = try call("sum", [output * weights])
    loss.naming = Naming(name: "E", line: 3)
    for input in inputs {
      guard let expected = try loss.gradients(for: [input])[0] else { continue }
      let chain = try Chain(to: input, names: Names(under: loss))
      var layers = LayerPage(explainer: Explainer(), chain: chain)
      try layers.reverse()
      let parts = try layers.parts(of: input)
      for offset in Self.cells(input.shape.count) {
        let value = layers.term(parts, at: offset).exactValue
        #expect(
          Self.close(value, expected[flat: offset]),
          "cell \(offset): \(value), not \(expected[flat: offset])")
      }
      let total = try chain.gradient()
      #expect(zip(total.elements, expected.elements).allSatisfy(Self.close))
    }
  }

  /// Operations whose ways are not followed cell by cell; their gradients are told layer by layer.
  private static let notFollowed = [
    "rnn_sequence": "a cell names the state before it as a number, so its ways end there",
    "lstm_sequence": "a cell names the state before it as a number, so its ways end there",
    "gru_sequence": "a cell names the state before it as a number, so its ways end there",
  ]

  /// The factors of all ways, multiplied and added, are the gradient of one element. For each
  /// operation some element is followed.
  @Test func factorsAlongTheWaysGiveTheGradient() throws {
    var followed: Set<String> = []
    for sample in Case.differentiable {
      let (inputs, _, loss) = try sample.loss()
      for input in inputs.prefix(2) where input.shape.count > 0 {
        guard let expected = try loss.gradients(for: [input])[0] else { continue }
        let chain = try Chain(to: input, names: Names(under: loss))
        for offset in Set([0, input.shape.count / 2]) {
          guard let paths = CellPaths(chain, target: offset),
            paths.count(from: paths.target) <= 8
          else { continue }
          let total = try Self.total(of: paths, chain, sample)
          guard Self.notFollowed[sample.operation.name] == nil else { continue }
          followed.insert(sample.operation.name)
          #expect(
            Self.close(total, expected[flat: offset]),
            "\(sample): \(total), not \(expected[flat: offset])")
        }
      }
    }
    let left = Set(Case.differentiable.map(\.operation.name)).subtracting(followed)
    #expect(left == Set(Self.notFollowed.keys), "not followed: \(left.sorted())")
  }

  private static func total(
    of paths: CellPaths, _ chain: Chain, _ sample: Case
  ) throws -> Double {
    try paths.ways(from: paths.target).reduce(0.0) { total, way in
      try total
        + zip(way, way.dropFirst()).reduce(1.0) { product, link in
          let derivative = try chain.derivative(of: link.1, by: link.0)
          #expect(Self.close(derivative.term.exactValue, derivative.value), "\(sample)")
          return product * derivative.term.exactValue
        }
    }
  }

  /// Terms of a derivative are named quantities and constants, not numbers of the engine under a
  /// name that is nowhere explained. These write one out as what it is: `(x @ W)[3]`.
  private static let withUnnamed = [
    "solve": "the rule solves the transposed system for the gradient, an element of which is named",
    "inv": "of a 4×4 matrix, the inner of the rule's two products is written as what it is",
    "lstsq": "the rule solves the normal equations for the gradient, an element of which is named",
    "lstm_cell": "the rule takes the step apart; its sums and gates are written as expressions",
    "gru_cell": "the rule takes the step apart; its sums and gates are written as expressions",
    "rnn_sequence": "the rule takes the steps apart; their states are written as expressions",
    "lstm_sequence": "the rule takes the steps apart; their states are written as expressions",
    "gru_sequence": "the rule takes the steps apart; their states are written as expressions",
  ]

  @Test func derivativesBottomOutInNamedQuantities() throws {
    var unnamed: Set<String> = []
    for sample in Case.differentiable {
      let (inputs, _, loss) = try sample.loss()
      for input in inputs where input.shape.count > 0 {
        guard try loss.gradients(for: [input])[0] != nil else { continue }
        let names = Names(under: loss)
        let chain = try Chain(to: input, names: names)
        var layers = LayerPage(explainer: Explainer(), chain: chain)
        try layers.reverse()
        let parts = try layers.parts(of: input)
        let cells = [0, input.shape.count / 2].map { layers.term(parts, at: $0) }
        for quantity in cells.flatMap(\.quantities) {
          guard let cell = quantity.cell, names.symbol(of: cell.variable) == nil else { continue }
          unnamed.insert(sample.operation.name)
        }
      }
    }
    #expect(unnamed == Set(Self.withUnnamed.keys), "\(unnamed.sorted())")
  }

  /// What stands for the lightest of many contributions is what they come to, worked out one by one.
  @Test func contributionsLeftOutAreAddedUp() throws {
    var board = Blackboard()
    let (w, x) = (board.given("w", 0.8), board.given("x", 0.3))
    var h = x
    for step in 1...20 { h = try board.define("h\(step)", nil, (w * h + x) |> "tanh") }
    let chain = try Chain(to: w, names: Names(under: h))
    var layers = LayerPage(explainer: Explainer(), chain: chain)
    try layers.reverse()
    let all = try chain.consumers(of: w).map { consumer in
      let arriving = try #require(try h.gradients(for: [consumer])[0])
      let passed = try chain.contributions(of: consumer, arriving: Variable(arriving))
      return try #require(passed.first { $0.input === w }?.gradient.value[flat: 0])
    }
    let omitted = layers.term(try layers.parts(of: w), at: 0).children.compactMap { term in
      if case .omitted(let count, let value) = term { (count, value) } else { nil }
    }
    let hidden = all.sorted { abs($0) > abs($1) }.dropFirst(5)
    #expect(omitted.map(\.0) == [15] && hidden.count == 15)
    #expect(Self.close(omitted.first?.1 ?? .nan, hidden.reduce(0, +)))
  }

  /// Every printed line of every operation can be followed with a calculator.
  @Test(arguments: Case.all)
  func printedLinesCanBeRecomputed(_ sample: Case) throws {
    let inputs = sample.named
    let output = try sample.operation(inputs, sample.attributes)
    output.naming = Naming(name: "y", line: 2)
    let digits = sample.seed % 2 == 0 ? 2 : 4
    let lines = PrintedLines(Explainer(digits: digits).explain(output).plain, digits: digits)
    #expect(lines.mistakes.isEmpty, "\(lines.mistakes.prefix(3).joined(separator: "\n"))")
  }
}
