import Tensors

/// How something is worked out, as data: what it begins with, and operations on that.
package indirect enum Recipe<Leaf: Sendable>: Sendable {
  case leaf(Leaf)
  case constant(Tensor)
  case applied(Operation, Attributes, [Recipe])

  /// Worked out and recorded; `variable` says what a leaf stands for.
  func made(_ variable: (Leaf) throws -> Variable) throws -> Variable {
    switch self {
    case .leaf(let leaf): return try variable(leaf)
    case .constant(let tensor): return Variable(tensor)
    case .applied(let operation, let attributes, let inputs):
      return try operation(try inputs.map { try $0.made(variable) }, attributes)
    }
  }
}

extension Recipe where Leaf == Int {
  /// The places that it begins with.
  var places: [Int] {
    switch self {
    case .leaf(let place): [place]
    case .constant: []
    case .applied(_, _, let inputs): inputs.flatMap(\.places)
    }
  }
}

/// One input of one recorded step: where a quantity is used.
package struct Use: Hashable, Sendable {
  package let place: Int
  package let slot: Int

  package init(_ place: Int, _ slot: Int) {
    self.place = place
    self.slot = slot
  }
}

/// What a gradient rule is made of that stands in for another one.
package enum RuleLeaf: Sendable {
  /// The gradient that arrives at the step.
  case arriving
  /// What the step's own rule passes to the input.
  case usual
  /// The value of a quantity of the same run.
  case quantity(Int)
}

/// What a finish is made of.
package enum FinishLeaf: Sendable {
  case answer
  /// The value of a quantity of the same run, or the gradient of the root by it.
  case quantity(Int)
  case gradient(Int)
  /// The gradient, by the quantity that the answer is for, of the sum of another one.
  case slope(of: Int)
}

/// Rounded numbers in place of exact ones, as a person with a calculator has them.
package struct StepRounding: Sendable {
  /// Which numbers are rounded beside the values of named quantities.
  package enum Extent: Sendable {
    case values
    /// Each gradient that arrives at a name as well.
    case gradients
    /// The slope of each function of one number as well.
    case factors
  }

  package let places: UInt8
  package let extent: Extent
  /// Places of named quantities that stay as they are, such as the asked one.
  package var exempt: Set<Int> = []
  /// To the nearest, or cut off; to decimals or to figures.
  package let round: @Sendable (Double) -> Double

  package init(
    places: UInt8, extent: Extent = .values, exempt: Set<Int> = [],
    round: @escaping @Sendable (Double) -> Double
  ) {
    self.places = places
    self.extent = extent
    self.exempt = exempt
    self.round = round
  }
}

/// What is done otherwise when a recorded computation is run again. All of it can be combined; the
/// empty variation gives what was recorded, to the last bit.
package struct Variation: Sendable {
  /// Steps, by their place in the history, that are worked out in another way.
  package var steps: [Int: Recipe<Int>] = [:]
  /// Rules by which the gradient passes to one input of a step. The values stay right.
  package var rules: [Use: Recipe<RuleLeaf>] = [:]
  /// What a step's own rules read in place of an input's value. The values stay right.
  package var readings: [Use: Recipe<Int>] = [:]
  /// The same in place of the step's result.
  package var readResults: [Int: Recipe<Int>] = [:]
  /// Uses through which no gradient passes.
  package var cuts: Set<Use> = []
  package var rounding: StepRounding?
  /// Done to the answer in the end.
  package var finish: Recipe<FinishLeaf>?
  /// Operations that are several in one are taken apart.
  package var unfolds = false
  /// Every step is worked out, not only what depends on a change.
  package var startsAnew = false

  package init() {}

  /// One quantity with another value.
  package init(_ place: Int, _ value: Tensor) { steps[place] = .constant(value) }

  /// Whether gradients pass otherwise than by the steps' own rules.
  fileprivate var touchesGradients: Bool {
    !rules.isEmpty || !readings.isEmpty || !readResults.isEmpty || !cuts.isEmpty
      || rounding.map { $0.extent != .values } == true
  }

  /// Places whose rules are others.
  var placesOfRules: Set<Int> {
    Set(rules.keys.map(\.place) + readings.keys.map(\.place) + cuts.map(\.place))
      .union(readResults.keys)
  }

  /// Places that are looked at when gradients pass; nil for none, all where everything is rounded.
  var watched: Set<Int>? { touchesGradients ? placesOfRules : nil }
}
