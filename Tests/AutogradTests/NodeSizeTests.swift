import Autograd
import Glibc
import Tensors
import Testing

/// What a recorded quantity takes.
@Suite struct NodeSizeTests {
  /// 144 bytes for the quantity and 32 for its number: a million steps of a loop are 168 MiB.
  @Test func aRecordedNumberTakes176BytesOrLittleMore() throws {
    let before = Memory.live
    var x = Variable(1.5)
    for _ in 0..<1000 { x = try Operation.add(x, x) }
    // The allocator may give a little more than it is asked for.
    #expect(abs(Memory.live - before - 1001 * (144 + 32)) < 1001 * 16)
    withExtendedLifetime(x) {}
  }

  /// What is counted for a quantity is what the allocator gives for one.
  @Test func aQuantityIsAsLargeAsItIsCounted() throws {
    typealias Measure = @convention(c) (UnsafeRawPointer) -> Int
    let measure = try #require(dlsym(nil, "malloc_usable_size"))
    let quantities = (0..<100).map { Variable(Double($0)) }
    let sizes = quantities.map {
      unsafeBitCast(measure, to: Measure.self)(Unmanaged.passUnretained($0).toOpaque())
    }
    // The allocator may now and then give a little more than it is asked for.
    #expect(sizes.min() == 144 - MemoryLayout<Int>.size)
  }

  @Test func allIsGivenBack() throws {
    let before = Memory.live
    do {
      let x = Variable(Tensor(repeating: 2, shape: [10]))
      let y = try Operation.sum(Operation.multiply(x, x), .one("axis", .integers([0])))
      try y.backward()
      #expect(x.gradient?[flat: 3] == 4)
      x.gradient = nil
      #expect(x.gradient == nil)
    }
    #expect(Memory.live == before)
  }

  @Test func aNameAndAGradientLiveBesideEachOther() {
    let x = Variable(1)
    x.gradient = Tensor(2.0)
    x.naming = Naming(name: "x", line: 3)
    #expect(x.gradient?.item == 2)
    #expect(x.naming?.line == 3)
    x.gradient = Tensor(5.0)
    #expect(x.naming?.name == "x")
    x.naming = nil
    #expect(x.gradient?.item == 5)
    x.gradient = nil
    #expect(x.naming == nil)
  }

  @Test(arguments: [1, 2, 3, 4, 7])
  func anOperationKeepsItsInputsInOrder(_ count: Int) {
    let variables = (0..<count).map { Variable(Double($0)) }
    let inputs = Inputs(variables)
    #expect(inputs.count == count)
    #expect((0..<count).allSatisfy { inputs[$0] === variables[$0] })
    var seen: [Variable] = []
    inputs.forEach { seen.append($0) }
    #expect(seen.map(\.value.item) == variables.map(\.value.item))
  }
}
