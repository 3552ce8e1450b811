import Autograd
import Glibc
import Language
import Networks
import Tensors

/// A generator of NumPy's: the one of the module `np.random`, or one that a program made.
final class NumPyRandom: LanguageObject, @unchecked Sendable {
  private var own: NumPyGenerator
  /// Whose generator it is, where it is not its own.
  private let context: EvaluationContext?
  private lazy var methods: [Symbol: Value] = {
    let builtins = NumPyRandom.builtins("Generator") { [weak self] _ in self }
    return Dictionary(
      builtins.flatMap { builtin in
        ([String(builtin.name.dropFirst("Generator.".count))] + builtin.aliases).map {
          (Symbol($0), Value.builtin(builtin))
        }
      }, uniquingKeysWith: { first, _ in first })
  }()

  init(_ generator: NumPyGenerator) {
    own = generator
    context = nil
  }

  /// The generator of the module.
  init(of context: EvaluationContext) {
    own = NumPyGenerator()
    self.context = context
  }

  var generator: NumPyGenerator {
    get { context?.foreignGenerators.numpy ?? own }
    _modify {
      if let context { yield &context.foreignGenerators.numpy } else { yield &own }
    }
  }

  var summary: String { "a random generator" }
  var attributeNames: [String] { methods.keys.map(\.name).sorted() }
  func attribute(_ name: Symbol) -> Value? { methods[name] }
  func snapshot() -> any Sendable { generator }
  func restore(_ state: any Sendable) {
    if let state = state as? NumPyGenerator { generator = state }
  }

  private static let size = Parameter(
    "size", .integers, default: Attribute.none, "the sizes; None for one number")
  private static let sizes = Parameter(
    "sizes", .integers, default: .integers([]), variadic: true, "the sizes")

  typealias Holder = @Sendable (Call) -> NumPyRandom?

  /// The functions of `np.random`, or the methods of a generator.
  static func builtins(_ path: String, _ holder: @escaping Holder) -> [Builtin] {
    distributions(path, holder) + wholeNumbers(path, holder) + orders(path, holder)
  }

  // MARK: - Distributions

  private static func distributions(_ path: String, _ holder: @escaping Holder) -> [Builtin] {
    func real(_ name: String, _ standard: Double, _ summary: String) -> Parameter {
      Parameter(name, .real, default: .real(standard), summary)
    }
    func drawing(
      _ name: String, aliases: [String] = [], _ summary: String, _ example: Example,
      _ parameters: [Parameter],
      _ draw: @escaping @Sendable (inout NumPyGenerator, [Double]) -> Double
    ) -> Builtin {
      let count = parameters.count - 1
      return Builtin(
        "\(path).\(name)", aliases: aliases, summary, examples: [example], parameters: parameters
      ) { call in
        let settings = try (0..<count).map { try call.real($0) }
        return try call.drawn(sizes: count, holder(call)) { draw(&$0, settings) }
      }
    }
    return [
      drawing("rand", "Draws numbers evenly from 0 to 1.", "rand(2, 3).shape  # (2, 3)", [sizes]) {
        generator, _ in generator.unit()
      },
      drawing(
        "randn", "Draws standard normal numbers.", "randn(2, 3).shape  # (2, 3)", [sizes]
      ) { generator, _ in generator.normal() },
      drawing(
        "random", aliases: ["random_sample", "ranf", "sample"], "Draws numbers evenly from 0 to 1.",
        "random((2, 3)).shape  # (2, 3)", [size]
      ) { generator, _ in generator.unit() },
      drawing(
        "standard_normal", "Draws standard normal numbers.", "standard_normal(3).shape  # (3,)",
        [size]
      ) { generator, _ in generator.normal() },
      drawing(
        "uniform", "Draws numbers evenly from low to high.", "uniform(2, 2)  # 2",
        [real("low", 0, "lower end"), real("high", 1, "upper end"), size]
      ) { $1[0] + ($1[1] - $1[0]) * $0.unit() },
      drawing(
        "normal", "Draws normal numbers.", "normal(5, 0)  # 5",
        [real("loc", 0, "the mean"), real("scale", 1, "the standard deviation"), size]
      ) { $1[0] + $1[1] * $0.normal() },
      drawing(
        "exponential", "Draws waiting times.", "exponential(1, 3).shape  # (3,)",
        [real("scale", 1, "their mean"), size]
      ) { -$1[0] * log(1 - $0.unit()) },
      drawing(
        "binomial", "Draws how many of n trials succeed.", "binomial(4, 1)  # 4",
        [
          Parameter("n", .real, "trials"), Parameter("p", .real, "the chance of each"), size,
        ]
      ) { Double($0.binomial(Int(min(max($1[0], 0), 1e9)), min(max($1[1], 0), 1))) },
    ]
  }

  // MARK: - Whole numbers

  private static func wholeNumbers(_ path: String, _ holder: @escaping Holder) -> [Builtin] {
    func integers(_ name: String) -> Builtin {
      Builtin(
        "\(path).\(name)", "Draws whole numbers from low up to, but not including, high.",
        examples: [Example(stringLiteral: "\(name)(3, 4, 2)  # [3, 3]")],
        parameters: [
          Parameter("low", .integer, "the smallest; the end when it stands alone"),
          Parameter("high", .integer, default: Attribute.none, "where they end"), size,
          NamespaceTable.dtypeParameter,
        ]
      ) { call in
        let (low, high) =
          call.isNone(1)
          ? (0, try call.integer(0)) : (try call.integer(0), try call.integer(1))
        let (bound, overflow) = high.subtractingReportingOverflow(low)
        guard bound > 0, !overflow else {
          throw call.fail(1, "bad-argument", "there is no whole number from \(low) below \(high)")
        }
        return try call.drawn(sizes: 2, holder(call), dtype: .int64) {
          Double(low + $0.integer(below: bound))
        }
      }
    }
    return [
      integers("randint"), integers("integers"),
      Builtin(
        "\(path).seed", "Starts the generator anew: the same seed gives NumPy's numbers.",
        examples: ["seed(1)"],
        parameters: [Parameter("seed", .integer, default: Attribute.none, "from 0 to 2³² − 1")]
      ) { call in
        holder(call)?.generator = NumPyGenerator(seed: try call.seed(0))
        return .none
      },
    ]
  }

  // MARK: - Orders and choices

  private static func orders(_ path: String, _ holder: @escaping Holder) -> [Builtin] {
    let rows = Parameter("x", .any, "an array, a list, or a whole number")
    return [
      Builtin(
        "\(path).permutation",
        "Gives the rows of an array, or the numbers below n, in random order.",
        examples: ["permutation(3).shape  # (3,)"], parameters: [rows]
      ) { call in
        let rows = try call.choices(0)
        let order = holder(call)?.generator.permutation(of: rows.shape[0]) ?? []
        return .tensor(try rows.picked(order, shape: [order.count]))
      },
      Builtin(
        "\(path).shuffle", "Puts the rows of an array, or the elements of a list, in random order.",
        examples: ["x = [1, 1]; shuffle(x); x  # [1, 1]"], parameters: [rows]
      ) { call in
        try call.shuffle { holder(call)?.generator.permutation(of: $0) ?? [] }
        return .none
      },
      Builtin(
        "\(path).choice", "Draws from the elements of an array, or from the numbers below n.",
        examples: ["choice([7, 7], 3)  # [7, 7, 7]", "choice(2, 2, p=[0, 1])  # [1, 1]"],
        parameters: [
          rows, size,
          Parameter("replace", .bool, default: .bool(true), "False draws none twice"),
          Parameter(
            "p", .tensor, default: Attribute.none, "the chance of each; None for equal ones"),
        ]
      ) { call in try call.chosen(holder(call)) },
    ]
  }
}

extension Call {
  /// A seed of 32 bits.
  func seed(_ position: Int) throws -> UInt32 {
    let seed = isNone(position) ? 0 : try integer(position)
    guard let narrow = UInt32(exactly: seed) else {
      throw fail(position, "bad-argument", "a seed is a whole number from 0 to 4294967295")
    }
    return narrow
  }

  /// Numbers of the sizes at a position; one alone where there are none.
  fileprivate func drawn(
    sizes: Int, _ holder: NumPyRandom?, dtype: DType = .float64,
    _ draw: (inout NumPyGenerator) -> Double
  ) throws -> Value {
    let shape = try Shape(checking: integers(sizes) ?? [])
    guard let holder else { return .none }
    return .tensor(
      Variable(
        Tensor(shape, dtype: dtype) { out in
          out.fill { index in draw(&holder.generator) }
        }))
  }

  /// What is drawn from: an array, or the numbers below a whole one.
  func choices(_ position: Int) throws -> Variable {
    let x = try tensor(position)
    guard x.shape.isScalar else { return x }
    guard let count = self[position].integer, count >= 0 else {
      throw fail(position, "bad-argument", "an array or a whole number from 0 is needed")
    }
    let shape = try Shape(checking: [count])
    return Variable(
      Tensor(shape, dtype: .int64) { out in
        out.fill { index in Double(index) }
      })
  }

  /// Puts the elements of the first argument in another order, in place.
  func shuffle(_ order: (Int) -> [Int]) throws {
    switch self[0] {
    case .list(let list):
      let places = order(list.items.count)
      list.items = places.map { list.items[$0] }
    case .tensor(let variable) where variable.shape.rank > 0:
      let places = order(variable.shape[0])
      let shuffled = try variable.picked(places, shape: [places.count]).detached()
      _ = try evaluator.change(variable, to: shuffled, at: span)
    default:
      throw fail(
        0, "wrong-kind", "only an array or a list can be shuffled, not \(self[0].kindText)")
    }
  }

  fileprivate func chosen(_ holder: NumPyRandom?) throws -> Value {
    guard let holder else { return .none }
    let rows = try choices(0)
    let shape = try Shape(checking: integers(1) ?? [])
    let count = rows.shape[0]
    let replaces = try bool(2)
    guard count > 0, replaces || shape.count <= count else {
      throw fail(
        0, "bad-argument", "\(count) elements are not enough to draw \(shape.count) of them")
    }
    let places: [Int]
    try Memory.make(count + shape.count, of: 4 * MemoryLayout<Int>.stride)
    if isNone(3) {
      places =
        replaces
        ? try Poll.map(0..<shape.count, steps: 16) { _ in holder.generator.integer(below: count) }
        : Array(holder.generator.permutation(of: count).prefix(shape.count))
    } else {
      let chances = try tensor(3).value.elements
      guard chances.count == count, chances.allSatisfy({ $0 >= 0 }),
        abs(chances.reduce(0, +) - 1) < 1e-8
      else { throw fail(3, "bad-argument", "\(count) chances that add up to 1 are needed") }
      places = try holder.generator.picks(shape.count, chances, replaces: replaces)
    }
    return .tensor(try rows.picked(places, shape: shape))
  }
}

extension NumPyGenerator {
  /// Positions drawn by their chances.
  fileprivate mutating func picks(_ count: Int, _ chances: [Double], replaces: Bool) throws -> [Int]
  {
    var chances = chances
    var found: [Int] = []
    var isFound: Set<Int> = []
    while found.count < count, chances.contains(where: { $0 > 0 }) {
      let draws = Poll.each(found.count..<count, steps: 16).map { _ in unit() }
      if !replaces { for place in Poll.each(found) { chances[place] = 0 } }
      var sums = chances
      for index in Poll.each(sums.indices.dropFirst()) { sums[index] += sums[index - 1] }
      let total = sums.last ?? 1
      guard total > 0 else { break }
      for index in Poll.each(sums.indices) { sums[index] /= total }
      for draw in Poll.each(draws, steps: 64) {
        let place = min(sums.partition { $0 <= draw }, chances.count - 1)
        if replaces || isFound.insert(place).inserted { found.append(place) }
      }
      try Poll.check()
    }
    return found
  }
}
