import Autograd
import Presentation
import Tensors

// nan and infinity are values, but in a loss or a gradient they end the learning. The first one is
// told of once, with the operation and the round of the loop that made it.

/// A loop at work: where it stands, and which round it is in, from 1.
struct LoopRound {
  let span: Span
  let source: SourceText
  var count = 0
}

extension Evaluator {
  /// Looks at a loss and its gradients, which may lack where nothing depends on a variable.
  func watch(
    _ gradients: [Tensor?], of output: Variable, by variables: [Variable],
    _ text: @autoclosure () -> String?, at span: Span
  ) {
    guard watchesNumbers,
      !output.value.isFinite || gradients.contains(where: { $0?.isFinite == false })
    else { return }
    let name = text() ?? output.naming?.name ?? "the loss"
    guard output.value.isFinite else {
      return tell(output.nonFiniteOrigin, subject(name, output.value), at: span)
    }
    let seed = Tensor(repeating: 1, shape: output.shape)
    // The pass has been made before, so it can be made again.
    let origin = try? output.nonFiniteGradientOrigin(for: variables, seed: seed)
    tell(origin, "the gradient of \(name) is not finite", at: span)
  }

  /// Looks at a value that is shown. Only what an earlier operation made is news there.
  package func watch(_ value: Value, _ name: Symbol?, at span: Span) {
    guard watchesNumbers, case .tensor(let variable) = value, !variable.value.isFinite,
      let origin = variable.nonFiniteOrigin, origin.variable !== variable,
      !origin.variable.isLeaf
    else { return }
    tell(origin, subject(name?.name ?? source[span], variable.value), at: span)
  }

  private func subject(_ name: String, _ value: Tensor) -> String {
    let number = value.elements.first { $0.isNaN } ?? value.elements.first { !$0.isFinite } ?? .nan
    return "\(name) \(value.shape.isScalar ? "is" : "holds") \(NumberFormat.shortest(number))"
  }

  private func tell(_ origin: NonFiniteOrigin?, _ headline: String, at span: Span) {
    guard let origin else { return }
    watchesNumbers = false
    guard origin.variable !== lastOrigin else { return }
    lastOrigin = origin.variable
    var notes = [origin.cause]
    if let loop = loops.last {
      let line = loop.source.position(of: loop.span.start).line
      notes.append("this is round \(loop.count) of the loop in line \(line)")
    }
    output.notice(
      fail(
        Diagnostic(
          "non-finite", headline, severity: .warning, primary: .init(span), notes: notes)))
  }
}

extension NonFiniteOrigin {
  /// `log made -inf of p[2] = 0.0, in line 3: E = mean(log(p))`
  package var cause: String {
    let number = NumberFormat(digits: 4).text(number)
    let place = naming.map(Self.place) ?? ""
    guard let operation = variable.operation else {
      return "\(naming?.name ?? "a number") was \(number) already\(place)"
    }
    let values = operands.map { text(of: $0, operation) }.joined(separator: ", ")
    if isGradient {
      return "the derivative of \(operation.name) gave \(number)"
        + (values.isEmpty ? "" : " at \(values)") + place
    }
    return "\(operation.name) made \(number)" + (values.isEmpty ? "" : " of \(values)") + place
  }

  private static func place(_ naming: Naming) -> String {
    guard let origin = naming.origin as? Origin else {
      return naming.line == 0 ? ", in \(naming.name)" : ""
    }
    let text = "\(naming.name) = \(origin.text)"
    return origin.source.name == "<prompt>" ? ", in \(text)" : ", in line \(naming.line): \(text)"
  }

  private func text(of operand: Operand, _ operation: Operation) -> String {
    let input = variable.inputs[operand.input]
    let parameters = operation.parameters.filter { $0.kind == .tensor || $0.kind == .tensors }
    let parameter = parameters[min(operand.input, parameters.count - 1)].name
    let place = input.shape.coordinates(of: operand.offset).map(String.init)
    let index = place.isEmpty ? "" : "[\(place.joined(separator: ", "))]"
    return
      "\(input.naming?.name ?? parameter)\(index) = \(NumberFormat(digits: 4).text(operand.value))"
  }
}
