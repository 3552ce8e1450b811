import Autograd
import Language
import Networks
import Tensors

// What `explain` shows of models and optimizers: counts, sizes and steps as formulas over numbers.

/// The sizes of a model, as `summary` gives them.
final class ModelSizes: LanguageObject {
  let sizes: ModelSummary

  init(_ sizes: ModelSummary) { self.sizes = sizes }

  var summary: String { "\(sizes.parameters) parameters" }
  var attributeNames: [String] { ["parameters"] }
  func attribute(_ name: Symbol) -> Value? {
    name.name == "parameters" ? .integer(sizes.parameters) : nil
  }
  /// The table was printed by the call.
  var isEchoed: Bool { false }
  func arithmetic() -> [WorkedArithmetic] { sizes.rows.flatMap(\.arithmetic) + sizes.total }
}

extension ModelSummary {
  fileprivate var total: [WorkedArithmetic] {
    let counts = rows.map(\.parameters).filter { $0 > 0 }
    guard counts.count > 1 else { return [] }
    return [
      WorkedArithmetic(
        heading: "all layers", "parameters", .sum(counts.map { .number(Double($0)) }),
        result: Double(parameters))
    ]
  }
}

extension ModelSummary.Row {
  /// Output sizes of what slides, parameters of what learns.
  fileprivate var arithmetic: [WorkedArithmetic] {
    let heading = "\(path) \(name) → \(output)"
    var sizes: [WorkedArithmetic] = []
    for (axis, window) in windows.enumerated() where axis == 0 || window != windows[axis - 1] {
      sizes.append(
        WorkedArithmetic(
          heading: heading, "size", window.formula, result: Double(window.positions)))
    }
    guard parameters > 0, !parameterShapes.isEmpty else { return sizes }
    let products = parameterShapes.map { shape in
      Formula.product(shape.isScalar ? [1] : shape.array.map { .number(Double($0)) })
    }
    let count = WorkedArithmetic(
      heading: heading, "parameters", products.count == 1 ? products[0] : .sum(products),
      result: Double(parameters))
    return sizes + [count]
  }
}

extension SlidingWindow {
  /// (size − kernel + 2·padding)/stride + 1
  fileprivate var formula: Formula {
    func number(_ value: Int) -> Formula { .number(Double(value)) }
    let reach: Formula =
      dilation == 1 ? number(kernel) : (number(kernel) - 1) * number(dilation) + 1
    let steps = (number(size) - reach + 2 * number(padding)) / number(stride)
    let isEven = (size - (kernel - 1) * dilation - 1 + 2 * padding) % stride == 0
    return (isEven ? steps : .call("floor", [steps])) + 1
  }
}

extension Model {
  /// What each layer learns, and all of it.
  func arithmetic() -> [WorkedArithmetic] {
    let counts = layer.parameters.map { path, parameter in
      WorkedArithmetic(
        path, .product(parameter.shape.array.map { .number(Double($0)) }),
        result: Double(parameter.shape.count))
    }
    guard counts.count > 1 else { return counts }
    let total = Formula.sum(counts.map { .number($0.result) })
    return counts + [
      WorkedArithmetic("parameters", total, result: Double(layer.parameterCount))
    ]
  }
}

extension TakenStep: WorkedStep {
  package func arithmetic(at index: Int, of name: String) -> [WorkedArithmetic] {
    arithmetic(at: index, of: name, isTaken: true)
  }

  /// One number in a step that was taken, or would be.
  func arithmetic(at index: Int, of name: String, isTaken: Bool) -> [WorkedArithmetic] {
    let place = shape.coordinates(of: index).map(String.init).joined(separator: ",")
    let element = shape.count == 1 ? name : "\(name)[\(place)]"
    let symbols = symbols(at: index)
    let number = Int(symbols["t"] ?? 0)
    return rule.arithmetic(
      heading: isTaken
        ? "step \(number), taken: p = \(element) before it, g its gradient"
        : "step \(number), p = \(element), g its gradient",
      symbols: symbols)
  }
}

extension UpdateRule {
  /// A step of one number: new moments, their corrections, the new number.
  func arithmetic(heading: String, symbols: [String: Double]) -> [WorkedArithmetic] {
    var known = symbols
    var lines: [WorkedArithmetic] = []
    func add(_ label: String, _ formula: Formula) {
      guard let value = formula.evaluated(symbol: { known[$0] }) else { return }
      lines.append(
        WorkedArithmetic(heading: heading, label, formula, symbols: known, result: value))
      known[label] = value
    }
    if decaysThroughGradient, known["weight_decay"] ?? 0 != 0 {
      add("g′", .symbol("g") + .symbol("weight_decay") * .symbol("p"))
    }
    let gradient = known["g′"] == nil ? "g" : "g′"
    func primed(_ formula: Formula, moments names: [String]) -> Formula {
      formula.substituting { part in
        guard case .symbol(let name) = part else { return nil }
        if name == "g" { return .symbol(gradient) }
        return names.contains(name) ? .symbol(name + "′") : nil
      }
    }
    for moment in moments { add(moment.name + "′", primed(moment.value, moments: [])) }
    var update = primed(update, moments: moments.map(\.name))
    for moment in moments {
      update = update.substituting { part in
        guard case .binary(.divide, .symbol(moment.name + "′"), let divisor) = part,
          divisor.mentions("t")
        else { return nil }
        let corrected = moment.name + "\u{302}"
        if known[corrected] == nil { add(corrected, part) }
        return .symbol(corrected)
      }
    }
    add("p′", update)
    return lines
  }
}

extension Formula {
  fileprivate func mentions(_ symbol: String) -> Bool {
    var found = false
    _ = substituting { part in
      if part == .symbol(symbol) { found = true }
      return nil
    }
    return found
  }
}
