import Autograd
import Presentation
import Tensors

/// What names mean: the builtins, the variables of the session, and the operations behind the
/// operators. Variables are found by symbol number, without hashing.
package final class Environment {
  /// Functions and constants that are there from the start.
  private var builtins: [Value?]
  package let builtinNames: [Symbol]
  /// Those among them that are made when they are first used, by the number of their symbol.
  private var late: [Int: LateBuiltin]
  /// What each row of the operator table runs.
  let operators: [Operation?]
  package let structure: StructuralOperations
  @exclusivity(unchecked) private var globals: UnsafeMutablePointer<Value?>
  @exclusivity(unchecked) private var capacity: Int
  /// What `import` finds, and what it has found.
  let modules: (any ModuleLibrary)?
  var loadedModules: [String: any ImportedModule] = [:]
  /// Methods of kinds of values, by the beginning of their names; made when first asked for.
  var ownMethods: [String: [Symbol: Builtin]] = [:]
  /// Variables in the order of their first assignment.
  private var order: [Symbol] = []
  /// What inputs at the prompt gave: `_` the last, `_3` that of the third. A variable of the same name
  /// is seen instead.
  private(set) var results: [Symbol: Value] = [:]

  /// - Throws: the name of an operation that the language needs and the catalogue lacks.
  package init(
    builtins: [Builtin], late: [LateBuiltin] = [], constants: [(String, Value)] = [],
    modules: (any ModuleLibrary)? = nil, catalogue: Catalogue = .standard
  ) throws(MissingOperation) {
    self.modules = modules
    guard let structure = StructuralOperations(catalogue) else {
      throw MissingOperation(name: "stack, index, take, reshape, transpose, where or scatter_add")
    }
    self.structure = structure
    var operators: [Operation?] = []
    for sign in Operator.all {
      let operation = catalogue[sign.operation]
      if operation == nil, !sign.operation.isEmpty { throw MissingOperation(name: sign.operation) }
      operators.append(operation)
    }
    self.operators = operators
    var named = constants
    for builtin in builtins {
      for name in [builtin.name] + builtin.aliases { named.append((name, .builtin(builtin))) }
    }
    let symbols = named.map { Symbol($0.0) }
    var table = [Value?](repeating: nil, count: (symbols.map { Int($0.index) }.max() ?? 0) + 1)
    for (symbol, entry) in zip(symbols, named) { table[Int(symbol.index)] = entry.1 }
    self.builtins = table
    let lateSymbols = late.map { Symbol($0.name) }
    builtinNames = symbols + lateSymbols
    self.late = Dictionary(
      zip(lateSymbols, late).map { (Int($0.index), $1) }, uniquingKeysWith: { first, _ in first })
    capacity = table.count + 64
    globals = .allocate(capacity: capacity)
    globals.initialize(repeating: nil, count: capacity)
    home.environment = self
  }

  private init(sharing library: Environment) {
    builtins = library.builtins
    builtinNames = library.builtinNames
    late = library.late
    modules = library.modules
    operators = library.operators
    structure = library.structure
    capacity = library.builtins.count + 64
    globals = .allocate(capacity: capacity)
    globals.initialize(repeating: nil, count: capacity)
    home.environment = self
  }

  /// The same library, without variables.
  package func pristine() -> Environment { Environment(sharing: self) }

  /// Where functions defined here find it.
  let home = Home()

  /// The variables that the names in a function mean: those of the environment it was defined in,
  /// whoever calls it. The environment holds its functions, so they do not hold it.
  final class Home {
    fileprivate(set) weak var environment: Environment?
  }

  deinit {
    globals.deinitialize(count: capacity)
    globals.deallocate()
  }

  /// An operation the language cannot do without.
  package struct MissingOperation: Error {
    package let name: String
  }

  // MARK: - Variables

  /// The variable, or else the builtin, of a name.
  @inline(__always)
  package subscript(symbol: Symbol) -> Value? {
    let index = Int(symbol.index)
    if index < capacity, let value = globals[index] { return value.resolved }
    return libraryValue(symbol) ?? results[symbol]?.resolved
  }

  /// The builtin or constant of a name, variables left aside.
  package func libraryValue(_ symbol: Symbol) -> Value? {
    let index = Int(symbol.index)
    if index < builtins.count, let value = builtins[index] { return value }
    return late.isEmpty ? nil : make(index)
  }

  private func make(_ index: Int) -> Value? {
    guard let made = late.removeValue(forKey: index)?.make() else { return nil }
    while builtins.count <= index { builtins.append(nil) }
    builtins[index] = .builtin(made)
    return .builtin(made)
  }

  /// The variable of a name, builtins left aside.
  package func variable(_ symbol: Symbol) -> Value? {
    holding(symbol)?.resolved
  }

  /// What the variable of a name holds.
  func holding(_ symbol: Symbol) -> Value? {
    Int(symbol.index) < capacity ? globals[Int(symbol.index)] : nil
  }

  package func builtin(_ symbol: Symbol) -> Builtin? {
    guard case .builtin(let builtin)? = libraryValue(symbol) else { return nil }
    return builtin
  }

  package func assign(_ symbol: Symbol, _ value: Value) {
    let index = Int(symbol.index)
    if index >= capacity { grow(to: index + 1) }
    if case Optional.none = globals[index] { order.append(symbol) }
    (globals + index).hold(value)
  }

  /// Forgets a variable; a builtin of the same name is seen again.
  /// - Returns: whether there was one.
  @discardableResult
  package func remove(_ symbol: Symbol) -> Bool {
    guard holding(symbol) != nil else { return false }
    globals[Int(symbol.index)] = nil
    order.removeAll { $0 == symbol }
    return true
  }

  /// All variables, oldest first.
  package var variables: [(name: Symbol, value: Value)] {
    order.compactMap { symbol in variable(symbol).map { (symbol, $0) } }
  }

  /// Every name in scope, for completion and suggestions.
  package var names: [String] { (order + builtinNames).map(\.name) }

  package func removeAll() {
    results = [:]
    for symbol in order { globals[Int(symbol.index)] = nil }
    order = []
  }

  private func grow(to needed: Int) {
    let larger = max(needed, 2 * capacity)
    let grown = UnsafeMutablePointer<Value?>.allocate(capacity: larger)
    grown.moveInitialize(from: globals, count: capacity)
    (grown + capacity).initialize(repeating: nil, count: larger - capacity)
    globals.deallocate()
    globals = grown
    capacity = larger
  }
}

// MARK: - Results

extension Environment {
  /// Keeps what an input gave; the last value of an input counts.
  package func keep(_ result: Value, ofInput number: Int) {
    let held = result.held
    results[Symbol("_")] = held
    results[Symbol("_\(number)")] = held
  }

  package func forgetResults() { results = [:] }
}

// MARK: - State

extension Environment {
  /// What all variables hold, oldest first.
  var holdings: [(name: Symbol, held: Value)] {
    order.compactMap { symbol in holding(symbol).map { (symbol, $0) } }
  }

  /// Lets a variable that is there hold something else.
  func put(_ held: Value, under name: Symbol) { globals[Int(name.index)] = held }

  /// Makes every variable hold what it held; later ones disappear.
  func restore(_ holdings: [(name: Symbol, held: Value)], results: [Symbol: Value]) {
    removeAll()
    self.results = results
    for (name, held) in holdings {
      order.append(name)
      globals[Int(name.index)] = held
    }
  }
}
