/// Memory of a fixed number of elements that kernels write to again and again: what a training step
/// reuses, where a `Tensor` is written once. Starts as zeros.
package final class Buffer {
  package let dtype: DType
  package let count: Int
  package let memory: UnsafeMutableRawPointer

  /// `dtype` is float32 or float64.
  package init(count: Int, dtype: DType) {
    self.dtype = dtype == .float32 ? .float32 : .float64
    self.count = count
    let bytes = max(count, 1) * self.dtype.stride
    memory = .allocate(byteCount: bytes, alignment: 64)
    Memory.add(bytes)
    Poll.inChunks(bytes) {
      (memory + $0.lowerBound).initializeMemory(as: UInt8.self, repeating: 0, count: $0.count)
    }
  }

  deinit {
    Memory.remove(max(count, 1) * dtype.stride)
    memory.deallocate()
  }

  /// Where the element at an offset lies.
  package func at(_ offset: Int) -> UnsafeMutableRawPointer { memory + offset * dtype.stride }

  package subscript(offset: Int) -> Double {
    get {
      precondition(offset >= 0 && offset < count)
      return dtype == .float32
        ? Double(memory.assumingMemoryBound(to: Float.self)[offset])
        : memory.assumingMemoryBound(to: Double.self)[offset]
    }
    set {
      precondition(offset >= 0 && offset < count)
      if dtype == .float32 {
        memory.assumingMemoryBound(to: Float.self)[offset] = Float(newValue)
      } else {
        memory.assumingMemoryBound(to: Double.self)[offset] = newValue
      }
    }
  }

  /// Copies elements in, from an offset on.
  package func store(_ elements: [Double], at offset: Int = 0) {
    for (index, element) in elements.enumerated() { self[offset + index] = element }
  }

  /// A copy of some elements as a tensor.
  package func tensor(_ shape: Shape, at offset: Int = 0) -> Tensor {
    precondition(offset >= 0 && offset + shape.count <= count)
    return Tensor(raw: shape, dtype: dtype) { target in
      Poll.inChunks(shape.count * dtype.stride) {
        (target + $0.lowerBound).copyMemory(
          from: at(offset) + $0.lowerBound, byteCount: $0.count)
      }
    }
  }
}

extension DType {
  /// Bytes of one stored element.
  package var stride: Int {
    self == .float32 ? MemoryLayout<Float>.stride : MemoryLayout<Double>.stride
  }
}

extension Tensor {
  /// Makes a tensor whose memory `fill` writes, in the width of the kind.
  package init(raw shape: Shape, dtype: DType, fill: (UnsafeMutableRawPointer) -> Void) {
    if dtype == .float32 {
      self.init(float32: shape) { view in
        if let start = view.baseAddress { fill(UnsafeMutableRawPointer(start)) }
      }
    } else {
      self.init(shape, dtype: dtype) { view in
        if let start = view.baseAddress { fill(UnsafeMutableRawPointer(start)) }
      }
    }
  }

  /// Calls `body` with the memory of the elements, converted to float32 or float64 as asked.
  @inline(__always)
  package func withRaw<R>(as kind: DType, _ body: (UnsafeRawPointer) -> R) -> R {
    if dtype.stride != kind.stride { return converted(to: kind).withRaw(as: kind, body) }
    defer { withExtendedLifetime(storage) {} }
    return body(UnsafeRawPointer(storage.start))
  }
}
