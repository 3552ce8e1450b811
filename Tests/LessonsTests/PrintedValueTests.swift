import Presentation
import Testing

@testable import Lessons

struct PrintedValueTests {
  @Test(
    arguments: [
      ("0.62", 0.6248064744684293, true), ("0.62", 0.6250165960527301, false),
      ("0.63", 0.6250165960527301, true), ("1.35", 1.3499999999999999, true),
      ("1.4", 1.3499999999999999, true), ("9.4e-14", 9.3576229688393e-14, true),
      ("9.3e-14", 9.3576229688393e-14, false), ("9.3*10^-14", 9.3e-14, true),
      ("9.4·10⁻¹⁴", 9.3576229688393e-14, true), ("-0.5", -0.45, true), ("0.5", 0.45, true),
      ("0.3", 0.25, true), ("-0", 0.4, true), ("0", -0.4, true), ("0", 0.5, false),
      ("1", 0.5, true),
      ("-30", -30.000000000000092, true), ("−1.65", -1.65, true), (".5", 0.5, true),
      ("5.", 5, true),
      ("100", 99.5, true), ("100", 100.5, false), ("0.285", 0.285, true), ("0.29", 0.285, true),
      ("1.0e-13", 9.96e-14, true), ("9.9e-14", 9.94e-14, true), ("1.0e-13", 9.94e-14, false),
      ("0.62", Double.nan, false), ("0", -Double.infinity, false),
      ("1e400", Double.infinity, false),
      ("inf", Double.infinity, true), ("−∞", -Double.infinity, true),
      ("nan", Double.nan, true), ("inf", -Double.infinity, false), ("inf", 1e308, false),
      ("nan", 0, false), ("inf", 0, false),
      ("1000000", 999_999.5, true), ("9.99", 9.99499999999999, true), ("10.00", 9.995, true),
      ("0.3333333333333333", 1.0 / 3, true),
    ] as [(String, Double, Bool)])
  func roundsAtItsOwnPrecision(text: String, exact: Double, expected: Bool) throws {
    let number = try #require(PrintedNumber(text))
    #expect(number.isRounding(of: exact) == expected)
  }

  @Test func truncationIsToldFromRounding() throws {
    let cut = try #require(PrintedNumber("0.186"))
    #expect(cut.isTruncation(of: 0.18681560180895948))
    #expect(!cut.isRounding(of: 0.18681560180895948))
    #expect(try #require(PrintedNumber("-0.3")).isTruncation(of: -0.37))
  }

  @Test(arguments: [
    ("0.62", 2, 2), ("0.062", 3, 2), ("0.00", 2, 0), ("30", 0, 2), ("-1.50", 2, 3),
    ("9.30e-3", 5, 3),
    ("120.0", 1, 4), ("1.2e3", 0, 2),
  ])
  func precisionIsReadOffTheTypedText(text: String, decimals: Int, significant: Int) throws {
    let number = try #require(PrintedNumber(text))
    #expect(number.decimals == decimals)
    #expect(number.significantDigits == significant)
  }

  @Test(arguments: [
    ("0.010", -3), ("1.20e-05", -7), ("-.5", -1), ("1e8", 8), ("3", 0), ("3.", 0), ("2.5e1", 0),
    ("9.4·10⁻¹⁴", -15),
  ])
  func theUnitIsThatOfTheLastDigitTyped(text: String, unit: Int) throws {
    #expect(try #require(PrintedNumber(text)).unit == unit)
  }

  @Test func aWholeNumberAmongOthersTakesTheFinestUnit() throws {
    #expect(try #require(PrintedValue("[0, 0.25; 1e-3, 7]")).units == [-3, -2, -3, -3])
    #expect(try #require(PrintedValue("[1, 2e3]")).units == [0, 3])
  }

  @Test(
    arguments: [
      ("0.12", 0.125, true), ("0.13", 0.125, true), ("0.12", 0.1251, false), ("3", 3.4, true),
      ("3", 3.6, false), ("1e8", 138_357_544, true), ("1e8", 151_000_000, false),
      ("inf", 1e308, false),
      ("0.3333333333333333", 1.0 / 3, true), ("0.33333333333333331", 1.0 / 3, true),
    ] as [(String, Double, Bool)])
  func agreesWithinHalfAUnit(text: String, exact: Double, expected: Bool) throws {
    #expect(try #require(PrintedNumber(text)).agrees(with: exact) == expected)
  }

  @Test(arguments: [
    "", "-", ".", "1.2.3", "1e", "e5", "0x10", "1 2", "ŷ", "--1", "1e99999", "infinity",
  ])
  func whatIsNoNumberIsRefused(text: String) {
    #expect(PrintedNumber(text) == nil)
  }

  @Test(arguments: [
    ("[1.35, 2.45, -1.65]", [3]), ("[1 -1]", [2]), ("[6, 8; 3, 4]", [2, 2]),
    ("[[6, 8], [3, 4]]", [2, 2]), ("(3, 3, 2)", [3]), ("[]", [0]), ("[1; 2]", [2, 1]),
    ("[[1, 2; 3, 4], [5, 6; 7, 8]]", [2, 2, 2]), ("[[[0]]]", [1, 1, 1]),
    ("[0, nan, -inf]", [3]), ("[True, False; False, True]", [2, 2]),
  ])
  func tensorsHaveShapes(text: String, shape: [Int]) throws {
    guard case .tensor(let read, let numbers) = try #require(PrintedValue(text)) else {
      Issue.record("\(text) is no tensor")
      return
    }
    #expect(read == shape)
    #expect(numbers.count == shape.reduce(1, *))
  }

  @Test(arguments: [
    "[1, [2]]", "[[1, 2], [3]]", "[1", "1]", "[1,,2]", "[;]", "[a]", "[1, 2; 3]", "(1]", "'a",
    String(repeating: "[", count: 10_000),
    String(repeating: "[", count: 9) + "1"
      + String(repeating: "]", count: 9),
  ])
  func malformedTensorsAreRefused(text: String) {
    #expect(PrintedValue(text) == nil)
  }

  @Test func tensorsAgreeElementByElementAndInShape() throws {
    let printed = try #require(PrintedValue("[0.79, 0.92; 0.16, 0]"))
    let exact = [0.7941, 0.9206, 0.1611, 0.004]
    #expect(printed.isRounding(of: .tensor(shape: [2, 2], exact)))
    #expect(!printed.isRounding(of: .tensor(shape: [4], exact)))
    #expect(!printed.isRounding(of: .tensor(shape: [2, 2], [0.7941, 0.9206, 0.1611, 0.6])))
    #expect(try #require(PrintedValue("True")).isRounding(of: .boolean(true)))
    #expect(!(try #require(PrintedValue("True")).isRounding(of: .tensor(shape: [], [1]))))
    #expect(try #require(PrintedValue("'cat'")).isRounding(of: .string("cat")))
  }
}
