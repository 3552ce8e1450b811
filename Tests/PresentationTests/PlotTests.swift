import Glibc
import Presentation
import TestSupport
import Testing

@Suite struct PlotTests {
  private func lines(_ plot: Plot, unicode: Bool = true) -> [String] {
    Renderer(width: 200, unicode: unicode).render(plot.document).split(separator: "\n").map(
      String.init)
  }

  private let curve = (0..<200).map { exp(-Double($0) / 40) }

  @Test func pictures() {
    let pair = [
      Plot.Series("training", values: curve),
      Plot.Series("test", values: curve.map { $0 * 0.8 + 0.1 }),
    ]
    let points = (0..<40).map { Plot.Point(cos(Double($0) / 6), sin(Double($0) / 6)) }
    let pictures = [
      Plot([.init(values: curve, first: 1)], title: "loss", xLabel: "step", width: 60, height: 8)
        .document,
      Plot([.init(values: curve)], xLabel: "step", width: 60, height: 8, isLogarithmic: true)
        .document,
      Plot(pair, width: 60, height: 8).document,
      Plot([.init(points: points, style: .scatter)], width: 40, height: 8).document,
      BarChart([.init("cat", 0.7054), .init("dog 漢", 0.2595), .init("ŷ", 0.0351)], width: 50)
        .document,
      BarChart([.init("a", -1), .init("b", 0.5), .init("nan", .nan)], width: 40)
        .document,
    ]
    let text = pictures.enumerated().map { index, picture in
      "```\n" + Renderer(unicode: ![2, 5].contains(index)).render(picture) + "```\n"
    }.joined(separator: "\n")
    expectGolden(name: "plots", text: "# Plots\n\n" + text)
  }

  @Test func aFallingCurveFallsFromCornerToCorner() {
    let rows = lines(Plot([.init(values: [3, 2, 1, 0])], width: 40, height: 8))
    #expect(rows[0].contains("⠉") || rows[0].contains("⠑") || rows[0].contains("⠓"))
    let filled = rows.prefix(8).map { row in
      row.unicodeScalars.firstIndex { $0.value > 0x2800 && $0.value < 0x2900 }.map {
        row.unicodeScalars.distance(from: row.startIndex, to: $0)
      } ?? -1
    }
    #expect(filled == filled.sorted() && filled[0] >= 0 && filled[7] > filled[0] + 20)
  }

  @Test func ticksAreRoundAndInOrder() {
    let rows = lines(Plot([.init(values: [0, 1])], width: 60, height: 9))
    #expect(
      rows.filter { $0.contains("┤") }.map { $0.prefix { $0 != "┤" }.filter { $0 != " " } } == [
        "1.0", "0.5", "0.0",
      ])
    let log = lines(Plot([.init(values: [1e-4, 1])], width: 60, height: 12, isLogarithmic: true))
    #expect(log[0].hasPrefix("      1 ┤") && log[11].hasPrefix("1.0e-04 ┤"))
  }

  @Test(
    arguments: [
      [], [.nan], [.infinity, -.infinity],
    ] as [[Double]])
  func nothingToDrawIsSaid(_ values: [Double]) {
    #expect(lines(Plot([.init(values: values)])) == ["(nothing to plot: no finite values)"])
  }

  @Test(
    arguments: [
      [1], [0, 0, 0], [.greatestFiniteMagnitude, -.greatestFiniteMagnitude], [1e-320, 2e-320],
      [1e300, .nan, 1],
      [1, 1 + 1e-16], [1e16, 1e16 + 2], [-0.0], [123_456_789, 123_456_790],
      [0, .leastNonzeroMagnitude],
    ] as [[Double]], [true, false])
  func extremeValuesAreDrawn(_ values: [Double], _ isLogarithmic: Bool) {
    for unicode in [true, false] {
      let plot = Plot(
        [.init(values: values)], width: 40, height: 5, isLogarithmic: isLogarithmic)
      let rows = lines(plot, unicode: unicode)
      #expect(rows.count >= 7 || isLogarithmic && values.allSatisfy { $0 <= 0 })
      #expect(rows.allSatisfy { DisplayWidth.of($0) <= 48 }, "\(rows)")
      #expect(unicode || rows.joined().utf8.allSatisfy { $0 < 0x80 })
    }
  }

  @Test func gapsStayGaps() {
    let rows = lines(
      Plot([.init(values: [0, .nan, 0]), .init(values: [1, 1, 1])], width: 40, height: 3))
    #expect(rows[2].filter { $0 == "●" }.count == 2 && rows[0].filter { $0 == "+" }.count > 20)
    #expect(rows.last?.contains("●") == true && rows.last?.contains("+") == true)
  }

  @Test func absurdSizesAreBounded() {
    #expect(lines(Plot([.init(values: [0, 1])], width: -5, height: -5)).count == 5)
    #expect(lines(Plot([.init(values: [0, 1])], width: .max, height: .max)).count < 210)
  }

  @Test func manyPointsAreQuick() {
    let values = (0..<30_000).map { sin(Double($0) / 1000) }
    #expect(lines(Plot([.init(values: values)])).count == 14)
  }
}
