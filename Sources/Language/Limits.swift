import Glibc
import Synchronization
import Tensors

/// How much a computation may use; nil is unlimited.
package struct Limits: Sendable {
  /// Statements, loop rounds and calls.
  package var steps: Int?
  /// Bytes of all tensors of a kilobyte or more; `Memory.limit` holds as well.
  package var liveBytes: Int?
  package var recursion: Int
  package var seconds: Double?
  /// Characters printed.
  package var output: Int?

  package init(
    steps: Int? = nil, liveBytes: Int? = nil, recursion: Int = 1000, seconds: Double? = nil,
    output: Int? = nil
  ) {
    self.steps = steps
    self.liveBytes = liveBytes
    self.recursion = recursion
    self.seconds = seconds
    self.output = output
  }

  package static let none = Limits()

  /// The most elements one step may put into a list or string.
  static let elements = 10_000_000
}

/// Set from another thread, or by a signal handler that counts in plain memory, to stop a
/// computation at its next step.
package final class Interrupt: @unchecked Sendable {
  private let flag = Atomic<Bool>(false)
  /// Where a signal handler counts interrupts; it outlives every computation.
  private let counter: UnsafePointer<Int32>?

  package init(counter: UnsafePointer<Int32>? = nil) { self.counter = counter }

  package var isSet: Bool {
    flag.load(ordering: .relaxed) || (counter.map { $0.pointee > 0 } ?? false)
  }
  package func set() { flag.store(true, ordering: .relaxed) }
  package func clear() { flag.store(false, ordering: .relaxed) }
}

/// Counts steps and looks at the other limits now and then.
struct Meter {
  var limits: Limits
  private(set) var steps = 0
  private var start = Meter.now

  init(_ limits: Limits) { self.limits = limits }

  mutating func restart() {
    steps = 0
    start = Meter.now
  }

  /// What is exceeded, if anything.
  enum Excess {
    case steps(Int)
    case bytes(Int)
    case seconds(Double)
  }

  @inline(__always)
  mutating func step() -> Excess? {
    steps &+= 1
    return steps & 255 == 0 || Memory.liveBytes > Memory.limit ? excess : nil
  }

  private var excess: Excess? {
    if let limit = limits.steps, steps > limit { return .steps(limit) }
    let limit = min(limits.liveBytes ?? .max, Memory.limit)
    if Memory.liveBytes > limit { return .bytes(limit) }
    if let limit = limits.seconds, Meter.now - start > limit { return .seconds(limit) }
    return nil
  }

  static var now: Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }
}

/// The stack of the current thread: how far it may still grow.
struct StackGuard {
  private let floor: UInt

  /// Space kept for what one step of the evaluator may need, kernels and error texts included.
  static let reserve: UInt = 384 << 10

  init() {
    var attributes = pthread_attr_t()
    var base: UnsafeMutableRawPointer?
    var size = 0
    guard let read = StackGuard.attributesOfThread, read(pthread_self(), &attributes) == 0,
      pthread_attr_getstack(&attributes, &base, &size) == 0
    else {
      // Unknown bounds: half a megabyte below here is there on every thread.
      var mark: UInt8 = 0
      floor =
        withUnsafeMutablePointer(to: &mark) { UInt(bitPattern: $0) } - (512 << 10)
        + StackGuard.reserve
      return
    }
    pthread_attr_destroy(&attributes)
    floor = UInt(bitPattern: base) + StackGuard.reserve
  }

  private typealias Reader =
    @convention(c) (pthread_t, UnsafeMutablePointer<pthread_attr_t>) -> Int32

  /// A GNU extension that the module map of Glibc hides.
  private static let attributesOfThread: Reader? = dlsym(nil, "pthread_getattr_np").map {
    unsafeBitCast($0, to: Reader.self)
  }

  /// Whether the stack is nearly used up at this depth.
  @inline(__always)
  var isExhausted: Bool {
    var mark: UInt8 = 0
    return withUnsafeMutablePointer(to: &mark) { UInt(bitPattern: $0) < floor }
  }
}
