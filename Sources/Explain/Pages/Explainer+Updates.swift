import Autograd
import Presentation
import Tensors

extension Explainer {
  /// A step of gradient descent with its numbers: `w ← w − γ·∂E/∂w = 0.400 − 0.500·0.082 = 0.359`.
  /// `before` is the parameter the gradient belongs to; `output` what it is a gradient of.
  package func explainUpdate(
    of before: Variable, rate: Variable, output: Variable,
    names given: (String?, String?) = (nil, nil),
    rateName: String? = nil
  ) throws(ExplanationError) -> Document {
    let names = names(of: output, given.0, and: before, given.1)
    let (above, below) = (names.symbol(of: output) ?? "E", names.symbol(of: before) ?? "w")
    guard output.shape.count == 1 else { throw .notScalar(above, output.shape) }
    guard rate.shape.count == 1 else { throw .notScalar(rateName ?? "the rate", rate.shape) }
    _ = try Chain(to: before, names: names, shouldStop: shouldStop)
    let gradient = Variable(try gradientValue(output, before, names))
    names.set("∂\(above)/∂\(below)", for: gradient, computed: true)
    let factor = rateName ?? rate.naming?.name
    if let factor { names.set(factor, for: rate) }
    let step = factor ?? numbers.text(rate.value[flat: 0], .constant)
    let rule = "\(below) − \(step)·∂\(above)/∂\(below)"
    let after: Variable
    do { after = try Operation.subtract(before, Operation.multiply(rate, gradient)) } catch {
      throw ExplanationError(error, names: names)
    }
    return self.step(after, names, below, sign: "←", rule, cells: nil)
  }

  /// A step that was taken: `x ← x − 0.01·∂E/∂x = 2 − 0.01·4 = 1.96`. A name that was changed without
  /// a gradient was only assigned again: `c = c·2 = 5·2 = 10`.
  func step(_ working: Variable, to leaf: Variable, _ symbol: String, cells: [Int]?) -> Document {
    let names = Names(under: working)
    let written = source(leaf) ?? ""
    nameGradients(under: working, written, names)
    let expression = Notation(names: names).text(of: working)
    return step(
      working, names, symbol, sign: working.carriesGradient ? "←" : "=", expression,
      cells: cells)
  }

  /// The gradients in a step, by what is written there: ∂E/∂w. They are leaves without a name.
  func nameGradients(under working: Variable, _ written: String, _ names: Names) {
    let ends = " +-−*·/@(),[]⊙"
    var gradients: [String] = []
    for piece in written.split(separator: " ") {
      let fraction = piece.drop { $0 != "∂" }
      guard let slash = fraction.firstIndex(of: "/") else { continue }
      let below = fraction[fraction.index(after: slash)...].prefix { !ends.contains($0) }
      let text = fraction[...slash] + below
      if below.hasPrefix("∂"), !gradients.contains(String(text)) { gradients.append(String(text)) }
    }
    let leaves = working.history(limit: 60).filter {
      $0.isLeaf && !$0.isLiteral && !names.hasSymbol($0)
    }
    guard gradients.count == leaves.count else { return }
    for (leaf, text) in zip(leaves, gradients) { names.set(text, for: leaf, computed: true) }
  }

  /// The rule, then the cells with their numbers.
  private func step(
    _ after: Variable, _ names: Names, _ symbol: String, sign: String, _ rule: String,
    cells: [Int]?
  ) -> Document {
    var document = Document()
    let shape = after.shape
    if shape.count > 1 {
      document.append(
        .line(Words("\(symbol) \(sign) \(rule)", .formula) + Words("    \(shape.slide)", .shape)))
    }
    let shown =
      cells
      ?? (shape.count <= Self.cellLimit
        ? Array(0..<shape.count)
        : Array(0..<(Self.cellLimit - 4)) + Array((shape.count - 2)..<shape.count))
    for (index, offset) in shown.enumerated() {
      if cells == nil, index > 0, offset > shown[index - 1] + 1 {
        document.append(
          .line(Words("… \(TermText.grouped(offset - shown[index - 1] - 1)) more", .dim)))
      }
      let cell = Cell(variable: after, offset: offset)
      var line = worker.line(
        Names.indexed(symbol, shape, offset), Expansion(names: names).term(of: cell),
        result: numbers.printed(cell.value, names.origin(of: after)), showsSymbols: shown.count == 1
      )
      if let first = line.steps.first {
        line.steps[0] = WorkedLine.Step(relation: sign, text: first.text, role: first.role)
      }
      document.append(.worked([line]))
    }
    return document
  }
}
