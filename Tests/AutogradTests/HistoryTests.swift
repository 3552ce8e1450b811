import Autograd
import Testing

@Suite struct HistoryTests {
  /// A history is let go of link by link in a loop: by recursion this would overflow the stack.
  @Test func aMillionLinksAreFreedAndDifferentiated() throws {
    let start = Variable(1)
    var x = start
    for _ in 0..<1_000_000 { x = try Operation.add(x, start) }
    #expect(x.value.item == 1_000_001)
    #expect(try x.gradients(for: [start])[0]?.item == 1_000_001)
  }
}
