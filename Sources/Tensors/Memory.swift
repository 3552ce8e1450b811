import CKernels
import Synchronization

/// How much memory tensors may take, and how much the large ones hold now.
package enum Memory {
  private static let limitStorage = Atomic<Int>(2 << 30)
  private static let liveStorage = Atomic<Int>(0)

  /// The largest tensor, in bytes, that will be made (default 2 GiB).
  package static var limit: Int {
    get { limitStorage.load(ordering: .relaxed) }
    set { limitStorage.store(newValue, ordering: .relaxed) }
  }

  package static var largestCount: Int { limit / MemoryLayout<Double>.stride }

  /// Bytes held by tensors of at least a kilobyte; smaller ones are not worth counting.
  package static var liveBytes: Int { liveStorage.load(ordering: .relaxed) }

  static func add(_ bytes: Int) { liveStorage.wrappingAdd(bytes, ordering: .relaxed) }
  static func remove(_ bytes: Int) { liveStorage.wrappingSubtract(bytes, ordering: .relaxed) }
}

/// The elements of a tensor: one allocation, written once while it is made, then shared.
final class Storage: ManagedBuffer<Int, Double> {
  /// Bytes from which the allocator would ask the system for every storage and give it back at once.
  private static let large = 128 << 10

  private static let keepsFreedMemory: Void = nk_keep_freed_memory()

  /// Bytes from which a storage takes part in `Memory.liveBytes`.
  private static let counted = 1024

  static func make(bytes: Int) -> Storage {
    if bytes >= large { keepsFreedMemory }
    let made = create(minimumCapacity: (bytes + 7) / 8) { _ in bytes }
    if bytes >= counted { Memory.add(bytes) }
    return unsafeDowncast(made, to: Storage.self)
  }

  /// The elements; valid as long as the storage lives.
  @inline(__always)
  var start: UnsafeMutablePointer<Double> { withUnsafeMutablePointerToElements { $0 } }

  deinit {
    if header >= Storage.counted { Memory.remove(header) }
  }
}
