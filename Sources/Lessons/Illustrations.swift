import Autograd
import Explain
import Language
import Presentation
import Tensors

// What the attributes `explain` and `plot` of a code block, and `nabla run --explain`, add to results.

extension Evaluator {
  /// Explains quantities of this evaluator: it knows how they were written and what steps changed
  /// them.
  package func explainer(digits: Int? = nil) -> Explainer {
    Explainer(
      digits: digits ?? numberFormat.digits, width: context.width,
      source: { variable in
        guard !variable.isNamedByLibrary, let origin = variable.naming?.origin as? Origin else {
          return nil
        }
        return .typed(origin.text, origin.expression)
      },
      working: { [self] in working(of: $0) },
      successor: { [self] in successor(of: $0) },
      isReserved: { [self] in environment.variable(Symbol($0)) != nil },
      shouldStop: { [self] in interrupt.isSet })
  }

  /// The arithmetic behind a statement: of the derivative it asks for, else of the quantities it
  /// gives, each once, with what it is about. Nothing where there is no arithmetic to show.
  package func workedOut(_ result: StatementResult) -> [(subject: String, blocks: [Block])] {
    let explainer = explainer()
    if let (output, input) = result.statement.derivative {
      let names = (result.source[output.span], result.source[input.span])
      let blocks = gradient(of: names.0, by: names.1, explainer)
      return blocks.isEmpty ? [] : [("∂\(names.0)/∂\(names.1)", blocks)]
    }
    var seen: Set<ObjectIdentifier> = []
    return result.values.compactMap { name, value in
      guard case .tensor(let variable) = value, seen.insert(ObjectIdentifier(variable)).inserted,
        !variable.isLeaf || working(of: variable) != nil
      else { return nil }
      return (
        name?.name ?? result.source[result.span],
        explainer.explain(variable, name: name.map { .name($0.name) }).blocks
      )
    }
  }

  private func gradient(
    of output: String, by input: String, _ explainer: Explainer
  ) -> [Block] {
    guard case .tensor(let above)? = try? value(of: output),
      case .tensor(let below)? = try? value(of: input)
    else { return [] }
    do {
      return try explainer.explainGradient(
        of: above, by: below, names: (.typed(output), .typed(input))
      ).blocks
    } catch {
      // A derivative that exists but cannot be laid out, because it has too many paths, say.
      return [.line(Words("(\(error.diagnostic.headline))", .dim))]
    }
  }
}

extension Statement {
  /// The derivative that is the whole statement, or all that it assigns: its output, and what it is
  /// taken by without the element that is picked.
  fileprivate var derivative: (output: Expression, input: Expression)? {
    let value: Expression
    switch form {
    case .expression(let expression): value = expression
    case .assignment(_, let expression): value = expression
    default: return nil
    }
    guard case .derivative(let output, by: let input) = value.form else { return nil }
    if case .index(let base, _) = input.form { return (output, base) }
    return (output, input)
  }
}

extension ComputedValue {
  /// A curve through the elements of a vector, one a row of a matrix; nothing for other values.
  package var plotted: [Block] {
    guard case .tensor(let shape, let elements) = self, shape.count == 1 || shape.count == 2,
      let width = shape.last, width > 1
    else { return [] }
    let series = stride(from: 0, to: elements.count, by: width).map { start in
      Plot.Series(values: Array(elements[start..<start + width]))
    }
    return Plot(series).document.blocks
  }
}
