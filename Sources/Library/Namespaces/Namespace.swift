import Language
import Presentation

/// A module of Python as a value: its names, each with what it is here. A name gets its value when
/// it is first asked for.
final class Namespace: ImportedModule {
  let table: NamespaceTable
  private weak var environment: Environment?
  private var rows: [Symbol: NamespaceTable.Row] = [:]
  private var made: [Symbol: Value] = [:]

  init(_ table: NamespaceTable, in environment: Environment) {
    self.table = table
    self.environment = environment
    for (name, row) in table.rows { rows[Symbol(name)] = row }
  }

  var path: String { table.path }
  var summary: String { "the module \(path)" }
  var attributeNames: [String] { table.rows.map(\.name).filter { !$0.hasPrefix("_") } }

  func attribute(_ name: Symbol) -> Value? {
    if let known = made[name] { return known }
    guard let row = rows[name], let environment, let value = row.value(in: environment) else {
      return nil
    }
    made[name] = value
    return value
  }

  func absence(of name: Symbol) -> String? {
    if let counterpart = table.absent[name.name] { return counterpart }
    return Suggestion.help(for: name.name, in: attributeNames)
      ?? "\(path).\(name.name) is not here; :help lists what is"
  }

  /// Names that mean something else than without the module, or nothing.
  var starNames: [Symbol] {
    rows.keys.filter { name in
      guard let value = attribute(name), let plain = environment?.libraryValue(name) else {
        return true
      }
      return !value.isSame(as: plain)
    }.sorted { $0.name < $1.name }
  }
}

/// What a module of Python is here: for each of its names the function, constant or module that
/// stands for it, and for what is missing its counterpart.
struct NamespaceTable: Sendable {
  /// What a name of the module is.
  enum Row: Sendable {
    /// What the library calls so, or the name of another module: `torch.nn.functional.relu`.
    case library(String)
    case builtin(@Sendable () -> Builtin)
    case value(@Sendable () -> Value)
    case module(String)
  }

  let path: String
  let summary: String
  /// Names that mean what they mean in the library, with spaces between them.
  var same = ""
  /// Names that the library, or another module, has under another.
  var renamed: [String: String] = [:]
  var constants: [String: @Sendable () -> Value] = [:]
  /// Functions with semantics of the module's own.
  var builtins: @Sendable () -> [Builtin] = { [] }
  /// Functions of that kind that are written in the language.
  var definitions: @Sendable () -> [UInt8] = { [] }
  /// Their arguments are anything, and no tensors.
  var definitionsTakeAnything = false
  var modules: [String: String] = [:]
  /// What to write instead of names that are missing.
  var absent: [String: String] = [:]

  var rows: [(name: String, row: Row)] {
    var rows: [(String, Row)] = same.split(whereSeparator: \.isWhitespace).map {
      (String($0), .library(String($0)))
    }
    rows += renamed.map { ($0.key, .library($0.value)) }
    rows += constants.map { ($0.key, .value($0.value)) }
    for builtin in builtins() {
      let name = String(builtin.name.dropFirst(path.count + 1))
      for spelling in [name] + builtin.aliases { rows.append((spelling, .builtin { builtin })) }
    }
    let written = Prelude.definitions(
      in: definitions(), of: path, takingAnything: definitionsTakeAnything)
    rows += written.map { late in
      (String(late.name.dropFirst(path.count + 1)), .builtin(late.make))
    }
    return rows + modules.map { ($0.key, .module($0.value)) }
  }
}

extension NamespaceTable.Row {
  func value(in environment: Environment) -> Value? {
    switch self {
    case .library(let name):
      guard let dot = name.lastIndex(of: ".") else {
        let value = environment.libraryValue(Symbol(name))
        guard name == "sum", case .builtin(let builtin)? = value else { return value }
        // Python's own adds the rows of an array, NumPy's and PyTorch's all elements.
        return .builtin(builtin.forTensorsAlone)
      }
      let module = environment.module(String(name[..<dot]))
      return module?.attribute(Symbol(String(name[name.index(after: dot)...])))
    case .builtin(let make): return .builtin(make())
    case .value(let make): return make()
    case .module(let path): return environment.module(path).map { .object($0) }
    }
  }
}

/// All modules that `import` finds.
struct Namespaces: ModuleLibrary {
  /// By path; made when something is first imported.
  private static let tables = Dictionary(
    uniqueKeysWithValues: NamespaceTable.all.map { ($0.path, $0) })

  func module(_ path: String, in environment: Environment) -> (any ImportedModule)? {
    Self.tables[path].map { Namespace($0, in: environment) }
  }

  func counterpart(of path: String) -> String? {
    let root = String(path.prefix { $0 != "." })
    return NamespaceTable.missingModules[path] ?? NamespaceTable.missingModules[root]
  }

  var paths: [String] { Self.tables.keys.sorted() }
}
