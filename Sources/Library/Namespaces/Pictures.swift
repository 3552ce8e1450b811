import Autograd
import Language
import Presentation
import Tensors

/// What matplotlib gives back: a pair of axes, which draws as the module does, or anything else, whose
/// attributes, calls and elements are one again.
final class Picture: DynamicObject {
  /// The number of the axes in the sketch; nil for what is not drawn on.
  private let axes: Int?

  init(axes: Int? = nil) { self.axes = axes }

  var summary: String { "a picture of matplotlib" }
  var typeName: String { "Picture" }
  var attributeNames: [String] { [] }
  var isCallable: Bool { true }

  func attribute(_ name: Symbol, _ site: Site) -> Value? {
    let plain = name.name.hasPrefix("set_") ? String(name.name.dropFirst(4)) : name.name
    return .builtin(NamespaceTable.drawing(plain, on: axes))
  }
  func store(_ value: Value, to name: Symbol, _ site: Site) -> Bool { true }
  func call(_ arguments: Arguments, _ site: Site) -> Value? { .object(self) }
  func item(_ key: Value, _ site: Site) -> Value? { .object(self) }
  func setItem(_ key: Value, to value: Value, _ site: Site) -> Bool { true }
  func truth(_ site: Site) -> Bool { true }
  func length(_ site: Site) -> Int? { 0 }
  func iterate(_ site: Site, _ body: (Value) throws -> Bool) -> Bool { true }
}

extension NamespaceTable {
  private static let names = """
    plot scatter bar barh hist hist2d imshow matshow figure subplot subplots title suptitle xlabel ylabel \
    legend grid xlim ylim xticks yticks savefig axis axes colorbar contour contourf pcolormesh \
    pcolor text annotate axhline axvline fill_between errorbar semilogy semilogx loglog yscale xscale \
    tight_layout close clf cla ion ioff pause draw quiver step stem boxplot violinplot pie gca gcf \
    show rc set_cmap subplots_adjust clabel plot_surface setp tick_params margins vlines hlines
    """

  static let pictures: [NamespaceTable] = [
    NamespaceTable(
      path: "matplotlib", summary: "pictures, drawn with characters",
      constants: ["rcParams": picture, "cm": picture],
      builtins: { ["use", "rc"].map { drawing($0, on: nil, path: "matplotlib.\($0)") } },
      modules: ["pyplot": "matplotlib.pyplot"]),
    NamespaceTable(
      path: "matplotlib.pyplot", summary: "pictures, drawn with characters",
      constants: ["cm": picture, "rcParams": picture, "style": picture, "colormaps": picture],
      builtins: { names.split(whereSeparator: \.isWhitespace).map { drawing(String($0), on: nil) } }
    ),
    colors("matplotlib.cm"), colors("matplotlib.colors"), colors("matplotlib.animation"),
    colors("mpl_toolkits.mplot3d"), colors("IPython.display"), colors("seaborn"),
  ]

  private static let picture: @Sendable () -> Value = { .object(Picture()) }

  private static func colors(_ path: String) -> NamespaceTable {
    NamespaceTable(
      path: path, summary: "colors and frames of matplotlib, which change nothing here",
      constants: Dictionary(
        uniqueKeysWithValues: [
          "ListedColormap", "Axes3D", "FuncAnimation", "get_cmap", "clear_output", "display", "set",
          "heatmap", "viridis", "Spectral", "coolwarm",
        ].map { ($0, picture) }))
  }

  /// Kinds of pictures that there are none of here.
  private static let undrawn: Set<String> = [
    "hist2d", "fill_between", "errorbar", "quiver", "step", "stem", "boxplot", "violinplot", "pie",
    "plot_surface", "axhline", "axvline", "vlines", "hlines", "text", "annotate", "semilogx",
  ]

  /// A function of matplotlib's, on axes of its own or on the current ones.
  static func drawing(_ name: String, on axes: Int?, path: String? = nil) -> Builtin {
    Builtin(
      path ?? "matplotlib.pyplot.\(name)",
      "Draws with characters what matplotlib's function of that name draws; show() shows it.",
      examples: [Example(stringLiteral: "\(name)([1, 2], [3, 4])")],
      parameters: [
        Parameter(
          "arguments", .any, default: Attribute.none, variadic: true, "what matplotlib is given")
      ], takesNames: true
    ) { call in
      if undrawn.contains(name) {
        call.evaluator.tellOnce(
          "not-drawn-\(name)", at: call.span, "matplotlib's \(name) is not drawn here",
          helps: ["plot, scatter, bar, hist, imshow and contour are"])
      }
      return try call.draw(name, on: axes, given: call.isGiven(0) ? call.variadic(0) : [])
    }
  }
}

extension Call {
  fileprivate func draw(_ name: String, on axes: Int?, given: [Value]) throws -> Value {
    var sketch = sketch
    let index = axes ?? sketch.current
    switch name {
    case "show": show()
    case "savefig":
      evaluator.tellOnce(
        "no-pictures", at: span, "pictures are drawn here and not written into files",
        helps: ["nabla FILE --format html writes a page with them"])
      show()
    case "figure", "subplot":
      // The first axes are there already.
      if sketch.axes.count > sketch.current { _ = sketch.add() }
      self.sketch = sketch
      return .object(Picture(axes: sketch.current))
    case "subplots":
      let made = subplots(given, &sketch)
      self.sketch = sketch
      return .tuple([.object(Picture()), made])
    case "close", "clf", "cla": evaluator.context.sketch = nil
    case "gca", "axes": return .object(Picture(axes: index))
    default:
      do {
        try put(name, given, on: &sketch[index])
        self.sketch = sketch
      } catch let error as Diagnostic where ["not-drawn", "too-large"].contains(error.code) {
        // The program is right; only the picture is none that characters can draw.
        evaluator.tellOnce(
          "not-drawn-\(name)", at: span, "this \(name) is not drawn: \(error.headline)")
      }
      if name == "plot" { return .list(List([.object(Picture())])) }
      return .object(Picture())
    }
    return .none
  }

  private func put(_ name: String, _ given: [Value], on axes: inout Sketch.Axes) throws {
    var text: String {
      if case .string(let text)? = given.first?.resolved { text } else { "" }
    }
    switch name {
    case "plot": axes.series += try lines(given)
    case "semilogy", "loglog":
      axes.series += try lines(given)
      axes.isLogarithmic = true
    case "yscale": axes.isLogarithmic = text == "log"
    case "scatter": axes.series += try points(given)
    case "title", "suptitle": axes.title = text
    case "xlabel": axes.xLabel = text
    case "ylabel": axes.yLabel = text
    case "bar", "barh": axes.charts.append(try chart(given))
    case "hist": axes.charts.append(try histogram(given))
    case "imshow", "matshow":
      guard let first = given.first else { return }
      axes.panels.append(.init(title: "", grid: try grid(first, 0, "plt.imshow(X)")))
    case "contour", "contourf", "pcolormesh", "pcolor":
      guard
        let last = given.first(where: { $0.isMatrix && given.count < 3 })
          ?? given.dropFirst(2).first
      else { return }
      let grid = try self.grid(last, 0, "plt.contourf(X, Y, Z)")
      let x = given.count > 2 ? try self.grid(given[0], 0, "plt.contourf(X, Y, Z)").range : nil
      let y = given.count > 2 ? try self.grid(given[1], 0, "plt.contourf(X, Y, Z)").range : nil
      let whole = { Plot.Range(low: 0, high: Double(max(1, $0 - 1))) }
      axes.field = (grid, x ?? whole(grid.columns), y ?? whole(grid.rows))
    default: break
    }
  }

  private func chart(_ given: [Value]) throws -> BarChart {
    guard given.count > 1 else {
      return BarChart([], number: numbers)
    }
    let heights = try vector(given[1], 0, "plt.bar(labels, heights)")
    let labels = try evaluator.items(of: given[0].resolved, at: span).map { item in
      if case .string(let text) = item.resolved { return text }
      return evaluator.text(of: item)
    }
    return BarChart(zip(labels, heights).map(BarChart.Bar.init), number: numbers)
  }

  private func histogram(_ given: [Value]) throws -> BarChart {
    guard let first = given.first else { return BarChart([], number: numbers) }
    let elements =
      try first.resolved.asTensor(evaluator.environment.structure)?.value.elements ?? []
    let asked = given.dropFirst().first ?? names.first { $0.name == "bins" }?.value
    guard let bins = Bins(elements, count: asked?.resolved.integer ?? 10, low: nil, high: nil)
    else {
      return BarChart([], number: numbers)
    }
    return BarChart(histogram: elements, bins, edges: numbers)
  }

  /// One pair of axes, or a list or matrix of them.
  private func subplots(_ given: [Value], _ sketch: inout Sketch) -> Value {
    func count(_ name: String, _ position: Int) -> Int {
      let named = names.first { $0.name == name }?.value.resolved.integer
      let placed = given.count > position ? given[position].resolved.integer : nil
      return min(max(named ?? placed ?? 1, 1), 100)
    }
    let (rows, columns) = (count("nrows", 0), count("ncols", 1))
    let first = sketch.axes.count
    for _ in 0..<rows * columns { _ = sketch.add() }
    sketch.current = first
    func row(_ row: Int, _ count: Int) -> Value {
      .list(List((0..<count).map { .object(Picture(axes: first + row * columns + $0)) }))
    }
    if rows == 1 { return columns == 1 ? .object(Picture(axes: first)) : row(0, columns) }
    if columns == 1 { return row(0, rows) }
    return .list(List((0..<rows).map { row($0, columns) }))
  }
}

extension Value {
  fileprivate var isMatrix: Bool {
    if case .tensor(let variable) = resolved { variable.shape.rank == 2 } else { false }
  }
}

extension Grid {
  /// The numbers it holds, for a matrix of x or y.
  fileprivate var range: Plot.Range? { Plot.Range.of(finite) }
}
