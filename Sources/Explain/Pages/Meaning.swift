import Autograd
import Presentation
import Tensors

/// What a gradient says, in words: which way to go, and why.
struct Meaning {
  let chain: Chain
  let explainer: Explainer

  private var names: Names { chain.names }
  private var root: String { names.symbol(of: chain.root)?.text ?? "E" }

  /// One sentence under a gradient of a number; nil where there is nothing to say.
  func sentence(_ gradient: Tensor, cells: [Int]?) -> String? {
    guard chain.root.shape.count == 1 else { return nil }
    let cells = cells ?? Array(0..<min(gradient.count, Self.searchLimit))
    let finite = cells.filter { gradient[flat: $0].isFinite }
    guard finite.count == cells.count,
      let largest = finite.max(by: { gradient[flat: $0].magnitude < gradient[flat: $1].magnitude })
    else { return nil }
    let slope = gradient[flat: largest]
    let symbol = Names.indexed(
      names.symbol(of: chain.target) ?? "w", chain.target.shape, largest
    ).text
    if slope == 0 { return "\(root) does not change when \(target(cells)) moves a little" }
    let lead = cells.count > 1 ? "the largest slope is that of \(symbol): " : ""
    let direction = slope > 0 ? "smaller" : "larger"
    // What is no loss is not descended.
    let isLoss = names.symbol(of: chain.root)?.isName == true
    let step = isLoss ? ": descent makes \(symbol) \(direction)" : ""
    return lead + reason(slope, symbol) + step
  }

  private static let searchLimit = 10_000

  private func target(_ cells: [Int]) -> String {
    let whole = names.symbol(of: chain.target) ?? "w"
    return cells.count == 1 ? Names.indexed(whole, chain.target.shape, cells[0]).text : whole.text
  }

  /// `ŷ is below y, so E falls when ŷ grows, and ŷ falls when w grows`.
  private func reason(_ slope: Double, _ symbol: String) -> String {
    let verb = slope > 0 ? "grows" : "falls"
    let plain = "\(root) \(verb) as \(symbol) grows"
    guard let error = error, error.output !== chain.target,
      let above = try? explainer.gradientValue(chain.root, error.output, names)[flat: 0],
      above != 0,
      let output = names.symbol(of: error.output)?.text,
      let wanted = names.symbol(of: error.wanted)?.text
    else { return plain }
    let place = error.output.value[flat: 0] > error.wanted.value[flat: 0] ? "above" : "below"
    let first = above > 0 ? "grows" : "falls"
    let second = slope * above > 0 ? "grows" : "falls"
    return "\(output) is \(place) \(wanted), so \(root) \(first) as \(output) grows, and "
      + "\(output) \(second) as \(symbol) grows"
  }

  /// The output on which alone the root depends, and the given number it is compared with.
  private var error: (output: Variable, wanted: Variable)? {
    let beneath = chain.inputs(of: chain.root)
    guard beneath.count == 1, let output = beneath.first, output.shape.count == 1 else {
      return nil
    }
    for quantity in chain.root.history(limit: 40).reversed()
    where quantity.operation?.form == .arithmetic(.subtract) && quantity.inputs.count == 2 {
      let sides = [quantity.inputs[0], quantity.inputs[1]]
      if let other = sides.first(where: { $0 !== output && $0.isLeaf && $0.shape.count == 1 }),
        sides.contains(where: { $0 === output }), names.hasSymbol(other),
        other.value[flat: 0] != output.value[flat: 0]
      {
        return (output, other)
      }
    }
    return nil
  }
}

extension Explainer {
  /// The sentence under a gradient.
  func meaning(of chain: Chain, cells: [Int]?) throws(ExplanationError) -> [Block] {
    guard chain.root.shape.count == 1, chain.target.shape.count <= 10_000 else { return [] }
    let gradient = try gradientValue(chain.root, chain.target, chain.names)
    guard let sentence = Meaning(chain: chain, explainer: self).sentence(gradient, cells: cells)
    else {
      return []
    }
    return [.blank] + prose("(\(sentence))")
  }

  /// Under a step: `ΔE ≈ −γ·(∂E/∂w)²`, how much of the loss it takes off to first order.
  func effect(
    of gradient: Variable, rate: Variable, on output: WorkedFormula, _ names: Names
  ) -> [Block] {
    let expansion = Expansion(names: names)
    var squares = (0..<min(gradient.shape.count, 10_000)).filter { gradient.value[flat: $0] != 0 }
      .map {
        Term.power(expansion.reference(to: Cell(variable: gradient, offset: $0)), .constant(2))
      }
    guard !squares.isEmpty, rate.value[flat: 0].isFinite else { return [] }
    squares = Weights.elided(
      squares, limit: Expansion.termLimit, of: Expansion.weightiestTerms)
    let length: Term = squares.count == 1 ? squares[0] : .sum(squares)
    let factor = expansion.reference(to: Cell(variable: rate, offset: 0))
    let change = Term.negative(.product([factor, length]))
    guard change.exactValue.isFinite else { return [] }
    var line = worker.line(
      .name("Δ" + output.text), change, result: numbers.printed(change.exactValue),
      showsSymbols: squares.count == 1)
    // What the step changes beyond that is left out.
    if let first = line.steps.first { line.steps[0] = first.related(by: "≈") }
    let what = squares.count == 1 ? "the squared slope" : "the sum of the squared slopes"
    return [.blank, .worked([line])]
      + prose("(a small step takes the rate times \(what) off \(output.text))")
  }
}
