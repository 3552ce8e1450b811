import Autograd
import Language
import Networks
import Presentation
import Tensors

/// A layer or a network of layers as a value of the language. Like everything of a session it
/// belongs to the thread that computes.
final class Model: LanguageObject, @unchecked Sendable {
  let layer: Layer

  init(_ layer: Layer) { self.layer = layer }

  /// `Linear(in_features=2, out_features=4)`; containers show what is inside.
  var summary: String { Model.text(of: layer) }

  private static func text(of layer: Layer) -> String {
    let settings = layer.attributes.values.filter { entry in
      layer.kind.parameters.first { $0.name == entry.name }?.standard != entry.value
    }.map { "\($0.name)=\($0.value.text)" }
    let inside = layer.kind.isContainer ? layer.children.map { text(of: $0.layer) } : []
    return "\(layer.kind.name)(\((inside + settings).joined(separator: ", ")))"
  }

  // MARK: - After the dot

  var attributeNames: [String] {
    layer.ownParameters.map(\.name) + layer.children.map(\.name) + layer.state.map(\.name)
      + layer.attributes.values.map(\.name) + ["training", "forward"]
      + Library.modelMethods.map(\.name) + Model.methods.keys.map(\.name).sorted()
  }

  func attribute(_ name: Symbol) -> Value? {
    let name = name.name
    if let parameter = layer.ownParameters.first(where: { $0.name == name }) {
      return .tensor(parameter.variable)
    }
    if let child = layer.children.first(where: { $0.name == name }) {
      return .object(Model(child.layer))
    }
    if let state = layer.state.first(where: { $0.name == name }) {
      return .tensor(Variable(state.value))
    }
    if let setting = layer.attributes.values.first(where: { $0.name == name }) {
      return setting.value.value
    }
    if name == "training" { return .truth(layer.isTraining) }
    let method = Library.modelMethods.first { $0.name == name } ?? Model.methods[Symbol(name)]
    if name == "forward" { return callable.map { .builtin($0) } }
    return method.map { .method(BoundMethod(.object(self), $0)) }
  }

  func absence(of name: Symbol) -> String? {
    let own = layer.ownParameters.map(\.name)
    guard own.contains("W"), name.name.hasPrefix("weight_") || name.name.hasPrefix("bias_") else {
      return Suggestion.help(for: name.name, in: attributeNames)
    }
    return "\(own.joined(separator: " and ")) hold its numbers; nn.\(layer.kind.name) has PyTorch's"
  }

  func setAttribute(_ name: Symbol, to value: Value) throws -> Bool {
    if let child = layer.children.firstIndex(where: { $0.name == name.name }) {
      return try replace(child, by: value)
    }
    guard let parameter = layer.ownParameters.first(where: { $0.name == name.name }),
      case .tensor(let variable) = value
    else { return false }
    try parameter.set(variable.value)
    return true
  }

  private func replace(_ index: Int, by value: Value) throws -> Bool {
    guard case .object(let object) = value, let model = object as? Model else {
      throw TensorError.argument("layer", found: value.kindText, expected: "a layer")
    }
    try layer.replace(child: index, by: model.layer)
    return true
  }

  // MARK: - Calling

  private(set) lazy var callable: Builtin? = Builtin(
    layer.kind.name, layer.kind.summary,
    parameters: [Parameter("inputs", .tensor, variadic: true, "what goes in")]
  ) { [weak self] call in
    guard let self else { return .none }
    let given = call.variadic(0).flatMap { value -> [Value] in
      // A state of two parts: `lstm(x, (h, c))`.
      if self.layer.packsState, case .tuple(let parts) = value { return parts }
      return [value]
    }
    let inputs = try given.map { value in
      guard let input = try value.asTensor(call.evaluator.environment.structure) else {
        throw call.fail(
          0, "wrong-kind", "\(self.layer.kind.name) takes tensors, not \(value.kindText)")
      }
      return input
    }
    let outputs = try self.layer(inputs)
    if self.layer.packsState, outputs.count == 3 {
      return .tuple([
        .tensor(outputs[0]), .tuple([.tensor(outputs[1]), .tensor(outputs[2])]),
      ])
    }
    return outputs.count == 1 ? .tensor(outputs[0]) : .tuple(outputs.map { .tensor($0) })
  }

  var count: Int? { layer.kind.isContainer ? layer.children.count : nil }

  func element(_ index: Int) -> Value? {
    layer.children.indices.contains(index) ? .object(Model(layer.children[index].layer)) : nil
  }

  func setElement(_ index: Int, to value: Value) throws -> Bool { try replace(index, by: value) }

  // MARK: - Going back

  var heldValues: [Value] {
    layer.parameters.compactMap(\.parameter.heldThing).map { .thing($0) }
  }
  func snapshot() -> any Sendable { LayerSnapshot(layer) }
  func restore(_ state: any Sendable) { (state as? LayerSnapshot)?.restore() }
}

/// An optimizer over the parameters of a model, or over any list of them.
final class Stepper: LanguageObject {
  let optimizer: ModelOptimizer
  private let name: String
  /// The run that moved it last: a branch and its run take turns.
  var holder: ObjectIdentifier?
  /// Numbers of each parameter whose step is worked out.
  private static let workedElements = 2

  init(_ name: String, _ optimizer: ModelOptimizer) {
    self.name = name
    self.optimizer = optimizer
  }

  var summary: String { "\(name)(lr=\(NumberFormat.shortest(optimizer.rate)))" }
  var attributeNames: [String] { ["lr", "param_groups"] + Library.optimizerMethods.map(\.name) }

  func attribute(_ name: Symbol) -> Value? {
    if name.name == "lr" { return .number(optimizer.rate) }
    if name.name == "param_groups" { return .list(List([.object(ParameterGroup(self))])) }
    return Library.optimizerMethods.first { $0.name == name.name }
      .map { .method(BoundMethod(.object(self), $0)) }
  }

  func setAttribute(_ name: Symbol, to value: Value) throws -> Bool {
    guard name.name == "lr", let rate = value.real, rate >= 0, rate.isFinite else { return false }
    optimizer.rate = rate
    return true
  }

  /// The learning rate; schedulers change it.
  var rate: Double {
    get { optimizer.rate }
    set { optimizer.rate = newValue }
  }

  var heldValues: [Value] { optimizer.parameters.compactMap(\.heldThing).map { .thing($0) } }

  func snapshot() -> any Sendable { Snapshot(optimizer: optimizer.snapshot(), holder: holder) }
  func restore(_ state: any Sendable) {
    guard let state = state as? Snapshot else { return }
    optimizer.restore(state.optimizer)
    holder = state.holder
  }

  private struct Snapshot: Sendable {
    let optimizer: ModelOptimizer.Snapshot
    let holder: ObjectIdentifier?
  }

  /// The step that `step()` takes next; where no gradient arrived since the last one, that one.
  func arithmetic() throws -> [WorkedArithmetic] {
    let isNew = optimizer.hasNewGradient
    let steps = isNew ? optimizer.nextSteps : optimizer.lastSteps
    return zip(optimizer.parameters, steps).flatMap { parameter, step -> [WorkedArithmetic] in
      guard let step else { return [] }
      return (0..<min(step.count, Self.workedElements)).flatMap {
        step.arithmetic(at: $0, of: parameter.name, isTaken: !isNew)
      }
    }
  }

  /// Steps, and lets every parameter that changed know the call that did it.
  func step(_ site: Site) throws {
    if let forsaken = optimizer.parameters.first(where: \.isForsaken) {
      throw site.fail(
        "stale-parameter",
        "'\(forsaken.name)' is no longer the tensor this optimizer was given",
        notes: [
          "it has been assigned anew since, so the step would change nothing that can be seen"
        ],
        help: "make the optimizer again after assigning \(forsaken.name)")
    }
    for (parameter, step) in try optimizer.step() {
      site.evaluator.mark(parameter.variable, changedBy: step, at: site.span)
    }
  }

  var parameters: [ModelParameter] { optimizer.parameters }

  /// How many numbers it changes.
  var size: Int { optimizer.parameters.reduce(0) { $0 + $1.shape.count } }

  func forgetGradients() { optimizer.zeroGradients() }
}

/// The parameters of a model as `model.parameters()` gives them: what an optimizer takes.
final class ParameterList: LanguageObject {
  let parameters: [(path: String, parameter: ModelParameter)]

  init(_ parameters: [(path: String, parameter: ModelParameter)]) { self.parameters = parameters }

  var heldValues: [Value] { parameters.compactMap(\.parameter.heldThing).map { .thing($0) } }
  var summary: String {
    "parameters(" + parameters.map { "\($0.path) \($0.parameter.shape)" }.joined(separator: ", ")
      + ")"
  }
  var attributeNames: [String] { [] }
  func attribute(_ name: Symbol) -> Value? { nil }
  var count: Int? { parameters.count }
  func element(_ index: Int) -> Value? {
    parameters.indices.contains(index) ? .tensor(parameters[index].parameter.variable) : nil
  }
}
