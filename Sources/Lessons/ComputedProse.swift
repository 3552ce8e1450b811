import Presentation

/// Numbers in prose that are computed: `{ŷ:.2f}` in a paragraph stands for what the variables of the
/// step give, written as in an f-string; `{{` is a brace.
struct ComputedProse {
  let blocks: [Block]

  /// What is computed, as written between the braces.
  var expressions: [String] {
    var found: [String] = []
    _ = blocks.map { block in
      block.mapped { words in
        words.filled { expression in
          found.append(expression)
          return ""
        }
      }
    }
    return found
  }

  /// The prose with the values in it; what has none is shown as written.
  func filled(by workspace: Workspace) -> [Block] {
    if expressions.isEmpty { return blocks }
    return blocks.map { block in
      block.mapped { words in
        words.filled { expression in
          (try? ComputedProse.text(of: expression, in: workspace)) ?? "{\(expression)}"
        }
      }
    }
  }

  /// The value of one expression as text; the variables stay as they are.
  static func text(of expression: String, in workspace: Workspace) throws(Diagnostic) -> String {
    let quote = expression.contains("\"") ? "'" : "\""
    let value = try workspace.trial { room throws(Diagnostic) in
      try room.value(of: "f\(quote){\(expression)}\(quote)")
    }
    if case .string(let text) = value { return text }
    return value.description
  }
}

extension Block {
  /// The block with other words in its prose; code, results and formulas stay.
  func mapped(_ change: (Words) -> Words) -> Block {
    switch self {
    case .heading(let level, let words): .heading(level: level, change(words))
    case .paragraph(let words): .paragraph(change(words))
    case .list(let ordered, let items):
      .list(ordered: ordered, items: items.map { $0.map { $0.mapped(change) } })
    case .quote(let blocks): .quote(blocks.map { $0.mapped(change) })
    case .table(let table):
      .table(
        Table(
          header: table.header.map(change), rows: table.rows.map { $0.map(change) },
          alignments: table.alignments))
    case .line, .hanging, .worked, .columns, .formula, .figure, .rule, .blank: self
    }
  }
}

extension Words {
  /// The words with `{…}` exchanged, outside code and formulas.
  fileprivate func filled(_ value: (String) -> String) -> Words {
    var merged: [Run] = []
    for run in runs {
      if let last = merged.last, last.role == run.role, last.formula == nil, run.formula == nil {
        merged[merged.count - 1].text += run.text
      } else {
        merged.append(run)
      }
    }
    merged = Self.joined(merged)
    for index in merged.indices where merged[index].isProse {
      merged[index].text = Self.filled(merged[index].text, value)
    }
    return Words(runs: merged)
  }

  /// Stars between braces are powers, not emphasis: `{a**2} and {b**2}` as it was written.
  private static func joined(_ runs: [Run]) -> [Run] {
    var result: [Run] = []
    var open = 0
    for run in runs {
      if open > 0, run.isProse {
        let stars = run.role == .strong ? "**" : run.role == .emphasis ? "*" : ""
        result[result.count - 1].text += stars + run.text + stars
      } else {
        result.append(run)
        open = 0
      }
      if run.isProse {
        open += run.text.count { $0 == "{" } - run.text.count { $0 == "}" }
      }
    }
    return result
  }

  private static func filled(_ text: String, _ value: (String) -> String) -> String {
    var result = ""
    var rest = text[...]
    while let brace = rest.firstIndex(where: { $0 == "{" || $0 == "}" }) {
      result += rest[..<brace]
      let after = rest.index(after: brace)
      if after < rest.endIndex, rest[after] == rest[brace] {
        result.append(rest[brace])
        rest = rest[rest.index(after: after)...]
      } else if rest[brace] == "{", let end = rest[after...].firstIndex(of: "}") {
        result += value(String(rest[after..<end]))
        rest = rest[rest.index(after: end)...]
      } else {
        result.append(rest[brace])
        rest = rest[after...]
      }
    }
    return result + rest
  }
}

extension Words.Run {
  fileprivate var isProse: Bool {
    formula == nil && [.plain, .emphasis, .strong].contains(role)
  }
}
