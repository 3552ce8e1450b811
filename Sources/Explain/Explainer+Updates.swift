import Autograd
import Presentation
import Tensors

extension Explainer {
  /// A step of gradient descent with its numbers: `w ← w − γ·∂E/∂w = 0.400 − 0.500·0.082 = 0.359`.
  /// `before` is the parameter the gradient belongs to; `output` what it is a gradient of.
  package func explainUpdate(
    of before: Variable, rate: Variable, output: Variable, names given: (String?, String?) = (nil, nil),
    rateName: String? = nil
  ) throws(ExplanationError) -> Document {
    let names = names(of: output, given.0, and: before, given.1)
    let (above, below) = (names.symbol(of: output) ?? "E", names.symbol(of: before) ?? "w")
    guard output.shape.count == 1 else { throw .notScalar(above, output.shape) }
    guard rate.shape.count == 1 else { throw .notScalar(rateName ?? "the rate", rate.shape) }
    _ = try Chain(from: output, to: before, names: names)
    let gradient = Variable(try gradientValue(output, before, names))
    names.set("∂\(above)/∂\(below)", for: gradient, computed: true)
    let factor = rateName ?? rate.naming?.name
    if let factor { names.set(factor, for: rate) }
    let rule = "\(below) ← \(below) − \(factor ?? numbers.text(rate.value[flat: 0], .constant))·∂\(above)/∂\(below)"
    let after: Variable
    do { after = try Operation.subtract(before, Operation.multiply(rate, gradient)) } catch {
      throw ExplanationError(error, names: names)
    }
    var document = Document()
    if before.shape.count > 1 { document.append(.line(Words(rule, .formula) + Words("    \(before.shape.slide)", .shape))) }
    let cells = before.shape.count <= Self.cellLimit
      ? Array(0..<before.shape.count) : Array(0..<(Self.cellLimit - 4)) + Array((before.shape.count - 2)..<before.shape.count)
    for (index, offset) in cells.enumerated() {
      if index > 0, offset > cells[index - 1] + 1 {
        document.append(.line(Words("… \(TermText.grouped(offset - cells[index - 1] - 1)) more", .dim)))
      }
      let cell = Cell(variable: after, offset: offset)
      var line = worker.line(
        before.shape.count > 1 ? Names.indexed(below, before.shape, offset) : below, Expansion(names: names).term(of: cell), result: numbers.printed(cell.value),
        showsSymbols: cells.count == 1)
      if let first = line.steps.first { line.steps[0] = WorkedLine.Step(relation: "←", text: first.text, role: first.role) }
      document.append(.worked([line]))
    }
    return document
  }
}
