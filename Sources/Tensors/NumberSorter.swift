/// Puts numbers in order together with their places: a merge sort in pieces between which the
/// computation may end. NaN is larger than every number; equal ones keep their order. One sorter
/// serves many runs of at most `capacity` numbers.
package struct NumberSorter: ~Copyable {
  // Numbers as whole ones of the same order, where they stood, and room to merge into.
  private var keys: UnsafeMutablePointer<UInt64>
  private var places: UnsafeMutablePointer<Int>
  private var otherKeys: UnsafeMutablePointer<UInt64>
  private var otherPlaces: UnsafeMutablePointer<Int>

  /// Runs of this length are sorted by insertion.
  private static let short = 16

  package init(capacity: Int) throws(TensorError) {
    try Memory.make(capacity, of: 2 * (MemoryLayout<UInt64>.stride + MemoryLayout<Int>.stride))
    keys = .allocate(capacity: capacity)
    places = .allocate(capacity: capacity)
    otherKeys = .allocate(capacity: capacity)
    otherPlaces = .allocate(capacity: capacity)
  }

  deinit {
    keys.deallocate()
    places.deallocate()
    otherKeys.deallocate()
    otherPlaces.deallocate()
  }

  /// The places 0 ..< count, the place of the smallest number first, or of the largest; valid until
  /// the next call.
  package mutating func sort(
    _ count: Int, falls: Bool = false, _ number: (Int) -> Double
  ) throws(TensorError) -> UnsafeBufferPointer<Int> {
    let turned: UInt64 = falls ? .max : 0
    Poll.inChunks(count) {
      for index in $0 {
        keys[index] = Self.key(number(index)) ^ turned
        places[index] = index
      }
    }
    for start in stride(from: 0, to: count, by: Self.short) {
      try Poll.check(spending: 4 * Self.short)
      insert(start, min(start + Self.short, count))
    }
    var width = Self.short
    while width < count {
      for start in stride(from: 0, to: count, by: 2 * width) {
        try merge(start, min(start + width, count), min(start + 2 * width, count))
      }
      swap(&keys, &otherKeys)
      swap(&places, &otherPlaces)
      width *= 2
    }
    try Poll.check()
    return UnsafeBufferPointer(start: places, count: count)
  }

  /// A whole number that is larger where the number is larger; the same for both zeros.
  private static func key(_ number: Double) -> UInt64 {
    if number.isNaN { return .max }
    let bits = (number + 0).bitPattern
    return bits >> 63 == 0 ? bits | 1 << 63 : ~bits
  }

  private func insert(_ start: Int, _ end: Int) {
    for index in start..<end {
      let (key, place) = (keys[index], places[index])
      var hole = index
      while hole > start, keys[hole - 1] > key {
        keys[hole] = keys[hole - 1]
        places[hole] = places[hole - 1]
        hole -= 1
      }
      keys[hole] = key
      places[hole] = place
    }
  }

  /// Merges two neighboring runs that are in order.
  private func merge(_ start: Int, _ middle: Int, _ end: Int) throws(TensorError) {
    let isInOrder = middle >= end || keys[middle - 1] <= keys[middle]
    var (left, right, out) = (start, middle, start)
    while out < end {
      let stop = min(end, out + Poll.chunk)
      try Poll.check(spending: 4 * (stop - out))
      if isInOrder {
        (otherKeys + out).update(from: keys + out, count: stop - out)
        (otherPlaces + out).update(from: places + out, count: stop - out)
        out = stop
      }
      while out < stop {
        let takesLeft = left < middle && (right >= end || keys[left] <= keys[right])
        let from = takesLeft ? left : right
        otherKeys[out] = keys[from]
        otherPlaces[out] = places[from]
        if takesLeft { left += 1 } else { right += 1 }
        out += 1
      }
    }
  }
}

extension Poll {
  /// Numbers from the smallest to the largest; nan comes last.
  package static func sorted(_ numbers: [Double]) throws(TensorError) -> [Double] {
    var sorter = try NumberSorter(capacity: numbers.count)
    let order = try sorter.sort(numbers.count) { numbers[$0] }
    try Memory.make(numbers.count, of: MemoryLayout<Double>.stride)
    return order.map { numbers[$0] }
  }
}
