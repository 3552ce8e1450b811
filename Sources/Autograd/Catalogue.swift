/// All operations, found by name or alias.
package struct Catalogue: Sendable {
  /// What help lists together.
  package struct Group: Sendable {
    package let title: String
    package let operations: [Operation]

    init(_ title: String, _ families: [[Operation]]) {
      self.title = title
      operations = families.flatMap { $0 }
    }
  }

  package let groups: [Group]
  package let operations: [Operation]
  private let byName: [String: Operation]

  package init(_ groups: [Group]) {
    self.groups = groups
    operations = groups.flatMap(\.operations)
    var table: [String: Operation] = [:]
    for operation in operations {
      for name in [operation.name] + operation.aliases { table[name] = operation }
    }
    byName = table
  }

  package subscript(name: String) -> Operation? { byName[name] }

  /// All families; a test compares this list with the folder `Operations/`.
  package static let standard = Catalogue([
    Group(
      "arithmetic",
      [
        Operation.arithmetic, Operation.comparisons, Operation.transcendentals, Operation.rounding,
      ]),
    Group("activations", [Operation.activations, Operation.softmaxes]),
    Group(
      "reductions",
      [
        Operation.reductions, Operation.extremes, Operation.statistics, Operation.accumulation,
      ]),
    Group("linear algebra", [Operation.linearAlgebra, Operation.solving]),
    Group(
      "shapes",
      [
        Operation.shaping, Operation.indexing, Operation.joining, Operation.rearranging,
        Operation.sorting,
      ]),
    Group("losses", [Operation.classificationLosses, Operation.losses]),
    Group("convolution", [Operation.convolutions, Operation.poolings]),
    Group("recurrence", [Operation.recurrent]),
  ])
}

// Handles for the operations that rules and formulas are written with. A name that is missing from
// the catalogue is a mistake in a declaration, found by the first test that touches it.
extension Operation {
  package static func required(_ name: String) -> Operation {
    guard let operation = Catalogue.standard[name] else {
      preconditionFailure("the catalogue has no operation \(name)")
    }
    return operation
  }

  package static let add = required("add")
  package static let subtract = required("subtract")
  package static let multiply = required("multiply")
  package static let divide = required("divide")
  package static let power = required("power")
  package static let negate = required("negate")
  package static let less = required("less")
  package static let lessOrEqual = required("less_equal")
  package static let greater = required("greater")
  package static let greaterOrEqual = required("greater_equal")
  package static let equal = required("equal")
  package static let notEqual = required("not_equal")
  package static let choose = required("where")
  package static let sum = required("sum")
  package static let sumTo = required("sum_to")
  package static let broadcastTo = required("broadcast_to")
  package static let matmul = required("matmul")
  package static let linear = required("linear")
  package static let transpose = required("transpose")
  package static let reshape = required("reshape")
  package static let index = required("index")
  package static let take = required("take")
  package static let stack = required("stack")
  package static let scatterAdd = required("scatter_add")
  package static let exponential = required("exp")
  package static let softmax = required("softmax")
  package static let logSoftmax = required("log_softmax")
}
