import Autograd
import Presentation
import Tensors

// `∂E/∂w`: the gradient of a number, the Jacobian of anything larger. What follows the name of the
// denominator belongs to the gradient: `∂E/∂W[0, 1]` is an element of it, `∂E/∂W.T` its transpose.

extension Evaluator {
  func derivative(of value: Expression, by variable: Expression, at span: Span) throws -> Value {
    let output = try numerator(value)
    return try gradient(Question(output: output, place: value.span, span: span), by: variable)
  }

  /// What is differentiated: gradients inside it keep their history.
  package func numerator(_ expression: Expression) throws -> Variable {
    numeratorDepth += 1
    defer { numeratorDepth -= 1 }
    return try tensor(expression)
  }

  /// What is differentiated, and for messages where it is written or how.
  struct Question {
    let output: Variable
    var place: Span?
    var text = ""
    let span: Span
  }

  private func text(of question: Question) -> String {
    question.place.map { source[$0] } ?? question.text
  }

  /// The gradient of `output` by `variable`, as the builtin `grad` gives it. `text` and `name` are
  /// how the learner wrote them.
  package func gradient(
    of output: Variable, by variable: Value, text: String, name: String,
    isRecorded: Bool = false, at span: Span
  ) throws -> Value {
    if isRecorded { numeratorDepth += 1 }
    defer { if isRecorded { numeratorDepth -= 1 } }
    return try gradient(
      Question(output: output, text: text, span: span), by: variable, { name }, at: span)
  }

  /// All second derivatives of a number; zeros where its gradient does not depend on `variable`.
  package func hessian(
    of output: Variable, by variable: Variable, text: String, name: String, at span: Span
  ) throws -> Variable {
    let slopes: Variable
    do {
      numeratorDepth += 1
      defer { numeratorDepth -= 1 }
      slopes = try gradient(
        Question(output: output, text: text, span: span), by: variable, { name }, at: span)
    }
    guard slopes.depends(on: variable) else {
      let shape = try Shape(checking: variable.shape.array + variable.shape.array)
      return Variable(Tensor(repeating: 0, shape: shape))
    }
    let inner = Question(output: slopes, text: "∂\(text)/∂\(name)", span: span)
    return try gradient(inner, by: variable, { name }, at: span)
  }

  private func gradient(_ question: Question, by expression: Expression) throws -> Value {
    switch expression.form {
    case .index(let base, let subscripts):
      guard case .tensor = try evaluate(base) else { break }
      let whole = try gradient(question, by: base)
      guard case .tensor(let gradient) = whole else { break }
      // The axes of a Jacobian's output come first and are kept.
      let full = (0..<question.output.shape.rank).map { _ in
        EvaluatedSubscript.slice(nil, nil, step: nil, expression.span)
      }
      return .tensor(
        try index(gradient, full + (try evaluate(subscripts)), at: expression.span))
    case .attribute(let base, let name, let at):
      if case .object = try evaluate(base) { break }
      return try attribute(name, of: try gradient(question, by: base), base.span, at: at)
    case .unary(.transpose, let base):
      guard case .tensor(let gradient) = try gradient(question, by: base) else { break }
      return .tensor(try transposed(gradient))
    case .call(let callee, let arguments):
      guard case .attribute(let base, let name, at: let at) = callee.form,
        case .tensor = try evaluate(base)
      else { break }
      let method = try attribute(name, of: try gradient(question, by: base), base.span, at: at)
      return try apply(method, try evaluate(arguments), at: expression.span, of: callee)
    default: break
    }
    let target = try evaluate(expression)
    note(expression)
    return try gradient(
      question, by: target, { source[expression.span] }, at: expression.span)
  }

  /// By one tensor, or by each of a list of them.
  private func gradient(
    _ question: Question, by target: Value, _ name: () -> String, at span: Span
  ) throws -> Value {
    switch target {
    case .tensor(let variable):
      return .tensor(try gradient(question, by: variable, name, at: span))
    case .list(let list):
      differentiate(question.output, byAll: list.items)
      return .list(List(try list.items.map { try gradient(question, by: $0, name, at: span) }))
    case .tuple(let items):
      differentiate(question.output, byAll: items)
      return .tuple(try items.map { try gradient(question, by: $0, name, at: span) })
    case .thing: return try gradient(question, by: target.resolved, name, at: span)
    case .none, .string, .range, .function, .builtin, .method, .object:
      throw fail(.notDifferentiable(name(), target, at: span))
    }
  }

  private func gradient(
    _ question: Question, by variable: Variable, _ name: () -> String, at span: Span
  ) throws -> Variable {
    do {
      let result =
        question.output.shape.isScalar
        ? try gradient(question.output, variable) : try jacobian(question.output, variable)
      if let result {
        variable.isDifferentiated = true
        if watchesNumbers, !(question.output.value.isFinite && result.value.isFinite) {
          watch(
            [result.value], of: question.output, by: [variable], text(of: question),
            at: question.span)
        }
        return result
      }
      // `[a, b]` beside each other are a tensor of them: the gradient by each.
      if variable.operation === environment.structure.stack, question.output.shape.isScalar {
        let parts = try variable.inputs.array.map { try gradient(question, by: $0, name, at: span) }
        return try environment.structure.stack(parts, variable.attributes)
      }
    } catch {
      throw worded(error, at: question.span, [])
    }
    throw fail(independence(question, variable, name(), at: span))
  }

  private func gradient(_ output: Variable, _ variable: Variable) throws -> Variable? {
    if numeratorDepth > 0 {
      let seed = Variable(Tensor(1, dtype: output.value.dtype == .float32 ? .float32 : .float64))
      return try output.recordedGradients(for: [variable], seed: seed)[0]
    }
    if gradients.output !== output { try differentiate(output, first: variable) }
    let place = gradients.targets.firstIndex { $0 === variable }
    let known = place.flatMap { gradients.tensors[$0] }
    let tensor = try known ?? output.gradients(for: [variable])[0]
    return tensor.map { variable.gradientQuantity($0) }
  }

  /// One pass for all weights: besides the one asked for, the leaves under names that gradients were
  /// asked by before. The next `∂E/∂…` of the same `E` finds its answer here.
  private func differentiate(_ output: Variable, first variable: Variable) throws {
    gradients = Gradients()
    var targets = [variable]
    for symbol in denominators {
      if case .tensor(let other)? = environment.variable(symbol), other.isLeaf, other !== variable {
        targets.append(other)
      }
    }
    gradients = Gradients(
      output: output, targets: targets, tensors: try output.gradients(for: targets))
  }

  /// One pass for all of a list. What goes wrong is told when its turn comes.
  private func differentiate(_ output: Variable, byAll items: [Value]) {
    guard numeratorDepth == 0, output.shape.isScalar, items.count > 1 else { return }
    var targets: [Variable] = []
    for case .tensor(let target) in items { targets.append(target) }
    guard !targets.isEmpty, let tensors = try? output.gradients(for: targets) else { return }
    gradients = Gradients(output: output, targets: targets, tensors: tensors)
  }

  /// The gradients of the quantity differentiated last.
  struct Gradients {
    var output: Variable?
    var targets: [Variable] = []
    var tensors: [Tensor?] = []
  }

  /// Remembers a variable that gradients are asked by.
  private func note(_ expression: Expression) {
    guard case .name(let name) = expression.form, name.place == .global,
      !denominators.contains(name.symbol), denominators.count < 64
    else { return }
    denominators.append(name.symbol)
  }

  /// One gradient for each element of the output, together of shape output × variable.
  private func jacobian(_ output: Variable, _ variable: Variable) throws -> Variable? {
    let rows = output.value.count
    let sizes = output.shape.array + variable.shape.array
    let shape = try Shape(checking: sizes)
    var parts: [Variable] = []
    for row in 0..<rows {
      if interrupt.isSet { throw fail(.interrupted(at: Span(0, 0))) }
      let seed = Tensor(output.shape) { elements in
        elements.update(repeating: 0)
        elements[row] = 1
      }
      let part: Variable?
      if numeratorDepth > 0 {
        part = try output.recordedGradients(for: [variable], seed: Variable(seed))[0]
      } else {
        part = try output.gradients(for: [variable], seed: seed)[0].map {
          Variable($0, carriesGradient: true)
        }
      }
      guard let part else { return nil }
      parts.append(part)
    }
    if rows == 0 { return Variable(Tensor(repeating: 0, shape: shape)) }
    let stacked = try environment.structure.stack(parts, Attributes([("axis", .integer(0))]))
    let result = try environment.structure.reshape(stacked, .one("shape", .integers(sizes)))
    return numeratorDepth > 0 ? result : Variable(result.value, carriesGradient: true)
  }

  // MARK: - Why there is no gradient

  private func independence(
    _ question: Question, _ variable: Variable, _ name: String, at span: Span
  ) -> Diagnostic {
    let output = question.output
    let text = text(of: question)
    let quantities = named(beneath: output)
    let made = output.naming.map { naming in
      let origin = (naming.origin as? Origin)?.text
      return "\(naming.name) was computed in line \(naming.line)"
        + (origin.map { " as \($0)" } ?? "")
    }
    if let old = quantities.first(where: {
      $0.name == variable.naming?.name ?? name && $0.line > 0
    }) {
      let now = variable.naming.flatMap { naming in
        naming.line == 0 ? nil : "'\(name)' has been another quantity since line \(naming.line)"
      }
      return .reassigned(
        name, text, at: span,
        notes: [
          made.map { "\($0), with '\(name)' of line \(old.line)" }
            ?? "\(text) used '\(name)' of line \(old.line)", now,
        ].compactMap { $0 })
    }
    if (output.naming?.origin as? Origin)?.expression.isDerivative ?? output.carriesGradient {
      return .gradientOfGradient(text, name, at: question.span)
    }
    let names = quantities.map(\.name).filter { $0 != output.naming?.name }
    return .independent(
      text, name, made: made, dependsOn: Array(names.prefix(8)), at: question.span)
  }

  /// The named quantities a value was computed from, nearest first.
  private func named(beneath output: Variable) -> [Naming] {
    var seen: Set<ObjectIdentifier> = []
    var found: [Naming] = []
    var queue = [output]
    var next = 0
    while next < queue.count, next < 1_000_000 {
      let variable = queue[next]
      next += 1
      if let naming = variable.naming, !found.contains(where: { $0.name == naming.name }) {
        found.append(naming)
      }
      variable.inputs.forEach { if seen.insert(ObjectIdentifier($0)).inserted { queue.append($0) } }
    }
    return found
  }
}

extension Expression {
  fileprivate var isDerivative: Bool { if case .derivative = form { true } else { false } }
}
