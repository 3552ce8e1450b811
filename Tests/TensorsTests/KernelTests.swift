import Glibc
import Tensors
import TestSupport
import Testing

/// A vectorized function, the C library's function it stands for, and where to compare them.
struct KernelSample: CustomTestStringConvertible, Sendable {
  let name: String
  let kernel: UnaryKernel
  let reference: @Sendable (Double) -> Double
  let range: ClosedRange<Double>
  var testDescription: String { "\(name) on \(range)" }

  static let all = [
    KernelSample(name: "exp", kernel: .exp, reference: exp, range: -2...2),
    KernelSample(name: "exp", kernel: .exp, reference: exp, range: -700...709),
    KernelSample(name: "log", kernel: .log, reference: log, range: 0.001...4),
    KernelSample(name: "log", kernel: .log, reference: log, range: 1e-300...1e300),
    KernelSample(name: "tanh", kernel: .tanh, reference: tanh, range: -25...25),
    KernelSample(name: "tanh", kernel: .tanh, reference: tanh, range: -0.01...0.01),
    KernelSample(
      name: "sigmoid", kernel: .sigmoid, reference: { 1 / (1 + exp(-$0)) }, range: -40...40),
  ]
}

@Suite struct KernelTests {
  @Test(arguments: KernelSample.all)
  func agreesWithTheCLibrary(_ sample: KernelSample) {
    let (low, count) = (sample.range.lowerBound, 100_003)
    let step = (sample.range.upperBound - low) / Double(count - 1)
    let x = Tensor((0..<count).map { low + step * Double($0) })
    let y = sample.kernel(x, dtype: .float64)
    let apart = zip(x.elements, y.elements).filter {
      !areClose($1, sample.reference($0), absolute: 0, relative: 5e-16)
    }
    #expect(apart.isEmpty, "\(apart.prefix(3))")
    guard sample.range.upperBound < 80 else { return }
    let narrow = x.converted(to: .float32)
    let single = sample.kernel(narrow, dtype: .float32)
    #expect(single.dtype == .float32)
    let far = zip(narrow.elements, single.elements).filter {
      !areClose($1, sample.reference($0), absolute: 0, relative: 2.5e-7)
    }
    #expect(far.isEmpty, "\(far.prefix(3))")
  }

  @Test func specialValuesAreRight() {
    let inf = Double.infinity
    let x = Tensor([.nan, inf, -inf, 0, -0.0, 1e-310, -1e-310, 5e-324, 1e308, -1e308, 745, -745])
    func check(_ kernel: UnaryKernel, _ reference: (Double) -> Double) {
      for (input, output) in zip(x.elements, kernel(x, dtype: .float64).elements) {
        let expected = reference(input)
        #expect(areClose(output, expected, absolute: 0, relative: 1e-15), "at \(input): \(output)")
        if expected == 0 { #expect(output.sign == expected.sign, "at \(input)") }
      }
    }
    check(.exp, exp)
    check(.tanh, tanh)
    check(.log, { $0 < 0 ? .nan : log($0) })
    check(.sigmoid, { 1 / (1 + exp(-$0)) })
    check(.relu, { $0 > 0 || $0.isNaN ? $0 : 0 })
    check(.square, { $0 * $0 })
    check(.negate, { -$0 })
  }

  @Test(arguments: [0, 1, 3, 31, 32, 63, 64, 4095, 4096, 4097, 10_000])
  func sumsOfAnyLengthAreComplete(_ count: Int) throws {
    let numbers = (0..<count).map { Double(($0 * 7) % 11) - 3 }
    for dtype in [DType.float64, .float32] {
      let total = try Tensor(numbers, shape: [count, 1], dtype: dtype).summed(to: .scalar)
      #expect(total.item == numbers.reduce(0, +))
      #expect(total.dtype == dtype)
    }
  }

  /// Every way a shape can broadcast, against an index-by-index sum.
  @Test(arguments: [
    ([2, 3, 4], [4]), ([2, 3, 4], [3, 4]), ([2, 3, 4], [1, 3, 4]), ([2, 3, 4], [3, 1]),
    ([2, 3, 4], [2, 1, 1]),
    ([2, 3, 4], [1, 1, 4]), ([2, 3, 4], []), ([1, 3], [3]), ([5, 1], [1, 1]), ([0, 3], [3]),
    ([2, 0], [2, 1]),
  ])
  func sumsUndoBroadcasting(_ sizes: [Int], _ target: [Int]) throws {
    let (large, small) = (Shape(unchecked: sizes), Shape(unchecked: target))
    let steps = small.strides(broadcastTo: large)
    var expected = [Double](repeating: 0, count: small.count)
    for offset in 0..<large.count {
      expected[zip(large.coordinates(of: offset), steps).reduce(0) { $0 + $1.0 * $1.1 }] += Double(
        offset + 1)
    }
    for dtype in [DType.float64, .float32] {
      let numbers = Tensor((0..<large.count).map { Double($0 + 1) }, shape: large, dtype: dtype)
      let sum = try numbers.summed(to: small)
      #expect(sum.elements == expected)
      #expect(sum.shape == small && sum.dtype == dtype)
    }
  }

  @Test(arguments: [
    ([3], [3]), ([2, 3], [3]), ([3], [3, 2]), ([2, 3], [3, 4]), ([7, 9], [9, 5]),
    ([1, 0], [0, 2]),
  ])
  func productsAndTheirGradientsAreSumsOfProducts(_ left: [Int], _ right: [Int]) throws {
    for dtype in [DType.float64, .float32] {
      func numbers(_ sizes: [Int], _ seed: Int) -> Tensor {
        let shape = Shape(unchecked: sizes)
        return Tensor(
          (0..<shape.count).map { Double(($0 * 5 + seed) % 7) - 2 }, shape: shape, dtype: dtype)
      }
      let (a, b) = (numbers(left, 1), numbers(right, 2))
      let product = try a.matmul(b)
      let rows = left.count == 2 ? left[0] : 1
      let columns = right.count == 2 ? right[1] : 1
      let inner = right[0]
      let g = numbers(product.shape.array, 3)
      var expected = [Double](repeating: 0, count: rows * columns)
      var (expectedA, expectedB) = (a.elements.map { _ in 0.0 }, b.elements.map { _ in 0.0 })
      for i in 0..<rows {
        for j in 0..<columns {
          for k in 0..<inner {
            expected[i * columns + j] += a[flat: i * inner + k] * b[flat: k * columns + j]
            expectedA[i * inner + k] += g[flat: i * columns + j] * b[flat: k * columns + j]
            expectedB[k * columns + j] += a[flat: i * inner + k] * g[flat: i * columns + j]
          }
        }
      }
      #expect(product.elements == expected)
      #expect(g.matmulGradient(left: a, right: b)?.elements == expectedA)
      #expect(g.matmulGradient(right: b, left: a)?.elements == expectedB)
    }
  }
}
