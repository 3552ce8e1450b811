import Tensors

/// Why bytes are not a file of the MNIST kind.
package enum IDXError: Error, Equatable {
  /// The file is compressed by gzip and must be unpacked first.
  case compressed
  /// It begins with something else.
  case notIDX
  /// Elements that are not unsigned bytes.
  case elementKind(UInt8)
  case rank(Int)
  case tooLarge(sizes: [Int])
  /// The sizes in the header need more or fewer bytes than there are.
  case length(expected: Int, found: Int)

  package var code: String { "bad-data-file" }

  package var headline: String {
    switch self {
    case .compressed: "the data file is compressed; unpack it with gunzip first"
    case .notIDX: "the data file does not begin like an MNIST file"
    case .elementKind(let kind): "the data file has elements of kind \(kind), not unsigned bytes"
    case .rank(let rank): "the data file has \(rank) axes; 1 to 4 are possible"
    case .tooLarge(let sizes): "the data file announces sizes \(sizes), more than memory may take"
    case .length(let expected, let found):
      "the data file has \(found) bytes, but its header announces \(expected)"
    }
  }
}

extension Tensor {
  /// Reads the format of the MNIST files: two zero bytes, the kind of the elements, the number of axes,
  /// sizes as 4-byte numbers with the highest byte first, then the elements. Images and labels come
  /// back with elements 0 to 255.
  package init(idx bytes: [UInt8]) throws(IDXError) {
    if bytes.starts(with: [0x1F, 0x8B]) { throw .compressed }
    guard bytes.count >= 4, bytes[0] == 0, bytes[1] == 0 else { throw .notIDX }
    guard bytes[2] == 0x08 else { throw .elementKind(bytes[2]) }
    let rank = Int(bytes[3])
    guard (1...4).contains(rank) else { throw .rank(rank) }
    let header = 4 + 4 * rank
    guard bytes.count >= header else { throw .length(expected: header, found: bytes.count) }
    let sizes = (0..<rank).map { axis in
      bytes[4 + 4 * axis..<8 + 4 * axis].reduce(0) { $0 << 8 | Int($1) }
    }
    let shape: Shape
    do { shape = try Shape(checking: sizes) } catch { throw .tooLarge(sizes: sizes) }
    guard bytes.count == header + shape.count else {
      throw .length(expected: header + shape.count, found: bytes.count)
    }
    self.init(shape, dtype: .float64) { out in
      out.fill { index in Double(bytes[header + index]) }
    }
  }
}
