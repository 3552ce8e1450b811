import Language
import Presentation

// What is read as something else than its author meant, and so checks nothing.

extension Lesson {
  /// Comments that look like marks and are none: `#-> 0.97`, `# => 0.97`.
  var nearMarks: [Diagnostic] {
    steps.flatMap { step -> [Diagnostic] in
      guard case .code(let code) = step.content else { return [] }
      return code.tree.comments.compactMap { comment in
        let text = code.source[comment]
        let near = /#\s*(?:[=~!-]|<)?[-=~!]>\s*[-−+]?[\[(]?[-−+]?[0-9.]/
        guard text.prefixMatch(of: near) != nil,
          text.prefixMatch(of: /#(?:=|!|~(?:\([0-9]+\))?)>/) == nil
        else { return nil }
        return Diagnostic(
          "lesson-near-mark", "this comment looks like a mark, and nothing verifies it",
          severity: .warning, source: code.source, primary: .init(comment),
          helps: [
            "write '#=>' for what comes out, '#~>' for slide arithmetic, '#!>' for an erratum"
          ])
      }
    }
  }
}

extension Lesson {
  /// Names in formulas that mean nothing here, and so are shown as typed.
  var unknownLaTeX: [Diagnostic] {
    steps.flatMap { step -> [Diagnostic] in
      var blocks = step.headings
      if case .prose(let prose) = step.content { blocks += prose }
      return blocks.formulas.flatMap { formula in
        formula.unicode.matches(of: /\\[A-Za-z]+/).map { match in
          Diagnostic(
            "lesson-latex", "'\(match.output)' is no name of LaTeX that is known here",
            severity: .warning, source: source, primary: .init(source.span(ofLine: step.line)),
            helps: ["in the shell, \\ and a name and TAB show what there is"])
        }
      }
    }
  }
}

extension [Block] {
  /// Every formula in them.
  fileprivate var formulas: [MathNode] {
    var found: [MathNode] = []
    for block in self {
      if case .formula(let node) = block { found.append(node) }
      _ = block.mapped { words in
        found += words.runs.compactMap(\.formula)
        return words
      }
    }
    return found
  }
}

extension Markdown {
  /// The line, counted from 1, of a block that nothing closes: the rest of the file is in it.
  static func unclosedFence(in text: String) -> Int? {
    var open: (sign: Character, count: Int, line: Int)?
    let lines = text.utf8.split(separator: 0x0A, omittingEmptySubsequences: false)
    for (index, bytes) in lines.enumerated() {
      let line = Substring(bytes)
      let indent = line.prefix { $0 == " " }.count
      let body = line.dropFirst(indent)
      guard indent < 4, let sign = body.first, "`~".contains(sign) else { continue }
      let count = body.prefix { $0 == sign }.count
      let rest = body.dropFirst(count)
      if let opening = open {
        if sign == opening.sign, count >= opening.count, rest.allSatisfy(\.isWhitespace) {
          open = nil
        }
      } else if count >= 3, sign == "~" || !rest.contains("`") {
        open = (sign, count, index + 1)
      }
    }
    return open?.line
  }
}

extension Diagnostic {
  static func unclosedFence(_ source: SourceText, line: Int) -> Diagnostic {
    Diagnostic(
      "lesson-block", "the block that begins here is not closed", source: source,
      primary: Label(source.span(ofLine: line)), helps: ["end it with a line of as many backticks"])
  }
}
