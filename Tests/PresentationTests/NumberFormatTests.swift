import Presentation
import Testing

@Suite struct NumberFormatTests {
  @Test(
    arguments: [
      (1.35, "1.3500"), (-0.00005, "-5.0000e-05"), (0.00043, "4.3000e-04"), (0.0074, "0.0074"),
      (999_999.5, "999999.5000"), (1_234_567.5, "1.2346e+06"), (1, "1.0"), (-0.0, "0.0"),
      (1e6, "1000000.0"),
      (1e12, "1.0000e+12"), (1e300, "1.0000e+300"), (.nan, "nan"), (.infinity, "inf"),
      (-.infinity, "-inf"),
      (0, "0.0"), (.leastNonzeroMagnitude, "5.0000e-324"), (0.99999, "1.0000"),
    ] as [(Double, String)])
  func aNumberInTheNotationThatSuitsIt(_ number: Double, _ text: String) {
    #expect(NumberFormat().text(number) == text)
  }

  @Test(
    arguments: [
      (2, 0.625, "0.63"), (2, 0.62502, "0.63"), (2, 0.05, "0.05"), (2, 0.0043, "4.30e-03"),
      (0, 2.5, "3"), (0, 0.5, "1"), (0, 0.3, "0"), (0, 3, "3"), (1, 0.05, "5.0e-02"),
      (3, 0.0006, "6.000e-04"), (3, 0.751365, "0.751"), (6, 0.00043, "0.000430"),
      (2, 2.675, "2.68"), (3, 9.9995, "10.000"),
      (2, 1.2345e7 + 0.5, "1.23e+07"), (2, 0.35 * 0.7, "0.25"), (1, 1.2 + 0.15, "1.4"),
      (4, 9.99995e-5, "1.0000e-04"), (17, 0.1, "0.10000000000000000"),
    ] as [(Int, Double, String)])
  func digitsDecide(_ digits: Int, _ number: Double, _ text: String) {
    #expect(NumberFormat(digits: digits).text(number) == text)
  }

  @Test func fixedIsFixed() {
    #expect(NumberFormat(digits: 2).fixed(1) == "1.00")
    #expect(NumberFormat(digits: 2).fixed(-0.001) == "0.00")
    #expect(NumberFormat(digits: 2, typographicMinus: true).fixed(-0.5) == "−0.50")
    #expect(NumberFormat(digits: 4, typographicMinus: true).text(-4.3e-4) == "−4.3000e-04")
    #expect(NumberFormat(digits: 99).fixed(1e308).count == 309 + 31)
    #expect(NumberFormat(digits: -3).fixed(0.7) == "1")
  }

  @Test func integersAndBooleansAreShownAsWhatTheyAre() {
    #expect(NumberFormat().text(3, .integer) == "3")
    #expect(NumberFormat().text(-9_007_199_254_740_991, .integer) == "-9007199254740991")
    #expect(
      NumberFormat().text(1, .boolean) == "True" && NumberFormat().text(0, .boolean) == "False")
  }

  @Test func numbersShownTogetherShareTheirNotation() {
    let format = NumberFormat()
    #expect(format.notation(for: [1, 2, .nan]) == .whole)
    #expect(format.notation(for: [1, 2.5]) == .fixed)
    #expect(format.notation(for: [0.5, 3e-5]) == .fixed)
    #expect(format.notation(for: [0.5, 3e-7]) == .scientific)
    // What rounding left of numbers of this size.
    #expect(format.notation(for: [0.5, 5.6e-17]) == .fixed)
    #expect(format.notation(for: [5.6e-17]) == .scientific)
    #expect(NumberFormat.python.notation(for: [0.5, 3e-7]) == .python(nil))
    #expect(format.notation(for: [0.0, 0.5]) == .fixed)
    #expect(format.notation(for: [2e6, 0.5]) == .scientific)
    #expect(format.notation(for: [Double.infinity]) == .whole)
    #expect(format.notation(for: []) == .whole)
  }

  @Test(
    arguments: [
      (0.1, "0.1"), (1e-5, "1e-05"), (3, "3.0"), (.nan, "nan"), (-.infinity, "-inf"),
      (1e16, "1e+16"), (123_456_789_012_345_680, "1.2345678901234568e+17"),
      (9_999_999_999_999_998, "9999999999999998.0"), (0.0001, "0.0001"), (-0.0, "0.0"),
      (1e22, "1e+22"), (5e-324, "5e-324"), (-1.5, "-1.5"),
    ]
      as [(Double, String)])
  func shortestRoundTrips(_ number: Double, _ text: String) {
    #expect(NumberFormat.shortest(number) == text)
    #expect(NumberFormat.shortest(-Double.nan) == "nan")
  }
}

@Suite struct TensorFormatTests {
  private func text(
    _ elements: [Double], _ shape: [Int], _ kind: NumberFormat.Kind = .float, digits: Int = 4,
    width: Int = 80, indent: Int = 0, unicode: Bool = true
  ) -> String {
    TensorFormat(NumberFormat(digits: digits), width: width, unicode: unicode)
      .text(elements, shape: shape, kind, indent: indent)
  }

  @Test func vectorsStandInOneLine() {
    #expect(text([1.2, 2.1, -1.5], [3]) == "[1.2000, 2.1000, -1.5000]")
    #expect(text([1, 2], [2]) == "[1.0, 2.0]")
    #expect(text([1, 2], [2], .integer) == "[1, 2]")
    #expect(text([1, 0], [2], .boolean) == "[True, False]")
    #expect(text([.nan, .infinity, 0.5], [3]) == "[nan, inf, 0.5000]")
    #expect(text([1.35], []) == "1.3500")
  }

  @Test func matricesAlignTheirColumns() {
    #expect(
      text([1.2, 2.1, -1.5, -0.3, -0.7, 10.25], [2, 3], digits: 2, indent: 4) == """
        [[ 1.20,  2.10, -1.50],
             [-0.30, -0.70, 10.25]]
        """)
  }

  @Test func higherRanksNest() {
    #expect(
      text([1, 2, 3, 4, 5, 6, 7, -8], [2, 2, 2], .integer) == """
        [[[1,  2],
          [3,  4]],

         [[5,  6],
          [7, -8]]]
        """)
    let rank4 = text((0..<4).map(Double.init), [2, 1, 2, 1], .integer)
    #expect(rank4 == "[[[[0],\n   [1]]],\n\n\n [[[2],\n   [3]]]]")
  }

  @Test func emptyTensorsShowTheirShape() {
    #expect(text([], [0]) == "[]")
    #expect(text([], [1_000_000_000, 0]) == "[]  shape [1000000000, 0]")
  }

  @Test func elementsThatDoNotFillTheShapeAreStillShown() {
    #expect(text([1, 2, 3], [2, 2], .integer) == "[1, 2, 3]")
    #expect(text([1, 2], [Int.max, 3], .integer) == "[1, 2]")
    #expect(text([1, 2], [], .integer) == "1")
  }

  @Test func largeTensorsAreElidedWithASummary() {
    let many = (0..<10_000).map { Double($0) / 4 }
    #expect(
      text(many, [100, 100]) == """
        [[   0.0000,    0.2500,    0.5000, …,   24.2500,   24.5000,   24.7500],
         [  25.0000,   25.2500,   25.5000, …,   49.2500,   49.5000,   49.7500],
         [  50.0000,   50.2500,   50.5000, …,   74.2500,   74.5000,   74.7500],
         …
         [2425.0000, 2425.2500, 2425.5000, …, 2449.2500, 2449.5000, 2449.7500],
         [2450.0000, 2450.2500, 2450.5000, …, 2474.2500, 2474.5000, 2474.7500],
         [2475.0000, 2475.2500, 2475.5000, …, 2499.2500, 2499.5000, 2499.7500]]
        shape [100, 100], min 0.0000, mean 1249.8750, max 2499.7500
        """)
    #expect(
      text(Array(repeating: 1, count: 2000) + [.nan], [2001])
        == "[1.0, 1.0, 1.0, …, 1.0, 1.0, nan]\nshape [2001], min 1.0, mean 1.0, max 1.0, 1 nan")
    #expect(
      text(Array(repeating: 1, count: 2000), [2000], .boolean).hasSuffix(
        "shape [2000], 2000 of 2000 True"))
    #expect(
      text((0..<2000).map(Double.init), [2000], .integer)
        == "[0, 1, 2, …, 1997, 1998, 1999]\nshape [2000], min 0, mean 999.5000, max 1999")
    #expect(text(many, [10_000], unicode: false).contains("0.5000, ..., "))
  }

  @Test func everyRankIsElidedToAFewLines() {
    let elements = [Double](repeating: 0.5, count: 65_536 * 6)
    #expect(text(elements, [4, 4, 4, 4, 4, 4, 4, 24]).split(separator: "\n").count < 800)
    #expect(text([Double](repeating: 0.5, count: 900), [300, 3]).split(separator: "\n").count == 8)
  }

  @Test func wideRowsLoseTheirMiddle() {
    let elements = (0..<40).map { Double($0) + 0.5 }
    let lines = text(elements, [2, 20], width: 60).split(separator: "\n")
    #expect(lines.count == 3 && lines.allSatisfy { $0.count <= 60 } && lines[0].count > 50)
    #expect(lines[0].hasPrefix("[[ 0.5000,  1.5000,") && lines[0].hasSuffix("19.5000],"))
    #expect(lines[0].contains("…") && lines[2].hasPrefix("shape [2, 20], min 0.5000"))
    // A row that just fits is not elided.
    #expect(text([0.5, 1.5], [1, 2], width: 20) == "[[0.5000, 1.5000]]")
  }

  @Test func longVectorsWrapInColumns() {
    let elements = (0..<30).map { Double($0) - 9.5 }
    let lines = text(elements, [30], width: 50, indent: 4).split(separator: "\n").map(String.init)
    #expect(lines[0] == "[-9.5000, -8.5000, -7.5000, -6.5000,")
    #expect(lines[1] == "     -5.5000, -4.5000, -3.5000, -2.5000,")
    #expect(lines.last == "     18.5000, 19.5000]" && !lines.joined().contains("…"))
    #expect(text((0..<500).map(Double.init), [500]).contains("2.0, …, 497.0"))
  }
}
