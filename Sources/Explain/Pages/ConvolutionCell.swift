import Autograd
import Presentation
import Tensors

/// One cell of a convolution as slides draw it: for each channel the window under the filter, the
/// filter, their product and its sum; then the sums and the bias added.
struct ConvolutionCell {
  /// Channels drawn in full; the sums of further ones are shown alone.
  static let drawnLimit = 4

  /// Filters of so few weights stay in one line.
  static let lineLimit = 4

  private struct Channel {
    /// The elements under the filter times its weights.
    var products: [Double] = []
    /// Input offset for each tap of the filter; none where the filter hangs over the edge.
    var taps: [(input: Int?, weight: Int)] = []

    var sum: Double { products.reduce(0, +) }
  }

  private let input: Variable
  private let weight: Variable
  private let bias: Term?
  private let channels: [Channel]
  private let width: Int
  private let names: Names
  private let numbers: NumberText

  /// nil unless the cell belongs to a convolution, channels first, over several channels or with a
  /// filter of rows and columns that is too large for one line.
  init?(_ cell: Cell, _ names: Names, _ numbers: NumberText) {
    let variable = cell.variable
    guard case .convolution(let dimensions)? = variable.operation?.form, dimensions < 3,
      variable.slidesPlainly,
      let formula = Expansion.formula(of: cell), case .sum(let terms) = formula
    else { return nil }
    let (x, w) = (variable.inputs[0], variable.inputs[1])
    let sizes = w.shape.array.suffix(dimensions)
    let taps = sizes.reduce(1, *)
    guard taps > 0 else { return nil }
    var found: [Int: Int] = [:]
    var bias: Term?
    for term in terms {
      if case .binary(.multiply, .element(0, let at), .element(1, let tap)) = term {
        found[tap] = at
      } else if case .element(2, let at) = term {
        bias = Expansion(names: names).reference(to: Cell(variable: variable.inputs[2], offset: at))
      }
    }
    let planes = Set(found.keys.map { $0 / taps }).sorted()
    let isLarge = sizes.count == 2 && taps > Self.lineLimit
    guard planes.count > 1 || planes.count == 1 && isLarge else { return nil }
    channels = planes.map { plane in
      var result = Channel()
      for tap in (plane * taps)..<((plane + 1) * taps) {
        result.taps.append((found[tap], tap))
        guard let at = found[tap] else { continue }
        result.products.append(x.value[flat: at] * w.value[flat: tap])
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

  var hasChannels: Bool { channels.count > 1 }

  /// The sums of the channels, or the products of the only one, and the bias.
  var term: Term {
    let origin: NumberText.Origin = isWhole ? .whole : .computed
    let parts = hasChannels ? channels.map(\.sum) : channels[0].products
    let terms = Weights.elided(
      parts.map { .number($0, origin) }, limit: Expansion.termLimit, of: Expansion.weightiestTerms)
    return .sum(terms + (bias.map { [$0] } ?? []))
  }

  private var isWhole: Bool {
    names.origin(of: input) == .whole && names.origin(of: weight) == .whole
  }

  /// The windows, filters and products of the first channels; nil where the page is too narrow.
  func drawing(width: Int) -> [Words]? {
    var words: [Words] = []
    for (number, channel) in channels.prefix(Self.drawnLimit).enumerated() {
      guard let lines = drawing(of: channel, number, width: width) else { return nil }
      words += lines + [Words("")]
    }
    let rest = channels.count - Self.drawnLimit
    if rest > 0 { words.append(Words("… \(TermText.grouped(rest)) more channels", .dim)) }
    return words
  }

  private func drawing(of channel: Channel, _ number: Int, width page: Int) -> [Words]? {
    let pairs = channel.taps.map { tap in
      (tap.input.map { input.value[flat: $0] }, weight.value[flat: tap.weight])
    }
    return WindowProduct(
      label: hasChannels ? "channel \(number):" : "window:", pairs: pairs, width: width,
      origins: (names.origin(of: input), names.origin(of: weight)), numbers: numbers
    ).lines(width: page)
  }
}

/// A window and what it is multiplied with, element by element, drawn side by side; beneath each
/// other where the page is too narrow.
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

  /// nil where even one of the three does not fit the page.
  func lines(width page: Int) -> [Words]? {
    let blocks: [(sign: String, grid: Grid)] = [
      ("", grid { pair in pair.left.map { numbers.text($0, origins.left) } ?? "·" }),
      (" ⊙", grid { numbers.text($0.right, origins.right) }),
      (
        " →",
        grid { pair in pair.left.map { numbers.text($0 * pair.right, product) } ?? "·" }
      ),
    ]
    let total = numbers.text(sum, product)
    var bands: [[(sign: String, grid: Grid)]] = []
    var used = page
    for (index, block) in blocks.enumerated() {
      let tail = index == blocks.count - 1 ? 8 + total.count : 0
      let span = 2 + block.grid.span + tail
      guard label.count + span <= page else { return nil }
      if used + span > page {
        bands.append([])
        used = label.count
      }
      bands[bands.count - 1].append(block)
      used += span
    }
    var lines = bands.enumerated().flatMap { index, band in
      (index == 0 ? [] : [Words("")]) + self.lines(band, label: index == 0 ? label : "")
    }
    let last = lines.count - 1 - (pairs.count - 1) / width + middle
    lines[last] += Words("    sum ", .dim) + Words(total, .value)
    return lines
  }

  /// The row in the middle, where the signs stand.
  private var middle: Int { ((pairs.count - 1) / width) / 2 }

  private func lines(_ band: [(sign: String, grid: Grid)], label name: String) -> [Words] {
    let blank = String(repeating: " ", count: label.count)
    return band[0].grid.lines.indices.map { row in
      var words = Words(row == middle && !name.isEmpty ? name : blank, .dim)
      for block in band {
        let space = String(repeating: " ", count: block.sign.count)
        words += Words(row == middle ? block.sign : space) + Words(block.grid.lines[row])
      }
      return words
    }
  }

  private func grid(_ text: ((left: Double?, right: Double)) -> String) -> Grid {
    Grid(
      stride(from: 0, to: pairs.count, by: width).map { start in
        pairs[start..<min(start + width, pairs.count)].map(text)
      })
  }
}
