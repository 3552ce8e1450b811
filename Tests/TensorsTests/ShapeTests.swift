import Tensors
import Testing

@Suite struct ShapeTests {
  @Test func broadcastsFromTheLastAxis() throws {
    #expect(try Shape(checking: [2, 1, 3]).broadcast(with: [4, 1]) == [2, 4, 3])
    #expect(throws: TensorError.broadcast([2], [3])) {
      try Shape(checking: [2]).broadcast(with: [3])
    }
  }

  @Test func refusesSizesNoMemoryHolds() {
    #expect(throws: TensorError.self) { try Shape(checking: [1 << 40]) }
    #expect(throws: TensorError.self) { try Shape(checking: [1 << 20, 1 << 20, 1 << 20, 1 << 20]) }
    #expect(throws: TensorError.negativeSize(-1)) { try Shape(checking: [-1]) }
  }
}
