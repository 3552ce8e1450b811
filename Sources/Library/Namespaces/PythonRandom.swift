import Autograd
import Language
import Networks
import Tensors

/// Python's module `random`.
enum PythonRandom {
  private static let sequence = Parameter("x", .any, "a list, tensor, tuple, range or string")
  private static let low = Parameter("a", .real, "lower end")
  private static let high = Parameter("b", .real, "upper end")

  /// The functions of the module.
  static let builtins: @Sendable () -> [Builtin] = { numbers + picks }

  private static let numbers: [Builtin] = [
    Builtin(
      "random.seed", "Starts the generator anew: the same whole number gives Python's numbers.",
      examples: ["seed(1)"],
      parameters: [Parameter("a", .integer, default: Attribute.none, "the seed")]
    ) { call in
      let seed = call.isNone(0) ? 0 : try call.integer(0)
      call.python = PythonGenerator(seed: UInt64(seed.magnitude))
      return .none
    },
    Builtin(
      "random.random", "Draws a number evenly from 0 to 1.", examples: ["random() < 1  # True"]
    ) { call in .number(call.python.unit()) },
    Builtin(
      "random.uniform", "Draws a number evenly from a to b.", examples: ["uniform(2, 2)  # 2"],
      parameters: [low, high]
    ) { call in
      let (a, b) = (try call.real(0), try call.real(1))
      return .number(a + (b - a) * call.python.unit())
    },
    Builtin(
      "random.gauss", "Draws a normal number.", examples: ["gauss(5, 0)  # 5"],
      parameters: [
        Parameter("mu", .real, default: .real(0), "the mean"),
        Parameter("sigma", .real, default: .real(1), "the standard deviation"),
      ]
    ) { call in
      let (mean, deviation) = (try call.real(0), try call.real(1))
      return .number(mean + call.python.normal() * deviation)
    },
    Builtin(
      "random.normalvariate", "Draws a normal number.", examples: ["normalvariate(5, 0)  # 5"],
      parameters: [
        Parameter("mu", .real, default: .real(0), "the mean"),
        Parameter("sigma", .real, default: .real(1), "the standard deviation"),
      ]
    ) { call in
      let (mean, deviation) = (try call.real(0), try call.real(1))
      return .number(mean + call.python.variate() * deviation)
    },
    Builtin(
      "random.randint", "Draws a whole number from a to b, both included.",
      examples: ["randint(3, 3)  # 3"],
      parameters: [
        Parameter("a", .integer, "the smallest"), Parameter("b", .integer, "the largest"),
      ]
    ) { call in try call.whole(try call.integer(0), upTo: try call.integer(1)) },
    Builtin(
      "random.randrange", "Draws a whole number from start up to, but not including, stop.",
      examples: ["randrange(1)  # 0"],
      parameters: [
        Parameter("start", .integer, "the smallest; the end when it stands alone"),
        Parameter("stop", .integer, default: Attribute.none, "where they end"),
      ]
    ) { call in
      let first = try call.integer(0)
      if call.isNone(1) { return try call.whole(0, upTo: max(first, Int.min + 1) - 1) }
      return try call.whole(first, upTo: max(try call.integer(1), Int.min + 1) - 1)
    },
  ]

  private static let picks: [Builtin] = [
    Builtin(
      "random.choice", "Draws one element.", examples: ["choice([7, 7])  # 7"],
      parameters: [sequence]
    ) { call in
      let items = try call.items(0)
      guard !items.isEmpty else {
        throw call.fail(0, "empty-choice", "there is nothing to choose from")
      }
      return items[call.python.integer(below: items.count)]
    },
    Builtin(
      "random.choices", "Draws elements, each draw from all of them.",
      examples: ["choices([7, 7], k=2)  # [7, 7]"],
      parameters: [
        sequence,
        Parameter("weights", .tensor, default: Attribute.none, "how often each; None for equally"),
        Parameter("k", .integer, default: .integer(1), keywordOnly: true, "how many"),
      ]
    ) { call in
      let items = try call.items(0)
      let count = try call.integer(2)
      var sums = call.isNone(1) ? items.map { _ in 1.0 } : try call.tensor(1).value.elements
      guard !items.isEmpty, sums.count == items.count, count >= 0, count <= 10_000_000 else {
        throw call.fail(1, "bad-argument", "as many weights as elements are needed")
      }
      for index in sums.indices.dropFirst() { sums[index] += sums[index - 1] }
      let total = sums[sums.count - 1]
      return try call.collected(
        try Poll.map(0..<count, steps: 64) { _ in
          let draw = call.python.unit() * total
          return items[min(sums.partition { $0 <= draw }, items.count - 1)]
        })
    },
    Builtin(
      "random.shuffle", "Puts the elements of a list in random order.",
      examples: ["x = [1, 1]; shuffle(x); x  # [1, 1]"], parameters: [sequence]
    ) { call in
      try call.shuffle { count in
        var order = Array(0..<count)
        for last in Poll.each(stride(from: count - 1, to: 0, by: -1), steps: 32) {
          order.swapAt(last, call.python.integer(below: last + 1))
        }
        return order
      }
      return .none
    },
    Builtin(
      "random.sample", "Draws k different elements.",
      examples: ["sorted(sample([1, 2], 2))  # [1, 2]"],
      parameters: [sequence, Parameter("k", .integer, "how many")]
    ) { call in
      let items = try call.items(0)
      let count = try call.integer(1)
      guard (0...items.count).contains(count) else {
        throw call.fail(1, "bad-argument", "\(items.count) elements are not enough for \(count)")
      }
      return try call.collected(call.python.sample(count, of: items.count).map { items[$0] })
    },
  ]
}

extension PythonGenerator {
  /// Different positions, by Python's two ways: from a shrinking pool, or again where one was had.
  fileprivate mutating func sample(_ count: Int, of total: Int) -> [Int] {
    var poolSize = 21
    if count > 5 {
      var power = 1
      while power < count * 3 { power *= 4 }
      poolSize += power
    }
    if total <= poolSize {
      var pool = Array(0..<total)
      return Poll.each(0..<count, steps: 32).map { index in
        let place = integer(below: total - index)
        let chosen = pool[place]
        pool[place] = pool[total - index - 1]
        return chosen
      }
    }
    var seen: Set<Int> = []
    return Poll.each(0..<count, steps: 128).map { _ in
      var place = integer(below: total)
      while !seen.insert(place).inserted { place = integer(below: total) }
      return place
    }
  }
}

extension Call {
  fileprivate var python: PythonGenerator {
    get { evaluator.context.foreignGenerators.python }
    nonmutating _modify { yield &evaluator.context.foreignGenerators.python }
  }

  /// A whole number between two, both included.
  fileprivate func whole(_ low: Int, upTo high: Int) throws -> Value {
    let (range, overflow) = high.subtractingReportingOverflow(low)
    guard range >= 0, !overflow, range < Int.max else {
      throw fail(0, "bad-argument", "there is no whole number from \(low) to \(high)")
    }
    return .integer(low + python.integer(below: range + 1))
  }
}
