import Autograd
import Presentation
import Tensors

/// A computation in which recurrent operations in one piece are taken apart into gates and states,
/// so that the chain rule can pass from name to name.
struct Unfolding {
  /// Larger computations stay as they are.
  static let sizeLimit = 2_000
  private var replaced: [ObjectIdentifier: Variable] = [:]
  /// Keeps the originals alive for as long as their identities are used as keys.
  private let originals: [Variable]

  /// nil where there is nothing to take apart, or too much.
  init?(_ root: Variable) {
    originals = root.history(limit: Self.sizeLimit)
    guard originals.count < Self.sizeLimit,
      originals.contains(where: { $0.operation?.isRecurrent == true })
    else { return nil }
    var variation = Variation()
    variation.unfolds = true
    let replay = Replay(of: root) { Decimal.rounded($0, decimals: $1) }
    guard let run = try? replay.run(variation) else { return nil }
    for (place, variable) in replay.history.quantities.enumerated() where run.isFresh[place] {
      let new = run.quantities[place]
      if let naming = variable.naming { new.naming = naming }
      replaced[ObjectIdentifier(variable)] = new
    }
    guard
      counterpart(of: root).value.elements == root.value.elements
        || Self.isClose(counterpart(of: root).value, root.value)
    else { return nil }
  }

  /// What stands for a quantity in the computation taken apart.
  func counterpart(of variable: Variable) -> Variable {
    replaced[ObjectIdentifier(variable)] ?? variable
  }

  /// The writer's quantities keep their symbols, though fewer of them are left to be counted.
  func keepSymbols(in names: Names) {
    guard let root = originals.last else { return }
    let before = Names(under: root)
    for variable in originals where variable.naming != nil && !variable.isPart {
      let counterpart = counterpart(of: variable)
      if names.hasSymbol(counterpart), !counterpart.isPart {
        names.adopt(before, variable, for: counterpart)
      }
    }
  }

  private static func isClose(_ a: Tensor, _ b: Tensor) -> Bool {
    a.shape == b.shape
      && zip(a.elements, b.elements).allSatisfy { abs($0 - $1) <= 1e-6 * max(1, abs($0)) }
  }
}

extension Variable {
  /// Whether this is a gate or state of an operation taken apart.
  var isPart: Bool { !isLeaf && naming?.line == 0 && !isNamedByLibrary }
}

extension History {
  /// Gates and states of operations taken apart, in the order of textbooks.
  var parts: [Variable] {
    var ordered: [Variable] = []
    var one: [Int: Variable] = [:]
    func finish() {
      ordered += one.sorted { $0.key < $1.key }.map(\.value)
      one = [:]
    }
    for variable in quantities where variable.isPart {
      guard let naming = variable.naming else { continue }
      // A rank that comes again belongs to another operation.
      if one[naming.rank] != nil { finish() }
      one[naming.rank] = variable
    }
    finish()
    return ordered
  }
}

extension Names {
  /// Gates and states that an unfolded computation named are defined where they are printed.
  func introduceParts() {
    for part in history.parts {
      if let symbol = symbol(of: part) { introduce(part, as: symbol) }
    }
  }
}
