/// The sizes of a tensor along its axes: rank 0 to 8, stored inline so that a shape never allocates.
package struct Shape: Hashable, Sendable, ExpressibleByArrayLiteral {
  package static let maximumRank = 8

  private var sizes = Sizes()
  private var axisCount: UInt8 = 0

  /// Number of axes.
  package var rank: Int { Int(axisCount) }

  /// Eight sizes of 32 bits each, in two vectors: a tensor then fits into four registers and is
  /// passed on and copied without a detour through memory. One vector of eight would align every
  /// recorded quantity to 32 bytes, for which the allocator pays.
  private struct Sizes: Hashable, Sendable {
    private var vectors = (SIMD4<Int32>(repeating: 1), SIMD4<Int32>(repeating: 1))

    @inline(__always)
    private var words: Words { unsafeBitCast(vectors, to: Words.self) }

    private typealias Words = (UInt64, UInt64, UInt64, UInt64)

    @inline(__always)
    subscript(axis: Int) -> Int32 {
      get {
        precondition(axis >= 0 && axis < Shape.maximumRank)
        return withUnsafeBytes(of: vectors) {
          $0.load(fromByteOffset: axis &* 4, as: Int32.self)
        }
      }
      set {
        precondition(axis >= 0 && axis < Shape.maximumRank)
        withUnsafeMutableBytes(of: &vectors) {
          $0.storeBytes(of: newValue, toByteOffset: axis &* 4, as: Int32.self)
        }
      }
    }

    /// Of the sizes of a matrix, a vector or a scalar, which most shapes are.
    @inline(__always)
    var firstProduct: Int { Int(truncatingIfNeeded: pair(words.0)) }

    var product: Int {
      let words = words
      let (low, high) = (pair(words.0) &* pair(words.1), pair(words.2) &* pair(words.3))
      return Int(truncatingIfNeeded: low &* high)
    }

    @inline(__always)
    private func pair(_ word: UInt64) -> UInt64 { (word & 0xFFFF_FFFF) &* (word >> 32) }

    @inline(__always)
    static func == (a: Sizes, b: Sizes) -> Bool { a.words == b.words }

    func hash(into hasher: inout Hasher) {
      let words = words
      hasher.combine(words.0)
      hasher.combine(words.1)
      hasher.combine(words.2)
      hasher.combine(words.3)
    }
  }

  /// The empty shape of a scalar.
  package static let scalar = Shape(unchecked: [])

  /// Sizes of a tensor that already exists; sizes from outside go through `init(checking:)`.
  package init<Sizes: Collection<Int>>(unchecked values: Sizes) {
    var axis = 0
    for size in values {
      sizes[axis] = Int32(truncatingIfNeeded: size)
      axis += 1
    }
    axisCount = UInt8(truncatingIfNeeded: axis)
  }

  package init(arrayLiteral elements: Int...) { self.init(unchecked: elements) }

  /// Sizes a person asked for: refuses negative ones, more than 8 axes and counts no memory could hold.
  package init(checking values: [Int]) throws(TensorError) {
    guard values.count <= Shape.maximumRank else { throw .rankTooHigh(values.count) }
    var count = 1
    for size in values {
      guard size >= 0 else { throw .negativeSize(size) }
      let (product, overflow) = count.multipliedReportingOverflow(by: max(size, 1))
      guard size <= Int(Int32.max), !overflow, product <= Memory.largestCount else {
        throw .tooLarge(sizes: values, limit: Memory.limit)
      }
      count = product
    }
    self.init(unchecked: values)
  }

  package subscript(axis: Int) -> Int { Int(sizes[axis]) }

  /// Number of elements: the product of the sizes, 1 for a scalar.
  @inline(__always)
  package var count: Int {
    // Sizes of axes that are not there are 1.
    axisCount <= 2 ? sizes.firstProduct : sizes.product
  }

  package var isScalar: Bool { rank == 0 }
  package var isEmpty: Bool { count == 0 }

  package var array: [Int] { (0..<rank).map { self[$0] } }

  package var axes: Range<Int> { 0..<rank }

  /// Distance in elements between neighbors along each axis, row-major.
  package var strides: [Int] {
    var result = [Int](repeating: 1, count: rank)
    for axis in stride(from: rank - 2, through: 0, by: -1) {
      result[axis] = result[axis + 1] * self[axis + 1]
    }
    return result
  }

  /// The axis counted from the front; negative ones count from the end, as in NumPy.
  package func axis(_ index: Int) throws(TensorError) -> Int {
    let resolved = index < 0 ? index + rank : index
    guard resolved >= 0, resolved < rank else { throw .axis(index, rank: rank) }
    return resolved
  }

  package func replacing(axis: Int, with size: Int) -> Shape {
    var copy = self
    copy.sizes[axis] = Int32(truncatingIfNeeded: size)
    return copy
  }

  package func removing(axis: Int) -> Shape {
    Shape(unchecked: axes.filter { $0 != axis }.map { self[$0] })
  }

  package func inserting(_ size: Int, at axis: Int) throws(TensorError) -> Shape {
    var values = array
    values.insert(size, at: axis)
    return try Shape(checking: values)
  }

  /// The shape both broadcast to by NumPy's rule: aligned at the last axis, sizes equal or 1.
  package func broadcast(with other: Shape) throws(TensorError) -> Shape {
    if self == other || other.rank == 0 { return self }
    if rank == 0 { return other }
    var result = rank >= other.rank ? self : other
    for offset in 1...min(rank, other.rank) {
      let (left, right) = (self[rank - offset], other[other.rank - offset])
      guard left == right || left == 1 || right == 1 else { throw .broadcast(self, other) }
      result.sizes[result.rank - offset] = Int32(truncatingIfNeeded: left == 1 ? right : left)
    }
    if result == self || result == other { return result }
    return try Shape(checking: result.array)
  }

  /// Element strides of this shape seen as the larger `target`: 0 along axes that are repeated.
  package func strides(broadcastTo target: Shape) -> [Int] {
    let own = strides
    return target.axes.map { axis in
      let mine = axis - (target.rank - rank)
      return mine < 0 || self[mine] == 1 ? 0 : own[mine]
    }
  }

  /// The index along each axis of the element at a row-major offset.
  package func coordinates(of offset: Int) -> [Int] {
    var rest = offset
    var result = [Int](repeating: 0, count: rank)
    for axis in stride(from: rank - 1, through: 0, by: -1) where self[axis] > 0 {
      result[axis] = rest % self[axis]
      rest /= self[axis]
    }
    return result
  }

  /// Row-major offset of the element at the given coordinates.
  package func offset(of coordinates: [Int]) -> Int {
    var result = 0
    for axis in axes { result = result * self[axis] + coordinates[axis] }
    return result
  }
}

extension Shape: CustomStringConvertible {
  /// As the program prints it: `[2, 3]`, and `[]` for a scalar.
  package var description: String { "[" + array.map(String.init).joined(separator: ", ") + "]" }
}
