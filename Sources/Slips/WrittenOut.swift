import Autograd
import Presentation
import Tensors

/// A computation in which operations that are several in one are written out, as a person works them
/// out by hand. The recorded quantities stay as they are.
struct WrittenOut {
  /// Which of the small steps slips are looked for in.
  enum Origin {
    /// Written by the author, or a layer or cell that textbooks write out.
    case author
    /// Inside a loss.
    case loss
    /// Inside another function, such as a variance.
    case function
  }

  private var counterparts: [ObjectIdentifier: Variable] = [:]
  private var origins: [ObjectIdentifier: Origin] = [:]
  /// Keeps the originals alive while their identities are keys.
  private let originals: [Variable]

  init(_ root: Variable) {
    originals = root.history()
    for variable in originals where !variable.isLeaf {
      let inputs = variable.inputs.array.map { counterpart(of: $0) }
      let isMoved = zip(inputs, variable.inputs.array).contains { $0 !== $1 }
      guard let made = composed(variable, inputs) ?? (isMoved ? again(variable, inputs) : nil)
      else { continue }
      counterparts[ObjectIdentifier(variable)] = made
    }
  }

  func counterpart(of variable: Variable) -> Variable {
    counterparts[ObjectIdentifier(variable)] ?? variable
  }

  func origin(of variable: Variable) -> Origin { origins[ObjectIdentifier(variable)] ?? .author }

  private func again(_ variable: Variable, _ inputs: [Variable]) -> Variable? {
    guard let operation = variable.operation,
      let made = try? operation(inputs, variable.attributes)
    else { return nil }
    return finished(made, like: variable)
  }

  /// By small steps, where they give the same numbers.
  private mutating func composed(_ variable: Variable, _ inputs: [Variable]) -> Variable? {
    guard let operation = variable.operation, let expansion = operation.expansion,
      let made = try? expansion(inputs, variable.attributes),
      made !== variable, made.value.isClose(to: variable.value)
    else { return nil }
    if !expansion.isWrittenOut {
      let isLoss = operation.isLoss
      let known = Set(inputs.map(ObjectIdentifier.init))
      var pending = [made]
      while let next = pending.popLast() {
        let id = ObjectIdentifier(next)
        guard !known.contains(id), origins[id] == nil else { continue }
        origins[id] = isLoss ? .loss : .function
        next.inputs.forEach { pending.append($0) }
      }
    }
    return finished(made, like: variable)
  }

  private func finished(_ made: Variable, like variable: Variable) -> Variable {
    var made = made
    if let places = variable.places {
      made = Variable(rounding: made, toPlaces: places) {
        Decimal.rounded($0, decimals: Int(places))
      }
    }
    if let naming = variable.naming { made.naming = naming }
    return made
  }
}

extension Operation {
  /// Whether it is told how its losses become one number.
  var isLoss: Bool { parameters.contains { $0.name == "reduction" } }
}

extension Tensor {
  func isClose(to other: Tensor) -> Bool {
    shape == other.shape
      && zip(elements, other.elements).allSatisfy { a, b in
        a == b || (a - b).magnitude <= 1e-9 * max(1e-300, a.magnitude, b.magnitude)
      }
  }
}
