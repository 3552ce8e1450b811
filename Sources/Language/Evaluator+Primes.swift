import Autograd
import Presentation
import Tensors

// `σ′(z)`: the derivative of a function by its first argument, under the name textbooks give it.

extension Evaluator {
  /// `f′` where `f` is a function and `f′` itself has not been assigned: the slope at every element
  /// of the first argument, and for a function of whole tensors the gradient or Jacobian. The result
  /// has a history, so it can be differentiated again (`f″` included) and explained. Nil for other
  /// names.
  func primed(_ name: Name) -> Value? {
    derivativeFunction(name.symbol.name).map { .builtin($0) }
  }

  /// The function that a name such as `σ′` stands for.
  package func derivativeFunction(_ text: String) -> Builtin? {
    guard text.hasSuffix("′") || text.hasSuffix("″") else { return nil }
    let order = text.reversed().prefix { $0 == "′" || $0 == "″" }.reduce(0) {
      $0 + ($1 == "″" ? 2 : 1)
    }
    guard order <= Self.highestOrder else { return refusedDerivative(text, order) }
    let shorter = text.hasSuffix("″") ? text.dropLast() + "′" : text.dropLast()
    let base = Symbol(String(shorter))
    guard let function = environment[base] ?? derivativeFunction(base.name).map({ .builtin($0) }),
      let parameters = function.primeParameters
    else { return nil }
    // Stays within the evaluator that looked the function up.
    nonisolated(unsafe) let held = function
    return Builtin(
      text, "Gives the derivative of \(base.name) by its first argument, at every element.",
      notes: "Of a function of whole tensors, such as softmax, it gives the gradient or Jacobian.",
      parameters: parameters
    ) { call in .tensor(try call.evaluator.slope(of: held, call)) }
  }

  /// The computation of a derivative grows about threefold with every order.
  private static let highestOrder = 10

  /// A derivative that nobody would wait for: it says so when it is called.
  private func refusedDerivative(_ text: String, _ order: Int) -> Builtin? {
    let base = String(text.prefix { $0 != "′" && $0 != "″" })
    guard let parameters = environment[Symbol(base)]?.primeParameters else { return nil }
    return Builtin(text, "Is a derivative of too high an order.", parameters: parameters) { call in
      throw call.evaluator.fail(
        .highDerivative(base, order, highest: Self.highestOrder, at: call.span))
    }
  }

  private func slope(of function: Value, _ call: Call) throws -> Variable {
    var arguments = Arguments()
    for (value, source) in zip(call.values, call.sources) {
      guard let source else { continue }
      arguments.values.append(value)
      arguments.sources.append(source)
    }
    let x = try call.tensor(0)
    // A quantity of its own: what else the function reads of `x` is held fixed.
    let inner = try environment.structure.reshape(x, .one("shape", .integers(x.shape.array)))
    arguments.values[0] = .tensor(inner)
    let callee = Expression(.none, call.span)
    guard
      let y = try apply(function, arguments, at: call.span, of: callee)
        .asTensor(environment.structure)
    else {
      throw fail(.notTensor(function, at: call.span))
    }
    if let operation = y.operation, y.inputs.array.contains(where: { $0 === inner }),
      case .elementwise(let slopes) = operation.rule, slopes.count == 1
    {
      return try slopeTensor(slopes[0].recorded(y.symbols(for: x)), like: x)
    }
    guard y.depends(on: inner) else { return Variable(Tensor(repeating: 0, shape: x.shape)) }
    if y.shape == x.shape, isElementwise(y, in: inner) {
      return try y.recordedGradients(for: [inner])[0] ?? inner
    }
    numeratorDepth += 1
    defer { numeratorDepth -= 1 }
    let name = call.text(0) ?? call.builtin.parameters[0].name
    let result = try gradient(
      of: y, by: .tensor(inner), text: call.builtin.name, name: name, at: call.span)
    guard case .tensor(let variable) = result else { return inner }
    return variable
  }

  /// A slope that is the same everywhere, or a truth value, as real numbers of the shape of `x`.
  private func slopeTensor(_ slope: Variable, like x: Variable) throws -> Variable {
    let real =
      slope.value.dtype.isReal ? slope : try Operation.multiply(Variable(Tensor(1.0)), slope)
    if real.shape == x.shape { return real }
    return try environment.structure.broadcast(real, .one("shape", .integers(x.shape.array)))
  }

  /// Whether every element of `y` depends on the element of `x` in its own place alone.
  private func isElementwise(_ y: Variable, in x: Variable) -> Bool {
    let (order, needed) = y.listed(to: [x])
    return zip(order, needed).allSatisfy { variable, isNeeded in
      guard isNeeded, variable !== x, let operation = variable.operation else { return true }
      guard variable.shape == x.shape else { return false }
      if case .elementwise = operation.rule { return true }
      // The copy of an argument that another `f′` has made.
      return operation === environment.structure.reshape && variable.inputs[0].shape == x.shape
    }
  }
}

extension Variable {
  /// The symbols of its operation's slope, with `x` for its input.
  fileprivate func symbols(for x: Variable) -> (String) -> Variable? {
    let own = symbols
    return { $0 == "x" || $0 == "a" ? x : own($0) }
  }
}

extension Value {
  /// What the derivative of a function takes; nil for what has none.
  fileprivate var primeParameters: [Parameter]? {
    switch self {
    case .builtin(let builtin):
      guard case .tensor? = builtin.parameters.first?.kind else { return nil }
      return builtin.parameters
    case .function(let function):
      let names = function.definition.parameters
      guard !names.isEmpty else { return nil }
      return names.enumerated().filter { $0.offset == 0 || $0.element.fallback == nil }.map {
        Parameter($0.element.name.name, $0.offset == 0 ? .tensor : .any)
      }
    case .none, .tensor, .string, .list, .tuple, .range, .method, .object, .thing: return nil
    }
  }
}
