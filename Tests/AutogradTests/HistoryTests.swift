import Autograd
import Tensors
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

  /// Of several operations without a derivative the one is named where the way up ends.
  @Test func theFirstOperationWithoutADerivativeIsNamed() throws {
    let x = Variable(Tensor([0.5, 2, -1]))
    let largest = try #require(Catalogue.standard["argmax"])
    let place = try largest(x)
    let isLast = try Operation.greater(Operation.multiply(place, place), Variable(3))
    guard case .undefined(let variable, _)? = History(of: isLast).blocked(from: x) else {
      Issue.record("nothing stands between")
      return
    }
    #expect(variable === place)
    #expect(History(of: try Operation.multiply(x, x)).blocked(from: x) == nil)
  }
}
