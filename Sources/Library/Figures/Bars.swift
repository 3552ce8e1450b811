import Autograd
import Language
import Presentation

extension Library {
  /// `bar` and `hist`; the picture itself is `BarChart`.
  static let bars = [
    Builtin(
      "bar", "Draws numbers as bars, one a line, with labels.",
      examples: ["bar(softmax([1.0, 2, 3]))", "bar([\"cat\", \"dog\"], [0.7, 0.3])"],
      parameters: [
        Parameter("x", .any, "labels; or the heights alone"),
        Parameter("height", .any, default: Attribute.none, "one number for each label"), .title,
      ]
    ) { call in
      let alone = call.isNone(1)
      let heights = try call.vector(call[alone ? 0 : 1], alone ? 0 : 1, "bar([0.2, 0.5, 0.3])")
      let labels = alone ? heights.indices.map { "[\($0)]" } : try call.texts(0)
      guard labels.count == heights.count, heights.count <= 200 else {
        throw call.fail(
          1, "not-drawn", "\(labels.count) labels and \(heights.count) bars cannot be drawn",
          notes: ["as many of one as of the other, 200 at most"], helps: ["bar([0.2, 0.5, 0.3])"])
      }
      return call.draw(
        BarChart(
          zip(labels, heights).map(BarChart.Bar.init), title: try call.string(2),
          number: call.numbers))
    },
    Builtin(
      "hist", "Draws how many elements lie in bins of equal width.",
      examples: ["hist([1, 2, 2, 3, 3, 3], bins=3)"],
      parameters: [
        Parameter("x", .tensor, "the elements"),
        Parameter("bins", .integer, default: .integer(10), "how many bins"), .title,
      ]
    ) { call in
      let bins = try Bins(
        call.tensor(0).value.elements, count: call.integer(1), low: nil, high: nil)
      guard let bins, bins.count <= 200 else {
        throw call.fail(
          1, "bad-argument", "bins need a number from 1 to 200 and finite elements",
          helps: ["hist([1, 2, 2, 3], bins=3)"])
      }
      var chart = BarChart(
        histogram: try call.tensor(0).value.elements, bins, edges: call.numbers)
      chart.title = try call.string(2)
      return call.draw(chart)
    },
  ]
}

extension BarChart {
  /// A bar for each bin, as high as it has elements.
  init(histogram elements: [Double], _ bins: Bins, edges format: NumberFormat) {
    var counts = [Double](repeating: 0, count: bins.count)
    for place in elements.compactMap(bins.place) { counts[place] += 1 }
    let notation = format.notation(for: bins.edges)
    let edges = bins.edges.map { format.text($0, in: notation) }
    let bars = counts.indices.map { index in
      let isLast = index == counts.count - 1
      return Bar("[\(edges[index]), \(edges[index + 1])\(isLast ? "]" : ")")", counts[index])
    }
    self.init(bars, number: NumberFormat(digits: 0), kind: "hist")
  }
}
