import Autograd
import Language
import Tensors

// What functions of NumPy and PyTorch have in common: operations by name, kinds of numbers, tensors
// in lists.

extension Call {
  /// A tensor of every element of an argument; they may have different shapes.
  func parts(_ position: Int) throws -> [Variable] { try tensors(position) }

  /// The kind of numbers that `dtype=` asks for: `float`, `np.int64`, "float32"; nil for None.
  func dtype(_ position: Int) throws -> DType? {
    switch self[position] {
    case .none: return nil
    case .builtin(let builtin):
      if let known = Self.dtypes[builtin.name] { return known }
    case .string(let text):
      let name =
        text.hasPrefix("torch.") && Self.dtypes[text] == nil ? String(text.dropFirst(6)) : text
      if let known = Self.dtypes[name] ?? DType(rawValue: name) {
        if Self.narrow.contains(name) {
          evaluator.tellOnce(
            "narrow-kind", at: span, "numbers of kind '\(name)' are kept wider here",
            notes: ["whole ones do not wrap around, and nothing is rounded to 16 bits"])
        }
        return known
      }
    default: break
    }
    throw fail(
      position, "unknown-dtype", "numbers are float64, float32, int64 or bool here",
      helps: ["dtype=float", "dtype=\"float32\"", "dtype=int"])
  }

  private static let narrow: Set = [
    "uint8", "int8", "int16", "int32", "uint16", "uint32", "float16",
  ]
  private static let dtypes: [String: DType] = [
    "float": .float64, "float32": .float32, "int": .int64, "bool": .bool, "double": .float64,
    "uint8": .int64, "int8": .int64, "int16": .int64, "int32": .int64, "uint16": .int64,
    "uint32": .int64, "long": .int64, "float16": .float32, "torch.FloatTensor": .float64,
    "torch.DoubleTensor": .float64, "torch.LongTensor": .int64, "torch.IntTensor": .int64,
    "torch.ByteTensor": .int64, "torch.BoolTensor": .bool, "torch.Tensor": .float64,
  ]

  /// The sizes given to `zeros(2, 3)` or `zeros((2, 3))`.
  func shape(_ position: Int) throws -> Shape {
    try Shape(checking: integers(position) ?? [])
  }
}

extension Operation {
  /// An operation of the catalogue, with its attributes by name.
  static func apply(
    _ name: String, _ inputs: Variable..., with attributes: KeyValuePairs<String, Attribute> = [:]
  ) throws -> Variable {
    try apply(name, to: inputs, with: attributes)
  }

  static func apply(
    _ name: String, to inputs: [Variable], with attributes: KeyValuePairs<String, Attribute> = [:]
  ) throws -> Variable {
    let settings = Attributes(attributes.map { (name: $0.key, value: $0.value) })
    return try required(name)(inputs, settings)
  }
}

extension Variable {
  /// The same elements in another shape.
  func reshaped(_ sizes: [Int]) throws -> Variable {
    shape.array == sizes ? self : try Operation.reshape(self, .one("shape", .integers(sizes)))
  }

  /// In another kind of numbers. A quantity with a history keeps it where its numbers stay as they
  /// are; otherwise the result is a new one.
  func converted(to dtype: DType?) -> Variable {
    guard let dtype, dtype != value.dtype else { return self }
    // A leaf of PyTorch's that learns would leave its gradient behind.
    let learns = !isLeaf || isArray && !isFrozen
    if learns, dtype.isReal, value.dtype.isReal { return self }
    let made = Variable(value.converted(to: dtype))
    (made.isArray, made.isFrozen) = (isArray, isArray)
    return made
  }

  /// The slice of one axis.
  func sliced(axis: Int, _ start: Int, _ stop: Int) throws -> Variable {
    let whole = IndexItem.slice(start: nil, stop: nil, step: 1)
    return try Operation.index(
      self,
      .one(
        "items",
        .index(
          Array(repeating: whole, count: axis) + [.slice(start: start, stop: stop, step: 1)])))
  }
}
