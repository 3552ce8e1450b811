import Tensors
import Testing

struct SoftmaxTests {
  /// What is far below the largest score is the whole loss of a network that is nearly certain.
  @Test(
    arguments: [
      ([30.0, 0], 9.357622968839737e-14), ([0, 30], 30.000000000000092), ([1000, 900], 3.72e-44),
      ([7], 0), ([2, 2], 0.6931471805599453),
    ] as [([Double], Double)])
  func logarithmsKeepWhatIsSmall(scores: [Double], loss: Double) throws {
    let found = -(try Tensor(scores).logSoftmax(along: 0).elements[0])
    #expect(abs(found - loss) <= 1e-4 * loss)
    let sum = try Tensor(scores).logSumExp(along: nil, keepingAxes: false).elements[0]
    #expect(abs(sum - scores[0] - loss) <= 1e-12)
  }
}
