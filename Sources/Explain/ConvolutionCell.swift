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
    let (a, b) = (names.origin(of: input), names.origin(of: weight))
    let window = Grid(
      rows(channel) { tap in tap.input.map { numbers.text(input.value[flat: $0], a) } ?? "·" })
    let filter = Grid(rows(channel) { numbers.text(weight.value[flat: $0.weight], b) })
    let product = Grid(
      rows(channel) { tap in
        guard let at = tap.input else { return "·" }
        let value = input.value[flat: at] * weight.value[flat: tap.weight]
        return numbers.text(value, isWhole ? .whole : .computed)
      })
    let sum = numbers.text(channel.sum, isWhole ? .whole : .computed)
    let label = "channel \(number):"
    let blank = String(repeating: " ", count: label.count)
    let middle = (window.lines.count - 1) / 2
    return window.lines.indices.map { row in
      let signs = row == middle ? (" ⊙", " →") : ("  ", "  ")
      return Words(row == middle ? label : blank, .dim) + Words(window.lines[row])
        + Words(signs.0) + Words(filter.lines[row]) + Words(signs.1) + Words(product.lines[row])
        + (row == middle ? Words("    sum ", .dim) + Words(sum, .value) : Words(""))
    }
  }

  private func rows(_ channel: Channel, _ text: ((input: Int?, weight: Int)) -> String) -> [[String]] {
    stride(from: 0, to: channel.taps.count, by: width).map { start in
      channel.taps[start..<min(start + width, channel.taps.count)].map(text)
    }
  }
}
