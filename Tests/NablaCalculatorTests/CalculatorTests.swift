import Foundation
import NablaCalculator
import Testing

/// The library as another package sees it, and that there is one.
struct CalculatorTests {
  @Test func namesStayFromOneTextToTheNext() throws {
    let calculator = try Calculator()
    #expect(calculator.evaluate("w = 0.5; E = (w - 1)**2").text == "")
    let answer = calculator.evaluate("∂E/∂w\nprint('done')")
    #expect(answer.text == "-1.0\ndone\n" && answer.error == nil, "\(answer)")
  }

  @Test func anErrorIsWordedAndLosesNothing() throws {
    let calculator = try Calculator()
    let answer = calculator.evaluate("x = 2\nx + nope")
    #expect(answer.error?.contains("unknown name 'nope'") == true, "\(answer)")
    #expect(calculator.evaluate("x").text == "2\n")
  }

  @Test(arguments: [
    (Calculator.Bounds(steps: 100), "while True: pass", "100 steps"),
    (Calculator.Bounds(seconds: 0.1), "while True: pass", "0.1 seconds"),
    (Calculator.Bounds(memory: 1 << 20), "zeros(20000, 20000)", "memory limit"),
    (Calculator.Bounds(output: 5), "print('a long text')", "5 characters"),
  ])
  func boundsHold(_ bounds: Calculator.Bounds, _ text: String, _ told: String) throws {
    let answer = try Calculator(within: bounds).evaluate(text)
    #expect(answer.error?.contains(told) == true, "\(answer)")
  }

  @Test(arguments: ["load('/etc/hostname')", "graph(1.0 + 1.0, 'x.svg')"])
  func noFileIsTouched(_ text: String) throws {
    #expect(try Calculator().evaluate(text).error != nil)
  }

  /// Another package cannot depend on one with flags of its own, nor import what is no product.
  @Test func theManifestCanBeDependedOn() throws {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    let manifest = try String(
      contentsOf: root.appendingPathComponent("Package.swift"), encoding: .utf8)
    #expect(!manifest.contains("unsafe" + "Flags"))
    #expect(manifest.contains(#".library(name: "NablaCalculator""#))
  }
}
