import Autograd
import Language
import Presentation
import Tensors

/// The symbols of the quantities of one explanation. Quantities that share a name, such as the state
/// of a recurrence, are told apart by counters in order of evaluation: h⁽¹⁾, h⁽²⁾.
final class Names {
  /// What the explained quantity was computed from.
  let history: History
  private var symbols: [ObjectIdentifier: Symbol] = [:]
  private var results: Set<ObjectIdentifier> = []
  private var expressions: Set<ObjectIdentifier> = []
  /// Unnamed quantities that this explanation gave a symbol, inputs first.
  private(set) var introduced: [Variable] = []
  private var usedIds: Set<ObjectIdentifier> = []
  /// The arithmetic of cells that was looked at already.
  private var formulas: [Cell.Key: Formula] = [:]
  static let formulaLimit = 1_000
  /// The symbols of softmax by its scores.
  var probabilities: [ObjectIdentifier: String] = [:]
  /// How many long sums were taken apart under a letter.
  var rowLetters: [String: Int] = [:]
  /// The symbols of weights and biases of layers.
  var parameters: Set<String> = []
  private var wholeness: [ObjectIdentifier: Bool] = [:]
  /// Keeps the quantities alive for as long as their identities are used as keys.
  private var held: [Variable] = []

  /// A name and, where several quantities have it, the number of this one: thousands are told apart,
  /// few are printed.
  private struct Symbol {
    let written: WorkedFormula
    var counter: Int?

    var name: String { written.text }

    var formula: WorkedFormula {
      counter.map { .name("\(name)⁽\(Superscript.text($0))⁾") } ?? written
    }
  }

  /// Whether a letter means something else already where the explanation is read.
  let isReserved: (String) -> Bool

  init(under root: Variable, isReserved: @escaping (String) -> Bool = { _ in false }) {
    self.isReserved = isReserved
    history = History(of: root)
    var groups: [String: [Variable]] = [:]
    var parts: [String: [Variable]] = [:]
    for variable in history.quantities where !variable.isNamedByLibrary {
      guard let naming = variable.naming, !variable.isOfLayer else { continue }
      if variable.isPart {
        parts[naming.name, default: []].append(variable)
      } else {
        groups[naming.name, default: []].append(variable)
      }
    }
    // f_t: a gate with the letter of a quantity that the writer named.
    for (name, variables) in parts { groups[groups[name] == nil ? name : name + "_t"] = variables }
    for (name, variables) in groups {
      // A state that is given is the state of step 0.
      let isState =
        variables.count > 1 && variables[0].isLeaf
        && variables.dropFirst().allSatisfy { !$0.isLeaf }
      for (index, variable) in variables.enumerated() {
        let counter = variables.count == 1 ? nil : index + (isState ? 0 : 1)
        symbols[ObjectIdentifier(variable)] = Symbol(written: .name(name), counter: counter)
      }
    }
    nameParameters()
    introduceLibraryNames(except: root)
  }

  /// Whether a name on the page is not the one it was typed under: the second value of a name, a
  /// parameter of a layer.
  func isRenamed(_ formula: WorkedFormula) -> Bool {
    guard case .name(let name) = formula else { return false }
    return name.contains("⁽") || parameters.contains(name)
  }

  /// What functions of the library named on their way is defined on the page, under another name
  /// where theirs is taken; conditions are written out.
  private func introduceLibraryNames(except root: Variable) {
    let inner = history.quantities.filter {
      $0.isNamedByLibrary && !$0.isLeaf && $0 !== root && $0.value.dtype != .bool
    }
    guard inner.count <= Self.intermediateLimit else { return }
    for variable in inner {
      guard var symbol = variable.naming?.name else { continue }
      while isUsed(symbol) { symbol += "′" }
      introduce(variable, as: .name(symbol))
    }
  }

  /// Gives a quantity a symbol; `computed` where a leaf holds a result, not something typed in.
  func set(_ symbol: WorkedFormula, for variable: Variable, computed: Bool = false) {
    symbols[ObjectIdentifier(variable)] = Symbol(written: symbol)
    if computed { results.insert(ObjectIdentifier(variable)) }
    held.append(variable)
  }

  /// Gives a quantity the symbol that another one has in another explanation.
  func adopt(_ other: Names, _ variable: Variable, for counterpart: Variable) {
    symbols[ObjectIdentifier(counterpart)] = other.symbols[ObjectIdentifier(variable)]
    held.append(counterpart)
  }

  func formula(of cell: Cell) -> Formula? { formulas[cell.key] }

  func remember(_ formula: Formula, of cell: Cell) {
    guard formulas.count < Self.formulaLimit else { return }
    formulas[cell.key] = formula
    held.append(cell.variable)
  }

  /// Records that a symbol is printed, so that it will be defined.
  func markUsed(_ variable: Variable) { usedIds.insert(ObjectIdentifier(variable)) }

  /// The quantities that were printed under a name of their own, which no other quantity has.
  var used: [Variable] {
    history.quantities.filter { variable in
      let key = ObjectIdentifier(variable)
      return usedIds.contains(key) && variable.naming != nil && symbols[key]?.counter == nil
    }
  }

  /// What this explanation named and printed so far.
  var introducedAndUsed: [Variable] {
    introduced.filter { usedIds.contains(ObjectIdentifier($0)) }
  }

  /// Gives an unnamed quantity a symbol of the explanation's own.
  func introduce(_ variable: Variable, as symbol: WorkedFormula) {
    set(symbol, for: variable)
    introduced.append(variable)
  }

  /// Whether some symbol begins with a letter.
  func isTaken(_ letter: Character) -> Bool { symbols.values.contains { $0.name.first == letter } }

  /// Whether a quantity is printed under a symbol.
  func isUsed(_ symbol: String) -> Bool { symbols.values.contains { $0.name == symbol } }

  func symbol(of variable: Variable) -> WorkedFormula? {
    symbols[ObjectIdentifier(variable)]?.formula
  }

  func hasSymbol(_ variable: Variable) -> Bool { symbols[ObjectIdentifier(variable)] != nil }

  /// Gives an unnamed quantity its own expression as it was written for a symbol.
  func set(expression: WorkedFormula, for variable: Variable) {
    set(expression, for: variable)
    expressions.insert(ObjectIdentifier(variable))
  }

  /// Whether the symbol says itself how the quantity is computed.
  func isExpression(_ variable: Variable) -> Bool {
    expressions.contains(ObjectIdentifier(variable))
  }

  /// Whether a gradient has one element a row that is not 0, the one that was picked.
  func isPlacedAlone(_ variable: Variable) -> Bool {
    guard results.contains(ObjectIdentifier(variable)), (2...64).contains(variable.shape.count),
      let width = variable.shape.array.last, width > 1
    else {
      return false
    }
    let elements = variable.value.elements
    let rows = stride(from: 0, to: elements.count, by: width).map { start in
      elements[start..<start + width].count { $0 != 0 }
    }
    return rows.allSatisfy { $0 <= 1 } && rows.contains(1)
  }

  /// The symbol with an index where there are several elements: `Θ1[0,1]`, `(A @ B)[0,1]`.
  static func indexed(_ symbol: WorkedFormula, _ shape: Shape, _ offset: Int) -> WorkedFormula {
    shape.count == 1 ? symbol : .element(symbol, shape.coordinates(of: offset))
  }

  /// How elements of a quantity are printed: whole tensors of whole numbers without decimals,
  /// numbers someone typed in full.
  func origin(of variable: Variable) -> NumberText.Origin {
    let id = ObjectIdentifier(variable)
    // A constant of the formula.
    if variable.isLeaf, symbols[id] == nil, variable.shape.isScalar { return .constant }
    if let places = variable.places { return .decimals(Int(places)) }
    let isGiven = variable.isLeaf && !results.contains(id)
    if let known = wholeness[id] { return known ? .whole : isGiven ? .given : .computed }
    let isWhole =
      variable.value.dtype == .int64 || variable.value.dtype == .bool
      || variable.value.withElements { elements in
        elements.prefix(10_000).allSatisfy { $0.magnitude < 1e9 && $0 == $0.rounded(.towardZero) }
      }
    wholeness[id] = isWhole
    held.append(variable)
    return isWhole ? .whole : isGiven ? .given : .computed
  }
}
