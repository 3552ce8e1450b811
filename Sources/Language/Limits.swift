import Glibc
import Synchronization
import Tensors

/// How much a computation may use; nil is unlimited.
package struct Limits: Sendable {
  /// Statements, loop rounds and calls.
  package var steps: Int?
  /// Bytes that may be held beyond what was held when the context was made; `Memory.limit` holds
  /// as well. What counts is told at `Memory`: tensors, what they were computed from and workspaces of
  /// kernels to the byte; texts, lists and all else by what the process takes, where it is watched.
  package var memory: Int?
  package var recursion: Int
  package var seconds: Double?
  /// Characters printed.
  package var output: Int?

  package init(
    steps: Int? = nil, memory: Int? = nil, recursion: Int = 1000, seconds: Double? = nil,
    output: Int? = nil
  ) {
    self.steps = steps
    self.memory = memory
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

/// What the computations of a context may take, and what there was when it was made.
struct Allotment {
  private let heldBefore = Memory.live
  private let processBefore = Memory.ofProcess

  /// What ends a computation with these limits, in kernels too.
  func bounds(_ limits: Limits, _ interrupt: Interrupt) -> Poll.Bounds {
    let own = limits.memory.map { heldBefore + min($0, 1 << 60) }
    // Whoever has used up everything can still give something back.
    let least = Memory.live + (64 << 10)
    return Poll.Bounds(
      memory: max(least, min(Memory.limit, own ?? .max)),
      allowance: limits.memory == nil ? 0 : max(0, processBefore - heldBefore),
      seconds: limits.seconds,
      interrupted: { context in
        guard let context else { return 0 }
        return Unmanaged<Interrupt>.fromOpaque(context).takeUnretainedValue().isSet ? 1 : 0
      },
      context: UnsafeRawPointer(Unmanaged.passUnretained(interrupt).toOpaque()))
  }
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
    return steps & 255 == 0 || Poll.isStopped ? excess : nil
  }

  private var excess: Excess? {
    if let limit = limits.steps, steps > limit { return .steps(limit) }
    if Memory.live > Memory.limit || steps & 1023 == 0 && !Memory.hasRoom() {
      return .bytes(Memory.limit)
    }
    if let limit = limits.seconds, Meter.now - start > limit { return .seconds(limit) }
    // A kernel that was told to end may have had its memory given back since.
    do {
      try Poll.check()
    } catch {
      switch error {
      case .stopped(.memory): return .bytes(Memory.limit)
      default: return limits.seconds.map { .seconds($0) }
      }
    }
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
