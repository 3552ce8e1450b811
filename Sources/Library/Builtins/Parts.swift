import Autograd
import Language
import Tensors

extension Library {
  /// Builtins that give several tensors, or put elements in a random order.
  static let parts: [Builtin] = [
    Builtin(
      "split", "Cuts a tensor along an axis into a list of parts.",
      notes: Notes(
        "",
        Convention(
          "a number", "how many equal parts, as in NumPy", pytorch: "the size of a part"),
        Convention("a tuple", "where to cut, as in NumPy", pytorch: "the sizes of the parts")),
      examples: ["split([1, 2, 3, 4], 2)[1]  # [3, 4]", "split([1, 2, 3], (1,))[0]  # [1]"],
      parameters: [
        Parameter("x", .tensor, "the tensor"),
        Parameter("parts", .integers, "how many, or where to cut"),
        Parameter("axis", .integer, default: .integer(0), "the axis to cut"),
      ]
    ) { call in
      let x = try call.tensor(0)
      let axis = try x.shape.axis(call.integer(2))
      var cuts = try call.integers(1) ?? []
      if let count = call[1].integer {
        guard count > 0, x.shape[axis] % count == 0 else {
          throw call.fail(
            1, "bad-argument", "\(x.shape[axis]) places do not make \(count) equal parts",
            helps: ["a tuple says where to cut: split(x, (1, 3))"])
        }
        cuts = (1..<count).map { $0 * (x.shape[axis] / count) }
      }
      let bounds = [nil] + cuts.map(Optional.some) + [nil]
      return .list(
        List(
          try zip(bounds, bounds.dropFirst()).map { start, stop in
            .tensor(try x.part(along: axis, .slice(start: start, stop: stop, step: 1)))
          }))
    },
    Builtin(
      "unstack", aliases: ["unbind"], "Gives the slices along an axis as a list.",
      examples: ["unstack([1, 2; 3, 4])[1]  # [3, 4]"],
      parameters: [
        Parameter("x", .tensor, "the tensor"),
        Parameter("axis", .integer, default: .integer(0), "the axis that is taken apart"),
      ]
    ) { call in
      let x = try call.tensor(0)
      let axis = try x.shape.axis(call.integer(1))
      return .list(List(try (0..<x.shape[axis]).map { .tensor(try x.part(along: axis, .at($0))) }))
    },
    Builtin(
      "meshgrid", "Makes of two vectors the two coordinates of every point of a grid.",
      notes: Notes(
        "",
        Convention(
          "rows run along", "the second vector, as in NumPy; indexing=\"ij\" for the first",
          pytorch: "the first")),
      examples: [
        "meshgrid([1, 2], [3, 4, 5])[0]  # [1, 2; 1, 2; 1, 2]",
        "meshgrid([1, 2], [3, 4], indexing=\"ij\")[0]  # [1, 1; 2, 2]",
      ],
      parameters: [
        Parameter("x", .tensor, "first coordinates"), Parameter("y", .tensor, "second coordinates"),
        Parameter("indexing", .choice(["xy", "ij"]), default: .string("xy"), "order of the axes"),
      ]
    ) { call in
      let (x, y) = (try call.tensor(0), try call.tensor(1))
      let isRowsFirst = try call.string(2) == "ij"
      let (m, n) = (x.shape.count, y.shape.count)
      func spread(_ variable: Variable, asColumn: Bool) throws -> Variable {
        let sizes = asColumn ? [variable.shape.count, 1] : [1, variable.shape.count]
        let placed = try Operation.reshape(variable, .one("shape", .integers(sizes)))
        return try Operation.broadcastTo(
          placed, .one("shape", .integers(isRowsFirst ? [m, n] : [n, m])))
      }
      return .tuple([
        .tensor(try spread(x, asColumn: isRowsFirst)),
        .tensor(try spread(y, asColumn: !isRowsFirst)),
      ])
    },
    Builtin(
      "shuffle", aliases: ["permutation"], "Puts what lies along axis 0 in a random order.",
      notes: "Gives a new tensor; of a whole number n, the numbers 0 to n - 1 in random order.",
      examples: ["sort(shuffle([3, 1, 2]))  # [1, 2, 3]", "shuffle(4).shape  # (4,)"],
      parameters: [Parameter("x", .tensor, "a tensor or a whole number")]
    ) { call in
      let rows = try call.rows
      try Memory.make(rows.shape[0], of: MemoryLayout<Int>.stride)
      let order = call.evaluator.context.generator.permutation(of: rows.shape[0])
      return .tensor(try rows.picked(order, shape: [order.count]))
    },
    Builtin(
      "choice", "Draws elements along axis 0, each as likely as any other.",
      notes: "The same one may be drawn again. Of a whole number n it draws from 0 to n - 1.",
      examples: ["choice([7, 7], 3)  # [7, 7, 7]", "choice(1)  # 0"],
      parameters: [
        Parameter("x", .tensor, "a tensor or a whole number"),
        Parameter("shape", .integers, default: .integers([]), "how many"),
      ]
    ) { call in
      let rows = try call.rows
      let shape = try Shape(checking: call.integers(1) ?? [])
      guard rows.shape[0] > 0 else {
        throw call.fail(0, "empty-choice", "there is nothing to choose from")
      }
      let context = call.evaluator.context
      let order = try Poll.map(0..<shape.count, steps: 16) { _ in
        context.generator.integer(below: rows.shape[0])
      }
      return .tensor(try rows.picked(order, shape: shape))
    },
  ]
}

extension Call {
  /// What is drawn from: the first argument, or the numbers below it.
  fileprivate var rows: Variable {
    get throws {
      let x = try tensor(0)
      guard x.shape.isScalar else { return x }
      guard let count = values[0].integer, count >= 0 else {
        throw fail(0, "bad-argument", "a tensor or a whole number from 0 is needed")
      }
      let shape = try Shape(checking: [count])
      return Variable(
        Tensor(shape, dtype: .int64) { out in
          out.fill { index in Double(index) }
        })
    }
  }
}

extension Variable {
  /// What an item selects along one axis, the other axes whole.
  fileprivate func part(along axis: Int, _ item: IndexItem) throws -> Variable {
    let whole = IndexItem.slice(start: nil, stop: nil, step: 1)
    return try Operation.index(
      self, .one("items", .index(Array(repeating: whole, count: axis) + [item])))
  }

  /// Rows by their numbers.
  func picked(_ order: [Int], shape: Shape) throws -> Variable {
    let numbers = Tensor(shape, dtype: .int64) { out in out.fill { Double(order[$0]) } }
    let places = Variable(numbers)
    return try Operation.take(self, places, .one("axis", .integer(0)))
  }
}
