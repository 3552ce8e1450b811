import Autograd
import Presentation
import TestSupport
import Testing

@testable import Explain

/// The printed text itself, at full precision: formulas with symbols, numbers in their place and small
/// steps all come to the number that the engine computed.
@Suite struct PrecisionTests {
  private var explainer: Explainer { Explainer(digits: 15, width: PageReader.width) }

  @Test(arguments: Case.all.sampled(every: 3))
  func valuePage(_ sample: Case) throws {
    let output = try sample.operation(sample.named, sample.attributes)
    output.naming = Naming(name: "y", line: 2)
    var quantities = Quantities()
    quantities.add(under: output)
    let reader = PageReader(explainer.explain(output), quantities)
    let shown = min(output.shape.count, Explainer.cellLimit - 2)
    #expect(reader.confirmed.count >= shown, "\(reader.confirmed.sorted())")
    #expect(reader.mistakes.isEmpty, "\(reader.mistakes.prefix(3).joined(separator: "\n"))")
    let named = try ["y"] + Self.parts(of: output)
    for line in reader.unread { #expect(Self.isHeader(line, of: named), "not read: \(line)") }
    for offset in Set([0, output.shape.count / 2]) where offset < output.shape.count {
      let reader = PageReader(explainer.explain(output, cell: offset), quantities)
      #expect(!reader.confirmed.isEmpty, "cell \(offset)")
      #expect(reader.mistakes.isEmpty, "\(reader.mistakes.prefix(3).joined(separator: "\n"))")
    }
  }

  @Test(arguments: Case.differentiable.sampled(every: 4))
  func gradientPages(_ sample: Case) throws {
    let (inputs, output, loss) = try sample.loss()
    var quantities = Quantities()
    quantities.add(under: loss)
    let named = inputs + [output]
    try quantities.add(gradientsOf: loss, by: named)
    try quantities.add(gradientsOf: output, by: inputs)
    for input in inputs {
      guard try loss.gradients(for: [input])[0] != nil, input.shape.count > 0 else { continue }
      let name = input.naming?.name ?? ""
      var pages = [try explainer.explainGradient(of: loss, by: input)]
      let cell = input.shape.count / 2
      pages.append(try explainer.explainGradient(of: loss, by: input, cell: cell))
      if let above = (0..<min(output.shape.count, 64)).last {
        pages.append(
          try explainer.explainGradient(of: output, outputCell: above, by: input, cell: cell))
      }
      if output.shape.count <= 8 {
        pages.append(try explainer.explainGradient(of: output, by: input))
      }
      for (number, page) in pages.enumerated() {
        let reader = PageReader(page, quantities)
        #expect(
          output.shape.isEmpty || !reader.confirmed.isEmpty, "\(name), page \(number): unchecked")
        #expect(
          reader.mistakes.isEmpty,
          "\(name), page \(number): \(reader.mistakes.prefix(3).joined(separator: "\n"))")
      }
    }
  }

  /// Gates and states of which a line tells the formula before their elements are worked out.
  private static func parts(of output: Variable) throws -> [String] {
    guard let step = try output.unfolded() else { return [] }
    let names = Names(under: step)
    return names.history.parts.compactMap { names.symbol(of: $0)?.text }
  }

  /// `y = sum(x0, axis=0)`: a line about whole tensors, whose elements follow.
  static func isHeader(_ line: String, of names: [String]) -> Bool {
    guard let label = PrintedLines.pieces(of: line).first?.text.filter({ $0 != " " }) else {
      return false
    }
    return names.contains(label)
  }
}
