import Autograd
import Tensors

/// A kind of layer, declared once: the constructor in the language, `summary`, help and tests are
/// made from this.
package final class LayerKind: Declaration {
  package let description: Description
  /// Takes layers as its positional arguments.
  package let isContainer: Bool
  let build: @Sendable (Construction) throws(TensorError) -> LayerPlan

  init(
    _ name: String, _ summary: String, notes: Notes = "",
    parameters: [Parameter] = [], examples: [Example] = [], isContainer: Bool = false,
    build: @escaping @Sendable (Construction) throws(TensorError) -> LayerPlan
  ) {
    description = Description(name, summary, notes: notes, parameters, examples: examples)
    self.isContainer = isContainer
    self.build = build
  }

  /// All kinds of layers, one line a file.
  package static let standard: [LayerKind] =
    dense + activations + convolutional + regularizing + recurrent + containers + attention

  /// A layer with the given settings; those left out take their defaults. `seed` decides the first
  /// values of its parameters, or `draw` makes them.
  package func callAsFunction(
    _ attributes: Attributes = .none, children: [Layer] = [], seed: UInt64, dtype: DType = .float64,
    draw: ((Shape, Initializer.Distribution) -> Tensor)? = nil
  ) throws(TensorError) -> Layer {
    let filled = try attributes.completed(by: parameters)
    let plan = try build(
      Construction(attributes: filled, children: children, seed: seed, dtype: dtype))
    // Numbers are drawn when they are first asked for; then it is too late to refuse.
    for parameter in plan.parameters { _ = try Shape(checking: parameter.shape.array) }
    return Layer(self, filled, plan, seed: seed, dtype: dtype, draw: draw)
  }
}

/// What a layer is built from.
struct Construction {
  let attributes: Attributes
  let children: [Layer]
  let seed: UInt64
  let dtype: DType

  /// A size that must be positive, and small enough to be multiplied by the gates of a recurrent cell.
  func size(_ name: String) throws(TensorError) -> Int {
    let value = attributes.integer(name)
    guard value > 0 else {
      throw .argument(name, found: "\(value)", expected: "a whole number above 0")
    }
    guard value <= min(Memory.largestCount, Int(Int32.max) / 8) else {
      throw .tooLarge(sizes: [value], limit: Memory.limit)
    }
    return value
  }

  /// A share between 0 and 1.
  func share(_ name: String) throws(TensorError) -> Double {
    let value = attributes.real(name)
    guard value >= 0, value <= 1 else {
      throw .argument(name, found: "\(value)", expected: "a number from 0 to 1")
    }
    return value
  }
}

/// What a kind of layer makes of its settings: parameters, sizes, and the computation.
struct LayerPlan {
  /// How inputs reach the layers inside, for a summary.
  enum Flow {
    /// One thing to whoever looks from outside.
    case whole
    /// Each takes the output of the one before.
    case chain
    /// Each takes the input.
    case parallel
  }

  var flow = Flow.whole
  /// How many tensors it takes; a container leaves that to the layers inside.
  var inputs = 1...1
  var parameters: [(name: String, shape: Shape, distribution: Initializer.Distribution)] = []
  /// Tensors that training changes without gradients (running means).
  var state: [(name: String, value: Tensor)] = []
  var children: [(name: String, layer: Layer)] = []
  /// What follows the first output belongs together: `out, (h, c)`.
  var packsState = false
  /// The shape of the first output.
  var outputShape: (Layer, Shape) throws(TensorError) -> Shape = { _, shape in shape }
  /// The outputs; most layers have one input and one output.
  var forward: (Layer, [Variable]) throws -> [Variable]
}

/// A layer: settings, parameters, and layers inside.
package final class Layer {
  package let kind: LayerKind
  package let attributes: Attributes
  package let ownParameters: [ModelParameter]
  /// Layers inside.
  package internal(set) var children: [(name: String, layer: Layer)]
  /// Tensors that training changes without gradients, by name.
  package var state: [(name: String, value: Tensor)]
  /// Whether layers that act differently while training do so.
  package internal(set) var isTraining = true
  /// Random numbers of the layer's own, for dropout.
  var generator: SplitMix64
  private let plan: LayerPlan

  init(
    _ kind: LayerKind, _ attributes: Attributes, _ plan: LayerPlan, seed: UInt64, dtype: DType,
    draw: ((Shape, Initializer.Distribution) -> Tensor)? = nil
  ) {
    self.kind = kind
    self.attributes = attributes
    self.plan = plan
    generator = SplitMix64(seed: seed)
    var source = SplitMix64(seed: seed)
    ownParameters = plan.parameters.map { parameter in
      if let draw {
        return ModelParameter(parameter.name, draw(parameter.shape, parameter.distribution))
      }
      return ModelParameter(
        parameter.name, parameter.shape, parameter.distribution, seed: source.next(), dtype: dtype)
    }
    children = plan.children
    state = plan.state
  }

  /// A layer of its own with the numbers of another. `known` are those that were copied already, so that
  /// what two places share is shared in the copy; `copy` copies the thing of a parameter.
  package init(
    copying other: Layer, _ known: inout [ObjectIdentifier: Layer], _ copy: (Thing) throws -> Thing
  ) rethrows {
    (kind, attributes, plan) = (other.kind, other.attributes, other.plan)
    generator = other.generator
    ownParameters = try other.ownParameters.map { try ModelParameter(copying: $0, copy) }
    (children, state, isTraining) = ([], other.state, other.isTraining)
    known[ObjectIdentifier(other)] = self
    for child in other.children {
      let layer =
        try known[ObjectIdentifier(child.layer)]
        ?? Layer(copying: child.layer, &known, copy)
      children.append((child.name, layer))
    }
  }

  package func callAsFunction(_ inputs: [Variable]) throws -> [Variable] {
    guard plan.inputs.contains(inputs.count) else {
      let (least, most) = (plan.inputs.lowerBound, plan.inputs.upperBound)
      throw TensorError.argument(
        "inputs", found: "\(inputs.count)",
        expected: least == most ? "one tensor" : "\(least) to \(most) tensors")
    }
    return try plan.forward(self, inputs)
  }

  /// The first output for one input.
  package func callAsFunction(_ input: Variable) throws -> Variable { try self([input])[0] }

  /// The shape of the output for an input of a shape, without computing anything.
  package func outputShape(for input: Shape) throws(TensorError) -> Shape {
    try plan.outputShape(self, input)
  }

  /// Own parameters and those of the layers inside, with their path: `0.weight`.
  package var parameters: [(path: String, parameter: ModelParameter)] {
    ownParameters.map { ($0.name, $0) }
      + children.flatMap { child in
        child.layer.parameters.map { ("\(child.name).\($0.path)", $0.parameter) }
      }
  }

  package var parameterCount: Int { parameters.reduce(0) { $0 + $1.parameter.shape.count } }

  /// Puts another layer in the place of one inside. Throws where that would put a layer into itself.
  package func replace(child index: Int, by layer: Layer) throws(TensorError) {
    guard !layer.contains(self) else {
      throw .argument("layer", found: "one that holds this place", expected: "another layer")
    }
    children[index].layer = layer
  }

  private func contains(_ other: Layer) -> Bool {
    self === other || children.contains { $0.layer.contains(other) }
  }

  /// Changes between training and prediction, here and inside.
  package func setTraining(_ training: Bool) {
    isTraining = training
    children.forEach { $0.layer.setTraining(training) }
  }

  /// Keeps all parameters as they are, or lets them learn again.
  package func setFrozen(_ frozen: Bool) { parameters.forEach { $0.parameter.isFrozen = frozen } }

  var flow: LayerPlan.Flow { plan.flow }

  /// Whether what follows the first output belongs together: `out, (h, c)`.
  package var packsState: Bool { plan.packsState }

  func parameter(_ name: String) -> Variable? {
    ownParameters.first { $0.name == name }?.variable
  }
}
