/// Characters as LaTeX spells them. Everything comes out in ASCII, so that a file compiles whatever
/// fonts and encodings are installed.
enum LaTeXSpelling {
  /// A character within a formula; nil where LaTeX has none for it.
  static func math(_ character: Character) -> String? {
    if character.isASCII {
      switch character {
      case "\\": return "\\backslash "
      case "{", "}", "$", "&", "%", "#", "_": return "\\\(character)"
      case "^": return "\\hat{\\ }"
      case "~": return "\\sim "
      case "|": return "\\vert "
      case "@": return "\\,"
      case "*": return "\\ast "
      case "\"": return "\\text{\\textquotedbl}"
      case "`", "'": return "\\text{\(character)}"
      default:
        let isPrinted = character.isLetter || character.isNumber || character.isPunctuation
        return isPrinted || "+<>= ".contains(character) ? String(character) : nil
      }
    }
    if let command = commands[character] { return command + " " }
    guard let (letter, _, name) = LaTeXSymbols.parted(String(character)) else { return nil }
    return math(letter).map { "\\\(name){\($0)}" }
  }

  /// A text outside of formulas, its spaces kept where `keepsSpaces`.
  static func text(_ text: String, keepsSpaces: Bool = false) -> String {
    var result = ""
    for character in Visible.text(text) {
      switch character {
      case " ": result += keepsSpaces ? "~" : " "
      case "\t", "\n", "\r\n": result += keepsSpaces ? "~" : " "
      case "\\": result += "\\textbackslash{}"
      case "{", "}", "$", "&", "%", "#", "_": result += "\\\(character)"
      case "~": result += "\\textasciitilde{}"
      case "^": result += "\\textasciicircum{}"
      case "\"": result += "\\textquotedbl{}"
      case "<": result += "\\textless{}"
      case ">": result += "\\textgreater{}"
      case "|": result += "\\textbar{}"
      // Two of these side by side would be joined.
      case "-", ",", "'", "`", "?", "!": result += "\(character){}"
      default: result += other(character, keepsSpaces: keepsSpaces)
      }
    }
    return result
  }

  private static func other(_ character: Character, keepsSpaces: Bool) -> String {
    if character.isASCII { return String(character) }
    if character == "—" || character == "–" { return character == "—" ? "---" : "--" }
    if !keepsSpaces, let quote = ["“": "``", "”": "''", "‘": "`", "’": "'"][character] {
      return quote
    }
    // In columns every character has the same width.
    let isColumn = keepsSpaces && Transliteration.ascii(String(character)).count > 1
    if let command = math(character), !isColumn { return "\\ensuremath{\(command)}" }
    let plain = Transliteration.ascii(String(character))
    return plain == String(character) ? "?" : text(plain, keepsSpaces: keepsSpaces)
  }

  private static let greek: [Character: String] = {
    var table: [Character: String] = ["ο": "o", "ε": "\\varepsilon", "ϵ": "\\epsilon"]
    for (name, symbol) in LaTeXSymbols.table where symbol.count == 1 {
      guard let character = symbol.first, table[character] == nil,
        "αβγδζηθιλκμνξπρσςτυφχψωΓΔΘΛΞΠΣΥΦΨΩϑ".contains(character)
      else { continue }
      // Of two names the usual one: \phi, not \varphi.
      table[character] =
        "\\"
        + (name.hasPrefix("var") && !"ςϑ".contains(character) ? String(name.dropFirst(3)) : name)
    }
    return table
  }()

  private static let commands: [Character: String] = greek.merging(signs) { first, _ in first }

  private static let signs: [Character: String] = [
    "−": "-", "·": "\\cdot", "⋅": "\\cdot", "×": "\\times", "⊙": "\\odot", "⊗": "\\otimes",
    "⊕": "\\oplus", "∘": "\\circ", "⋆": "\\star", "∗": "\\ast", "±": "\\pm", "∓": "\\mp",
    "÷": "\\div", "∂": "\\partial", "∇": "\\nabla", "∑": "\\sum", "∏": "\\prod", "∫": "\\int",
    "√": "\\surd", "∞": "\\infty", "′": "\\prime", "″": "\\prime\\prime", "ᵀ": "\\top",
    "⊤": "\\top", "⊥": "\\bot", "∥": "\\parallel", "‖": "\\Vert", "∠": "\\angle",
    "°": "^{\\circ}", "†": "\\dagger", "∧": "\\wedge", "∨": "\\vee", "¬": "\\neg",
    "∩": "\\cap", "∪": "\\cup", "∖": "\\setminus", "∀": "\\forall", "∃": "\\exists",
    "∅": "\\emptyset", "•": "\\bullet", "✓": "\\checkmark", "½": "\\tfrac12",
    "⅓": "\\tfrac13", "¼": "\\tfrac14", "≤": "\\leq", "≥": "\\geq", "≠": "\\neq",
    "≈": "\\approx", "≡": "\\equiv", "∼": "\\sim", "≃": "\\simeq", "≅": "\\cong",
    "∝": "\\propto", "≪": "\\ll", "≫": "\\gg", "∈": "\\in", "∉": "\\notin", "∋": "\\ni",
    "⊂": "\\subset", "⊆": "\\subseteq", "⊃": "\\supset", "⊇": "\\supseteq", "≔": ":=",
    "→": "\\to", "⟶": "\\longrightarrow", "←": "\\leftarrow", "⟵": "\\longleftarrow",
    "↔": "\\leftrightarrow", "⇒": "\\Rightarrow", "⇐": "\\Leftarrow",
    "⇔": "\\Leftrightarrow", "↦": "\\mapsto", "↑": "\\uparrow", "↓": "\\downarrow",
    "…": "\\ldots", "⋯": "\\cdots", "⋮": "\\vdots", "⋱": "\\ddots", "⌈": "\\lceil",
    "⌉": "\\rceil", "⌊": "\\lfloor", "⌋": "\\rfloor", "⟨": "\\langle", "⟩": "\\rangle",
    "ℓ": "\\ell", "ℏ": "\\hbar", "ℜ": "\\Re", "ℑ": "\\Im", "ℵ": "\\aleph",
    "ℝ": "\\mathbb{R}", "ℕ": "\\mathbb{N}", "ℤ": "\\mathbb{Z}", "𝔼": "\\mathbb{E}",
    "𝟙": "\\mathbf{1}", "ℒ": "\\mathcal{L}", "∛": "\\sqrt[3]{\\ }", "∜": "\\sqrt[4]{\\ }",
  ]
}
