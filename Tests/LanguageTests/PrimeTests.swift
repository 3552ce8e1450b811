import Autograd
import Language
import Presentation
import Tensors
import Testing

/// `f′`: the derivative under the name textbooks give it.
@Suite struct PrimeTests {
  static let programs: [(String, String)] = [
    ("σ′([0])", "[0.2500]"), ("relu′([-1, 0, 2])", "[0.0, 0.0, 1.0]"),
    ("leaky_relu′([-1, 2], 0.2)", "[0.2000, 1.0000]"), ("elu′(0.0)", "1.0"),
    ("tanh″([0.5, 1])", "[-0.7269, -0.6397]"), ("sin′′(0.5) + sin(0.5)", "0.0"),
    ("f(x) = x**2 + 3\nf′(3)", "6.0"),
    ("f(x) = x**2 + 3\nf′([1, 2; 3, 4])", "[[2.0, 4.0], [6.0, 8.0]]"),
    ("f(x) = x**3\nf″([1, 2])", "[6.0, 12.0]"), ("f(x) = 7\nf′([1, 2])", "[0.0, 0.0]"),
    ("f(x, k=2) = x**k\nf′(3)", "6.0"), ("f(x, k) = x**k\nf′(3, 3)", "27.0"),
    ("f(v) = sum(v**2)\nf′([1, 2])", "[2.0, 4.0]"),
    // What is no function of each element alone has second derivatives too.
    ("f(x) = sum([x, x**3])\nf″(2)", "12.0"),
    ("f(x) = sum([x, x**3])\nx = 2.0\ny = f′(x) * x\n∂y/∂x", "37.0"),
    ("softmax′([0, 0])[1]", "[-0.2500, 0.2500]"),
    // Only the argument moves, not the same name inside the function.
    ("x = 2.0\nf(u) = u * x\nf′(x)", "2.0"),
    // The chain rule by hand, and through it.
    ("x = [1, 2]\ns = 3 * x\nσ′(s) * 3 - ∂sum(σ(s))/∂x", "[0.0, 0.0]"),
    ("x = 0.3\ns = x**2\ny = tanh′(s)\nabs(∂y/∂x + 4 * x * tanh(s) * tanh′(s)) < 1e-15", "True"),
    // A name of one's own comes first.
    ("σ′ = 5\nσ′", "5"), ("W = [1, 2]\nW′ = [3, 4]\nW′ - W", "[2, 2]"),
  ]

  @Test(arguments: programs)
  func program(source: String, expected: String) throws {
    #expect(try Session().show(source) == expected)
  }

  @Test(arguments: ["foo′(1)", "W = [1, 2]\nW′", "zeros′(2)", "a′"])
  func thereIsNoSuchDerivative(source: String) throws {
    #expect(throws: Diagnostic.self) { try Session().run(source) }
  }

  /// Against the gradient, for every function of one number in the catalogue.
  @Test func slopesAreGradients() throws {
    let session = try Session()
    var count = 0
    for operation in Catalogue.standard.operations {
      guard case .elementwise(let slopes) = operation.rule, slopes.count == 1 else { continue }
      let low = max(operation.sampling.range.lowerBound, 0.1)
      let setting = "z = [\(low), \(low + 0.35), 0.9]\ny = \(operation.name)(z)\n"
      let difference = "max(abs(\(operation.name)′(z) - d(sum(y))/d(z))) < 1e-14"
      #expect(try session.show(setting + difference) == "True", "\(operation.name)")
      count += 1
    }
    #expect(count > 20)
  }
}
