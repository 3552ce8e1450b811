import CKernels

/// How much memory the computations of this thread may take, and how much they hold now.
///
/// Tensors, recorded quantities and the workspaces of kernels are counted to the byte, in the object
/// that every thread has for itself. Texts, lists, tables and everything else are counted by what the
/// process takes from the system (`watchProcess`), which is looked at every 1024 steps, and before
/// anything of a megabyte or more is made. A computation that is refused memory ends with
/// `TensorError.stopped(.memory)`.
package enum Memory {
  /// How many bytes may be held (default 2 GiB), and so how many the largest tensor may have.
  package static var limit: Int {
    get { nk_current().pointee.limit }
    set { nk_current().pointee.limit = newValue }
  }

  package static var largestCount: Int { limit / MemoryLayout<Double>.stride }

  /// Bytes held by tensors, recorded quantities and workspaces.
  package static var live: Int { nk_current().pointee.live }

  /// What is held now, in words.
  package static var held: [String] {
    let tensors = "\(text(live)) are held by tensors and what they were computed from"
    let all = ofProcess
    return all > live + large ? ["\(text(all)) are in use"] : [tensors]
  }

  private static let units = [("GiB", 30), ("MiB", 20), ("KiB", 10)]

  /// `1.5 GiB`: two decimals at most.
  package static func text(_ bytes: Int, separator: String = " ") -> String {
    text(Double(bytes), separator: separator)
  }

  static func text(_ bytes: Double, separator: String = " ") -> String {
    for (unit, shift) in units where bytes >= Double(1 << shift) {
      let size = (bytes / Double(1 << shift) * 100).rounded() / 100
      return
        "\(size == size.rounded() && size < 1e15 ? "\(Int(size))" : "\(size)")\(separator)\(unit)"
    }
    return "\(Int(bytes)) bytes"
  }

  /// The bytes that `4GiB`, `1.5 gib`, `512MB` or a plain number mean; units are powers of 1024. Nil
  /// unless it is at least a megabyte.
  package static func bytes(in text: String) -> Int? {
    let letters = text.filter { !$0.isWhitespace }.lowercased()
    let digits = letters.prefix { $0.isNumber || $0 == "." }
    guard let number = Double(digits), let shift = shift(of: letters.dropFirst(digits.count)) else {
      return nil
    }
    let bytes = number * Double(1 << shift)
    return bytes >= Double(1 << 20) && bytes < Double(1 << 50) ? Int(bytes) : nil
  }

  private static func shift(of unit: Substring) -> Int? {
    if unit.isEmpty || unit == "b" || unit == "bytes" { return 0 }
    return units.first { name, _ in
      let lower = name.lowercased()
      return [lower, "\(lower.prefix(1))b", String(lower.prefix(1))].contains(String(unit))
    }?.1
  }

}

// MARK: - Counting

extension Memory {
  /// Counts bytes that are held from now on; beyond the limit the computation is to end.
  @inlinable @inline(__always)
  package static func add(_ bytes: Int) {
    let computation = nk_current()
    computation.pointee.live &+= bytes
    if computation.pointee.live > computation.pointee.limit { Poll.refuse(bytes) }
  }

  @inlinable @inline(__always)
  package static func remove(_ bytes: Int) { nk_current().pointee.live &-= bytes }

  /// Bytes from which something is asked for before it is made.
  package static let large = 1 << 20

  /// Asks for memory that is about to be taken.
  package static func require(_ bytes: Int) throws(TensorError) {
    guard bytes >= large else { return }
    let computation = nk_current()
    let (sum, overflow) = computation.pointee.live.addingReportingOverflow(bytes)
    guard !overflow, sum <= computation.pointee.limit, hasRoom(for: bytes) else {
      throw .stopped(.memory(wanted: bytes))
    }
  }

  /// Counts a text, list or table that is about to be made: its bytes are not known again later, so
  /// the memory of the process is looked at whenever a few megabytes have been made.
  package static func make(_ bytes: Int) throws(TensorError) {
    let computation = nk_current()
    computation.pointee.unseen &+= max(0, bytes)
    if bytes >= large { return try require(bytes) }
    guard computation.pointee.unseen <= 4 * large || hasRoom(for: bytes) else {
      throw .stopped(.memory(wanted: bytes))
    }
  }

  /// The same where nothing can be thrown: the computation is to end.
  package static func make(orRefuse bytes: Int) {
    do {
      try make(bytes)
    } catch {
      Poll.refuse(bytes)
    }
  }

  /// The same for a number of things, which may be more than there are numbers.
  package static func make(_ count: Int, of stride: Int) throws(TensorError) {
    let (bytes, overflow) = count.multipliedReportingOverflow(by: stride)
    try make(overflow ? Int.max : bytes)
  }
}

// MARK: - The process

extension Memory {
  /// What the process took when it began to be watched; nil while it is not.
  private nonisolated(unsafe) static var start: Int?

  /// What the program itself may take besides: its tables, and what the allocator holds in reserve.
  private static let allowance = 24 << 20

  /// From now on the memory of the whole process counts: for a program that computes on one thread.
  package static func watchProcess() {
    let bytes = nk_process_bytes(0)
    if bytes >= 0 { start = bytes }
  }

  /// Bytes that the process has taken since it is watched; 0 where it is not.
  package static var ofProcess: Int {
    guard let start else { return 0 }
    return max(0, nk_process_bytes(0) - start)
  }

  /// Whether the process may grow by that much.
  package static func hasRoom(for bytes: Int = 0) -> Bool {
    let computation = nk_current()
    computation.pointee.unseen = 0
    guard let start else { return true }
    let largest = computation.pointee.limit + computation.pointee.allowance + allowance + start
    if nk_process_bytes(0) <= largest - bytes { return true }
    // What was freed may still lie with the allocator.
    return nk_process_bytes(1) <= largest - bytes
  }
}

/// The elements of a tensor: one allocation, written once while it is made, then shared. It has no
/// header of its own, so that a number takes 32 bytes.
class Storage: ManagedBuffer<Void, Double> {
  /// Bytes from which the allocator would ask the system for every storage and give it back at once.
  private static let large = 128 << 10

  private static let keepsFreedMemory: Void = nk_keep_freed_memory()

  /// Memory for a number of bytes. Where there is none left, the computation is told to end, and until
  /// it has, what it writes goes nowhere.
  static func make(bytes: Int) -> Storage {
    if bytes >= large {
      keepsFreedMemory
      if Memory.live + bytes > Memory.limit || bytes >= Memory.large && !Memory.hasRoom(for: bytes)
      {
        Poll.refuse(bytes)
        return StorageNowhere.make(bytes)
      }
    }
    let made = unsafeDowncast(
      create(minimumCapacity: (bytes + 7) / 8) { _ in }, to: Storage.self)
    Memory.add(nk_allocated_bytes(Unmanaged.passUnretained(made).toOpaque()))
    return made
  }

  /// The elements; valid as long as the storage lives.
  @inline(__always)
  var start: UnsafeMutablePointer<Double> {
    let elements = withUnsafeMutablePointerToElements { $0 }
    // To ask for the class of every storage takes as long as the arithmetic on a few numbers.
    guard nk_uses_nowhere() else { return elements }
    return type(of: self) == Storage.self ? elements : StorageNowhere.start(elements)
  }

  deinit { Memory.remove(nk_allocated_bytes(Unmanaged.passUnretained(self).toOpaque())) }
}

/// A storage that was refused: its elements lie where nobody looks. It holds their address and size.
private final class StorageNowhere: Storage {
  static func make(_ bytes: Int) -> Storage {
    let made = unsafeDowncast(create(minimumCapacity: 2) { _ in }, to: StorageNowhere.self)
    made.withUnsafeMutablePointerToElements { place in
      place[0] = Double(bitPattern: UInt64(UInt(bitPattern: nk_map_nowhere(bytes))))
      place[1] = Double(bitPattern: UInt64(bytes))
    }
    Memory.add(nk_allocated_bytes(Unmanaged.passUnretained(made).toOpaque()))
    return made
  }

  static func start(_ place: UnsafeMutablePointer<Double>) -> UnsafeMutablePointer<Double> {
    UnsafeMutablePointer(bitPattern: UInt(place[0].bitPattern)) ?? place
  }

  deinit {
    withUnsafeMutablePointerToElements { place in
      nk_unmap(StorageNowhere.start(place), Int(place[1].bitPattern))
    }
  }
}

extension Tensor {
  /// Whether both are the same numbers in memory.
  package func sharesElements(with other: Tensor) -> Bool { storage === other.storage }
}

/// Tells whether a tensor is the one that was seen, without keeping its numbers alive.
package struct TensorIdentity {
  private weak var storage: Storage?

  package init(_ tensor: Tensor) { storage = tensor.storage }

  package func isIdentity(of tensor: Tensor) -> Bool { tensor.storage === storage }
}
