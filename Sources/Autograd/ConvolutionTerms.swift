import Tensors

// Which products make one number of a convolution or of its gradients: pairs of row-major offsets.
// What falls into the padding is a product with 0 and is left out.
extension ConvolutionLayout {
  private var windows: Windows { kernel.windows }
  private var groupChannels: Int { kernel.channels / kernel.groups }
  private var groupFilters: Int { kernel.filters / kernel.groups }

  private func forEachPlace(
    _ sizes: (WindowAxis) -> Int, _ body: (SIMD3<Int>) -> Void
  ) {
    for z in 0..<sizes(windows.depth) {
      for y in 0..<sizes(windows.height) {
        for x in 0..<sizes(windows.width) { body(SIMD3(z, y, x)) }
      }
    }
  }

  /// Applies `step` to each axis; nil when it gives nil for one.
  private func each(_ step: (_ axis: WindowAxis, _ place: Int) -> Int?) -> SIMD3<Int>? {
    guard let z = step(windows.depth, 0), let y = step(windows.height, 1),
      let x = step(windows.width, 2)
    else { return nil }
    return SIMD3(z, y, x)
  }

  /// Input and weight whose products add up to an output.
  package func outputTerms(_ output: Int) -> [(input: Int, weight: Int)] {
    let cell = place(.output, output)
    let first = cell.channel / groupFilters * groupChannels
    var terms: [(Int, Int)] = []
    for channel in 0..<groupChannels {
      forEachPlace(\.window) { tap in
        guard let at = each({ $0.index(position: cell.at[$1], tap: tap[$1]) }) else { return }
        terms.append(
          (
            offset(.input, Place(outer: cell.outer, channel: first + channel, at: at)),
            offset(.weight, Place(outer: cell.channel, channel: channel, at: tap))
          ))
      }
    }
    return terms
  }

  /// Output gradients and weights whose products add up to the gradient of an input.
  package func inputTerms(_ input: Int) -> [(output: Int, weight: Int)] {
    let cell = place(.input, input)
    let group = cell.channel / groupChannels
    var terms: [(Int, Int)] = []
    for filter in group * groupFilters..<(group + 1) * groupFilters {
      forEachPlace(\.window) { tap in
        guard let at = each({ $0.position(index: cell.at[$1], tap: tap[$1]) }) else { return }
        terms.append(
          (
            offset(.output, Place(outer: cell.outer, channel: filter, at: at)),
            offset(.weight, Place(outer: filter, channel: cell.channel % groupChannels, at: tap))
          ))
      }
    }
    return terms
  }

  /// Inputs and output gradients whose products add up to the gradient of a weight.
  package func weightTerms(_ weight: Int) -> [(input: Int, output: Int)] {
    let cell = place(.weight, weight)
    let channel = cell.outer / groupFilters * groupChannels + cell.channel
    var terms: [(Int, Int)] = []
    for image in 0..<kernel.batch {
      forEachPlace(\.output) { position in
        guard let at = each({ $0.index(position: position[$1], tap: cell.at[$1]) }) else { return }
        terms.append(
          (
            offset(.input, Place(outer: image, channel: channel, at: at)),
            offset(.output, Place(outer: image, channel: cell.outer, at: position))
          ))
      }
    }
    return terms
  }
}
