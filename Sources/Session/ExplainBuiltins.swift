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
      notes: """
        Of a gradient it shows the chain of factors, path by path or layer by layer; of an update, \
        the step. `level=1` shows the chain alone, `level=2` its factors, `level=3` every number; \
        `blanks=True` makes a work sheet of it, with a key. With a file (.html or .tex) it writes \
        a page for a hand-out instead, with what was given and the forward pass above, as \
        `:explain E page.html` does. Lessons and answers to be graded write no files.
        """,
      examples: [
        "explain(sigmoid(0.5))", "w = 2.0; E = w**2; explain(w ← w - 0.1 * ∂E/∂w)",
        "w = 2.0; E = (3*w)**2; explain(∂E/∂w, level=1)",
      ],
      parameters: [
        Parameter(
          "quantity", .any, "a quantity, one element of it, a derivative ∂E/∂w, or an update of w"),
        Parameter(
          "depth", .any, default: .integer(1),
          "how many levels of named quantities to unfold; or a file for the page"),
        Parameter("digits", .integer, default: Attribute.none, "decimals shown"),
        Parameter(
          "level", .integer, default: .integer(3), "1: the chain, 2: its factors, 3: every number"),
        Parameter("blanks", .bool, default: .bool(false), "a work sheet with a key instead"),
        Parameter(
          "page", .bool, default: .bool(false), "with what was given and the forward pass above"),
      ]
    ) { call in
      let explainer = call.explainer(
        digits: call.isNone(2) ? nil : try call.integer(2, in: NumberFormat.places, of: "digits"))
      guard let written = call.sources[0] else { return .none }
      let subject = try Subject(written, value: call[0], call)
      var extent = Subject.Extent()
      extent.level = Level(rawValue: try call.integer(3, in: 1...3, of: "level")) ?? .numbers
      extent.isWorkSheet = try call.bool(4)
      extent.isPage = try call.bool(5)
      if case .string(let path) = call[1] {
        extent.isPage = true
        return try call.write(
          try call.page { () throws(ExplanationError) in
            try subject.explained(by: explainer, extent)
          }, to: path)
      }
      extent.depth = try call.integer(1, in: 1...1000, of: "depth")
      return try call.show { () throws(ExplanationError) in
        try subject.explained(by: explainer, extent)
      }
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
      return try call.show { () throws(ExplanationError) in
        try explainer.compareGradients(
          of: output, by: input, cell: cell,
          names: (call.text(0).map { .typed($0) }, name.map { .typed($0) }))
      }
    },
    Builtin(
      "graph", "Draws the computation of a quantity as a tree.",
      notes: """
        With a file (.svg, or .dot for Graphviz) it writes a drawing for a hand-out instead, as \
        `:graph E file.svg` does. Lessons and answers to be graded write no files.
        """,
      examples: ["w = 2.0; E = w**2 + 1; graph(E)"],
      parameters: [
        Parameter("quantity", .tensor, "the quantity at the root"),
        Parameter("file", .string, default: Attribute.none, "where the drawing goes"),
      ]
    ) { call in
      let (variable, name) = (try call.tensor(0), call.text(0))
      if call.isNone(1) {
        return try call.show {
          Document([.figure(call.explainer().graphFigure(variable, name: name))])
        }
      }
      return try call.draw(variable, named: name ?? "it", to: try call.string(1))
    },
  ]

  /// The files that a graph is drawn into.
  static let drawings = [".svg", ".dot"]

  /// Why a file is none for a drawing, with one that is.
  static func notDrawn(_ path: String, of name: String) -> Diagnostic {
    let stem = path.lastIndex(of: ".").map { path[..<$0] } ?? path[...]
    return Diagnostic(
      "file", "a graph is drawn into a file that ends in .svg or .dot, not into '\(path)'",
      helps: [":graph \(name) \(stem.isEmpty ? "graph" : stem).svg"])
  }

  /// The drawing of a quantity as text of a file, by the file's ending: Graphviz or SVG.
  static func drawing(of variable: Variable, named name: String, path: String, digits: Int)
    -> String
  {
    let explainer = Explainer(digits: digits)
    return path.lowercased().hasSuffix(".dot")
      ? explainer.dot(variable, name: name) : explainer.svg(variable, name: name)
  }
}

extension Call {
  fileprivate func draw(_ variable: Variable, named name: String, to path: String) throws -> Value {
    guard ExplainLibrary.drawings.contains(where: path.lowercased().hasSuffix) else {
      throw fail(1, ExplainLibrary.notDrawn(path, of: name))
    }
    let drawing = ExplainLibrary.drawing(
      of: variable, named: name, path: path, digits: evaluator.context.digits)
    return try write("graph of \(name)", drawing, to: path)
  }

  /// An explanation as a page of its own.
  fileprivate func write(_ page: Document, to path: String) throws -> Value {
    let name = written
    guard let format = PageFormat(path: path) else {
      throw fail(
        1, "file",
        "an explanation is written into a file that ends in .html or .tex, not into '\(path)'",
        helps: ["explain(\(name), \"page.html\")", "explain(\(name), \"page.tex\")"])
    }
    return try write("explanation of \(name)", format.file(page, title: name), to: path)
  }

  /// Leaves the writing to whoever runs the program.
  private func write(_ what: String, _ text: String, to path: String) throws -> Value {
    let files = evaluator.context.files
    guard files.writes else {
      throw fail(
        1, "file", "no files are written from here",
        helps: ["\(builtin.name)(\(written)) shows it"])
    }
    do { try files.write(text: text, to: path) } catch { throw fail(1, error) }
    evaluator.output.block(.line(Words("the \(what) is in \(path)", .note)))
    return .none
  }

  private func fail(_ position: Int, _ diagnostic: Diagnostic) -> Diagnostic {
    fail(
      position, diagnostic.code, diagnostic.headline, notes: diagnostic.notes,
      helps: diagnostic.helps)
  }

  fileprivate func explainer(digits: Int? = nil) -> Explainer {
    evaluator.explainer(digits: digits)
  }

  /// Shows an explanation.
  fileprivate func show(_ explanation: () throws(ExplanationError) -> Document) throws -> Value {
    evaluator.output.page(
      try page(explanation).blocks, about: .init(builtin.name, written))
    return .none
  }

  /// An explanation; its refusal points at the call.
  fileprivate func page(
    _ explanation: () throws(ExplanationError) -> Document
  ) throws -> Document {
    let document: Document
    do throws(ExplanationError) {
      document = try explanation()
    } catch {
      throw worded(error)
    }
    if evaluator.interrupt.isSet { throw evaluator.interrupted(at: span) }
    return document
  }

  /// The quantities that it is about, as written.
  private var written: String {
    let quantities = builtin.parameters.indices.filter { position in
      position == 0 || builtin.parameters[position].kind == .tensor
    }
    return quantities.compactMap { sources[$0] }.map { argument in
      evaluator.source[argument.target == nil ? argument.value.span : argument.span]
    }.joined(separator: ", ")
  }

  /// An explanation's refusal, pointing at the call.
  fileprivate func worded(_ error: ExplanationError) -> Diagnostic {
    if error == .stopped { return evaluator.interrupted(at: span) }
    var diagnostic = error.diagnostic
    diagnostic.primary = .init(span)
    return evaluator.fail(diagnostic)
  }
}
