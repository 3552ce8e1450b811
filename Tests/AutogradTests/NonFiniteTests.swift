import Autograd
import Tensors
import Testing

/// nan and infinity are traced to the operation that made them of finite numbers.
@Suite struct NonFiniteTests {
  private func operation(_ name: String) throws -> Operation {
    try #require(Catalogue.standard[name])
  }

  @Test func theProducerIsFoundBehindOthers() throws {
    let p = Variable(Tensor([0.5, 0, 0.25]))
    let logarithm = try operation("log")(p)
    let y = try Operation.sum(Operation.multiply(logarithm, Variable(Tensor([1, 0, 1]))))
    let origin = try #require(y.nonFiniteOrigin)
    #expect(origin.variable === logarithm)
    #expect(origin.number == -.infinity && origin.offset == 1 && !origin.isGradient)
    #expect(origin.operands.map(\.value) == [0])
  }

  @Test func anOverflowIsTheCauseOfNaN() throws {
    let powers = try operation("exp")(Variable(Tensor([1, 1000])))
    let share = try Operation.divide(powers, Operation.sum(powers))
    let origin = try #require(share.nonFiniteOrigin)
    #expect(origin.variable === powers && origin.operands.map(\.value) == [1000])
  }

  /// A mask of -inf is no mistake; the operation that makes nan of it is.
  @Test func aMaskIsNotTheCause() throws {
    let mask = Variable(Tensor([-.infinity, -.infinity]))
    let shares = try Operation.subtract(mask, mask)
    #expect(try Operation.sum(shares).nonFiniteOrigin?.variable === shares)
  }

  @Test func aLeafMayHoldItFromTheStart() throws {
    let x = Variable(Tensor([1, .nan]))
    #expect(try Operation.sum(x).nonFiniteOrigin?.variable === x)
    #expect(try Operation.sum(Variable(Tensor([1, 2]))).nonFiniteOrigin == nil)
  }

  @Test func aGradientIsTracedThroughThePass() throws {
    let x = Variable(Tensor([4, 0]))
    let roots = try operation("sqrt")(x)
    let y = try Operation.sum(Operation.multiply(roots, Variable(3)))
    #expect(y.nonFiniteOrigin == nil)
    let origin = try #require(try y.nonFiniteGradientOrigin(for: [x]))
    #expect(origin.variable === roots && origin.isGradient && origin.offset == 1)
    #expect(origin.operands.map(\.value) == [0])
  }

  @Test func ofManyOperandsTheLargestAreTold() throws {
    let x = Variable(Tensor([1e200, 1, 2, 3, 4, 1e201]))
    let y = try operation("dot")(x, Variable(Tensor([1e200, 1, 1, 1, 1, 1e201])))
    let origin = try #require(y.nonFiniteOrigin)
    #expect(origin.operands.count == 4 && origin.operands.allSatisfy { $0.value >= 1e200 })
  }

  @Test func finitenessIsExact() {
    #expect(Tensor([1e308, 1e308]).isFinite)
    #expect(Tensor([1e38, 3e38], dtype: .float32).isFinite)
    #expect(!Tensor([.infinity, -.infinity]).isFinite && !Tensor([0, .nan]).isFinite)
    #expect(Tensor([], shape: [0]).isFinite)
  }
}
