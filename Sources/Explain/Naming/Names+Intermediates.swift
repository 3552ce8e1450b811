import Autograd
import Tensors

/// Symbols for what the writer left unnamed. Where a long sum would be written out again and again, in
/// every cell and in every slope, a lecturer says "let z = W @ x + b" first; so does an explanation.
extension Names {
  /// Larger computations keep their unnamed quantities: nobody reads a hundred definitions.
  static let intermediateLimit = 12
  static let intermediateSearchLimit = 400

  /// Names the unnamed quantities that deserve a symbol; inputs come before what is made from them.
  /// For slopes by `target`, only where a derivative would have to write the quantity out.
  func introduceIntermediates(under root: Variable, forSlopesBy target: Variable? = nil) {
    let forSlopes = target != nil
    let order = history.quantities
    guard order.count <= Self.intermediateSearchLimit else { return }
    let depends = target.flatMap(history.place).map(history.dependents) ?? []
    func isOnTheWay(_ variable: Variable) -> Bool {
      history.place(of: variable).map { depends.indices.contains($0) && depends[$0] } == true
    }
    var found: [Variable] = []
    for consumer in order where !consumer.isLeaf {
      for input in consumer.inputs.array where found.count < Self.intermediateLimit {
        let candidate = Self.moved(input)
        if found.contains(where: { $0 === candidate }) || candidate === root { continue }
        // ŷ·(1 − ŷ) says more than the exponentials inside.
        let isSigmoid = candidate.operation?.form == .squashing && !hasSymbol(candidate)
        guard
          isSigmoid && isOnTheWay(candidate) || deserves(candidate, in: consumer, forSlopes)
        else { continue }
        // Sums above it are counted with its symbol.
        set(.gap, for: candidate)
        found.append(candidate)
      }
    }
    if !forSlopes { found += unexplained(in: found + [root]) }
    let places = Dictionary(
      uniqueKeysWithValues: order.enumerated().map { (ObjectIdentifier($1), $0) })
    christen(
      found.sorted { places[ObjectIdentifier($0)] ?? 0 < places[ObjectIdentifier($1)] ?? 0 })
  }

  /// Unnamed quantities that the arithmetic of these would print without working them out.
  private func unexplained(in variables: [Variable]) -> [Variable] {
    var found: [Variable] = []
    var pending = variables
    while let variable = pending.popLast(), found.count < Self.intermediateLimit {
      guard variable.shape.count > 0 else { continue }
      let term = Expansion(names: self).term(of: Cell(variable: variable, offset: 0))
      for cell in term.quantities.compactMap(\.cell) {
        let candidate = Self.moved(cell.variable)
        guard symbol(of: candidate) == nil, !candidate.isLeaf else { continue }
        set(.gap, for: candidate)
        found.append(candidate)
        pending.append(candidate)
      }
    }
    return found
  }

  /// Whether the arithmetic of a quantity would write an unnamed one out more than once, or hides a
  /// whole recurrent operation.
  func writesOutTwice(_ variable: Variable) -> Bool {
    func isUnnamed(_ input: Variable) -> Bool { !input.isLeaf && !hasSymbol(input) }
    if history.quantities.contains(where: { $0.operation?.isRecurrent == true && isUnnamed($0) }) {
      return true
    }
    guard variable.operation?.mixesElements == true, variable.shape.count > 0,
      let formula = Expansion.formula(of: Cell(variable: variable, offset: 0))
    else { return false }
    let values = variable.inputs
    var seen: Set<[Int]> = []
    return formula.elements { values[$0].value[flat: $1] }.contains { input, offset in
      !seen.insert([input, offset]).inserted && isUnnamed(Self.moved(values[input]))
    }
  }

  /// Whether a page that prints the quantity would print unnamed quantities without their numbers.
  func leavesUnexplained(_ variable: Variable, _ term: Term) -> Bool {
    term.quantities.compactMap(\.cell).contains { cell in
      symbol(of: Self.moved(cell.variable)) == nil && !cell.variable.isLeaf
    }
  }

  /// The quantity behind operations that only move its elements.
  private static func moved(_ variable: Variable) -> Variable {
    var current = variable
    while let operation = current.operation,
      operation.form == .picking || operation.form.isMover
    {
      current = current.inputs[0]
    }
    return current
  }

  /// Whether an input appears once in what the operation is written as: in sums, and where it is
  /// only scaled by a number.
  private static func isTransparent(_ consumer: Variable, _ operation: Operation) -> Bool {
    if operation.form.isTransparent { return true }
    // A tensor's power is worked out cell by cell: its base is better known by then.
    if operation.form == .arithmetic(.power), consumer.shape.count > 1 { return false }
    return operation.form.isScaling
      && consumer.inputs.array.contains { $0.shape.count == 1 }
  }

  private func deserves(_ variable: Variable, in consumer: Variable, _ forSlopes: Bool) -> Bool {
    if variable.operation?.isRecurrent == true { return !hasSymbol(variable) }
    guard !hasSymbol(variable), !variable.isLeaf, variable.value.dtype != .bool,
      let operation = consumer.operation,
      !Self.isTransparent(consumer, operation),
      !variable.shape.isEmpty
    else { return false }
    let isScalar = variable.shape.count == 1
    if forSlopes, hasSymbol(consumer), !operation.slopesUseInputs { return false }
    let term = Expansion(names: self).term(of: Cell(variable: variable, offset: 0))
    return term.leafCount >= (isScalar ? 3 : 4)
      || !isScalar && operation.mixesElements && term.holdsFunction
  }

  /// z₁, z₂, …, p for probabilities and h for what a function of one number gave, in letters that
  /// nothing else has.
  private func christen(_ variables: [Variable]) {
    var counts: [String: Int] = [:]
    for variable in variables { counts[Self.letters(for: variable), default: 0] += 1 }
    let chosen = counts.keys.sorted().reduce(into: [:]) { $0[$1] = free($1) }
    var numbers: [String: Int] = [:]
    for variable in variables {
      let letters = Self.letters(for: variable)
      numbers[letters, default: 0] += 1
      let mark = counts[letters] == 1 ? "" : Subscript.text(numbers[letters] ?? 0)
      introduce(variable, as: .name((chosen[letters] ?? "ζ") + mark))
    }
  }

  private static func letters(for variable: Variable) -> String {
    variable.operation?.usualLetters ?? "zuvξ"
  }

  /// The first letter that no symbol begins with.
  func free(_ letters: String) -> String {
    String(letters.first { !isTaken($0) && !isReserved(String($0)) } ?? "ζ")
  }

  /// The first free letter for the terms of a long sum; for those of another sum with a number: g₂.
  func rowLetter(_ letters: String) -> String {
    let letter = free(letters)
    rowLetters[letter, default: 0] += 1
    let number = rowLetters[letter] ?? 1
    return number == 1 ? letter : letter + Subscript.text(number)
  }

  /// Names the probabilities that a gradient was written with: p in p − t.
  func introduceProbabilities(in gradient: Variable) {
    for variable in gradient.history(limit: 60)
    where variable.operation?.form == .probabilities && !hasSymbol(variable) {
      let source = ObjectIdentifier(variable.inputs[0])
      // The rule makes new probabilities each time it is asked, of the same scores.
      if let known = probabilities[source] {
        set(.name(known), for: variable)
      } else {
        let symbol = free("pqπ")
        probabilities[source] = symbol
        introduce(variable, as: .name(symbol))
      }
      markUsed(variable)
    }
  }
}

extension Operation {
  /// Whether an element of the result is made of several elements of an input.
  fileprivate var mixesElements: Bool { if case .elementwise = rule { false } else { true } }

  /// The letters of books for a result.
  fileprivate var usualLetters: String {
    if form == .probabilities { return "pqπ" }
    // z and h are gates and states inside.
    if isRecurrent { return "suvξ" }
    let isActivation = !mixesElements && parameters.count { $0.kind == .tensor } == 1
    return isActivation && ![.negation, .magnitude].contains(form) ? "hauv" : "zuvξ"
  }

  /// Whether derivatives are written with what went in, not only with what came out.
  fileprivate var slopesUseInputs: Bool {
    guard case .elementwise(let slopes) = rule else { return form != .probabilities }
    return slopes.contains(where: \.usesInputs)
  }
}

extension Formula {
  fileprivate var usesInputs: Bool {
    if case .symbol(let name) = self { return name != "y" }
    return operands.contains(where: \.usesInputs)
  }
}
