import Autograd
import Glibc
import Networks
import Tensors

/// What is remembered of one step of a run, in numbers small enough to keep: what its layers gave,
/// how large gradients and updates were, and how well it did on what it was not trained on.
struct Look: Sendable {
  /// Steps taken before.
  let step: Int
  let loss: Double
  let layers: [UnitLayer]
  let weights: [WeightLook]
  /// The size of the gradient that the step used, over that of what its own rows gave.
  var usedGradient: Double?
  var heldOut: HeldOut?

  /// The units of one activation function, in the order of evaluation.
  struct UnitLayer: Sendable {
    enum Kind: Sendable {
      /// 0 on one side: a unit that gives 0 everywhere has no gradient.
      case rectifier
      /// Flat on both sides.
      case bounded
    }
    let name: String
    let kind: Kind
    /// Of each unit, the share of places at which it has no slope worth the name.
    let idle: [Double]
    /// Units whose sums are those of another unit, at every place.
    let twins: [Int]
  }

  /// A parameter, its gradient and what its step did, as sizes.
  struct WeightLook: Sendable {
    let name: String
    let isMatrix: Bool
    let size: Double
    let gradient: Double
    let update: Double
    /// All its units are the same: rows or columns of a matrix.
    let isUniform: Bool
  }

  struct HeldOut: Sendable {
    let loss: Double
    /// Nil where the loss is none of classes.
    let accuracy: Double?
  }

  /// Beyond this a sigmoid or tanh is flat (DeepDiagnosis).
  static let edge = 5.0

  /// Matrices alone: the size of biases says little.
  var matrices: [WeightLook] { weights.filter(\.isMatrix) }
}

/// The parameters of a run before a step, with their paths.
struct ParameterMoment {
  let names: [String]
  let leaves: [Variable]

  func look(after: [ModelParameter], gradients: [Tensor?]) -> [Look.WeightLook] {
    leaves.indices.map { index in
      let (before, after) = (leaves[index].value, after[index].value)
      return Look.WeightLook(
        name: names[index], isMatrix: before.shape.rank > 1, size: before.size,
        gradient: gradients[index]?.size ?? 0, update: after.distance(to: before),
        isUniform: before.isUniform)
    }
  }
}

extension Look.UnitLayer {
  private static let kinds: [String: Kind] = [
    "relu": .rectifier, "relu6": .rectifier, "sigmoid": .bounded, "tanh": .bounded,
  ]
  /// More units of a layer are not told apart.
  private static let largest = 4096

  /// The layers of a computation before its last parameter: what comes after is the output.
  static func layers(of loss: Variable, _ parameters: ParameterMoment) -> [Look.UnitLayer] {
    let history = History(of: loss)
    var names: [ObjectIdentifier: String] = [:]
    for (leaf, name) in zip(parameters.leaves, parameters.names) {
      names[ObjectIdentifier(leaf)] = name
    }
    // The name of the nearest parameter on the way to each quantity.
    var nearest = [String?](repeating: nil, count: history.count)
    var last = -1
    for (place, variable) in history.quantities.enumerated() {
      let inputs = history.inputs(of: place)
      let direct = inputs.compactMap { names[ObjectIdentifier(history.quantities[$0])] }
      if !direct.isEmpty { last = place }
      nearest[place] = direct.first ?? inputs.compactMap { nearest[$0] }.last
      if variable.isLeaf { nearest[place] = nil }
    }
    var result: [Look.UnitLayer] = []
    for (place, variable) in history.quantities.enumerated() where place < last {
      guard let operation = variable.operation, let kind = kinds[operation.name] else { continue }
      let of = nearest[place].map { " of " + $0 } ?? ""
      let name = "layer \(result.count + 1) (\(operation.name)\(of))"
      if let layer = Look.UnitLayer(name, kind, variable) { result.append(layer) }
    }
    return result
  }

  private init?(_ name: String, _ kind: Kind, _ output: Variable) {
    let units = Units(output.shape)
    guard units.count > 1, units.count <= Self.largest else { return nil }
    let (sums, values) = (output.inputs[0].value.elements, output.value.elements)
    self.name = name
    self.kind = kind
    idle = (0..<units.count).map { unit in
      let flat = units.places(of: unit).count {
        kind == .rectifier ? values[$0] == 0 : abs(sums[$0]) > Look.edge
      }
      return Double(flat) / Double(units.places)
    }
    var seen: [[UInt64]: Int] = [:]
    twins = (0..<units.count).filter { unit in
      let column = units.places(of: unit).map { Self.key(sums[$0]) }
      // Of a single place equal sums say nothing.
      guard units.places > 1 else { return false }
      if seen[column] != nil { return true }
      seen[column] = unit
      return false
    }
  }

  /// Sums that differ by their last bits are one.
  private static func key(_ value: Double) -> UInt64 { Double(Float(value)).bitPattern }
}

/// Where the numbers of each unit lie: of images the channels are the units, else the last axis.
private struct Units {
  let count: Int
  let inner: Int
  let outer: Int

  init(_ shape: Shape) {
    let axis = shape.rank == 4 ? 1 : shape.rank - 1
    guard shape.rank > 0, shape.count > 0 else {
      (count, inner, outer) = (0, 0, 0)
      return
    }
    count = shape[axis]
    outer = shape.array[..<axis].reduce(1, *)
    inner = shape.array[(axis + 1)...].reduce(1, *)
  }

  var places: Int { inner * outer }

  func places(of unit: Int) -> [Int] {
    (0..<outer).flatMap { row in
      (0..<inner).map { (row * count + unit) * inner + $0 }
    }
  }
}

extension Tensor {
  /// The Euclidean norm.
  var size: Double { withElements { $0.reduce(0) { $0 + $1 * $1 } }.squareRoot() }

  fileprivate func distance(to other: Tensor) -> Double {
    guard shape == other.shape else { return .nan }
    return withElements { mine in
      other.withElements { theirs in
        var sum = 0.0
        for index in mine.indices {
          sum += (mine[index] - theirs[index]) * (mine[index] - theirs[index])
        }
        return sum.squareRoot()
      }
    }
  }

  /// Whether every row of a matrix is the same, or every column.
  fileprivate var isUniform: Bool {
    guard shape.rank == 2, shape[0] > 1, shape[1] > 1 else { return false }
    let columns = shape[1]
    return withElements { numbers in
      numbers.indices.allSatisfy { numbers[$0] == numbers[$0 % columns] }
        || numbers.indices.allSatisfy { numbers[$0] == numbers[$0 / columns * columns] }
    }
  }
}
