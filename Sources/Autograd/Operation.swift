import Tensors

/// One operation, declared once: names, documentation, value, gradient and the arithmetic of a cell.
/// Everything else (builtin, method, help, completion, explanation, tests) is made from this.
package final class Operation: Sendable {
  package enum Kernel: Sendable {
    case unary(@Sendable (Tensor, Attributes) throws(TensorError) -> Tensor)
    case binary(@Sendable (Tensor, Tensor, Attributes) throws(TensorError) -> Tensor)
    case many(@Sendable ([Tensor], Attributes) throws(TensorError) -> Tensor)
  }

  /// How gradients pass from the output to the inputs.
  package enum Rule: Sendable {
    /// In terms of variables, so that the gradient can be differentiated again.
    case recorded(@Sendable (Backward<Variable>) throws -> Contributions<Variable>)
    /// Through functions of one element: `slopes` gives ∂y/∂input, element by element.
    case elementwise(slopes: [Formula])
    /// None exists; the reason is what the learner reads.
    case undefined(because: String)

    package var isElementwise: Bool { if case .elementwise = self { true } else { false } }
  }

  package let name: String
  package let aliases: [String]
  package let summary: String
  package let form: Form
  /// What it is in a formula, where forms on paper do not tell; slips are looked for by it.
  package let purpose: Purpose?
  /// The same with smaller operations, where it is several in one.
  package let expansion: Expansion?
  /// Conventions, ties, edge cases: what PyTorch does where it differs.
  package let notes: Notes
  package let examples: [Example]
  package let parameters: [Parameter]
  package let kernel: Kernel
  package let rule: Rule
  /// Whether gradients pass at all; what has no derivative counts as a constant.
  package let isDifferentiable: Bool
  /// A rule on plain tensors for speed; tests prove it equal to `rule`.
  package let fastRule: (@Sendable (Backward<Tensor>) throws(TensorError) -> Contributions<Tensor>)?
  /// The same for operations on one or two tensors.
  package let directRule: DirectRule?
  /// The arithmetic of one output cell, given inputs, attributes and the cell's row-major offset.
  package let cell: @Sendable (CellRequest) -> Formula?
  package let sampling: Sampling
  /// The operation whose result, from the same arguments, a call with `return_indices=True` gives
  /// as well.
  package let secondResult: String?
  /// Several numbers in place of a tensor stand for their vector: `max(1, 3, 8)`.
  package let joinsNumbers: Bool
  /// The result shares memory with the input in NumPy: a change of one is seen in the other.
  package let sharesElements: Bool
  /// A single number that it gives is an array of rank 0, in NumPy as well.
  let makesArrays: Bool

  package init(
    _ name: String, aliases: [String] = [], _ summary: String, form: Form = .call,
    purpose: Purpose? = nil, expansion: Expansion? = nil, notes: Notes = "",
    examples: [Example] = [], parameters: [Parameter], secondResult: String? = nil, kernel: Kernel,
    rule: Rule,
    fastRule: (@Sendable (Backward<Tensor>) throws(TensorError) -> Contributions<Tensor>)? = nil,
    directRule: DirectRule? = nil,
    sampling: Sampling = .standard, joinsNumbers: Bool = false, sharesElements: Bool = false,
    cell: @escaping @Sendable (CellRequest) -> Formula?
  ) {
    self.name = name
    self.aliases = aliases
    self.summary = summary
    self.form = form
    self.purpose = purpose
    self.expansion = expansion
    self.notes = notes
    self.examples = examples
    self.parameters = parameters + (secondResult == nil ? [] : [Self.indicesParameter])
    self.secondResult = secondResult
    self.kernel = kernel
    self.rule = rule
    isDifferentiable = if case .undefined = rule { false } else { true }
    self.fastRule = fastRule
    self.directRule = directRule
    self.sampling = sampling
    self.joinsNumbers = joinsNumbers
    self.sharesElements = sharesElements
    makesArrays = name == "squeeze" || name == "reshape"
    self.cell = cell
  }

  package static let indicesParameter = Parameter(
    "return_indices", .bool, default: .bool(false), keywordOnly: true,
    "give the values and where they were found")

  package var inputCount: Int? {
    if parameters.contains(where: { $0.kind == .tensors }) { return nil }
    return parameters.count { $0.kind == .tensor }
  }
}

/// A line of the language and what it gives: `sigmoid([-1, 0, 1])  # [0.2689, 0.5, 0.7311]`.
package struct Example: Sendable, Equatable, ExpressibleByStringLiteral {
  /// As declared. There are hundreds, and a start of the program asks for none, so they are taken apart
  /// when somebody does.
  private let text: String

  package init(stringLiteral text: String) { self.text = text }

  private var parts: [Substring] { text.split(separator: "#", maxSplits: 1) }

  package var source: String { String(parts.first ?? "").trimmed }
  package var result: String? { parts.count > 1 ? String(parts[1]).trimmed : nil }
}

extension String {
  fileprivate var trimmed: String {
    var view = self[...]
    while view.first == " " { view.removeFirst() }
    while view.last == " " { view.removeLast() }
    return String(view)
  }
}

/// Where tests may draw inputs: a range of magnitudes and points to stay away from (kinks, poles).
package struct Sampling: Sendable {
  package var range: ClosedRange<Double>
  package var avoiding: [Double]
  /// Shapes to try, one list of shapes per case; empty means the family's usual ones.
  package var shapes: [[[Int]]]
  /// Attributes for those cases.
  package var attributes: [Attributes]
  /// No second derivative is expected (kinks, piecewise linear).
  package var isSmooth: Bool
  /// Makes the inputs of a case when random numbers will not do (labels, masks).
  package var inputs: (@Sendable (_ shapes: [[Int]], _ random: () -> Double) -> [Tensor])?

  package init(
    _ range: ClosedRange<Double> = -2...2, avoiding: [Double] = [], shapes: [[[Int]]] = [],
    attributes: [Attributes] = [.none], isSmooth: Bool = true,
    inputs: (@Sendable ([[Int]], () -> Double) -> [Tensor])? = nil
  ) {
    self.range = range
    self.avoiding = avoiding
    self.shapes = shapes
    self.attributes = attributes
    self.isSmooth = isSmooth
    self.inputs = inputs
  }

  package static let standard = Sampling()
  package static let positive = Sampling(0.2...3)
  /// Away from the jumps of rounding functions.
  package static let steps = Sampling(avoiding: [-2, -1, 0, 1, 2], isSmooth: false)
}

/// What a cell formula is asked for.
package struct CellRequest {
  package let inputs: [Tensor]
  package let attributes: Attributes
  package let output: Tensor
  /// Row-major offset of the cell in the output.
  package let offset: Int

  package init(inputs: [Tensor], attributes: Attributes, output: Tensor, offset: Int) {
    self.inputs = inputs
    self.attributes = attributes
    self.output = output
    self.offset = offset
  }

  /// The cell's index along each axis.
  package var coordinates: [Int] { output.shape.coordinates(of: offset) }

  /// The element of an input at coordinates.
  package func element(_ input: Int, _ coordinates: [Int]) -> Formula {
    .element(input: input, offset: inputs[input].shape.offset(of: coordinates))
  }
}

/// What a gradient rule sees: the inputs and output of the call and the gradient arriving from above.
package struct Backward<Value> {
  package let inputs: [Value]
  package let output: Value
  package let gradient: Value
  package let attributes: Attributes
  /// Which inputs a gradient is wanted for.
  package let needs: [Bool]

  package init(
    inputs: [Value], output: Value, gradient: Value, attributes: Attributes, needs: [Bool]
  ) {
    self.inputs = inputs
    self.output = output
    self.gradient = gradient
    self.attributes = attributes
    self.needs = needs
  }
}

/// What a gradient rule gives: one gradient an input, nil where there is none. Un-broadcasting is
/// done by the pass, never by a rule.
package struct Contributions<Value> {
  package var values: [Value?]
  package init(_ values: Value?...) { self.values = values }
  package init(_ values: [Value?]) { self.values = values }
}
