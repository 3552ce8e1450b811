/// A formula as a tree: read from LaTeX by `MathParser`, made from worked arithmetic and from what
/// people type; written as a line of text by `MathText`, for pages by `MathML` and `LaTeX`.
package indirect enum MathNode: Sendable, Equatable {
  /// The place a sign takes in a line: spacing and parentheses follow from it.
  package enum Place: Sendable, Equatable {
    case ordinary, function, bigOperator, binary, relation, opening, closing, punctuation
    /// Of nodes that are no atoms.
    case fraction, space
  }

  /// A letter, a name, a number or a sign.
  case atom(String, Place)
  /// Words inside a formula.
  case text(String)
  case space(String)
  case group([MathNode])
  case fraction(above: MathNode, below: MathNode)
  case binomial(MathNode, MathNode)
  case scripts(base: MathNode, below: [MathNode], above: [MathNode])
  /// Something set over or under a sign: `\overset`, `\underset`.
  case stacked(base: MathNode, above: MathNode?, below: MathNode?)
  case root(MathNode, degree: MathNode?)
  /// A letter with a mark; `name` is the command it was typed with.
  case accent(MathNode, mark: Unicode.Scalar, name: String)
  /// Rows of cells, in the brackets of a LaTeX environment.
  case matrix(rows: [[MathNode]], environment: String)

  package static func ordinary(_ text: String) -> MathNode { .atom(text, .ordinary) }

  /// The place that signs of one character have by themselves.
  static func place(of character: Character) -> Place {
    switch character {
    case "+", "-", "−", "±", "∓", "·", "×", "÷", "⊙", "⊗", "⊕", "∘", "∪", "∩", "∧", "∨", "∖":
      .binary
    case "=", "<", ">", "≤", "≥", "≠", "≈", "≡", "∼", "≃", "≅", "∝", "≪", "≫", "≔", "∈", "∉", "∋",
      "⊂", "⊆", "⊃", "⊇", "→", "←", "⟶", "⟵", "↔", "⇒", "⇐", "⇔", "↦", ":":
      .relation
    case "(", "[", "⟨", "⌈", "⌊": .opening
    case ")", "]", "⟩", "⌉", "⌋", "!": .closing
    case ",", ";": .punctuation
    case "∑", "∏", "∫": .bigOperator
    default: .ordinary
    }
  }
}
