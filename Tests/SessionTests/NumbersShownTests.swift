import Language
import Lessons
import Presentation
@testable import Session
import Testing

/// One rule for every number that is shown: half away from zero on the shortest decimal that names
/// it. The echo, what is printed, an explanation, a mark, a quiz and slide arithmetic agree.
struct NumbersShownTests {
  /// A number as it is typed or computed, and as a decimal.
  struct Sample: Sendable, CustomTestStringConvertible {
    let source: String
    let decimal: String

    init(_ source: String, _ decimal: String? = nil) {
      self.source = source
      self.decimal = decimal ?? source
    }

    var testDescription: String { source }

    /// The decimal rounded half away from zero, in whole numbers of 10⁻¹⁵.
    func rounded(to places: Int) -> String {
      let parts = decimal.drop { $0 == "-" }.split(separator: ".")
      let fraction = parts[1] + String(repeating: "0", count: 15 - parts[1].count)
      let whole = Int(parts[0] + fraction) ?? 0
      let unit = (0..<(15 - places)).reduce(1) { power, _ in power * 10 }
      let shown = String((whole + unit / 2) / unit)
      let digits = String(repeating: "0", count: max(0, places + 1 - shown.count)) + shown
      let isZero = digits.allSatisfy { $0 == "0" }
      return (decimal.hasPrefix("-") && !isZero ? "-" : "") + digits.dropLast(places)
        + (places > 0 ? "." + digits.suffix(places) : "")
    }
  }

  static let samples = [
    Sample("0.125"), Sample("2.675"), Sample("1.005"), Sample("0.285"), Sample("2.5"),
    Sample("0.5"), Sample("-0.125"), Sample("-2.675"), Sample("99.995"), Sample("1.45"),
    Sample("8.5"), Sample("0.9999"), Sample("-0.4"), Sample("1234.5675"), Sample("0.75"),
    Sample("0.35 * 0.7", "0.245"), Sample("1.2 + 0.15", "1.35"), Sample("1/3", "0.333333333333333"),
    Sample("2/3", "0.666666666666667"), Sample("0.1 + 0.2", "0.3"), Sample("1 - 0.625", "0.375"),
    Sample("0.25*0.05 + 0.3*0.1 + 0.35", "0.3925"), Sample("4.35 * 100 / 100", "4.35"),
  ]

  @Test(arguments: samples, 0...4)
  func everyPlaceAgrees(_ sample: Sample, _ digits: Int) throws {
    let expected = sample.rounded(to: digits)
    let memory = try MemorySession()
    memory.type(":digits \(digits)")
    #expect(memory.type("x = \(sample.source)") == "x = \(expected)\n")
    #expect(memory.type("print(x)") == expected + "\n")
    #expect(memory.type("print(f\"{x}\")") == expected + "\n")
    #expect(memory.type("[x, 0.5]").hasPrefix("[\(expected), "))

    let exact = try memory.session.evaluator.value(of: "x").real ?? .nan
    let computed = ComputedValue.tensor(shape: [], [exact])
    #expect(computed.rounded(to: .decimals(digits)) == expected)
    let printed = try #require(PrintedValue(expected))
    #expect(printed.isRounding(of: computed))
    for neighbor in try neighbors(of: expected) {
      #expect(!(try #require(PrintedValue(neighbor)).isRounding(of: computed)), "\(neighbor)")
    }
    let judge = AnswerJudge(expected: computed, precision: .decimals(digits))
    #expect(judge.verdict(on: .printed(printed)) == .right)

    memory.type("with rounding(\(digits)):\n    z = \(sample.source)")
    #expect(try memory.session.evaluator.value(of: "z").real == Double(expected))
  }

  /// One unit of the last place up and down.
  private func neighbors(of text: String) throws -> [String] {
    let places = text.split(separator: ".").dropFirst().first?.count ?? 0
    let unit = (0..<places).reduce(1.0) { power, _ in power / 10 }
    let value = try #require(Double(text))
    return [value - unit, value + unit].map { NumberFormat(digits: places).fixed($0) }
  }

  /// An explanation keeps two figures; where the echo does, both show the same number.
  @Test(arguments: samples, 1...4)
  func anExplanationAgreesWithTheEcho(_ sample: Sample, _ digits: Int) throws {
    let memory = try MemorySession()
    memory.type(":digits \(digits)")
    memory.type("x = \(sample.source);")
    let echo = memory.type("y = x + 4").trimmed
    let page = memory.type(":explain y").trimmed
    let shown = try #require(echo.split(separator: " ").last)
    #expect(page.split(separator: " ").last == shown, "\(page)")
  }

  @Test func zeroHasNoSign() throws {
    let memory = try MemorySession()
    #expect(memory.type("-0.0") == "0.0\n")
    #expect(memory.type("x = [-0.0, 0.5]") == "x = [0.0000, 0.5000]   [2]\n")
    #expect(memory.type("[-0.00001, 0.5]") == "[0.0000, 0.5000]   [2]\n")
    #expect(memory.type("print(-0.0, [-0.0, 1.5])") == "0.0 [0.0, 1.5]\n")
  }

  @Test func aResidueDoesNotTurnARowIntoPowersOfTen() throws {
    let memory = try MemorySession()
    #expect(memory.type("[0.5, 0.1 + 0.2 - 0.3]") == "[0.5000, 0.0000]   [2]\n")
    #expect(memory.type("[0.5, 3e-7]") == "[5.0000e-01, 3.0000e-07]   [2]\n")
  }

  /// As on the page of an explanation; what is printed is the number that is there.
  @Test(arguments: [
    ("E = 0.1 + 0.2 - 0.3", "E = 0.0\n"), ("E = sum([0.1, 0.2, -0.3])", "E = 0.0\n"),
    ("x = [1.1, 2.2, 3.3]\nE = x + 0.1 - [1.2, 2.3, 3.4] * 1", "E = [0.0, 0.0, 0.0]   [3]\n"),
    ("E = 1 - 1 + 1e-17", "E = 1.0000e-17\n"), ("E = 1e-17 * 3", "E = 3.0000e-17\n"),
    ("E = 1e-10 - 1e-11", "E = 9.0000e-11\n"),
  ])
  func whatCancellationLeavesIsShownAsZero(_ lines: String, _ echo: String) throws {
    let memory = try MemorySession()
    #expect(memory.type(lines).hasSuffix(echo))
    #expect(memory.type("print(E)") != "0.0\n")
  }

  @Test func decimalsThatNobodyAskedForAreNotPrinted() throws {
    let memory = try MemorySession()
    #expect(memory.type("x = 1/3") == "x = 0.3333\n")
    #expect(memory.type("print(x)") == "0.3333333333333333\n")
    memory.type(":digits 3")
    #expect(memory.type("print(x)") == "0.333\n")
  }
}
