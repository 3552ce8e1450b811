/// What the program has to say, as a value: blocks of styled words. Renderers turn it into plain
/// text, colored text or HTML at the rim; nothing else knows about terminals.
package struct Document: Sendable, Equatable {
  package var blocks: [Block]

  package init(_ blocks: [Block] = []) { self.blocks = blocks }

  package static func + (left: Document, right: Document) -> Document {
    Document(left.blocks + right.blocks)
  }

  package mutating func append(_ block: Block) { blocks.append(block) }

  package var isEmpty: Bool { blocks.isEmpty }
}

package indirect enum Block: Sendable, Equatable {
  case heading(level: Int, Words)
  /// Wrapped to the width of the output.
  case paragraph(Words)
  /// Printed as it stands, never wrapped: results, worked arithmetic, source lines.
  case line(Words)
  /// Lines as they stand where they fit; longer ones are broken at spaces or after commas, and what
  /// goes on is indented.
  case hanging(Words, indent: Int)
  /// Lines of arithmetic, set under each other: broken to the width of the output, or typeset.
  case worked([WorkedLine])
  /// Lines whose cells stand under each other, like the values beside a tree.
  case columns([[Words]])
  /// A formula on a line of its own.
  case formula(MathNode)
  case figure(AnyFigure)
  case list(ordered: Bool, items: [[Block]])
  case quote([Block])
  case table(Table)
  case rule
  case blank
}

package struct Table: Sendable, Equatable {
  package enum Alignment: Sendable { case left, center, right }
  package var header: [Words]
  package var rows: [[Words]]
  package var alignments: [Alignment]

  package init(header: [Words], rows: [[Words]], alignments: [Alignment] = []) {
    self.header = header
    self.rows = rows
    self.alignments = alignments
  }
}

/// The role of a run of text; the renderer picks how a role looks.
package enum Role: String, Sendable, CaseIterable {
  case plain, emphasis, strong, code, name, value, shape, operation, keyword, string, comment
  case formula, heading, prompt, good, bad, caution, note, dim
  /// Series and classes of pictures; cells below and above 0, the weakest first; cells from dark to
  /// light.
  case series1, series2, series3, series4, series5
  case cold1, cold2, cold3, warm1, warm2, warm3
  case gray0, gray1, gray2, gray3, gray4
}

/// A sequence of runs, each with a role. Written as a literal it is plain text.
package struct Words: Sendable, Equatable, ExpressibleByStringLiteral {
  package struct Run: Sendable, Equatable {
    package var text: String
    package var role: Role
    /// The formula that `text` shows in one line, for outputs that can typeset it.
    package var formula: MathNode?
  }
  package var runs: [Run]

  package init(_ text: String, _ role: Role = .plain) {
    runs = text.isEmpty ? [] : [Run(text: text, role: role)]
  }
  package init(runs: [Run]) { self.runs = runs }
  package init(formula: MathNode) {
    runs = [Run(text: formula.unicode, role: .formula, formula: formula)]
  }
  package init(stringLiteral value: String) { self.init(value) }

  package static func + (left: Words, right: Words) -> Words { Words(runs: left.runs + right.runs) }
  package static func += (left: inout Words, right: Words) { left.runs += right.runs }

  /// The text without roles.
  package var plain: String { runs.map(\.text).joined() }
  package var isEmpty: Bool { runs.isEmpty }
}
