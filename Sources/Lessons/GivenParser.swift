import Language
import Presentation
import Yams

/// Reads `given` blocks: rows of variants as YAML (`A: { x: [1.5, -0.5], y: 1 }`), or assignments that
/// hold for everybody.
enum GivenParser {
  /// Whether a block is rows of variants: its first line is `NAME:` and no assignment.
  static func hasVariants(_ code: Markdown.CodeBlock) -> Bool {
    let lines = code.text.split(whereSeparator: \.isNewline).map(\.trimmed)
    guard let first = lines.first(where: { !$0.isEmpty && !$0.hasPrefix("#") }) else {
      return false
    }
    guard let sign = first.first(where: { $0 == ":" || $0 == "=" }) else { return false }
    return sign == ":"
  }

  static func given(
    _ code: Markdown.CodeBlock, in source: SourceText, problems: inout [Diagnostic]
  ) -> Given? {
    do {
      guard let rows = try Yams.compose(yaml: code.text, .basic)?.mapping else {
        problems.append(.givenShape(source, line: code.firstLine))
        return nil
      }
      var variants: [Given.Variant] = []
      for (key, value) in rows {
        let line = code.firstLine + (key.mark?.line ?? 1) - 1
        guard let name = key.scalar?.string, let text = assignments(value) else {
          problems.append(.givenShape(source, line: line))
          return nil
        }
        let row = SourceText(name: source.name, text: text, firstLine: line)
        let parsed = Parser.parse(row)
        problems += parsed.diagnostics.map {
          $0.placed(at: source.span(ofLine: line), in: source, "variant \(name)")
        }
        let step = CodeStep(tree: parsed.tree, attributes: [], marks: [])
        variants.append(.init(name: name, code: step))
      }
      if let problem = disagreement(variants, in: source, line: code.firstLine) {
        problems.append(problem)
      }
      return Given(variants: variants, line: code.firstLine)
    } catch {
      problems.append(.givenShape(source, line: code.firstLine))
      return nil
    }
  }

  private static func assignments(_ row: Node) -> String? {
    guard let fields = row.mapping, !fields.isEmpty else { return nil }
    var lines: [String] = []
    for (key, value) in fields {
      guard let name = key.scalar?.string, let text = YAMLFields.expression(value, depth: 0),
        !text.isEmpty
      else { return nil }
      lines.append("\(name) = \(rows(of: value) ?? text)")
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// A matrix as it is written on slides: `[0.8, -0.6; 0.4, 1.2]`.
  private static func rows(of value: Node) -> String? {
    guard let items = value.sequence, items.allSatisfy({ $0.sequence != nil }), !items.isEmpty
    else { return nil }
    let rows = items.map { row in
      (row.sequence ?? []).compactMap { $0.scalar?.string }.joined(separator: ", ")
    }
    guard items.allSatisfy({ $0.sequence?.allSatisfy { $0.scalar != nil } ?? false }) else {
      return nil
    }
    return "[" + rows.joined(separator: "; ") + "]"
  }

  /// Every variant must give the same names.
  private static func disagreement(
    _ variants: [Given.Variant], in source: SourceText, line: Int
  ) -> Diagnostic? {
    let names = variants.map { $0.code.tree.statements.flatMap(\.assignedNames) }
    guard let first = names.first, let index = names.firstIndex(where: { $0 != first }) else {
      return nil
    }
    return Diagnostic(
      "lesson-given", "variant \(variants[index].name) gives other names than the first",
      source: source, primary: .init(source.span(ofLine: line)),
      notes: ["\(names[index].joined(separator: ", ")), not \(first.joined(separator: ", "))"])
  }
}

extension Diagnostic {
  fileprivate static func givenShape(_ source: SourceText, line: Int) -> Diagnostic {
    Diagnostic(
      "lesson-given", "a row of 'given' is 'NAME: { x: 1, W: [[1, 2], [3, 4]] }'",
      source: source, primary: .init(source.span(ofLine: line)),
      helps: ["write numbers for everybody as 'x = 1', a line each"])
  }
}
