/// Turns a document into LaTeX that compiles as it stands with amsmath: worked arithmetic in `align*`,
/// everything else in the plain means of an article. Content cannot become commands.
package struct LaTeXRenderer: Sendable {
  package init() {}

  /// A whole file.
  package func page(_ document: Document, title: String) -> String {
    #"""
    \documentclass[a4paper]{article}
    \usepackage[T1]{fontenc}
    \usepackage{textcomp}
    \usepackage{amsmath,amssymb}
    \allowdisplaybreaks
    \setcounter{MaxMatrixCols}{40}
    \setlength{\parindent}{0pt}
    \setlength{\parskip}{0.5ex}
    \emergencystretch=3em
    \begin{document}

    """# + "\\section*{\(LaTeXSpelling.text(title))}\n" + fragment(document)
      + "\\end{document}\n"
  }

  /// The document's blocks, to stand inside a file.
  package func fragment(_ document: Document) -> String { latex(document.blocks) }

  // MARK: - Blocks

  private func latex(_ blocks: [Block]) -> String {
    var result = ""
    var worked: [WorkedLine] = []
    var lines: [Words] = []
    func flush() {
      if !worked.isEmpty { result += LaTeXWorked.display(worked) }
      if lines.contains(where: { !$0.isEmpty }) { result += columns(lines) }
      (worked, lines) = ([], [])
    }
    for block in blocks {
      switch block {
      case .worked(let more) where lines.isEmpty: worked += more
      case .line(let words) where worked.isEmpty: lines.append(words)
      case .blank where !lines.isEmpty: lines.append("")
      case .worked(let more):
        flush()
        worked = more
      case .line(let words):
        flush()
        lines = [words]
      default:
        flush()
        result += latex(block)
      }
    }
    flush()
    return result
  }

  private func latex(_ block: Block) -> String {
    switch block {
    case .heading(let level, let words):
      let name = level <= 1 ? "section" : level == 2 ? "subsection" : "subsubsection"
      return "\\\(name)*{\(latex(words))}\n"
    case .paragraph(let words): return latex(words) + "\n\n"
    case .line(let words), .hanging(let words, _): return columns([words])
    case .worked(let lines): return LaTeXWorked.display(lines)
    case .columns, .figure:
      let shown = Layout(unicode: false).lines([block], width: 80).map(\.words)
      return columns(shown)
    case .formula(let formula): return "\\[\(LaTeX.math(formula))\\]\n"
    case .list(let ordered, let items):
      let name = ordered ? "enumerate" : "itemize"
      let inner = items.map { "\\item {}" + latex($0) }.joined(separator: "\n")
      return items.isEmpty ? "" : "\\begin{\(name)}\n\(inner)\n\\end{\(name)}\n"
    case .quote(let blocks): return "\\begin{quote}\n\(latex(blocks))\\end{quote}\n"
    case .table(let table): return latex(table)
    case .rule: return "\\par\\medskip\\hrule\\medskip\n"
    case .blank: return "\\par\\smallskip\n"
    }
  }

  private func latex(_ table: Table) -> String {
    let count = max(table.header.count, table.rows.map(\.count).max() ?? 0)
    guard count > 0 else { return "" }
    let letters = (0..<count).map { column -> String in
      guard column < table.alignments.count else { return "l" }
      switch table.alignments[column] {
      case .left: return "l"
      case .center: return "c"
      case .right: return "r"
      }
    }
    func row(_ cells: [Words]) -> String {
      cells.map { "{}" + latex($0) }.joined(separator: " & ") + " \\\\\n"
    }
    let head = table.header.isEmpty ? "" : row(table.header) + "\\hline\n"
    return "\\begin{center}\\small\n\\begin{tabular}{\(letters.joined())}\n" + head
      + table.rows.map(row).joined() + "\\end{tabular}\n\\end{center}\n"
  }

  /// Lines as they stand, in letters of one width.
  private func columns(_ lines: [Words]) -> String {
    let shown = lines.drop(while: \.isEmpty).reversed().drop(while: \.isEmpty).reversed()
    let rows = shown.map { words -> String in
      words.isEmpty ? "\\mbox{}" : "\\mbox{" + words.runs.map(column).joined() + "}"
    }
    return "\\begin{flushleft}\\footnotesize\\ttfamily\n" + rows.joined(separator: "\\\\\n")
      + "\n\\end{flushleft}\n"
  }

  private func column(_ run: Words.Run) -> String {
    let text = LaTeXSpelling.text(run.text, keepsSpaces: true)
    return [.strong, .heading].contains(run.role) ? "\\textbf{\(text)}" : text
  }

  // MARK: - Words

  private func latex(_ words: Words) -> String { words.runs.map(latex).joined() }

  private func latex(_ run: Words.Run) -> String {
    if let formula = run.formula { return "$\(LaTeX.math(formula))$" }
    let text = LaTeXSpelling.text(run.text)
    switch run.role {
    case .emphasis: return "\\emph{\(text)}"
    case .strong, .heading: return "\\textbf{\(text)}"
    case .code: return "\\texttt{\(text)}"
    default: return text
    }
  }
}
