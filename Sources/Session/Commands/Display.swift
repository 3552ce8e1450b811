import Autograd
import Language
import Lessons
import Presentation

extension Command {
  static let display: [Command] = [
    Command(
      "digits", "Sets how many decimals numbers are shown and printed with.",
      parameters: [
        Parameter("places", .integer, default: Attribute.none, "0 to 17; left out, shows it")
      ],
      examples: [":digits 2"], changesState: true
    ) { session, arguments in
      guard let places = arguments.integer("places") else {
        let numbers = session.context.numbers
        let print = numbers.asked == nil ? "; print writes every digit" : ""
        return Response(.line(Words("\(numbers.digits) decimals" + print)))
      }
      guard NumberFormat.places.contains(places) else {
        throw Diagnostic(
          "usage", "a number is shown with 0 to 17 decimals, not \(places)", helps: [":digits 4"])
      }
      session.context.digits = places
      return Response(
        .line(Words("numbers are shown with \(places) decimal\(places == 1 ? "" : "s")", .note)))
    },
    Command(
      "explain", "Works a number out the way a lecturer does.",
      parameters: [
        Parameter(
          "expression", .string,
          "a name, ∂E/∂w, or an update; a file (.html, .tex) where a page is wanted")
      ],
      examples: [
        ":explain s1", ":explain ∂E/∂w5", ":explain w ← w - 0.5 * ∂E/∂w",
        ":explain ∂E/∂w5 page.html", ":explain ∂E/∂w5 page.tex",
      ], takesRest: true, completion: .code
    ) { session, arguments in try session.explain(arguments.string("expression") ?? "") },
    Command(
      "why", "Says which slip gives precisely this number.",
      parameters: [
        Parameter(
          "question", .string,
          "the number or tensor, the quantity, and after 'given' earlier numbers of your own")
      ],
      examples: [
        ":why 0.072 E", ":why 0.0123 ∂E/∂w", ":why 0.0123 ∂E/∂w given s1=0.79",
      ], takesRest: true, completion: .code
    ) { session, arguments in try session.why(arguments.string("question") ?? "") },
    Command(
      "graph", "Draws the computation of a quantity as a tree, or into a file (.svg, .dot).",
      parameters: [
        Parameter("expression", .string, "the quantity, and a file where one is wanted")
      ],
      examples: [":graph E", ":graph E network.svg"], takesRest: true, completion: .code
    ) { session, arguments in try session.drawGraph(arguments.string("expression") ?? "") },
    Command(
      "plot", "Draws the elements of a vector as a curve, of a matrix one curve a row.",
      parameters: [Parameter("expression", .string, "a vector or a matrix")],
      examples: [":plot [1, 4, 9, 16]"], takesRest: true, completion: .code
    ) { session, arguments in
      let text = arguments.string("expression") ?? ""
      let value = try session.evaluator.value(of: text, name: "<prompt>")
      let curves = ComputedValue(value, session.environment.structure).plotted
      guard !curves.isEmpty else {
        throw Diagnostic(
          "not-plotted", "'\(text)' has no curve: it is \(value.kindText)",
          helps: [":plot [1, 4, 9, 16]"])
      }
      return Response(Document(curves))
    },
    Command(
      "bars", "Draws the elements of a vector as bars.",
      parameters: [Parameter("expression", .string, "a vector")],
      examples: [":bars softmax([1.0, 2, 3])"], takesRest: true, completion: .code
    ) { session, arguments in try session.drawBars(arguments.string("expression") ?? "") },
    Command(
      "time", "Runs an expression or statement and says how long it took.",
      parameters: [Parameter("code", .string, "what to run")],
      examples: [":time randn(500, 500) @ randn(500, 500);"], takesRest: true, changesState: true,
      completion: .code
    ) { session, arguments in
      let source = SourceText(name: "<prompt>", text: arguments.string("code") ?? "")
      let start = session.host.now()
      var response = session.evaluate(source, as: .statements)
      let seconds = session.host.now() - start
      response.document.append(.line(Words(durationText(seconds), .note)))
      return response
    },
  ]
}

extension Session {
  /// `:explain E` on the screen, `:explain E page.html` or `page.tex` into a file.
  fileprivate func explain(_ text: String) throws -> Response {
    let (expression, path) = Self.parted(text, endings: PageFormat.allCases.map(\.ending))
    func code(_ arguments: String = "") -> SourceText {
      SourceText(name: "<prompt>", text: "explain(\(expression)\(arguments))")
    }
    guard let path, let format = PageFormat(path: path) else {
      return evaluate(code(), as: .statements)
    }
    var shown = Document()
    let response = evaluate(code(", page=True"), as: .statements) { [self] event in
      shown.blocks += blocks(of: event, as: .statements)
    }
    guard response.outcome == .fine else { return response }
    return try write(
      format.file(shown, title: expression), "explanation of \(expression)", to: path)
  }

  /// The text before a file's name at its end, and the name, which may stand in quotes.
  private static func parted(_ text: String, endings: [String]) -> (
    expression: String, path: String?
  ) {
    let isQuoted = text.hasSuffix("\"")
    let body = isQuoted ? text.dropLast() : text[...]
    guard
      let start = isQuoted ? body.lastIndex(of: "\"") : body.lastIndex(where: \.isWhitespace)
    else { return (text, nil) }
    let path = String(body[body.index(after: start)...])
    guard endings.contains(where: path.lowercased().hasSuffix) else { return (text, nil) }
    return (body[..<start].trimmed, path)
  }

  /// A name and a file behind it, whatever the file's ending: `E /tmp/graph.png`.
  private static func withFile(_ text: String) -> (name: String, path: String)? {
    guard let space = text.firstIndex(where: \.isWhitespace), text[..<space].asName != nil else {
      return nil
    }
    let path = text[space...].filter { $0 != "\"" }.trimmed
    guard let dot = path.lastIndex(of: "."), path[dot...].dropFirst().allSatisfy(\.isLetter),
      !path.contains(where: \.isWhitespace),
      path.first.map({ $0.isLetter || "/.~_".contains($0) }) == true
    else { return nil }
    return (String(text[..<space]), path)
  }

  private func write(_ text: String, _ what: String, to path: String) throws(Diagnostic) -> Response
  {
    try own.context.files.write(text: text, to: path)
    return Response(.line(Words("the \(what) is in \(path)", .note)))
  }

  /// A bar for each element of a vector that is short enough to be seen.
  fileprivate func drawBars(_ text: String) throws -> Response {
    let value = try evaluator.value(of: text, name: "<prompt>")
    guard let vector = try value.asTensor(environment.structure)?.value, vector.shape.rank == 1,
      (1...100).contains(vector.count)
    else {
      throw Diagnostic(
        "not-plotted", "'\(text)' has no bars: it is \(value.kindText)",
        notes: ["a vector of 1 to 100 elements has"], helps: [":bars [0.2, 0.5, 0.3]"])
    }
    let bars = vector.elements.enumerated().map { BarChart.Bar("[\($0.offset)]", $0.element) }
    return Response(
      BarChart(bars, number: NumberFormat(digits: context.digits), width: width).document)
  }

  /// `:why 0.0123 ∂E/∂w given h1=0.59` as the function has it.
  fileprivate func why(_ text: String) throws(Diagnostic) -> Response {
    let given = text.firstRange(of: " given ").map { ", " + text[$0.upperBound...].trimmed } ?? ""
    let question = text[..<(text.firstRange(of: " given ")?.lowerBound ?? text.endIndex)].trimmed
    var depth = 0
    let end = question.indices.first { index in
      if "[(".contains(question[index]) { depth += 1 }
      if "])".contains(question[index]) { depth -= 1 }
      return depth == 0 && question[index].isWhitespace
    }
    guard let end else {
      throw Diagnostic(
        "usage", "the number comes first, then what it was given for",
        helps: [":why 0.0123 \(question.isEmpty ? "∂E/∂w" : question)"])
    }
    let (number, quantity) = (question[..<end], question[end...].trimmed)
    return evaluate(
      SourceText(name: "<prompt>", text: "why(\(quantity), \(number)\(given))"), as: .statements)
  }

  /// `:graph E` on the screen, `:graph E file.svg` into a file.
  fileprivate func drawGraph(_ text: String) throws -> Response {
    let (name, path) = Self.parted(text, endings: ExplainLibrary.drawings)
    guard let path else {
      if let (name, other) = Self.withFile(text) { throw ExplainLibrary.notDrawn(other, of: name) }
      return evaluate(SourceText(name: "<prompt>", text: "graph(\(text))"), as: .statements)
    }
    guard case .tensor(let variable) = try evaluator.value(of: name, name: "<prompt>") else {
      throw Diagnostic("not-explained", "'\(name)' is no quantity", helps: [":vars"])
    }
    let drawing = ExplainLibrary.drawing(
      of: variable, named: name, path: path, digits: context.digits)
    return try write(drawing, "graph of \(name)", to: path)
  }
}

/// A span of time in the unit that fits it.
func durationText(_ seconds: Double) -> String {
  let format = NumberFormat(digits: 2)
  if seconds < 1e-3 { return format.fixed(seconds * 1e6) + " µs" }
  if seconds < 1 { return format.fixed(seconds * 1e3) + " ms" }
  if seconds < 120 { return format.fixed(seconds) + " s" }
  return "\(Int(seconds / 60)) min \(Int(seconds) % 60) s"
}
