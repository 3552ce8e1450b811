import Autograd
import Language

/// What matplotlib gives back: anything after its dot, any call of it and any element of it is one
/// again. Nothing is drawn; `show` says so once.
final class Picture: DynamicObject {
  var summary: String { "a picture of matplotlib" }
  var typeName: String { "Picture" }
  var attributeNames: [String] { [] }
  var isCallable: Bool { true }

  func attribute(_ name: Symbol, _ site: Site) -> Value? {
    .builtin(NamespaceTable.drawing("matplotlib.pyplot." + name.name))
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
    pcolor text annotate axhline axvline fill_between errorbar semilogy semilogx loglog \
    tight_layout close clf cla ion ioff pause draw quiver step stem boxplot violinplot pie gca gcf \
    show rc set_cmap subplots_adjust clabel plot_surface setp tick_params margins vlines hlines
    """

  static let pictures: [NamespaceTable] = [
    NamespaceTable(
      path: "matplotlib", summary: "pictures, which are not drawn yet",
      constants: ["rcParams": picture, "cm": picture],
      builtins: { [drawing("matplotlib.use"), drawing("matplotlib.rc")] },
      modules: ["pyplot": "matplotlib.pyplot"]),
    NamespaceTable(
      path: "matplotlib.pyplot", summary: "pictures, which are not drawn yet",
      constants: ["cm": picture, "rcParams": picture, "style": picture, "colormaps": picture],
      builtins: {
        names.split(whereSeparator: \.isWhitespace).map { drawing("matplotlib.pyplot.\($0)") }
      }),
    colors("matplotlib.cm"), colors("matplotlib.colors"), colors("matplotlib.animation"),
    colors("mpl_toolkits.mplot3d"), colors("IPython.display"), colors("seaborn"),
  ]

  private static let picture: @Sendable () -> Value = { .object(Picture()) }

  private static func colors(_ path: String) -> NamespaceTable {
    NamespaceTable(
      path: path, summary: "pictures, which are not drawn yet",
      constants: Dictionary(
        uniqueKeysWithValues: [
          "ListedColormap", "Axes3D", "FuncAnimation", "get_cmap", "clear_output", "display", "set",
          "heatmap", "viridis", "Spectral", "coolwarm",
        ].map { ($0, picture) }))
  }

  /// A function of matplotlib's, which takes whatever it is given.
  static func drawing(_ path: String) -> Builtin {
    let name = String(path.split(separator: ".").last ?? "")
    return Builtin(
      path, "Takes what matplotlib takes; pictures are not drawn yet.",
      examples: [Example(stringLiteral: "\(name)(1)")],
      parameters: [
        Parameter(
          "arguments", .any, default: Attribute.none, variadic: true, "what matplotlib is given")
      ], takesNames: true
    ) { call in
      switch name {
      case "show", "savefig":
        call.evaluator.tellOnce(
          "no-pictures", at: call.span, "pictures of matplotlib are not drawn here yet",
          helps: [":plot losses draws a curve", ":hist x draws how numbers are spread"])
        return .none
      case "subplots": return .tuple([.object(Picture()), axes(call)])
      case "plot": return .list(List([.object(Picture())]))
      default: return .object(Picture())
      }
    }
  }

  /// One pair of axes, or a list or matrix of them.
  private static func axes(_ call: Call) -> Value {
    let given = call.isGiven(0) ? call.variadic(0).map { $0.integer ?? 1 } : []
    func count(_ name: String, _ position: Int) -> Int {
      let named = call.names.first { $0.name == name }?.value.integer
      return min(max(named ?? (given.count > position ? given[position] : 1), 1), 100)
    }
    let (rows, columns) = (count("nrows", 0), count("ncols", 1))
    func row(_ count: Int) -> Value { .list(List((0..<count).map { _ in .object(Picture()) })) }
    if rows == 1 { return columns == 1 ? .object(Picture()) : row(columns) }
    if columns == 1 { return row(rows) }
    return .list(List((0..<rows).map { _ in row(columns) }))
  }
}
