import Autograd
import Presentation
import Tensors

/// A gradient of a convolution in words and as a drawing: the kernel's as the sum over all positions, the
/// input's as a correlation with the kernel turned by 180°.
struct ConvolutionGradient {
  private enum Side { case input, weight }

  private let side: Side
  private let gradient: Variable
  private let names: Names

  /// nil unless the recorded gradient is one of a convolution.
  init?(_ gradient: Variable, _ names: Names) {
    guard case .convolutionGradient(let ofInput)? = gradient.operation?.form else { return nil }
    side = ofInput ? .input : .weight
    self.gradient = gradient
    self.names = names
  }

  /// What ⋆ means here.
  var notes: [String] {
    let (left, right) = (written(0), written(1))
    guard side == .input else {
      return ["the sum over all positions of \(right) there times the \(left) under the weight"]
    }
    let attributes = gradient.attributes
    let stride = attributes.integers("stride")?.first ?? 1
    let padding = attributes.integers("padding")?.first ?? 0
    let kernel = gradient.inputs[1].shape
    let around = (kernel.array.last ?? 1) - 1 - padding
    let zeros =
      around > 0 ? " with \(around == 1 ? "a zero" : "\(around) zeros") around it" : ""
    let gaps = stride == 2 ? "a zero" : "\(stride - 1) zeros"
    let between =
      stride > 1 ? (zeros.isEmpty ? " with " : " and ") + gaps + " between neighbors" : ""
    return ["\(left)\(zeros)\(between), correlated with \(right) turned by 180°"]
  }

  private func written(_ slot: Int) -> String {
    var notation = Notation(names: names)
    notation.isDerivative = true
    return TermText(numbers: NumberText(digits: 4)).text(
      notation.derivative(of: gradient.inputs[slot]))
  }

  /// Filters, or images of a batch, that are drawn.
  private static let drawnLimit = 4

  /// The elements that meet for one element of the gradient; nothing where there is little to see or
  /// the page is too narrow.
  func drawing(at offset: Int, _ numbers: NumberText, width page: Int) -> [Words] {
    let cell = Cell(variable: gradient, offset: offset)
    guard case .sum(let terms)? = Expansion.formula(of: cell), terms.count > 1 else { return [] }
    let (left, right) = (gradient.inputs[0], gradient.inputs[1])
    guard right.shape.rank >= 2 else { return [] }
    let (height, width) = (right.shape[right.shape.rank - 2], right.shape[right.shape.rank - 1])
    guard height <= 6, width <= 6 else { return [] }
    var planes: [Int: [Int: Double]] = [:]
    for case .binary(.multiply, .element(0, let a), .element(1, let b)) in terms {
      planes[b / (height * width), default: [:]][b % (height * width)] = left.value[flat: a]
    }
    let origins = (names.origin(of: left), names.origin(of: right))
    var words: [Words] = []
    for plane in planes.keys.sorted().prefix(Self.drawnLimit) {
      let taps = Array(0..<(height * width))
      let pairs = (side == .input ? taps.reversed() : taps).map { tap in
        (left: planes[plane]?[tap], right: right.value[flat: plane * height * width + tap])
      }
      let product = WindowProduct(
        label: label(of: plane, amongSeveral: planes.count > 1), pairs: pairs, width: width,
        origins: origins, numbers: numbers)
      guard let lines = product.lines(width: page) else { return [] }
      words += lines + [Words("")]
    }
    let rest = planes.count - Self.drawnLimit
    let what = side == .input ? "filters" : "images"
    if rest > 0 { words += [Words("… \(TermText.grouped(rest)) more \(what)", .dim), Words("")] }
    return words
  }

  /// The weights' planes are those of filter after filter; the positions' those of image after image.
  private func label(of plane: Int, amongSeveral: Bool) -> String {
    let what = side == .input ? "filter" : "positions"
    guard amongSeveral else { return "\(what):" }
    let shape = gradient.inputs[1].shape
    let perItem = shape.rank == 4 ? shape[1] : 1
    return side == .input ? "\(what) \(plane / perItem):" : "image \(plane / perItem):"
  }
}
