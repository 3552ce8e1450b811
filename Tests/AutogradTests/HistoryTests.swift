import Autograd
import Tensors
import TestSupport
import Testing

@Suite struct HistoryTests {
  /// A history is let go of link by link in a loop: by recursion this would overflow the stack.
  @Test func aMillionLinksAreFreedAndDifferentiated() throws {
    let start = Variable(1)
    var x = start
    // A fifth would overflow it as well.
    let count = runsSlowTests ? 1_000_000 : 200_000
    for _ in 0..<count { x = try Operation.add(x, start) }
    #expect(x.value.item == Double(count + 1))
    #expect(try x.gradients(for: [start])[0]?.item == Double(count + 1))
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
