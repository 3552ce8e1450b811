import Autograd
import Explain
import Language
import Presentation
import Tensors

// What the attributes `explain` and `plot` of a code block add to its results.

extension Workspace {
  /// The arithmetic behind a statement: of the names it assigns, or of a derivative that stands
  /// alone. Nothing where there is no arithmetic to show.
  func workedOut(_ result: StatementResult, digits: Int) -> [Block] {
    let explainer = Explainer(
      digits: digits,
      source: { variable in
        (variable.naming?.origin as? Origin)?.text
      })
    if case .expression(let expression) = result.statement.form,
      case .derivative(let output, let input) = expression.form
    {
      return gradient(of: output, by: input, in: result, explainer)
    }
    return result.values.flatMap { name, value -> [Block] in
      guard case .tensor(let variable) = value, !variable.isLeaf else { return [] }
      return explainer.explain(variable, name: name?.name).blocks
    }
  }

  private func gradient(
    of output: Expression, by input: Expression, in result: StatementResult, _ explainer: Explainer
  ) -> [Block] {
    let names = (result.source[output.span], result.source[input.span])
    guard case .tensor(let above)? = try? evaluator.value(of: names.0),
      case .tensor(let below)? = try? evaluator.value(of: names.1)
    else { return [] }
    do {
      return try explainer.explainGradient(of: above, by: below, names: names).blocks
    } catch {
      // A derivative that exists but cannot be laid out, because it has too many paths, say.
      return [.line(Words("(\(error.diagnostic.headline))", .dim))]
    }
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
