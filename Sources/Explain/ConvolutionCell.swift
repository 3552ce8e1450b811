import Autograd
import Presentation
import Tensors

/// One cell of a convolution as slides draw it: for each channel the window under the filter, the
/// filter, their product and its sum; then the sums and the bias added.
struct ConvolutionCell {
  /// Channels drawn in full; the sums of further ones are shown alone.
  static let drawnLimit = 4

  private struct Channel {
    var sum = 0.0
    /// Input offset for each tap of the filter; none where the filter hangs over the edge.
    var taps: [(input: Int?, weight: Int)] = []
  }

  private let input: Variable
  private let weight: Variable
  private let bias: Quantity?
  private let channels: [Channel]
  private let width: Int
  private let names: Names
  private let numbers: NumberText

  /// nil unless the cell belongs to a convolution over several channels, channels first.
  init?(_ cell: Cell, _ names: Names, _ numbers: NumberText) {
    let variable = cell.variable
    guard let operation = variable.operation, ["conv1d", "conv2d"].contains(operation.name),
      variable.attributes.string("channels") != "last", !variable.attributes.bool("flip"),
      let formula = Expansion.formula(of: cell), case .sum(let terms) = formula
    else { return nil }
    let spatial = operation.name == "conv1d" ? 1 : 2
    let (x, w) = (variable.inputs[0], variable.inputs[1])
    guard w.shape.rank > spatial + 1 else { return nil }
    let sizes = w.shape.array.suffix(spatial)
    let taps = sizes.reduce(1, *)
    let count = w.shape[w.shape.rank - spatial - 1]
    guard taps > 0, count > 1 else { return nil }
    var found: [Int: Int] = [:]
    var filter = 0
    var bias: Quantity?
    for term in terms {
      if case .binary(.multiply, .element(0, let at), .element(1, let tap)) = term {
        found[tap] = at
        filter = tap / (taps * count)
      } else if case .element(2, let at) = term {
        let reference = Expansion(names: names).reference(to: Cell(variable: variable.inputs[2], offset: at))
        if case .quantity(let quantity) = reference { bias = quantity }
      }
    }
    channels = (0..<count).map { channel in
      let start = (filter * count + channel) * taps
      var result = Channel()
      for tap in start..<(start + taps) {
        result.taps.append((found[tap], tap))
        if let at = found[tap] { result.sum += x.value[flat: at] * w.value[flat: tap] }
      }
      return result
    }
    input = x
    weight = w
    self.bias = bias
    width = sizes.last ?? 1
    self.names = names
    self.numbers = numbers
  }

  /// The sums of the channels and the bias.
  var term: Term {
    let origin: NumberText.Origin = isWhole ? .whole : .computed
    var terms = channels.map { Term.number($0.sum, origin) }
    if terms.count > Expansion.termLimit {
      let middle = channels[3..<(channels.count - 2)]
      let rest = Term.omitted(count: middle.count, value: middle.reduce(0) { $0 + $1.sum })
      terms = Array(terms[..<3]) + [rest] + terms.suffix(2)
    }
    return .sum(terms + (bias.map { [.quantity($0)] } ?? []))
  }

  private var isWhole: Bool { names.origin(of: input) == .whole && names.origin(of: weight) == .whole }

  /// The windows, filters and products of the first channels.
  func drawing() -> [Words] {
    var words: [Words] = []
    for (number, channel) in channels.prefix(Self.drawnLimit).enumerated() {
      words += drawing(of: channel, number) + [Words("")]
    }
    let rest = channels.count - Self.drawnLimit
    if rest > 0 { words.append(Words("… \(TermText.grouped(rest)) more channels", .dim)) }
    return words
  }

  private func drawing(of channel: Channel, _ number: Int) -> [Words] {
    let pairs = channel.taps.map { tap in
      (tap.input.map { input.value[flat: $0] }, weight.value[flat: tap.weight])
    }
    return WindowProduct(
      label: "channel \(number):", pairs: pairs, width: width,
      origins: (names.origin(of: input), names.origin(of: weight)), numbers: numbers
    ).lines
  }
}

/// A window and what it is multiplied with, element by element, drawn side by side.
struct WindowProduct {
  let label: String
  /// Row by row; nothing on the left where the window hangs over the edge.
  let pairs: [(left: Double?, right: Double)]
  let width: Int
  let origins: (left: NumberText.Origin, right: NumberText.Origin)
  let numbers: NumberText

  private var product: NumberText.Origin {
    origins.left == .whole && origins.right == .whole ? .whole : .computed
  }

  var sum: Double { pairs.reduce(0) { $0 + ($1.left ?? 0) * $1.right } }

  var lines: [Words] {
    let window = grid { pair in pair.left.map { numbers.text($0, origins.left) } ?? "·" }
    let filter = grid { numbers.text($0.right, origins.right) }
    let products = grid { pair in
      pair.left.map { numbers.text($0 * pair.right, product) } ?? "·"
    }
    let blank = String(repeating: " ", count: label.count)
    let middle = (window.lines.count - 1) / 2
    return window.lines.indices.map { row in
      let signs = row == middle ? (" ⊙", " →") : ("  ", "  ")
      return Words(row == middle ? label : blank, .dim) + Words(window.lines[row])
        + Words(signs.0) + Words(filter.lines[row]) + Words(signs.1) + Words(products.lines[row])
        + (row == middle
          ? Words("    sum ", .dim) + Words(numbers.text(sum, product), .value) : Words(""))
    }
  }

  private func grid(_ text: ((left: Double?, right: Double)) -> String) -> Grid {
    Grid(
      stride(from: 0, to: pairs.count, by: width).map { start in
        pairs[start..<min(start + width, pairs.count)].map(text)
      })
  }
}
