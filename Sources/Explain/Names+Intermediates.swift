import Autograd
import Tensors

/// Symbols for what the writer left unnamed. Where a long sum would be written out again and again, in
/// every cell and in every slope, a lecturer says "let z = W @ x + b" first; so does an explanation.
extension Names {
  /// Larger computations keep their unnamed quantities: nobody reads a hundred definitions.
  static let intermediateLimit = 12
  static let intermediateSearchLimit = 400

  /// Names the unnamed quantities that deserve a symbol; inputs come before what is made from them.
  /// `forSlopes`: only where a derivative would have to write the quantity out.
  func introduceIntermediates(under root: Variable, forSlopes: Bool) {
    let order = history.quantities
    guard order.count <= Self.intermediateSearchLimit else { return }
    var found: [Variable] = []
    for consumer in order where !consumer.isLeaf {
      for input in consumer.inputs.array where found.count < Self.intermediateLimit {
        let candidate = Self.moved(input)
        if found.contains(where: { $0 === candidate }) || candidate === root { continue }
        guard deserves(candidate, in: consumer, forSlopes) else { continue }
        // Sums above it are counted with its symbol.
        set("…", for: candidate)
        found.append(candidate)
      }
    }
    christen(found)
  }

  /// The quantity behind operations that only move its elements.
  private static func moved(_ variable: Variable) -> Variable {
    var current = variable
    while let operation = current.operation, Notation.movers.contains(operation.name) {
      current = current.inputs[0]
    }
    return current
  }

  /// Whether an input appears once in what the operation is written as: in sums, and where it is
  /// only scaled by a number.
  private static func isTransparent(_ consumer: Variable, _ operation: Operation) -> Bool {
    if transparent.contains(operation.name) { return true }
    return arithmetic.contains(operation.name)
      && consumer.inputs.array.contains { $0.shape.count == 1 }
  }

  private func deserves(_ variable: Variable, in consumer: Variable, _ forSlopes: Bool) -> Bool {
    guard !hasSymbol(variable), !variable.isLeaf, let operation = consumer.operation,
      !Self.isTransparent(consumer, operation), roundedName(of: variable) == nil,
      !variable.shape.isEmpty
    else { return false }
    let isScalar = variable.shape.count == 1
    if forSlopes, hasSymbol(consumer), !operation.slopesUseInputs { return false }
    let term = Expansion(names: self).term(of: Cell(variable: variable, offset: 0))
    return term.leafCount >= (isScalar ? 3 : 4)
  }

  /// z₁, z₂, …, and p for probabilities, in letters that nothing else has.
  private func christen(_ variables: [Variable]) {
    func isProbability(_ variable: Variable) -> Bool { variable.operation?.name == "softmax" }
    for (letters, members) in [
      ("pqπ", variables.filter(isProbability)), ("zuvξ", variables.filter { !isProbability($0) }),
    ] {
      let letter = free(letters)
      for (index, variable) in members.enumerated() {
        introduce(
          variable, as: String(letter) + (members.count > 1 ? Subscript.text(index + 1) : ""))
      }
    }
  }

  /// The first letter that no symbol begins with.
  private func free(_ letters: String) -> Character {
    letters.first { !isTaken($0) } ?? "ζ"
  }

  /// Names the probabilities that a gradient was written with: p in p − t.
  func introduceProbabilities(in gradient: Variable) {
    for variable in gradient.history(limit: 60)
    where variable.operation?.name == "softmax" && !hasSymbol(variable) {
      let source = ObjectIdentifier(variable.inputs[0])
      // The rule makes new probabilities each time it is asked, of the same scores.
      if let known = probabilities[source] {
        set(known, for: variable)
      } else {
        let symbol = String(free("pqπ"))
        probabilities[source] = symbol
        introduce(variable, as: symbol)
      }
      markUsed(variable)
    }
  }

  /// Operations in which an input is written out without being repeated.
  private static let transparent: Set<String> =
    Notation.movers.union([
      "add", "subtract", "negate", "rounding", "sum", "mean", "index", "sum_to",
    ])
  private static let arithmetic: Set<String> = ["multiply", "divide", "power"]
}

extension Operation {
  /// Whether derivatives are written with what went in, not only with what came out.
  fileprivate var slopesUseInputs: Bool {
    guard case .elementwise(let slopes) = rule else { return name != "softmax" }
    return slopes.contains(where: \.usesInputs)
  }
}

extension Formula {
  fileprivate var usesInputs: Bool {
    if case .symbol(let name) = self { return name != "y" }
    return operands.contains(where: \.usesInputs)
  }
}
