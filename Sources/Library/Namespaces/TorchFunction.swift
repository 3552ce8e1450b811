import Autograd
import Language
import Presentation
import Tensors

// `torch.autograd.Function`: an operation whose value and whose gradient a program works out itself,
// in `forward` and `backward` of a class.

extension ClassObject {
  nonisolated(unsafe) static let autogradFunction = ClassObject(
    "Function", base: .object, summary: "An operation with a gradient of one's own.",
    classMethods: ["apply": OwnOperation.applying])

  /// `ctx`
  nonisolated(unsafe) fileprivate static let functionContext = ClassObject(
    "FunctionCtx", base: .object,
    natives: [
      "save_for_backward": Builtin(
        "save_for_backward", "Keeps tensors for the gradient.",
        parameters: [
          Parameter("ctx", .any, "the context"),
          Parameter("tensors", .any, default: Attribute.none, variadic: true, "what to keep"),
        ]
      ) { call in
        guard case .object(let object) = call[0], let context = object as? Instance else {
          return .none
        }
        let kept = call.isGiven(1) ? call.variadic(1) : []
        context.attributes.set("saved_tensors", to: Value.tuple(kept).held)
        return .none
      },
      "mark_non_differentiable": Builtin(
        "mark_non_differentiable", "Of no effect here.",
        parameters: [
          Parameter("ctx", .any, "the context"),
          Parameter("tensors", .any, default: Attribute.none, variadic: true, "outputs"),
        ]
      ) { _ in .none },
    ])
}

/// One call of such an operation. It stays on the thread of its evaluator, as everything recorded does.
private final class OwnOperation: @unchecked Sendable {
  private let type: ClassObject
  private let site: Site
  private let arguments: [Value]
  /// Which arguments are tensors.
  private let places: [Int]
  private let context = Instance(.functionContext)
  /// What went wrong in a method of the program, where an operation can only say that something did.
  private var failure: (any Error)?
  /// The tensors themselves, for the first call alone.
  private var first: [Variable]?

  init(_ type: ClassObject, _ arguments: [Value], _ site: Site) {
    (self.type, self.arguments, self.site) = (type, arguments, site)
    places = arguments.indices.filter {
      if case .tensor(let variable) = arguments[$0] { return !variable.isLiteral }
      return false
    }
    let needs = arguments.map { value -> Value in
      guard case .tensor(let variable) = value else { return .truth(false) }
      return .truth(variable.learns && !Recording.isPaused)
    }
    context.attributes.set("needs_input_grad", to: .tuple(needs))
  }

  static let applying = Builtin(
    "Function.apply", "Works the operation out and remembers how its gradient is made.",
    parameters: [
      Parameter("type", .any, "the class"),
      Parameter("arguments", .any, default: Attribute.none, variadic: true, "what forward takes"),
    ]
  ) { call in
    guard case .object(let object) = call[0], let type = object as? ClassObject else {
      throw call.fail(0, "wrong-kind", "apply is called on a class")
    }
    return try OwnOperation(type, call.isGiven(1) ? call.variadic(1) : [], call.site).apply()
  }

  private func apply() throws -> Value {
    let inputs = places.compactMap { place -> Variable? in
      if case .tensor(let variable) = arguments[place] { variable } else { nil }
    }
    first = inputs
    let operation = Operation(
      type.name, "An operation of the program's own.",
      parameters: [Parameter("inputs", .tensors, "the tensors")],
      kernel: .many { tensors, _ throws(TensorError) in try self.value(tensors) },
      rule: .recorded { try self.contributions($0) }, cell: { _ in nil })
    do { return .tensor(try operation(inputs)) } catch { throw failure ?? error }
  }

  /// What `forward` gives.
  private func value(_ tensors: [Tensor]) throws(TensorError) -> Tensor {
    let inputs = first ?? tensors.map { Variable($0) }
    let context = first == nil ? Instance(.functionContext) : context
    first = nil
    var all = arguments
    for (place, input) in zip(places, inputs) { all[place] = .tensor(input) }
    let outer = Recording.isPaused
    Recording.isPaused = true
    defer { Recording.isPaused = outer }
    do {
      let result = try call("forward", [.object(context)] + all)
      guard let made = try result.asTensor(site.evaluator.environment.structure) else {
        throw site.fail(
          "wrong-kind", "forward of \(type.name) gives \(result.kindText), not one tensor",
          help: "return one tensor")
      }
      return made.value
    } catch {
      failure = error
      throw .argument("forward", found: "an error", expected: "a tensor")
    }
  }

  /// What `backward` gives for the inputs.
  private func contributions(_ pass: Backward<Variable>) throws -> Contributions<Variable> {
    pass.gradient.isArray = true
    let result = try call("backward", [.object(context), .tensor(pass.gradient)])
    var gradients = [result]
    if case .tuple(let several) = result { gradients = several }
    guard gradients.count == arguments.count else {
      throw site.fail(
        "bad-argument",
        "backward of \(type.name) gives \(gradients.count) gradients for \(arguments.count) inputs",
        help: "return one gradient an input, None where there is none")
    }
    return Contributions(
      try places.map { try gradients[$0].asTensor(site.evaluator.environment.structure) })
  }

  private func call(_ name: Symbol, _ values: [Value]) throws -> Value {
    guard let method = try type.attribute(name, site) else {
      throw site.fail(
        "unknown-attribute", "\(type.name) has no method '\(name.name)'",
        help: "@staticmethod, and below it def \(name.name)(ctx, …):")
    }
    return try site.call(method, values)
  }
}
