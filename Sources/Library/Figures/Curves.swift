import Autograd
import Language
import Presentation

extension Library {
  /// `plot`: curves with names. The picture itself is `Plot`.
  static let curves = [
    Builtin(
      "plot", "Draws curves: of numbers over their positions, or of y over x.",
      notes: """
        Arguments under names of their own are curves with these names: plot(sgd=a, adam=b), \
        plot(x, sin=sin(x), cos=cos(x)). A matrix alone is a curve for each row.
        """,
      examples: ["plot([1, 4, 9, 16])", "x = linspace(-3, 3, 20); plot(x, σ=σ(x), tanh=tanh(x))"],
      parameters: [
        Parameter(
          "values", .any, default: Attribute.none, variadic: true,
          "y; or x and y; or x alone before named curves"),
        .title,
        Parameter("xlabel", .string, default: .string(""), "name of the axis to the right"),
        Parameter("ylabel", .string, default: .string(""), "name of the axis upwards"),
        Parameter(
          "yscale", .choice(["linear", "log"]), default: .string("linear"), "how values are placed"),
        Parameter("label", .string, default: .string(""), "the name of the one curve"),
        Parameter("mark", .any, default: Attribute.none, "x of points to be marked"),
      ], takesNames: true
    ) { call in call.draw(try call.plot) },
    Builtin(
      "scatterplot", "Draws points, each class with a mark of its own.",
      examples: ["scatterplot([[0, 0], [0, 1], [1, 0], [1, 1]], [0, 1, 1, 0])"],
      parameters: [
        Parameter("X", .tensor, "a point a row, [n, 2]"),
        Parameter("y", .tensor, default: Attribute.none, "the class of each, counted from 0"),
        .title,
      ]
    ) { call in
      let series = try call.classes(0, 1)
      return call.draw(Plot(series, title: try call.string(2), height: 14))
    },
  ]
}

extension Call {
  fileprivate var plot: Plot {
    get throws {
      let given = isGiven(0) ? variadic(0) : []
      var series: [Plot.Series] = []
      if names.isEmpty {
        series = try curves(given)
      } else {
        let x = try given.first.map { try vector($0, 0, "plot(x, y=x**2)") }
        series = try names.map { try curve($0.value, x, name: $0.name) }
      }
      if let one = series.first, series.count == 1, try !string(5).isEmpty {
        series = [Plot.Series(try string(5), points: one.points)]
      }
      if !isNone(6) { series.append(marked(try vector(values[6], 6, "plot(y, mark=[3])"), series)) }
      return Plot(
        series, title: try string(1), xLabel: try string(2), yLabel: try string(3),
        isLogarithmic: try string(4) == "log")
    }
  }

  private func curves(_ given: [Value]) throws -> [Plot.Series] {
    guard let first = given.first else {
      throw evaluator.fail(
        Diagnostic(
          "not-drawn", "there is nothing to plot", primary: .init(span),
          helps: ["plot([1, 4, 9, 16])"]))
    }
    if given.count > 1 {
      return [try curve(given[1], try vector(first, 0, "plot(x, y)"), name: "")]
    }
    let grid = try self.grid(first, 0, "plot([1, 4, 9, 16])")
    return (0..<grid.rows).map { row in
      Plot.Series(
        grid.rows > 1 ? "[\(row)]" : "", values: (0..<grid.columns).map { grid[row, $0] })
    }
  }

  private func curve(_ value: Value, _ x: [Double]?, name: String) throws -> Plot.Series {
    let y = try vector(value, 0, "plot(x, y)")
    guard let x else { return Plot.Series(name, values: y) }
    guard x.count == y.count else {
      throw evaluator.fail(
        Diagnostic(
          "not-drawn", "a curve needs as many x as y: \(x.count) and \(y.count)",
          primary: .init(span), helps: ["plot(y) takes 0, 1, 2 … for x"]))
    }
    return Plot.Series(name, points: zip(x, y).map(Plot.Point.init))
  }

  /// The points of the curves that lie nearest to places on the x axis.
  private func marked(_ places: [Double], _ series: [Plot.Series]) -> Plot.Series {
    let points = places.flatMap { place in
      series.compactMap { one in
        one.points.min { abs($0.x - place) < abs($1.x - place) }
      }
    }
    return Plot.Series("marked", points: points, style: .scatter)
  }

  /// Points by class.
  func classes(_ position: Int, _ labels: Int) throws -> [Plot.Series] {
    let example = "scatterplot([[0, 0], [1, 1]], [0, 1])"
    let grid = try self.grid(values[position], position, example)
    guard grid.columns == 2 else {
      throw fail(
        position, "not-drawn", "points have two numbers each, not \(grid.columns)",
        helps: ["scatterplot(X[:, :2], y)"])
    }
    let classes = isNone(labels) ? nil : try vector(values[labels], labels, example)
    if let classes, classes.count != grid.rows {
      throw fail(
        labels, "not-drawn", "\(grid.rows) points need as many classes, not \(classes.count)",
        helps: [example])
    }
    let points = (0..<grid.rows).map { Plot.Point(grid[$0, 0], grid[$0, 1]) }
    guard let classes else { return [Plot.Series(points: points, style: .scatter)] }
    return Set(classes).sorted().prefix(Plot.classes).map { label in
      Plot.Series(
        NumberFormat(digits: 0).fixed(label),
        points: zip(points, classes).filter { $0.1 == label }.map(\.0), style: .scatter)
    }
  }
}

extension Plot {
  /// Marks that can be told apart.
  fileprivate static let classes = 5
}
