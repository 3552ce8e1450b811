import CKernels
import Synchronization

/// How much memory tensors may take, and how much the large ones hold now.
package enum Memory {
  private static let limitStorage = Atomic<Int>(2 << 30)
  private static let liveStorage = Atomic<Int>(0)

  /// How many bytes all tensors may take together, and so the largest one (default 2 GiB).
  package static var limit: Int {
    get { limitStorage.load(ordering: .relaxed) }
    set { limitStorage.store(newValue, ordering: .relaxed) }
  }

  package static var largestCount: Int { limit / MemoryLayout<Double>.stride }

  /// Bytes held by tensors of at least a kilobyte; smaller ones are not worth counting.
  package static var liveBytes: Int { liveStorage.load(ordering: .relaxed) }

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
