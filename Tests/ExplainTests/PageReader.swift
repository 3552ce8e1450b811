import Autograd
import Presentation
import Tensors

@testable import Explain

/// A reader who knows what the engine computed under each symbol: every formula and every line of
/// numbers of a page that was printed at full precision is worked out as text, and all that stands
/// between equals signs must be the same number as the element named at the left.
struct PageReader {
  /// Lines whose label was looked up and whose arithmetic gave its value.
  private(set) var confirmed: Set<String> = []
  /// Values that were worked out from text.
  private(set) var worked = 0
  private(set) var mistakes: [String] = []
  /// Lines with an equals sign that could not be read: headers in symbols of whole tensors.
  private(set) var unread: [String] = []

  private var symbols: [String: Double]

  /// At this width nothing is broken to the page.
  static let width = 100_000

  /// How far apart equal numbers may be: more where the engine computes in float32.
  private let tolerance: Double

  init(_ document: Document, _ quantities: Quantities, tolerance: Double = 1e-9) {
    symbols = quantities.values
    self.tolerance = tolerance
    var renderer = Renderer(width: Self.width)
    renderer.widestArithmetic = Self.width
    let text = renderer.render(document)
    for line in PrintedLines.lines(of: text) { read(line) }
  }

  private mutating func read(_ line: String) {
    let pieces = PrintedLines.pieces(of: line)
    guard pieces.count > 1 else { return }
    let label = Self.label(pieces[0].text)
    let isDefinition = pieces[0].text.drop { $0 == " " }.hasPrefix("with ")
    if isDefinition, let last = pieces.last {
      // It holds for the lines beneath: the mean of the next row has the same letter.
      symbols[label] = nil
      learn(label, last.text)
    }
    let values = pieces.dropFirst().map {
      PrintedArithmetic.value(of: $0.text, symbols: symbols)
    }
    let known = values.compactMap { $0 }
    worked += known.count
    let named = PrintedArithmetic.value(of: label, symbols: symbols)
    guard let result = values.last ?? nil, !known.isEmpty else {
      unread.append(line)
      return
    }
    if named == nil, !label.isEmpty { symbols[label] = result }
    let expected = named ?? result
    for (piece, value) in zip(pieces.dropFirst(), values) {
      // What is written with symbols must be readable as well, but for whole tensors.
      guard let value else {
        if !isDefinition { unread.append(line) }
        continue
      }
      if !Self.areEqual(value, expected, tolerance) {
        mistakes.append("\(line): \(piece.text) gives \(value), not \(expected)")
      }
    }
    if named != nil, !label.isEmpty { confirmed.insert(label) }
  }

  /// `with z = W @ x = [0.5, 1.2]`
  private mutating func learn(_ label: String, _ list: String) {
    let inner = list.split(separator: "[").last?.split(separator: "]").first ?? ""
    for (index, element) in inner.split(separator: ",").enumerated() {
      symbols["\(label)[\(index)]"] = PrintedArithmetic.value(of: String(element))
    }
  }

  private static func label(_ text: String) -> String {
    var words = text.split(separator: " ").map(String.init)
    if words.first == "with" { words.removeFirst() }
    return words.joined()
  }

  static func areEqual(_ a: Double, _ b: Double, _ tolerance: Double = 1e-9) -> Bool {
    a == b || a.isNaN && b.isNaN
      || (a - b).magnitude <= tolerance * max(1, a.magnitude, b.magnitude)
  }
}

/// What the engine computed, element by element, under the symbols of a page.
struct Quantities {
  private(set) var values: [String: Double] = [:]

  mutating func add(_ symbol: String, _ tensor: Tensor) {
    let name = symbol.filter { $0 != " " }
    if tensor.count == 1 { values[name] = tensor[flat: 0] }
    for offset in 0..<tensor.count {
      let place = tensor.shape.coordinates(of: offset).map(String.init).joined(separator: ",")
      values[name + "[" + place + "]"] = tensor[flat: offset]
    }
  }

  /// All that has a name beneath a quantity.
  mutating func add(under root: Variable) {
    var seen: Set<ObjectIdentifier> = [ObjectIdentifier(root)]
    var pending = [root]
    while let variable = pending.popLast() {
      if let name = variable.naming?.name { add(name, variable.value) }
      pending += variable.inputs.array.filter { seen.insert(ObjectIdentifier($0)).inserted }
    }
  }

  /// ∂E/∂x for a scalar, and each ∂E[i]/∂x of a quantity with several elements.
  mutating func add(gradientsOf output: Variable, by inputs: [Variable]) throws {
    guard let above = output.naming?.name else { return }
    for offset in 0..<min(output.shape.count, 64) {
      let seed = output.value.oneHot(at: offset)
      let gradients = try output.gradients(for: inputs, seed: seed)
      for (input, gradient) in zip(inputs, gradients) {
        guard let below = input.naming?.name, let gradient else { continue }
        add("∂\(Names.indexed(.name(above), output.shape, offset).text)/∂\(below)", gradient)
      }
    }
  }
}
