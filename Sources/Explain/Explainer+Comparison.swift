import Autograd
import Glibc
import Presentation
import Tensors

extension Explainer {
  /// The gradient in three ways side by side: link by link along the chain, by reverse mode, and by
  /// central differences with the estimated error of the difference.
  package func compareGradients(
    of output: Variable, by input: Variable, names given: (String?, String?) = (nil, nil)
  ) throws(ExplanationError) -> Document {
    let names = names(of: output, given.0, and: input, given.1)
    let (above, below) = (names.symbol(of: output) ?? "E", names.symbol(of: input) ?? "w")
    guard output.shape.count == 1 else { throw .notScalar(above, output.shape) }
    let chain = try Chain(to: input, names: names)
    let byChain: Tensor
    let checks: [GradientComparison]
    do {
      byChain = try chain.gradient()
      checks = try output.gradientCheck(
        for: input, seed: Tensor(repeating: 1, shape: output.shape), limit: Self.cellLimit)
    } catch {
      throw ExplanationError(error, names: names)
    }
    let largest = checks.reduce(0) { max($0, $1.analytic.magnitude) }
    let figures = NumberText(digits: Self.decimals(showing: largest, figures: max(digits, 6)))
    let rows = checks.map { check in
      [
        Words("∂\(above)/∂" + Names.indexed(below, input.shape, check.offset), .name),
        Words(figures.text(byChain[flat: check.offset])), Words(figures.text(check.analytic)),
        Words(figures.text(check.numeric)), Words("±" + Self.magnitude(check.uncertainty), .dim),
        check.relativeError < 1e-5 ? Words("agree", .good) : Words("differ", .bad),
      ]
    }
    var document = Document([
      .table(
        Table(
          header: ["gradient", "chain", "reverse mode", "central difference", "its error", ""],
          rows: rows,
          alignments: [.left, .right, .right, .right, .right, .left]))
    ])
    if input.shape.count > checks.count {
      let rest = TermText.grouped(input.shape.count - checks.count)
      document.append(.line(Words("… \(rest) more elements not compared", .dim)))
    }
    return document
  }

  /// Decimals that show so many significant figures of a number.
  private static func decimals(showing number: Double, figures: Int) -> Int {
    guard number > 0, number.isFinite else { return figures }
    return min(max(figures - 1 - Int(log10(number).rounded(.down)), 0), 12)
  }

  /// The power of ten of an error: `3·10⁻¹¹`.
  private static func magnitude(_ error: Double) -> String {
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
