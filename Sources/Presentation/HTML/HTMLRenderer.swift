/// Turns a document into HTML: formulas and worked arithmetic as MathML, plots as SVG. What it
/// writes reads as XML too; content cannot become markup.
package struct HTMLRenderer: Sendable {
  package init() {}

  /// A page that needs nothing but itself.
  package func page(_ document: Document, title: String) -> String {
    let body = fragment(document)
    return """
      <!DOCTYPE html>
      <html xmlns="http://www.w3.org/1999/xhtml" lang="en">
      <head>
      <meta charset="utf-8"/>
      <meta name="viewport" content="width=device-width, initial-scale=1"/>
      <title>\(text(title))</title>
      <style>
      \(Self.style)</style>
      </head>
      <body>
      <main>
      \(body)</main>
      </body>
      </html>

      """
  }

  /// The document's blocks, to stand inside a page.
  package func fragment(_ document: Document) -> String { html(document.blocks) }

  // MARK: - Blocks

  private func html(_ blocks: [Block]) -> String {
    var result = ""
    var lines: [Words] = []
    func flush() {
      let isLine = { (words: Words) in !words.isEmpty }
      if let first = lines.firstIndex(where: isLine), let last = lines.lastIndex(where: isLine) {
        result += "<pre>\(lines[first...last].map(html).joined(separator: "\n"))</pre>\n"
      }
      lines = []
    }
    for block in blocks {
      switch block {
      // Lines that follow each other are one picture: a table, a tree, source with carets.
      case .line(let words):
        // A remark is none of what is printed below it.
        if !words.isRemark, lines.contains(where: \.isRemark),
          lines.allSatisfy({ $0.isEmpty || $0.isRemark })
        {
          flush()
        }
        lines.append(words)
      case .blank where !lines.isEmpty: lines.append("")
      default:
        flush()
        result += html(block)
      }
    }
    flush()
    return result
  }

  private func html(_ block: Block) -> String {
    switch block {
    case .heading(let level, let words):
      let name = "h\(min(max(level, 1), 6))"
      return element(name, html(words)) + "\n"
    case .paragraph(let words): return element("p", html(words)) + "\n"
    case .line(let words), .hanging(let words, _): return element("pre", html(words)) + "\n"
    case .worked(let lines): return html(lines)
    case .columns: return element("pre", html(aligned: block)) + "\n"
    case .formula(let formula): return element("p", MathML.element(formula, isBlock: true)) + "\n"
    case .figure(let figure):
      let caption = element("figcaption", text(figure.figure.sentence))
      return element("figure", figure.figure.markup + caption) + "\n"
    case .list(let ordered, let items):
      let inner = items.map { "<li>\(item($0))</li>\n" }.joined()
      return element(ordered ? "ol" : "ul", "\n" + inner) + "\n"
    case .quote(let blocks): return element("blockquote", "\n" + html(blocks)) + "\n"
    case .table(let table): return html(table)
    case .rule: return "<hr/>\n"
    case .blank: return ""
    }
  }

  /// A list item of one paragraph or line needs no block inside.
  private func item(_ blocks: [Block]) -> String {
    if blocks.count == 1, case .paragraph(let words) = blocks[0] { return html(words) }
    if blocks.count == 1, case .line(let words) = blocks[0] { return html(words) }
    return "\n" + html(blocks)
  }

  /// Lines arranged as on a terminal, of any width.
  private func html(aligned block: Block) -> String {
    Layout(unicode: true).lines([block], width: .max).map { html($0.words).trimmedAtEnd }
      .joined(separator: "\n")
  }

  private func element(_ name: String, _ content: String, class style: String? = nil) -> String {
    let attribute = style.map { " class=\"\($0)\"" } ?? ""
    return "<\(name)\(attribute)>\(content)</\(name)>"
  }

  private func html(_ table: Table) -> String {
    func row(_ cells: [Words], _ name: String, _ attributes: String) -> String {
      let inner = cells.enumerated().map { column, words in
        let alignment = column < table.alignments.count ? table.alignments[column] : .left
        let style = alignment == .left ? "" : " class=\"\(alignment)\""
        return "<\(name)\(attributes)\(style)>\(html(words))</\(name)>"
      }
      return "<tr>\(inner.joined())</tr>\n"
    }
    let head =
      table.header.isEmpty ? "" : "<thead>\n\(row(table.header, "th", " scope=\"col\""))</thead>\n"
    let body = table.rows.map { row($0, "td", "") }.joined()
    return "<table>\n\(head)<tbody>\n\(body)</tbody>\n</table>\n"
  }

  // MARK: - Worked arithmetic

  /// One line is a paragraph that breaks between its steps; several are set under each other.
  private func html(_ all: [WorkedLine]) -> String {
    let lines = all.map(\.withoutRepetition)
    guard lines.count > 1 else {
      return lines.map { line in
        let steps = [label(line)] + line.steps.map(math)
        let note = line.note.isEmpty ? [] : [element("span", text(line.note), class: "shape")]
        let content = (steps.filter { !$0.isEmpty } + note).joined(separator: "\n")
        return element("p", content, class: "worked") + "\n"
      }.joined()
    }
    let columns = lines.map(\.columns)
    let used = (0..<3).filter { column in columns.contains { $0[column] != nil } }
    let rows = zip(lines, columns).map { line, cells in
      let rest = used.map { "<td>\(cells[$0].map(math) ?? "")</td>" }.joined()
      return "<tr><th scope=\"row\">\(label(line))</th>\(rest)</tr>\n"
    }
    return "<table class=\"worked\">\n<tbody>\n\(rows.joined())</tbody>\n</table>\n"
  }

  private func label(_ line: WorkedLine) -> String {
    line.label.text.isEmpty ? "" : MathML.element(line.label.math)
  }

  private func math(_ step: WorkedLine.Step) -> String {
    guard !step.relation.isEmpty else { return MathML.element(step.formula.math) }
    return MathML.element(.group([.atom(step.relation, .relation), step.formula.math]))
  }

  // MARK: - Words

  private func html(_ words: Words) -> String { words.runs.map(html).joined() }

  private func html(_ run: Words.Run) -> String {
    if let formula = run.formula { return MathML.element(formula) }
    let text = text(run.text)
    switch run.role {
    case .plain: return text
    case .emphasis: return element("em", text)
    case .strong: return element("strong", text)
    case .code: return element("code", text)
    case .name, .value, .shape, .operation, .keyword, .string, .comment, .formula, .heading,
      .prompt, .good, .bad, .caution, .note, .dim, .series1, .series2, .series3, .series4, .series5,
      .cold1, .cold2, .cold3, .warm1, .warm2, .warm3, .gray0, .gray1, .gray2, .gray3, .gray4:
      return element("span", text, class: run.role.rawValue)
    }
  }

  /// What reverses the direction of reading does so in its own text alone.
  private func text(_ text: String) -> String {
    let body = XMLText.visible(text)
    return Visible.turns(text) ? "<bdi>\(body)</bdi>" : body
  }
}

extension Words {
  /// A line that is set back as a whole.
  fileprivate var isRemark: Bool { !isEmpty && runs.allSatisfy { $0.role == .dim } }
}
