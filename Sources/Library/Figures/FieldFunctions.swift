import Autograd
import Language
import Presentation
import Tensors

extension Library {
  static let fields = [
    Builtin(
      "contour", "Draws the heights of a function of two numbers, with a path on them.",
      examples: ["contour(lambda x, y: x**2 + 3*y**2, path=[[2, 1], [1, 0.2], [0, 0]])"],
      parameters: [
        Parameter("f", .function, "of x and y, element by element"),
        Parameter("xlim", .any, default: .integers([-3, 3]), "from, to"),
        Parameter("ylim", .any, default: .integers([-3, 3]), "from, to"),
        Parameter("levels", .integer, default: .integer(6), "how many bands"),
        Parameter("path", .any, default: Attribute.none, "a point a row, [n, 2]"), .title,
      ]
    ) { call in
      let (x, y) = (try call.range(1), try call.range(2))
      let grid = try Field.grid(x, y) { xs, ys in
        try call.evaluator.call(call[0], [.tensor(xs), .tensor(ys)], at: call.span)
      }
      guard let grid else { throw call.notEveryPlace("contour(lambda x, y: x**2 + y**2)") }
      let path =
        call.isNone(4) ? nil : try call.grid(call[4], 4, "contour(f, path=[[2, 1], [1, 0]])")
      let count = try call.integer(3, in: 1...50, of: "levels")
      return call.draw(
        Field(
          kind: "contour", title: try call.string(5), x: x, y: y, grid: grid,
          content: .heights(levels: Field.levels(of: grid, count)), points: [],
          path: path.map { grid in
            (0..<grid.rows).map { Plot.Point(grid[$0, 0], grid[$0, grid.columns - 1]) }
          } ?? []))
    },
    Builtin(
      "decision_boundary", "Draws which class wins at every place, with the data on it.",
      notes: """
        `f` takes rows of two numbers. Of several scores a row the largest wins; one number a row is \
        class 1 from `threshold` on.
        """,
      examples: [
        "decision_boundary(lambda X: X @ [1.0, -1.0], [[0, 1], [1, 0]], [0, 1], threshold=0)"
      ],
      parameters: [
        Parameter("f", .function, "a model or function of X [n, 2]"),
        Parameter("X", .tensor, "a point a row"),
        Parameter("y", .tensor, default: Attribute.none, "the class of each"),
        Parameter("threshold", .real, default: .real(0.5), "where one number a row is class 1"),
        .title,
      ]
    ) { call in
      let points = try call.classes(1, 2)
      let all = points.flatMap(\.points)
      guard let x = Plot.Range.around(all.map(\.x)), let y = Plot.Range.around(all.map(\.y)) else {
        throw call.fail(
          1, "not-drawn", "the points are not finite", helps: ["decision_boundary(f, X, y)"])
      }
      let threshold = try call.real(3)
      let grid = try Field.grid(x, y) { xs, ys in
        let rows = Tensor(
          zip(xs.value.elements, ys.value.elements).flatMap { [$0, $1] },
          shape: [xs.value.count, 2])
        let scores = try call.evaluator.call(call[0], [.tensor(Variable(rows))], at: call.span)
        return try call.winners(scores, threshold)
      }
      guard let grid else {
        throw call.notEveryPlace("decision_boundary(lambda X: X @ w + b, X, y)")
      }
      let count = Int(min(5, max(1, grid.finite.max() ?? 0))) + 1
      return call.draw(
        Field(
          kind: "decision_boundary", title: try call.string(4), x: x, y: y, grid: grid,
          content: .classes(count: count), points: points, path: []))
    },
  ]
}

extension Field {
  private static let steps = (x: 60, y: 36)

  /// The values of `f` at the places of a lattice; nil where it gives not one number a place.
  static func grid(
    _ x: Plot.Range, _ y: Plot.Range, _ f: (Variable, Variable) throws -> Value
  ) throws -> Grid? {
    func place(_ index: Int, _ range: Plot.Range, _ count: Int) -> Double {
      range.low + (range.high - range.low) * Double(index) / Double(count - 1)
    }
    let count = steps.x * steps.y
    let xs = (0..<count).map { place($0 % steps.x, x, steps.x) }
    let ys = (0..<count).map { place($0 / steps.x, y, steps.y) }
    let value = try f(Variable(Tensor(xs)), Variable(Tensor(ys)))
    guard case .tensor(let result) = value.resolved, result.value.count == count else { return nil }
    return Grid(rows: steps.y, columns: steps.x, values: result.value.elements)
  }

  /// Levels at equal shares of the area, so that flat valleys have some too.
  static func levels(of grid: Grid, _ count: Int) -> [Double] {
    let sorted = grid.finite.sorted()
    guard sorted.count > count else { return [] }
    var levels = (1...count).map { sorted[$0 * sorted.count / (count + 1)] }
    levels = levels.reduce(into: []) { if $0.last != $1 { $0.append($1) } }
    return levels
  }
}

extension Plot.Range {
  /// The range of values with a fifth of it as a margin.
  static func around(_ values: [Double]) -> Plot.Range? {
    guard let range = of(values.filter(\.isFinite)) else { return nil }
    let room = (range.high - range.low) / 5
    return Plot.Range(low: range.low - room, high: range.high + room)
  }
}

extension Call {
  fileprivate func range(_ position: Int) throws -> Plot.Range {
    let (low, high) = try pair(position, "contour(f, xlim=(-3, 3))")
    guard low < high else {
      throw fail(
        position, "not-a-range", "a range goes from the smaller to the larger number",
        helps: ["contour(f, xlim=(-3, 3))"])
    }
    return Plot.Range(low: low, high: high)
  }

  fileprivate func notEveryPlace(_ example: String) -> Diagnostic {
    fail(
      0, "not-drawn", "the function gives not one number for each place",
      notes: ["it is called once, with all places"], helps: [example])
  }

  fileprivate func winners(_ scores: Value, _ threshold: Double) throws -> Value {
    guard let tensor = try scores.resolved.asTensor(evaluator.environment.structure)?.value,
      tensor.count > 0
    else { return .none }
    let columns = tensor.shape.rank == 2 ? tensor.shape[1] : 1
    let elements = tensor.elements
    let winners = stride(from: 0, to: elements.count, by: columns).map { start -> Double in
      if columns == 1 { return elements[start] >= threshold ? 1 : 0 }
      let row = elements[start..<start + columns]
      return Double((row.indices.max { row[$0] < row[$1] } ?? start) - start)
    }
    return .tensor(Variable(Tensor(winners)))
  }
}
