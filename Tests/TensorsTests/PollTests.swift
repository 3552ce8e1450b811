import Tensors
import Testing

/// Computations that are told to end, and the memory they may take.
@Suite struct PollTests {
  /// Runs a body inside a computation with bounds of its own.
  private func within<R>(_ bounds: Poll.Bounds, _ body: () throws -> R) rethrows -> R {
    let outer = Poll.begin(bounds)
    defer { Poll.end(outer) }
    return try body()
  }

  private var interrupted: Poll.Bounds {
    Poll.Bounds(memory: Memory.limit, interrupted: { _ in 1 })
  }

  private func stop(_ body: () throws -> Void) -> TensorError.Stop? {
    do {
      try body()
      try Poll.check()
    } catch TensorError.stopped(let why) {
      return why
    } catch {
      return nil
    }
    return nil
  }

  @Test func largeProductsInBlocksAgreeWithTheirPanels() throws {
    // Above 2³⁰ multiply-adds a product is made in blocks; its panels lie below that.
    let (rows, inner, columns) = (1030, 1100, 1000)
    let a = Tensor([rows, inner]) { out in
      for index in 0..<out.count { out[index] = Double(index % 17) - 8.5 }
    }
    let b = Tensor([inner, columns]) { out in
      for index in 0..<out.count { out[index] = Double(index % 23) / 8 - 1 }
    }
    let whole = try a.matmul(b)
    for (start, count) in [(0, 515), (515, 515)] {
      let panel = try a.sliced(axis: 0, from: start, size: count).matmul(b)
      let part = whole.sliced(axis: 0, from: start, size: count)
      #expect(
        zip(panel.elements, part.elements).allSatisfy { abs($0 - $1) <= 1e-9 * max(1, abs($0)) })
    }
    // The factors read as their transposes.
    let turned = try b.matrixTransposed().matmul(try a.matrixTransposed()).matrixTransposed()
    #expect(
      zip(turned.elements, whole.elements).allSatisfy { abs($0 - $1) <= 1e-9 * max(1, abs($0)) })
    let g = Tensor(repeating: 1, shape: [rows, columns])
    let left = try #require(g.matmulGradient(left: a, right: b))
    let sums = try b.sum(along: [1], keepingAxes: false, dtype: .float64)
    #expect((0..<inner).allSatisfy { abs(left[flat: $0] - sums[flat: $0]) < 1e-9 })
    let right = try #require(g.matmulGradient(right: b, left: a))
    let columnSums = try a.sum(along: [0], keepingAxes: false, dtype: .float64)
    #expect((0..<inner).allSatisfy { abs(right[flat: $0 * columns] - columnSums[flat: $0]) < 1e-9 })
  }

  @Test func longSumsAndFunctionsAreTheSameInPieces() {
    let count = Poll.chunk * 2 + 3
    let x = Tensor([count]) { out in for index in 0..<count { out[index] = Double(index % 7) } }
    let whole = UnaryKernel.exp(x, dtype: .float64)
    let part = UnaryKernel.exp(x.sliced(axis: 0, from: Poll.chunk, size: 3), dtype: .float64)
    #expect((0..<3).allSatisfy { whole[flat: Poll.chunk + $0] == part[flat: $0] })
  }

  @Test func aKernelThatIsToldToEndLeavesEarly() throws {
    let a = Tensor(repeating: 1, shape: [1200, 1200])
    let why = within(interrupted) {
      stop {
        for _ in 0..<1000 { _ = try a.matmul(a) }
      }
    }
    #expect(why == .interrupt)
    try Poll.check()
  }

  @Test func theClockEndsAComputation() {
    let a = Tensor(repeating: 1, shape: [1 << 20])
    let why = within(Poll.Bounds(memory: Memory.limit, seconds: 0.02)) {
      stop {
        while true {
          _ = UnaryKernel.exp(a, dtype: .float64)
          try Poll.check()
        }
      }
    }
    #expect(why == .time)
  }

  @Test func memoryIsCountedToTheByteAndGivenBack() {
    let before = Memory.live
    do {
      let number = Tensor(1.0)
      #expect(Memory.live - before == 32)
      let many = Tensor(repeating: 0, shape: [1000])
      #expect((8032 + 8...8032 + 48).contains(Memory.live - before))
      withExtendedLifetime((number, many)) {}
    }
    #expect(Memory.live == before)
  }

  @Test func memoryBeyondTheLimitIsNotTaken() {
    let before = Memory.live
    let bounds = Poll.Bounds(memory: before + (4 << 20))
    let why = within(bounds) {
      stop {
        let large = Tensor(repeating: 1, shape: [1 << 28])
        #expect(large.count == 1 << 28)
        #expect(Memory.live - before < 1024)
      }
    }
    #expect(why == .memory(wanted: 8 << 28))
    #expect(Memory.live == before)
  }

  @Test func whatIsAskedForIsRefusedBeyondTheLimit() {
    let bounds = Poll.Bounds(memory: Memory.live + (4 << 20))
    within(bounds) {
      #expect(throws: TensorError.self) { try Memory.make(.max, of: 48) }
      #expect(throws: TensorError.self) { try Memory.require(8 << 20) }
      #expect(throws: Never.self) { try Memory.require(2 << 20) }
    }
  }

  @Test func workThatNobodyWouldWaitForIsRefused() {
    let column = Tensor(repeating: 1, shape: [1 << 20, 1])
    let error = #expect(throws: TensorError.self) {
      try Tensor(repeating: 0, shape: [2000, 2000]).solving(Tensor(repeating: 0, shape: [2000]))
    }
    #expect(error?.code == "too-much-work")
    #expect(throws: TensorError.self) {
      try column.matmul(Tensor(repeating: 1, shape: [1, 1 << 20]))
    }
  }

  @Test func aTensorIsSixWords() {
    #expect(MemoryLayout<Tensor>.size == 48)
    // More than the allocator aligns everything to would cost memory and time.
    #expect(MemoryLayout<Tensor>.alignment <= 16)
  }
}
