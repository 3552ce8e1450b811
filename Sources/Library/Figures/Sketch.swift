import Autograd
import Language
import Presentation
import Tensors

/// What matplotlib's functions have put down since the last `show`: a value, so that it goes back with
/// the state.
struct Sketch: Sendable {
  /// One pair of axes.
  struct Axes: Sendable {
    var title = ""
    var xLabel = ""
    var yLabel = ""
    var isLogarithmic = false
    var series: [Plot.Series] = []
    var charts: [BarChart] = []
    var panels: [Heatmap.Panel] = []
    var field: (grid: Grid, x: Plot.Range, y: Plot.Range)?
  }

  private(set) var axes: [Axes] = []
  /// The axes that functions of the module draw on.
  var current = 0

  subscript(index: Int) -> Axes {
    get { axes.indices.contains(index) ? axes[index] : Axes() }
    set {
      while axes.count <= index { axes.append(Axes()) }
      axes[index] = newValue
    }
  }

  /// Makes new axes and draws on them from now on.
  mutating func add() -> Int {
    axes.append(Axes())
    current = axes.count - 1
    return current
  }

  /// The pictures, in the order in which their axes were made.
  func figures(_ number: NumberFormat) -> [any Figure] { axes.flatMap { $0.figures(number) } }
}

extension Sketch.Axes {
  fileprivate func figures(_ number: NumberFormat) -> [any Figure] {
    var figures: [any Figure] = []
    if let field {
      figures.append(
        Field(
          kind: "contour", title: title, x: field.x, y: field.y, grid: field.grid,
          content: field.grid.content, points: series.filter { $0.style == .scatter },
          path: series.first { $0.style == .line }?.points ?? []))
    } else if !series.isEmpty {
      figures.append(
        Plot(series, title: title, xLabel: xLabel, yLabel: yLabel, isLogarithmic: isLogarithmic))
    }
    figures += charts.map { chart in
      var chart = chart
      chart.title = title
      chart.number = chart.kind == "hist" ? NumberFormat(digits: 0) : number
      return chart
    }
    if !panels.isEmpty {
      let finite = panels.flatMap(\.grid.finite)
      let low = finite.min() ?? 0
      figures.append(
        Heatmap(
          panels: panels.map { .init(title: title, grid: $0.grid) }, isSigned: low < 0, low: low,
          high: finite.max() ?? 0, number: number))
    }
    return figures
  }
}

extension Grid {
  /// A few whole numbers are classes; anything else is heights.
  fileprivate var content: Field.Content {
    let distinct = Set(values)
    if distinct.count <= 5, distinct.allSatisfy({ (0..<5).contains($0) && $0 == $0.rounded() }) {
      return .classes(count: Int(distinct.max() ?? 0) + 1)
    }
    return .heights(levels: Field.levels(of: self, 6))
  }
}

// MARK: - What the functions put down

extension Call {
  /// The picture that is being made.
  var sketch: Sketch {
    get { evaluator.context.sketch as? Sketch ?? Sketch() }
    nonmutating set { evaluator.context.sketch = newValue }
  }

  /// Draws what was put down and begins anew.
  func show() {
    let figures = sketch.figures(numbers)
    evaluator.context.sketch = nil
    for figure in figures { evaluator.output.block(.figure(AnyFigure(figure))) }
  }

  /// `plot(y)`, `plot(x, y)`, `plot(x, y, "ro", label="a")`, several of them in one call.
  func lines(_ given: [Value]) throws -> [Plot.Series] {
    var series: [Plot.Series] = []
    var pending: [Value] = []
    func finish(_ format: String) throws {
      guard let y = pending.last else { return }
      let values = try vector(y, 0, "plt.plot(x, y)")
      let x = pending.count > 1 ? try vector(pending[0], 0, "plt.plot(x, y)") : nil
      let points = values.indices.map { index in
        let place = x.map { $0.count > index ? $0[index] : .nan } ?? Double(index)
        return Plot.Point(place, values[index])
      }
      let isPoints = format.contains { "o.xs*^+".contains($0) } && !format.contains("-")
      series.append(
        Plot.Series(name("label") ?? "", points: points, style: isPoints ? .scatter : .line))
      pending = []
    }
    for value in given.map(\.resolved) {
      if case .string(let format) = value {
        try finish(format)
      } else {
        if pending.count == 2 { try finish("") }
        pending.append(value)
      }
    }
    try finish(
      name("linestyle").map { $0.isEmpty || $0 == "None" ? "o" : "-" } ?? name("marker").map { _ in
        "-o"
      } ?? "")
    return series
  }

  /// `scatter(x, y, c=labels)`
  func points(_ given: [Value]) throws -> [Plot.Series] {
    guard given.count > 1 else { return [] }
    let (x, y) = (
      try vector(given[0], 0, "plt.scatter(x, y)"), try vector(given[1], 0, "plt.scatter(x, y)")
    )
    let points = zip(x, y).map(Plot.Point.init)
    let colors = names.first { $0.name == "c" }?.value.resolved
    guard let colors, case .tensor = colors,
      let classes = try? vector(colors, 0, ""), classes.count == points.count,
      Set(classes).count <= 5
    else { return [Plot.Series(name("label") ?? "", points: points, style: .scatter)] }
    return Set(classes).sorted().map { label in
      Plot.Series(
        NumberFormat(digits: 0).fixed(label),
        points: zip(points, classes).filter { $0.1 == label }.map(\.0), style: .scatter)
    }
  }

  /// A text given by name.
  func name(_ name: String) -> String? {
    guard case .string(let text)? = names.first(where: { $0.name == name })?.value.resolved else {
      return nil
    }
    return text
  }
}
