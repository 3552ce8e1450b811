import Autograd
import Language
import Tensors
import TestSupport

/// A small computation nobody thought of: a few operations of the catalogue on each other's results,
/// some named, some not, perhaps with slide arithmetic.
struct RandomProgram {
  private(set) var leaves: [Variable] = []
  private(set) var steps: [Variable] = []
  private(set) var source: [String] = []
  /// The scalar at the end, named E.
  private(set) var loss: Variable
  private var random: SeededGenerator
  /// Decimals of slide arithmetic.
  let places: Int?

  var isSingle: Bool { leaves.contains { $0.value.dtype == .float32 } }

  private static let sizes: [[Int]] = [
    [], [], [1], [3], [2], [2, 3], [3, 2], [1, 3], [2, 1], [2, 2], [3, 3], [0, 2], [1, 1],
  ]
  private static let usual = [
    "add", "subtract", "multiply", "divide", "matmul", "power", "sigmoid", "tanh", "relu", "exp",
    "sum", "mean", "softmax", "log_softmax", "where", "index", "take", "transpose", "reshape",
    "maximum", "square", "conv1d", "conv2d", "max_pool1d", "linear", "abs", "cumsum", "concatenate",
    "mse_loss", "cross_entropy", "logsumexp", "max", "negate", "stack", "norm", "log", "sqrt",
  ].compactMap { Catalogue.standard[$0] }

  init(seed: UInt64) throws {
    random = SeededGenerator(seed: seed)
    places = random.unit() < 0.15 ? 2 + Int(random.unit() * 2) : nil
    loss = Variable(0)
    for name in ["x", "w", "b"].prefix(2 + Int(random.unit() * 2)) { leaves.append(leaf(name)) }
    let wanted = 3 + pick(4)
    var attempts = 0
    while steps.count < wanted, attempts < 400 {
      attempts += 1
      if let step = attempt() { steps.append(step) }
    }
    let last = steps.last ?? leaves[0]
    let weights = Variable(
      Tensor((0..<last.shape.count).map { 0.5 + Double($0 % 4) }, shape: last.shape))
    let total = last.shape.count == 1 && pick(2) == 0 ? last : try call("sum", [last * weights])
    loss = total === last && last.naming != nil ? try 2 * last : total
    loss.naming = Naming(name: "E", line: 99)
  }

  private mutating func pick(_ count: Int) -> Int {
    min(Int(random.unit() * Double(count)), count - 1)
  }

  private mutating func leaf(_ name: String) -> Variable {
    let shape = Shape(unchecked: Self.sizes[pick(Self.sizes.count)])
    let kind = random.unit()
    let isWhole = kind < 0.2
    let elements = (0..<shape.count).map { _ -> Double in
      isWhole ? Double(pick(7) - 3) : ((random.unit() * 4 - 2) * 100).rounded() / 100
    }
    let dtype: DType = isWhole && kind < 0.1 ? .int64 : kind > 0.9 ? .float32 : .float64
    let variable = Variable(Tensor(elements, shape: shape, dtype: dtype))
    variable.naming = Naming(name: name, line: leaves.count + 1)
    source.append("\(name) = \(elements) \(shape) \(dtype)")
    return variable
  }

  /// One more operation on what there is, if it takes it.
  private mutating func attempt() -> Variable? {
    let all = Catalogue.standard.operations
    let operation =
      random.unit() < 0.7 ? Self.usual[pick(Self.usual.count)] : all[pick(all.count)]
    let pool = leaves + steps + steps.suffix(2) + steps.suffix(1)
    let count = operation.inputCount ?? 2
    let inputs = (0..<count).map { _ in
      random.unit() < 0.12
        ? Variable(Tensor(Double(pick(5)) / 2), literal: true) : pool[pick(pool.count)]
    }
    let options = operation.sampling.attributes
    let attributes = options[pick(options.count)].filled(operation)
    guard inputs.contains(where: { !$0.isLiteral }),
      let result = try? operation(inputs, attributes), result.shape.count <= 24,
      result.value.elements.allSatisfy({ $0.isFinite && $0.magnitude < 1e6 }) || pick(20) == 0
    else { return nil }
    return named(result, operation, inputs, attributes)
  }

  private mutating func named(
    _ result: Variable, _ operation: Operation, _ inputs: [Variable], _ attributes: Attributes
  ) -> Variable? {
    let operands = inputs.map { input in
      input.naming?.name ?? steps.firstIndex { $0 === input }.map { "#\($0)" }
        ?? "\(input.value.elements)"
    }
    let given = attributes.values.map { "\($0.name)=\($0.value)" }.joined(separator: " ")
    let call = "\(operation.name)(\(operands.joined(separator: ", "))) \(given)"
    guard pick(2) == 0 else {
      source.append("#\(steps.count) = \(call)")
      return result
    }
    var final = result
    if let places, result.value.dtype.isReal {
      guard let rounded = try? result.rounded(toPlaces: places) else { return nil }
      final = rounded
    }
    let name = ["u", "v", "h", "s", "t", "r", "g", "m"][steps.count % 8]
    final.naming = Naming(name: name, line: leaves.count + steps.count + 1)
    source.append("\(name) = \(call)\(final === result ? "" : " rounded to \(places ?? 0)")")
    return final
  }

  /// All named quantities but the loss, in order of evaluation.
  var namedQuantities: [Variable] { (leaves + steps).filter { $0.naming != nil } }
}
