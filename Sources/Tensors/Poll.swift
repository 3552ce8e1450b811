import CKernels
import Glibc

/// Whether the computation at work on this thread is to end: because somebody pressed Ctrl-C, its
/// time is over, or memory ran out. Kernels that take long look now and then and leave early; what
/// they have made by then is worth nothing, and whoever called them throws (`check`).
package enum Poll {
  /// Element steps (about a nanosecond each) between two looks.
  package static let patience = 1 << 20

  /// Elements that a kernel works through at a time.
  @inlinable package static var chunk: Int { 1 << 16 }

  private enum Reason {
    static let interrupt: Int32 = 1
    static let time: Int32 = 2
    static let memory: Int32 = 3
  }

  /// Whether the computation is to end.
  @inlinable @inline(__always)
  package static var isStopped: Bool { nk_current().pointee.stopped != 0 }

  /// Counts element steps that have been or are about to be made.
  /// - Returns: whether the computation is to end.
  @inlinable @inline(__always)
  @discardableResult
  package static func spend(_ steps: Int) -> Bool {
    let computation = nk_current()
    computation.pointee.patience &-= steps
    return computation.pointee.patience < 0 ? look() : computation.pointee.stopped != 0
  }

  /// Looks whether the computation is to end.
  @usableFromInline @inline(never)
  @discardableResult
  package static func look() -> Bool {
    let computation = nk_current()
    computation.pointee.patience = patience
    if computation.pointee.stopped != 0 { return true }
    if let isInterrupted = computation.pointee.interrupted,
      isInterrupted(computation.pointee.context) != 0
    {
      computation.pointee.stopped = Reason.interrupt
    } else if computation.pointee.deadline != 0, now > computation.pointee.deadline {
      computation.pointee.stopped = Reason.time
    }
    return computation.pointee.stopped != 0
  }

  /// Throws where the computation is to end.
  @inlinable @inline(__always)
  package static func check() throws(TensorError) {
    if isStopped { throw ending }
  }

  /// Looks and throws: for loops whose rounds take longer than a microsecond.
  package static func checkNow() throws(TensorError) {
    if look() { throw ending }
  }

  /// Counts steps and throws where the computation is to end.
  @inlinable @inline(__always)
  package static func check(spending steps: Int) throws(TensorError) {
    if spend(steps) { throw ending }
  }

  /// Work in equal pieces between which it may end. A single piece is always done, but counts.
  @inlinable @inline(__always)
  package static func inChunks(_ count: Int, _ body: (Range<Int>) -> Void) {
    if count <= chunk {
      spend(count)
      return body(0..<count)
    }
    for start in stride(from: 0, to: count, by: chunk) {
      let end = min(count, start + chunk)
      if spend(end - start) { return }
      body(start..<end)
    }
  }

  /// Memory ran out: the computation is to end.
  @usableFromInline @inline(never)
  static func refuse(_ bytes: Int) {
    let computation = nk_current()
    guard computation.pointee.stopped == 0 else { return }
    computation.pointee.stopped = Reason.memory
    computation.pointee.wanted = bytes
  }

  /// Why the computation is to end.
  @usableFromInline
  static var ending: TensorError {
    @inline(never) get {
      switch nk_current().pointee.stopped {
      case Reason.time: .stopped(.time)
      case Reason.memory: .stopped(.memory(wanted: nk_current().pointee.wanted))
      default: .stopped(.interrupt)
      }
    }
  }

  /// The monotonic clock in nanoseconds.
  private static var now: Int64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
  }
}

// MARK: - Computations

extension Poll {
  /// What may end a computation.
  package struct Bounds {
    /// Bytes that may be held.
    package var memory: Int
    /// What the process holds that is not meant by that.
    package var allowance: Int
    package var seconds: Double?
    /// Somebody who may want the computation to end.
    package var interrupted: (@convention(c) (UnsafeRawPointer?) -> Int32)?
    package var context: UnsafeRawPointer?

    package init(
      memory: Int, allowance: Int = 0, seconds: Double? = nil,
      interrupted: (@convention(c) (UnsafeRawPointer?) -> Int32)? = nil,
      context: UnsafeRawPointer? = nil
    ) {
      self.memory = memory
      self.allowance = allowance
      self.seconds = seconds
      self.interrupted = interrupted
      self.context = context
    }
  }

  /// A computation that another one stands inside of.
  package struct Outer { fileprivate let computation: nk_computation }

  /// A computation begins. It has to end with `end`, and may begin inside another one.
  package static func begin(_ bounds: Bounds) -> Outer {
    let computation = nk_current()
    let outer = Outer(computation: computation.pointee)
    computation.pointee.limit = bounds.memory
    computation.pointee.allowance = bounds.allowance
    computation.pointee.interrupted = bounds.interrupted
    computation.pointee.context = bounds.context
    computation.pointee.stopped = 0
    computation.pointee.patience = 0
    let end = bounds.seconds.map { min($0, 1e9) * 1e9 }
    let inner = end.map { now &+ Int64($0) } ?? 0
    let known = outer.computation.deadline
    computation.pointee.deadline = inner == 0 ? known : known == 0 ? inner : min(inner, known)
    return outer
  }

  package static func end(_ outer: Outer) {
    let computation = nk_current()
    let inner = computation.pointee
    computation.pointee = outer.computation
    computation.pointee.live = inner.live
    computation.pointee.unseen = inner.unseen
    computation.pointee.patience = 0
  }
}

// MARK: - Sequences

/// A sequence that ends early when the computation is to end: whoever walks it may find too little,
/// and throws (`Poll.check`).
package struct Polled<Base: Sequence>: Sequence {
  @usableFromInline let base: Base
  /// What a round costs, in element steps.
  @usableFromInline let steps: Int

  @inlinable
  package init(base: Base, steps: Int) {
    self.base = base
    self.steps = steps
  }

  package struct Iterator: IteratorProtocol {
    @usableFromInline var base: Base.Iterator
    @usableFromInline let steps: Int

    @inlinable
    package init(base: Base.Iterator, steps: Int) {
      self.base = base
      self.steps = steps
    }

    @inlinable @inline(__always)
    package mutating func next() -> Base.Element? { Poll.spend(steps) ? nil : base.next() }
  }

  @inlinable
  package func makeIterator() -> Iterator { Iterator(base: base.makeIterator(), steps: steps) }
}

extension Poll {
  /// The elements of a sequence, for as long as the computation may go on.
  @inlinable
  package static func each<S: Sequence>(_ sequence: S, steps: Int = 4) -> Polled<S> {
    Polled(base: sequence, steps: steps)
  }

  /// What a function gives for every element, in an array whose memory is asked for first.
  @inlinable
  package static func map<C: Collection, T>(
    _ elements: C, steps: Int = 4, _ body: (C.Element) throws -> T
  ) throws -> [T] {
    try Memory.make(elements.count, of: MemoryLayout<T>.stride)
    var result: [T] = []
    result.reserveCapacity(elements.count)
    for element in elements {
      try check(spending: steps)
      result.append(try body(element))
    }
    return result
  }
}

/// Numbers side by side that are read from the first to the last, in pieces between which the
/// computation may end. What is worked out of too few is worth nothing.
package struct NumberRun {
  package let elements: UnsafeBufferPointer<Double>

  @inlinable
  package init(_ elements: UnsafeBufferPointer<Double>) { self.elements = elements }

  @inlinable package var count: Int { elements.count }

  @inlinable @inline(__always)
  package func reduce<R>(_ initial: R, _ next: (R, Double) -> R) -> R {
    var result = initial
    Poll.inChunks(count) { for index in $0 { result = next(result, elements[index]) } }
    return result
  }

  @inlinable @inline(__always)
  package func count(where holds: (Double) -> Bool) -> Int {
    reduce(0) { holds($1) ? $0 + 1 : $0 }
  }
}

extension UnsafeMutableBufferPointer {
  /// Writes one value to all places, in pieces between which the computation may end.
  @inline(__always)
  func fill(with value: Element) {
    Poll.inChunks(count) { self[$0].update(repeating: value) }
  }

  /// The same with what a function gives for every place, in order.
  @inline(__always)
  func fill(_ element: (Int) -> Element) {
    Poll.inChunks(count) { for index in $0 { self[index] = element(index) } }
  }
}

// For other modules, which could not specialize the above.
extension UnsafeMutableBufferPointer<Double> {
  /// Writes one number to all places, in pieces between which the computation may end.
  package func fill(with number: Double) {
    Poll.inChunks(count) { self[$0].update(repeating: number) }
  }

  /// The same with what a function gives for every place, in order.
  package func fill(_ number: (Int) -> Double) {
    Poll.inChunks(count) { for index in $0 { self[index] = number(index) } }
  }
}

// MARK: - Lists of places

extension Poll {
  /// A number for each of the first whole numbers: places that an operation takes its elements from.
  @inlinable
  package static func list(
    _ count: Int, _ body: (Int) -> Int
  ) throws(TensorError) -> [Int] {
    try Memory.make(count, of: MemoryLayout<Int>.stride)
    var result: [Int] = []
    result.reserveCapacity(count)
    for start in stride(from: 0, to: count, by: chunk) {
      let end = min(count, start + chunk)
      try check(spending: 16 * (end - start))
      for index in start..<end { result.append(body(index)) }
    }
    return result
  }

  /// The different ones among numbers.
  package static func distinct(_ numbers: [Double]) throws(TensorError) -> Set<Double> {
    var result: Set<Double> = []
    for number in numbers {
      try check(spending: 64)
      // A table doubles when it is full.
      if result.count == result.capacity { try Memory.make(result.count, of: 40) }
      result.insert(number)
    }
    return result
  }

  /// The elements in an order.
  @inlinable
  package static func sorted<T>(
    _ elements: [T], by precedes: (T, T) -> Bool
  ) throws(TensorError) -> [T] {
    try Memory.make(2 * elements.count, of: MemoryLayout<T>.stride)
    do {
      return try elements.sorted { (a: T, b: T) throws -> Bool in
        try check(spending: 16)
        return precedes(a, b)
      }
    } catch {
      throw error as? TensorError ?? .stopped(.interrupt)
    }
  }
}
