import Autograd
import Glibc
import Presentation
import Tensors

extension Explainer {
  /// The gradient in three ways side by side: link by link along the chain, by reverse mode, and by
  /// central differences with the estimated error of the difference. `cell` picks one element.
  package func compareGradients(
    of output: Variable, by input: Variable, cell: Int? = nil,
    names given: (WorkedFormula?, WorkedFormula?) = (nil, nil)
  ) throws(ExplanationError) -> Document {
    let names = names(of: output, given.0, and: input, given.1)
    let (above, below) = (names.symbol(of: output) ?? "E", names.symbol(of: input) ?? "w")
    guard output.shape.count == 1 else { throw .notScalar(above.text, output.shape) }
    let chain = try Chain(to: input, names: names, shouldStop: shouldStop)
    let shown = cell.map { [$0] } ?? Array(0..<min(input.shape.count, Self.cellLimit))
    let byChain: Tensor
    let checks: [GradientComparison]
    do {
      byChain = try chain.gradient()
      let one = Tensor(repeating: 1, shape: output.shape)
      checks = try output.gradientCheck(
        for: input, seed: one, offsets: shown, shouldStop: shouldStop)
    } catch {
      throw ExplanationError(error, names: names)
    }
    let rows = checks.map { check in
      Comparison(
        label: WorkedFormula.derivative(
          above, by: Names.indexed(below, input.shape, check.offset)
        ).text, check: check,
        byChain: byChain[flat: check.offset], tolerance: Self.tolerance(output, input))
    }
    let largest = checks.map(\.analytic.magnitude).filter(\.isFinite).max() ?? 0
    let figures = NumberText(digits: Self.decimals(showing: largest, figures: max(digits, 6)))
    var document = Document(comparison(rows.map { $0.row(figures) }))
    for note in rows.compactMap({ $0.note(figures) }) { document.blocks += prose(note) }
    if checks.contains(where: \.isRounded) {
      document.blocks += prose(
        "steps of \(above.text) are rounded: the chain takes slopes at the rounded numbers,")
      document.blocks += prose(
        "the difference is that of the same steps without rounding")
    }
    if cell == nil, input.shape.count > checks.count {
      let rest = TermText.grouped(input.shape.count - checks.count)
      document.append(.line(Words("… \(rest) more elements not compared", .dim)))
    }
    return document
  }

  /// A table, with shorter headings where the page is narrow; where it is narrower still, a list.
  private func comparison(_ rows: [[Words]]) -> [Block] {
    let ways = ["chain", "reverse mode", "central difference"]
    for ways in [ways + ["its error"], ["chain", "reverse", "difference", "error"]] {
      let header = (["gradient"] + ways + [""]).map { Words($0) }
      let columns = header.indices.map { column in
        ([header] + rows).map { $0[column].plain.count }.max() ?? 0
      }
      guard columns.reduce(3 * (columns.count - 1), +) <= width else { continue }
      let alignments: [Table.Alignment] = [.left, .right, .right, .right, .right, .left]
      return [.table(Table(header: header, rows: rows, alignments: alignments))]
    }
    return rows.flatMap { row -> [Block] in
      let values = zip(ways, row[1...]).map { way, value in
        let label = "  " + way + String(repeating: " ", count: ways[2].count - way.count) + "  "
        return Block.line(Words(label) + value + (way == ways[2] ? Words(" ") + row[4] : Words("")))
      }
      return [.line(row[0] + Words("  ") + row[5])] + values
    }
  }

  /// How far a difference may be off, relative to the gradient.
  private static func tolerance(_ output: Variable, _ input: Variable) -> Double {
    output.value.dtype == .float32 || input.value.dtype == .float32 ? 1e-2 : 1e-5
  }

  /// Decimals that show so many significant figures of a number.
  private static func decimals(showing number: Double, figures: Int) -> Int {
    guard number > 0, number.isFinite else { return figures }
    return min(max(figures - 1 - Int(log10(number).rounded(.down)), 0), 12)
  }
}

/// One line of the comparison.
private struct Comparison {
  let label: String
  let check: GradientComparison
  let byChain: Double
  let tolerance: Double

  private var verdict: GradientComparison.Verdict {
    let verdict = check.verdict(tolerance: tolerance)
    let difference = (byChain - check.analytic).magnitude
    let isSame = difference <= 1e-9 * max(1, check.analytic.magnitude) || tolerance > 1e-3
    return verdict == .agree && !isSame ? .differ : verdict
  }

  func row(_ figures: NumberText) -> [Words] {
    [
      Words(label, .name), Words(figures.text(byChain)), Words(figures.text(check.analytic)),
      Words(figures.text(check.numeric)), Words("±" + magnitude(check.uncertainty), .dim),
      word,
    ]
  }

  private var word: Words {
    switch verdict {
    case .agree: Words("agree", .good)
    case .differ: Words("differ", .bad)
    case .kink: Words("kink", .note)
    case .jump: Words("jump", .note)
    case .undefined: Words("undefined", .note)
    case .rounded: Words("rounded", .note)
    }
  }

  /// Why the difference proves nothing here.
  func note(_ figures: NumberText) -> String? {
    switch verdict {
    case .agree, .differ, .rounded: nil
    case .kink:
      "\(label): a kink, slope \(side(check.left)) from the left and \(side(check.right)) from the right"
    case .jump: "\(label): the value jumps here, so no difference tells the slope"
    case .undefined: "\(label): not a finite number, so there is nothing to compare"
    }
  }

  /// A slope without the noise of the difference.
  private func side(_ slope: Double) -> String {
    slope.magnitude <= check.uncertainty ? "0" : NumberText(digits: 4).text(slope)
  }

  /// The power of ten of an error: `3·10⁻¹¹`.
  private func magnitude(_ error: Double) -> String {
    error == 0
      ? "0" : error.isFinite ? NumberText(digits: 0).scientific(error, decimals: 0).text : "∞"
  }
}

extension Chain {
  /// The gradient of the target by the chain rule, one link after the other.
  func gradient() throws -> Tensor {
    var arrived: [ObjectIdentifier: Tensor] = [
      ObjectIdentifier(root): Tensor(repeating: 1, shape: root.shape)
    ]
    for node in nodes.reversed() where node !== target {
      guard let arriving = arrived[ObjectIdentifier(node)] else { continue }
      for (input, gradient) in try contributions(of: node, arriving: Variable(arriving)) {
        let earlier = arrived[ObjectIdentifier(input)]
        arrived[ObjectIdentifier(input)] = try earlier?.adding(gradient.value) ?? gradient.value
      }
    }
    return arrived[ObjectIdentifier(target)] ?? Tensor(repeating: 0, shape: target.shape)
  }
}
