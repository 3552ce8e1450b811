import CKernels
import Glibc

/// Whether the computation at work on this thread is to end: because somebody pressed Ctrl-C, its
/// time is over, or memory ran out. Kernels that take long look now and then and leave early; what
/// they have made by then is worth nothing, and whoever called them throws (`check`).
package enum Poll {
  /// Element steps (about a nanosecond each) between two looks.
  package static let patience = 1 << 20

  /// Elements that a kernel works through at a time.
  package static let chunk = 1 << 16

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

  /// Work in equal pieces between which it may end.
  @inline(__always)
  package static func inChunks(_ count: Int, _ body: (Range<Int>) -> Void) {
    if count <= chunk {
      nk_current().pointee.patience &-= count
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

// MARK: - Lists of places

extension Poll {
  /// A number for each of the first whole numbers: places that an operation takes its elements from.
  @inline(__always)
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

  /// Numbers in an order.
  @inline(__always)
  package static func sorted(
    _ numbers: some Collection<Int>, by precedes: (Int, Int) -> Bool
  ) throws(TensorError) -> [Int] {
    try Memory.make(2 * numbers.count, of: MemoryLayout<Int>.stride)
    do {
      return try numbers.sorted { (a: Int, b: Int) throws -> Bool in
        try check(spending: 16)
        return precedes(a, b)
      }
    } catch {
      throw error as? TensorError ?? .stopped(.interrupt)
    }
  }
}
