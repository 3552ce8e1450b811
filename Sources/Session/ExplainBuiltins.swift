import Autograd
import Explain
import Language
import Lessons
import Presentation
import Tensors

/// `explain` and its relatives: builtins that look at how their argument is written, because
/// `explain(∂E/∂w)` and `explain(s[1])` ask about a computation, not about a number.
enum ExplainLibrary {
  static let builtins: [Builtin] = [
    Builtin(
      "explain", "Works a number out: symbols, numbers in their place, small steps, result.",
      notes: "Of a gradient it shows the chain of factors, path by path or layer by layer.",
      examples: ["explain(sigmoid(0.5))"],
      parameters: [
        Parameter("quantity", .any, "a quantity, one element of it, or a derivative ∂E/∂w"),
        Parameter(
          "depth", .integer, default: .integer(1), "how many levels of named quantities to unfold"),
        Parameter("digits", .integer, default: Attribute.none, "decimals shown"),
      ]
    ) { call in
      let explainer = call.explainer(
        digits: call.isNone(2) ? nil : try call.integer(2, in: NumberFormat.places, of: "digits"))
      let depth = try call.integer(1, in: 1...1000, of: "depth")
      guard let written = call.sources[0]?.value else { return .none }
      let subject = try Subject(written, value: call[0], call)
      do throws(ExplanationError) {
        call.show(try subject.explained(by: explainer, depth: depth))
      } catch {
        throw call.worded(error)
      }
      return .none
    },
    Builtin(
      "compare_gradients",
      "Shows a gradient by the chain, by reverse mode and by central difference.",
      examples: ["compare_gradients(E, w)"],
      parameters: [
        Parameter("E", .tensor, "a scalar"), Parameter("w", .tensor, "what it was computed from"),
      ]
    ) { call in
      let explainer = call.explainer()
      let output = try call.tensor(0)
      var (input, name, cell) = (try call.tensor(1), call.text(1), nil as Int?)
      if let written = call.sources[1]?.value {
        let (base, place) = try Subject.place(written, call)
        (input, name, cell) = (try call.variable(base), call.written(base), place)
      }
      if !output.depends(on: input) {
        // The language knows why: the name was bound again, or had no part in it.
        _ = try call.evaluator.gradient(
          of: output, by: .tensor(input), text: call.text(0) ?? "E", name: name ?? "w",
          at: call.span)
      }
      do throws(ExplanationError) {
        call.show(
          try explainer.compareGradients(
            of: output, by: input, cell: cell, names: (call.text(0), name)))
      } catch {
        throw call.worded(error)
      }
      return .none
    },
    Builtin(
      "explain_update", "Shows the step w ← w − γ·∂E/∂w with its numbers.",
      examples: ["w = 2.0; E = w**2; explain_update(E, w, 0.1)"],
      parameters: [
        Parameter("E", .tensor, "a scalar"), Parameter("w", .tensor, "the parameter"),
        Parameter("rate", .tensor, "the learning rate γ"),
      ]
    ) { call in
      let explainer = call.explainer()
      do throws(ExplanationError) {
        let (output, before, rate) = (
          try call.quantity(0), try call.quantity(1), try call.quantity(2)
        )
        call.show(
          try explainer.explainUpdate(
            of: before, rate: rate, output: output, names: (call.text(0), call.text(1))))
      } catch {
        throw call.worded(error)
      }
      return .none
    },
    Builtin(
      "graph", "Draws the computation of a quantity as a tree.",
      notes: "In the shell, `:graph E file.svg` (or file.dot) writes a drawing for a hand-out.",
      examples: ["w = 2.0; E = w**2 + 1; graph(E)"],
      parameters: [Parameter("quantity", .tensor, "the quantity at the root")]
    ) { call in
      call.show(call.explainer().graph(try call.tensor(0), name: call.text(0)))
      return .none
    },
  ]

  /// The drawing of a quantity as text of a file, by the file's ending: Graphviz or SVG.
  static func drawing(of variable: Variable, named name: String, path: String, digits: Int)
    -> String
  {
    let explainer = Explainer(digits: digits)
    return path.hasSuffix(".dot")
      ? explainer.dot(variable, name: name) : explainer.svg(variable, name: name)
  }

  /// `:explain w ← w − γ·∂E/∂w` as a call of `explain_update`; nil for any other text.
  static func updateCall(for text: String) -> String? {
    let parsed = Parser.parse(SourceText(name: "", text: text))
    guard parsed.diagnostics.isEmpty, parsed.tree.statements.count == 1,
      case .update(_, let value) = parsed.tree.statements[0].form,
      case .binary(.subtract, at: _, _, let step) = value.form,
      case .binary(.multiply, at: _, let rate, let slope) = step.form,
      case .derivative(let output, by: let input) = slope.form
    else { return nil }
    let parts = [output, input, rate].map { (part: Expression) in parsed.tree.source[part.span] }
    return "explain_update(\(parts.joined(separator: ", ")))"
  }
}

/// What is to be explained.
private enum Subject {
  case arithmetic([WorkedArithmetic])
  case value(Variable, name: String, cell: Int?)
  case gradient(
    of: Variable, outputCell: Int?, by: Variable, names: (String?, String?), cell: Int?)

  init(_ written: Expression, value: Value, _ call: Call) throws {
    switch written.form {
    case .derivative(let output, by: let input):
      let (base, cell) = try Subject.place(input, call)
      // An element of the output is followed path by path where one element of the input is given.
      let input = try call.variable(base)
      let isEntry = cell != nil || input.shape.count == 1
      let (whole, outputCell) = isEntry ? try Subject.place(output, call) : (output, nil)
      self = .gradient(
        of: try call.variable(whole, isNumerator: true), outputCell: outputCell, by: input,
        names: (call.written(whole).inParentheses, call.written(base).inParentheses), cell: cell)
    case .index(let base, _):
      let (_, cell) = try Subject.place(written, call)
      let whole = try call.evaluator.evaluate(base)
      guard let cell, case .tensor(let variable) = whole else { fallthrough }
      self = .value(variable, name: call.written(base), cell: cell)
    default:
      if case .object(let object) = value {
        self = .arithmetic(try Subject.arithmetic(of: object, call))
        return
      }
      guard let variable = try value.asTensor(call.evaluator.environment.structure) else {
        throw call.fail(
          0, "not-explained", "\(value.kindText) is not computed from numbers",
          helps: ["explain(1/(1 + exp(-0.5)))"])
      }
      self = .value(variable, name: call.written(written), cell: nil)
    }
  }

  /// What a model or an optimizer has to show.
  private static func arithmetic(
    of object: any LanguageObject, _ call: Call
  ) throws -> [WorkedArithmetic] {
    let lines = try object.arithmetic()
    guard lines.isEmpty else { return lines }
    let isOptimizer = object.attributeNames.contains("step")
    throw call.fail(
      0, "not-explained", "\(object.summary) has nothing to work out yet",
      helps: [
        isOptimizer ? "E.backward() gives it gradients" : "explain the output: explain(model(x))"
      ])
  }

  /// `W[0, 1]` as `W` and the row-major offset; the offset is nil unless every index is a number.
  static func place(_ written: Expression, _ call: Call) throws -> (Expression, Int?) {
    guard case .index(let base, let subscripts) = written.form,
      case .tensor(let variable) = try call.evaluator.evaluate(base),
      subscripts.count == variable.shape.rank
    else { return (written, nil) }
    var coordinates: [Int] = []
    for (axis, item) in subscripts.enumerated() {
      guard case .at(let expression) = item,
        let index = try call.evaluator.evaluate(expression).integer
      else { return (written, nil) }
      let size = variable.shape[axis]
      let resolved = index < 0 ? index + size : index
      guard resolved >= 0, resolved < size else {
        throw TensorError.index(index, size: size, axis: axis)
      }
      coordinates.append(resolved)
    }
    return (base, variable.shape.offset(of: coordinates))
  }

  func explained(by explainer: Explainer, depth: Int) throws(ExplanationError) -> Document {
    switch self {
    case .arithmetic(let lines): explainer.explain(lines)
    case .value(let variable, let name, let cell):
      explainer.explain(variable, name: name, cell: cell, depth: depth)
    case .gradient(let output, let outputCell, let input, let names, let cell):
      try explainer.explainGradient(
        of: output, outputCell: outputCell, by: input, cell: cell, names: names)
    }
  }
}

extension String {
  /// As it stands in ∂…/∂…: a name or an element as it is, an expression in parentheses.
  fileprivate var inParentheses: String {
    hasPrefix("(") || !contains(where: { " +-*/@<>=".contains($0) }) ? self : "(\(self))"
  }
}

extension Call {
  fileprivate func explainer(digits: Int? = nil) -> Explainer {
    evaluator.explainer(digits: digits ?? evaluator.numberFormat.digits)
  }

  fileprivate func show(_ document: Document) {
    for block in document.blocks { evaluator.output.block(block) }
  }

  fileprivate func written(_ expression: Expression) -> String { evaluator.source[expression.span] }

  /// Within `bounds`, or an error that tells them.
  fileprivate func integer(_ position: Int, in bounds: ClosedRange<Int>, of name: String) throws
    -> Int
  {
    let number = try integer(position)
    guard bounds.contains(number) else {
      throw fail(
        position, "usage",
        "\(name) is from \(bounds.lowerBound) to \(bounds.upperBound), not \(number)",
        helps: ["\(name)=\(min(max(number, bounds.lowerBound), bounds.upperBound))"])
    }
    return number
  }

  /// The quantity an expression stands for; as a numerator with the history of gradients in it.
  fileprivate func variable(_ expression: Expression, isNumerator: Bool = false) throws -> Variable {
    if isNumerator, case .derivative = expression.form { return try evaluator.numerator(expression) }
    let value = try evaluator.evaluate(expression)
    guard let variable = try value.asTensor(evaluator.environment.structure) else {
      throw fail(0, "not-explained", "'\(written(expression))' is \(value.kindText), not a number")
    }
    return variable
  }

  fileprivate func quantity(_ position: Int) throws(ExplanationError) -> Variable {
    guard let variable = try? tensor(position) else { throw .failed("not a quantity") }
    return variable
  }

  /// An explanation's refusal, pointing at the call.
  fileprivate func worded(_ error: ExplanationError) -> Diagnostic {
    var diagnostic = error.diagnostic
    diagnostic.primary = .init(span)
    return evaluator.fail(diagnostic)
  }
}
