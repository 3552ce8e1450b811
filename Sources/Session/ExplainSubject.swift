import Autograd
import Explain
import Language
import Presentation
import Tensors

/// What is to be explained, by how it is written.
enum Subject {
  case arithmetic([WorkedArithmetic])
  /// A step of an optimizer, for so many numbers of a parameter.
  case taken([WorkedArithmetic], of: Variable, WorkedFormula, Int)
  case value(Variable, name: WorkedFormula, cells: [Int]?, isDerivative: Bool)
  /// `title`: how a gradient that is not written as ∂E/∂w is.
  case gradient(
    of: Variable, outputCells: [Int]?, by: Variable, names: (WorkedFormula?, WorkedFormula?),
    cells: [Int]?,
    title: String?)

  /// `w ← w − γ·∂E/∂w`, by the names of E and w.
  case step(of: Variable, rate: Variable, output: Variable, names: (WorkedFormula, WorkedFormula))

  init(_ argument: Argument, value: Value, _ call: Call) throws {
    let written = argument.value
    if let target = argument.target, let step = try Subject.step(target, written, call) {
      self = step
      return
    }
    if let question = try Question(written, value, call) {
      self = try Subject.gradient(question, call, title: question.title)
      return
    }
    if case .index(let base, let subscripts) = written.form,
      case .tensor(let whole) = try call.evaluator.evaluate(base)
    {
      let cell = try Subject.cell(subscripts, of: whole, call)
      if let cells = cell.map({ [$0] }) ?? value.picked(from: whole) {
        if let step = Subject.taken(whole, call.typed(base), cells) {
          self = step
          return
        }
        self = .value(whole, name: call.typed(base), cells: cells, isDerivative: false)
        return
      }
    }
    if case .object(let object) = value {
      self = .arithmetic(try Subject.arithmetic(of: object, call))
      return
    }
    let variable = try Subject.quantity(value, written, call)
    if let (question, title) = try Question.origin(of: variable, written, call) {
      self = try Subject.gradient(question, call, title: title)
      return
    }
    if let step = Subject.taken(variable, call.typed(written), nil) {
      self = step
      return
    }
    self = .value(
      variable, name: call.typed(written), cells: nil,
      isDerivative: variable.origin?.isPrimed ?? written.isPrimed)
  }

  /// The step that an update is; nil where it is no step along a gradient.
  private static func step(
    _ target: Expression, _ written: Expression, _ call: Call
  ) throws -> Subject? {
    guard case .binary(.subtract, at: _, let before, let change) = written.form,
      case .binary(.multiply, at: _, let left, let right) = change.form,
      call.written(before) == call.written(target)
    else { return nil }
    // An element is a new quantity each time it is picked.
    if case .index = target.form { return nil }
    for (rate, slope) in [(left, right), (right, left)] {
      guard let question = try Question(slope, call.evaluator.evaluate(slope), call),
        call.written(question.input) == call.written(target)
      else { continue }
      return .step(
        of: try call.variable(target), rate: try call.variable(rate),
        output: try call.variable(question.output),
        names: (call.typed(question.output), call.typed(target)))
    }
    return nil
  }

  /// The step of an optimizer that gave a parameter its numbers; nil where none did, or where it
  /// is not known any more for one of the cells.
  private static func taken(
    _ variable: Variable, _ name: WorkedFormula, _ cells: [Int]?
  ) -> Subject? {
    guard variable.isLeaf, let step = variable.takenStep else { return nil }
    let cells = cells ?? Array(0..<min(step.count, shownSteps))
    guard !cells.isEmpty, cells.allSatisfy({ $0 < step.count }) else { return nil }
    return .taken(
      cells.flatMap { step.arithmetic(at: $0, of: name.text) }, of: variable, name, cells.count)
  }

  /// Numbers of a parameter whose step is worked out when none is asked for.
  private static let shownSteps = 4

  private static func quantity(
    _ value: Value, _ written: Expression, _ call: Call
  ) throws -> Variable {
    let text = call.written(written)
    if case .tuple(let parts) = value, !parts.allSatisfy(\.isNumber) {
      throw call.fail(
        0, "not-explained", "'\(text)' holds \(parts.count) values, which came about one by one",
        helps: parts.indices.prefix(2).map { "explain(\(text)[\($0)])" })
    }
    guard let variable = try value.asTensor(call.evaluator.environment.structure) else {
      throw call.fail(
        0, "not-explained", "\(value.kindText) is not computed from numbers",
        helps: [help(for: value, text)])
    }
    return variable
  }

  /// What can be explained instead.
  private static func help(for value: Value, _ written: String) -> String {
    switch value {
    case .function, .builtin, .method:
      "explain(\(written.inParentheses)(0.5)) works out what it gives"
    case .list(let list) where !list.items.isEmpty: "explain(\(written)[0])"
    default: "explain(1/(1 + exp(-0.5)))"
    }
  }

  private static func gradient(
    _ question: Question, _ call: Call, title: String?
  ) throws -> Subject {
    let (base, cells) = try places(question.input, call)
    // An element of the output is followed path by path where one element of the input is given.
    let input = try call.variable(base, question)
    let isEntry = cells?.count == 1 || input.shape.count == 1
    let (whole, outputCells) =
      isEntry ? try places(question.output, call) : (question.output, nil)
    return .gradient(
      of: try call.variable(whole, question, isNumerator: true), outputCells: outputCells,
      by: input,
      names: (
        .typed(question.text(whole).inParentheses, whole),
        .typed(question.text(base).inParentheses, base)
      ),
      cells: cells, title: title)
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
      let cell = try cell(subscripts, of: variable, call)
    else { return (written, nil) }
    return (base, cell)
  }

  /// The same for rows and slices, with all their offsets.
  private static func places(_ written: Expression, _ call: Call) throws -> (Expression, [Int]?) {
    let (base, cell) = try place(written, call)
    if let cell { return (base, [cell]) }
    guard case .index(let base, _) = written.form,
      case .tensor(let whole) = try call.evaluator.evaluate(base),
      let cells = try call.evaluator.evaluate(written).picked(from: whole)
    else { return (written, nil) }
    return (base, cells)
  }

  private static func cell(
    _ subscripts: [Subscript], of variable: Variable, _ call: Call
  ) throws -> Int? {
    guard subscripts.count == variable.shape.rank else { return nil }
    var coordinates: [Int] = []
    for (axis, item) in subscripts.enumerated() {
      guard case .at(let expression) = item,
        let index = try call.evaluator.evaluate(expression).integer
      else { return nil }
      let size = variable.shape[axis]
      let resolved = index < 0 ? index + size : index
      guard resolved >= 0, resolved < size else {
        throw TensorError.index(index, size: size, axis: axis)
      }
      coordinates.append(resolved)
    }
    return variable.shape.offset(of: coordinates)
  }

  /// How much is shown of an explanation.
  struct Extent {
    var depth = 1
    var level = Level.numbers
    /// With blanks for the numbers, and their key.
    var isWorkSheet = false
    /// With what was given and the forward pass above.
    var isPage = false
  }

  /// The explanation, as much of it as is wanted.
  func explained(by explainer: Explainer, _ extent: Extent) throws(ExplanationError) -> Document {
    var page = try explained(by: explainer, depth: extent.depth).shown(at: extent.level)
    if extent.isWorkSheet { page = page.workSheet }
    guard extent.isPage, let root else { return page }
    let background = explainer.background(of: root)
    if background.isEmpty { return page }
    return background + Document([.heading(level: 2, "Step by step")]) + page
  }

  /// The quantity whose forward pass an explanation rests on.
  private var root: Variable? {
    switch self {
    case .arithmetic, .taken: nil
    case .value(let variable, name: _, cells: _, isDerivative: _): variable
    case .gradient(of: let output, outputCells: _, by: _, names: _, cells: _, title: _): output
    case .step(of: _, rate: _, output: let output, names: _): output
    }
  }

  private func explained(by explainer: Explainer, depth: Int) throws(ExplanationError) -> Document {
    switch self {
    case .arithmetic(let lines): return explainer.explain(lines)
    case .step(let before, let rate, let output, let names):
      return try explainer.explainUpdate(of: before, rate: rate, output: output, names: names)
    case .taken(let lines, of: let variable, let name, let count):
      return explainer.explain(lines, changing: variable, name, shown: count)
    case .value(let variable, let name, let cells, let isDerivative):
      return explainer.explain(
        variable, name: name, cells: cells, depth: depth, isDerivative: isDerivative)
    case .gradient(let output, let outputCells, let input, let names, let cells, let title):
      var page = try explainer.explainGradient(
        of: output, outputCells: outputCells, by: input, cells: cells, names: names)
      // The quantities in the factors are unfolded below.
      if depth > 1 {
        page.append(.blank)
        page.blocks +=
          explainer.explain(output, name: names.0, cells: outputCells, depth: depth - 1).blocks
      }
      guard let title else { return page }
      return Document([.line(Words(title, .formula)), .blank] + page.blocks)
    }
  }
}

/// A derivative as it is written somewhere: what is differentiated, by what.
private struct Question {
  let output: Expression
  let input: Expression
  let source: SourceText
  /// Where it is written.
  private let span: Span

  /// As written, or as it would be: the first derivative in `∂²E/∂x²` has no text of its own.
  func text(_ part: Expression) -> String {
    guard case .derivative(let above, by: let below) = part.form,
      [Span(0, 0), span].contains(part.span)
    else { return source[part.span] }
    return "∂\(text(above).inParentheses)/∂\(text(below))"
  }

  /// `∂E/∂w`, and its other spellings: `grad(E, w)`, `jacobian(y, x)`, `hessian(E, w)`.
  init?(_ written: Expression, _ value: Value, _ call: Call) throws {
    source = call.evaluator.source
    span = written.span
    switch written.form {
    case .derivative(let output, by: let input): (self.output, self.input) = (output, input)
    case .call(let callee, let arguments):
      guard case .name(let name) = callee.form,
        ["grad", "jacobian", "hessian"].contains(name.symbol.name),
        case .builtin? = call.evaluator.environment[name.symbol], arguments.count == 2,
        arguments.allSatisfy({ $0.keyword == nil && !$0.isUnpacked }), case .tensor = value,
        case .tensor = try call.evaluator.evaluate(arguments[0].value)
      else { return nil }
      input = arguments[1].value
      output =
        name.symbol.name == "hessian"
        ? Expression(.derivative(arguments[0].value, by: input)) : arguments[0].value
    default: return nil
    }
  }

  private init(_ output: Expression, _ input: Expression, _ source: SourceText) {
    (self.output, self.input, self.source, span) = (output, input, source, Span(0, 0))
  }

  /// The derivative that a quantity holds as a number: `g` after `g = ∂E/∂w`, `w.grad` after
  /// `E.backward()`, and how that is said. Nil where the names have another meaning by now.
  static func origin(
    of variable: Variable, _ written: Expression, _ call: Call
  ) throws -> (Question, title: String)? {
    guard variable.isLeaf, variable.carriesGradient else { return nil }
    let found: Question
    if let origin = variable.naming?.origin as? Origin,
      case .derivative(let output, by: let input) = origin.expression.form,
      output.isGlobalName, input.isGlobalName
    {
      found = Question(output, input, origin.source)
    } else if case .attribute(let base, let name, at: _) = written.form, name.name == "grad",
      let loss = call.evaluator.lastLoss, let symbol = loss.naming.map({ Symbol($0.name) }),
      case .tensor(let current)? = call.evaluator.environment[symbol], current === loss
    {
      let text = "∂\(symbol.name)/∂\(call.written(base))"
      let tree = Parser.parse(SourceText(name: "", text: text)).tree
      guard case .expression(let parsed)? = tree.statements.first?.form,
        case .derivative(let output, by: let input) = parsed.form
      else { return nil }
      found = Question(output, input, tree.source)
    } else {
      return nil
    }
    guard let now = try? call.evaluator.evaluate(found.derivative),
      case .tensor(let gradient) = now,
      gradient.shape == variable.shape, gradient.value.elements == variable.value.elements
    else { return nil }
    let name = call.written(written)
    return (found, "\(name) = \(found.text(found.derivative))")
  }

  /// How a derivative of a derivative that is written at once comes about: `∂²y/∂x² = ∂(∂y/∂x)/∂x`.
  var title: String? {
    guard case .derivative = output.form, [Span(0, 0), span].contains(output.span) else {
      return nil
    }
    return "\(source[span]) = \(text(derivative))"
  }

  private var derivative: Expression { Expression(.derivative(output, by: input)) }
}

extension Expression {
  fileprivate var isGlobalName: Bool {
    if case .name(let name) = form { name.place == .global } else { false }
  }

  /// `f′(x)`
  fileprivate var isPrimed: Bool {
    guard case .call(let callee, _) = form, case .name(let name) = callee.form else { return false }
    return name.symbol.name.hasSuffix("′") || name.symbol.name.hasSuffix("″")
  }
}

extension Variable {
  /// The expression it was assigned from.
  fileprivate var origin: Expression? { (naming?.origin as? Origin)?.expression }
}

extension Value {
  fileprivate var isNumber: Bool {
    if case .tensor(let variable) = self { variable.shape.isScalar } else { false }
  }

  /// Which elements of a tensor this part of it holds; nil if it is none, or has a name of its own.
  fileprivate func picked(from whole: Variable) -> [Int]? {
    guard case .tensor(let part) = self, part.naming == nil else { return nil }
    return part.places(in: whole)
  }
}

extension Call {
  func written(_ expression: Expression) -> String { evaluator.source[expression.span] }

  /// The same, for pages that typeset it.
  func typed(_ expression: Expression) -> WorkedFormula {
    .typed(written(expression), expression)
  }

  /// The quantity an expression stands for.
  func variable(_ expression: Expression) throws -> Variable {
    try variable(try evaluator.evaluate(expression), written(expression))
  }

  private func variable(_ value: Value, _ text: String) throws -> Variable {
    guard let variable = try value.asTensor(evaluator.environment.structure) else {
      throw fail(0, "not-explained", "'\(text)' is \(value.kindText), not a number")
    }
    return variable
  }

  /// As a numerator with the history of gradients in it.
  fileprivate func variable(
    _ expression: Expression, _ question: Question, isNumerator: Bool = false
  ) throws -> Variable {
    if isNumerator, case .derivative = expression.form {
      return try evaluator.numerator(expression)
    }
    return try variable(try evaluator.evaluate(expression), question.text(expression))
  }
}
