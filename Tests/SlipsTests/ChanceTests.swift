import Foundation
import Slips
import TestSupport
import Testing

/// Numbers that nobody computed: what is claimed of them is chance.
struct ChanceTests {
  /// Four figures, log-uniform within a factor 10 of the right number, one in four with the other
  /// sign.
  private static func random(
    near right: Double, _ generator: inout SeededGenerator
  ) -> String {
    let size = right.magnitude == 0 ? 1 : right.magnitude
    let number = size * pow(10, Double.random(in: -1...1, using: &generator))
    let sign = Int.random(in: 0..<4, using: &generator) == 0 ? -1.0 : 1.0
    return String(format: "%.3e", number * sign * (right < 0 ? -1 : 1))
  }

  /// How often something is claimed of random answers in place of the wrong ones of some cases.
  private func claims(
    tensors: Bool, every step: Int, slowly: Int
  ) throws -> (count: Int, claims: [String]) {
    var generator = SeededGenerator(seed: 7)
    var (count, claims) = (0, [String]())
    for net in GeneratedCaseTests.all.sampled(every: step, slowly: slowly) {
      let asking = try Asking(net.program)
      for one in net.cases {
        let typed = try #require(TypedAnswer(one.typed))
        guard (typed.elements.count > 1) == tensors else { continue }
        count += 1
        let numbers = typed.elements.map { Self.random(near: $0.value, &generator) }
        let text = one.typed.replacingNumbers(by: numbers)
        guard let judgment = try? asking.why(one.question, text) else { continue }
        switch judgment.verdict {
        case .unknown, .right: continue
        default: claims.append("\(one.question) \(text) \(judgment.named) \(judgment.chance)")
        }
      }
    }
    return (count, claims)
  }

  @Test func randomNumbersAreHardlyEverAccused() throws {
    let (count, claims) = try claims(tensors: false, every: 40, slowly: 20)
    print("claims of random numbers: \(claims.count) of \(count)")
    // So few cases by day tell only of gross mistakes.
    let bound = count > 500 ? 0.01 * Double(count) : max(3, 0.03 * Double(count))
    #expect(Double(claims.count) <= bound, "\(claims.joined(separator: "\n"))")
  }

  @Test func randomTensorsAreNotAccused() throws {
    let (count, claims) = try claims(tensors: true, every: 80, slowly: 60)
    print("claims of random tensors: \(claims.count) of \(count)")
    #expect(Double(claims.count) <= 0.001 * Double(count), "\(claims.joined(separator: "\n"))")
  }
}

extension String {
  /// With other numbers in the same brackets.
  fileprivate func replacingNumbers(by numbers: [String]) -> String {
    var rest = numbers[...]
    return replacing(/-?[0-9.]+(?:e[-+]?[0-9]+)?/) { _ in rest.popFirst() ?? "0" }
  }
}
