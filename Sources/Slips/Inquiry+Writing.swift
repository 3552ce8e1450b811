import Autograd
import Explain
import Language
import Presentation
import Tensors

// What is asked, by how it is written: `h`, `∂E/∂w`, `w - η * ∂E/∂w`, and elements of these.

extension Inquiry {
  /// An expression as text, with names as they are in a session.
  package static func reading(_ text: String, in evaluator: Evaluator) throws -> Inquiry {
    try evaluator.reading(text) { try Inquiry($0, in: evaluator) }
  }

  /// An expression of the text that is being run.
  /// - Throws: a diagnostic where it has no value, or none that slips can be sought for.
  package init(_ written: Expression, in evaluator: Evaluator) throws {
    let text = evaluator.source[written.span]
    if let step = try Inquiry.step(written, text, evaluator) {
      self = step
    } else if let gradient = try Inquiry.gradient(written, text, evaluator) {
      self = gradient
    } else if case .index(let base, _) = written.form,
      let whole = try? Inquiry(base, in: evaluator),
      let part = try evaluator.number(written),
      part.naming == nil, part.inputs.count == 1, let cells = part.places(in: part.inputs[0]),
      part.inputs[0].shape == whole.quantity.shape, whole.cells == nil
    {
      self.init(whole.quantity, whole.kind, text: text, cells: cells, part: part.shape)
    } else {
      guard let variable = try evaluator.number(written) else {
        throw evaluator.fail(
          Diagnostic(
            "not-explained", "'\(text)' is no number or tensor", primary: .init(written.span)))
      }
      self = try Inquiry.origin(of: variable, text, evaluator) ?? Inquiry(variable, text: text)
    }
  }

  /// `∂E/∂w`, `∂E/∂W[0, 1]`, `grad(E, w)`, `w.grad`
  private static func gradient(
    _ written: Expression, _ text: String, _ evaluator: Evaluator
  ) throws -> Inquiry? {
    switch written.form {
    case .derivative(let output, by: let input):
      return try gradient(of: output, by: input, text, evaluator)
    case .call(let callee, let arguments):
      guard case .name(let name) = callee.form, name.symbol.name == "grad", arguments.count == 2,
        arguments.allSatisfy({ $0.keyword == nil })
      else { return nil }
      return try gradient(of: arguments[0].value, by: arguments[1].value, text, evaluator)
    case .attribute(let base, let name, at: _):
      guard name.name == "grad", let loss = evaluator.lastLoss,
        let variable = try evaluator.number(base), loss.depends(on: variable)
      else { return nil }
      return Inquiry(variable, .gradient(of: loss), text: text)
    default: return nil
    }
  }

  private static func gradient(
    of output: Expression, by input: Expression, _ text: String, _ evaluator: Evaluator
  ) throws -> Inquiry? {
    // Whatever is wrong with it is said as it always is.
    _ = try evaluator.evaluate(Expression(.derivative(output, by: input), output.span))
    guard let loss = try evaluator.number(output), let asked = try evaluator.number(input) else {
      return nil
    }
    guard loss.shape.count == 1 else {
      let name = evaluator.source[output.span]
      throw evaluator.fail(
        Diagnostic(
          "not-explained", "slips are sought for the gradient of one number, and \(name) has more",
          primary: .init(output.span),
          helps: ["ask for one element: ∂\(name)[0]/∂\(evaluator.source[input.span])"]))
    }
    if asked.naming == nil, asked.inputs.count == 1, !loss.depends(on: asked),
      let cells = asked.places(in: asked.inputs[0])
    {
      return Inquiry(
        asked.inputs[0], .gradient(of: loss), text: text, cells: cells, part: asked.shape)
    }
    guard loss.depends(on: asked) else { return nil }
    return Inquiry(asked, .gradient(of: loss), text: text)
  }

  /// `w - η * ∂E/∂w`
  private static func step(
    _ written: Expression, _ text: String, _ evaluator: Evaluator
  ) throws -> Inquiry? {
    guard case .binary(.subtract, at: _, let before, let change) = written.form else { return nil }
    if case .derivative = change.form,
      let gradient = try gradient(change, evaluator.source[change.span], evaluator),
      case .gradient(let loss) = gradient.kind, gradient.cells == nil,
      let weight = try evaluator.number(before), weight === gradient.quantity
    {
      return Inquiry(weight, .update(rate: Variable(1), of: loss), text: text)
    }
    guard case .binary(.multiply, at: _, let left, let right) = change.form else { return nil }
    for (rate, slope) in [(left, right), (right, left)] {
      let slopeText = evaluator.source[slope.span]
      guard case .derivative = slope.form,
        let gradient = try gradient(slope, slopeText, evaluator),
        case .gradient(let loss) = gradient.kind, gradient.cells == nil,
        let weight = try evaluator.number(before), weight === gradient.quantity,
        let factor = try evaluator.number(rate)
      else { continue }
      return Inquiry(weight, .update(rate: factor, of: loss), text: text)
    }
    return nil
  }

  /// A gradient that a name holds as a number: `g` after `g = ∂E/∂w`.
  private static func origin(
    of variable: Variable, _ text: String, _ evaluator: Evaluator
  ) throws -> Inquiry? {
    guard variable.isLeaf, variable.carriesGradient,
      let origin = variable.naming?.origin as? Origin,
      case .derivative(let output, by: let input) = origin.expression.form,
      case .name(let loss) = output.form, case .name(let weight) = input.form,
      case .tensor(let now)? = evaluator.environment[loss.symbol]?.resolved,
      case .tensor(let by)? = evaluator.environment[weight.symbol]?.resolved,
      now.shape.count == 1, now.depends(on: by), by.shape == variable.shape
    else { return nil }
    return Inquiry(by, .gradient(of: now), text: text)
  }

  /// The learning rate of a session: a number under one of the usual names.
  package static func rate(in environment: Environment) -> Variable? {
    for name in ["η", "γ", "α", "lr", "learning_rate"] {
      if case .tensor(let rate)? = environment.variable(Symbol(name))?.resolved,
        rate.shape.count == 1
      {
        return rate
      }
    }
    return nil
  }
}

extension Evaluator {
  fileprivate func number(_ written: Expression) throws -> Variable? {
    try evaluate(written).resolved.asTensor(environment.structure)
  }
}
