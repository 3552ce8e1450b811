/// Text in ASCII for terminals that show nothing else: the notations become what can be typed
/// (`Θ₁ᵀ` → `Theta1.T`, `x²` → `x**2`, `a ⊙ b` → `a * b`).
package enum Transliteration {
  /// The text with every character beyond ASCII replaced; what has no reading becomes `?`.
  package static func ascii(_ text: String) -> String {
    guard text.utf8.contains(where: { $0 >= 0x80 }) else { return text }
    var result = ""
    var raised = ""
    // Where the operand of a root ends: its sign becomes a function and needs brackets.
    var rootEnds: [String.Index] = []
    for index in text.indices {
      let character = text[index]
      if let plain = superscripts[character] {
        raised += plain
        continue
      }
      result += exponent(raised)
      raised = ""
      while rootEnds.last == index {
        result += ")"
        rootEnds.removeLast()
      }
      result += reading(of: character)
      if character == "√", let end = endOfOperand(in: text, from: text.index(after: index)) {
        result += "("
        rootEnds.append(end)
      }
    }
    return result + exponent(raised) + String(repeating: ")", count: rootEnds.count)
  }

  /// Behind the name or number that begins at a place, its indices included; nil where brackets do.
  private static func endOfOperand(in text: String, from start: String.Index) -> String.Index? {
    var end = start
    var depth = 0
    while end < text.endIndex {
      let character = text[end]
      if character == "[" { depth += 1 }
      let isPart =
        character.isLetter || character.isNumber || "._′″√[".contains(character) || depth > 0
      guard isPart, superscripts[character] == nil else { break }
      if character == "]" { depth -= 1 }
      end = text.index(after: end)
    }
    return end == start ? nil : end
  }

  static func isRaised(_ character: Character) -> Bool { superscripts[character] != nil }

  /// What a run of raised characters means: transposition, a power, or an upper index.
  private static func exponent(_ raised: String) -> String {
    if raised.isEmpty || raised == "T" { return raised.isEmpty ? "" : ".T" }
    if raised.allSatisfy({ $0.isNumber || $0 == "-" }) { return "**" + raised }
    return "^" + raised
  }

  private static func reading(of character: Character) -> String {
    if character.isASCII { return String(character) }
    if let plain = symbols[character] ?? subscripts[character] { return plain }
    return character.unicodeScalars.map(reading).joined()
  }

  private static func reading(of scalar: Unicode.Scalar) -> String {
    if scalar.isASCII || scalar.value == 0xFFFD { return scalar.isASCII ? String(scalar) : "?" }
    if let plain = symbols[Character(scalar)] { return plain }
    switch scalar.value {
    case 0x2500...0x257F: return boxDrawing(scalar)
    case 0x2580...0x259F: return scalar.value == 0x2591 ? "." : "#"
    case 0x2800: return " "
    case 0x2801...0x28FF: return (scalar.value - 0x2800).nonzeroBitCount < 3 ? "." : "*"
    default: break
    }
    switch scalar.properties.generalCategory {
    case .nonspacingMark, .enclosingMark, .format:
      return accents[scalar.properties.name ?? ""] ?? ""
    default: return named(scalar.properties.name ?? "") ?? "?"
    }
  }

  private static func boxDrawing(_ scalar: Unicode.Scalar) -> String {
    let name = scalar.properties.name ?? ""
    if name.hasSuffix("DOUBLE HORIZONTAL") { return "=" }
    let isPlain = !name.contains(" AND ")
    if isPlain, name.hasSuffix("HORIZONTAL") || name.hasSuffix("LEFT") { return "-" }
    if isPlain, name.hasSuffix("VERTICAL") || name.hasSuffix("UP") { return "|" }
    return "+"
  }

  /// Letters by their Unicode names: `GREEK SMALL LETTER THETA`, `LATIN SMALL LETTER Y WITH
  /// CIRCUMFLEX`, `MATHEMATICAL BOLD CAPITAL W`.
  private static func named(_ name: String) -> String? {
    var words = name.split(separator: " ").map(String.init)[...]
    var accent = ""
    if let with = words.firstIndex(of: "WITH") {
      accent = accents["COMBINING " + words[(with + 1)...].joined(separator: " ")] ?? ""
      words = words[..<with]
    }
    guard let letter = words.last else { return nil }
    let isLetter = words.contains("LETTER") || words.first == "MATHEMATICAL"
    guard isLetter, letter.count == 1 || words.contains("GREEK") || words.contains("MATHEMATICAL")
    else { return nil }
    if words.contains("DIGIT") { return nil }
    let lower = letter.lowercased()
    guard words.contains("CAPITAL") else { return lower + accent }
    return lower.prefix(1).uppercased() + lower.dropFirst() + accent
  }

  /// Marks that change what a symbol means; the others (acute, cedilla, …) are left out.
  private static let accents = [
    "COMBINING CIRCUMFLEX": "^", "COMBINING CIRCUMFLEX ACCENT": "^",
    "COMBINING TILDE": "~", "COMBINING MACRON": "_bar", "COMBINING OVERLINE": "_bar",
    "COMBINING DOT ABOVE": "_dot", "COMBINING RIGHT ARROW ABOVE": "_vec",
  ]

  private static let raisedForms = "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ᵀᵗⁿⁱˡᵏᵐʲˣʸᶻʰᵃᵇᶜᵈᵉᶠᵍᵒᵖʳˢᵘᵛʷᴬᴮᴰᴱᴳᴴᴵᴶᴷᴸᴹᴺᴼᴾᴿᵁᵂ"
  private static let raisedPlain = "0123456789+-=()TtnilkmjxyzhabcdefgoprsuvwABDEGHIJKLMNOPRUW"
  private static let loweredForms = "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑₒₓₕₖₗₘₙₚₛₜᵢⱼᵣᵤᵥᵦᵧᵨᵩᵪ"
  private static let loweredPlain = "0123456789+-=()aeoxhklmnpstijruvβγρφχ"

  private static let superscripts = table(raisedForms, raisedPlain).mapValues(String.init)
  /// Read by scalar: through `ascii` this table would wait for itself.
  private static let subscripts = settled.mapValues {
    $0.unicodeScalars.map(reading).joined()
  }

  private static let settled = table(loweredForms, loweredPlain)

  static func plain(ofRaised character: Character) -> Character? { superscripts[character]?.first }
  static func plain(ofLowered character: Character) -> Character? { settled[character] }

  /// A plain character to its raised form, where Unicode has one.
  static let lifted: [Character: Character] = table(raisedPlain + "−⊤", raisedForms + "⁻ᵀ")
  /// A plain character to its lowered form, where Unicode has one.
  static let lowered: [Character: Character] = table(loweredPlain + "−", loweredForms + "₋")

  private static func table(_ from: String, _ to: String) -> [Character: Character] {
    Dictionary(zip(from, to), uniquingKeysWith: { first, _ in first })
  }

  private static let symbols: [Character: String] = [
    "∂": "d", "∇": "nabla", "∑": "sum", "∏": "prod", "∫": "int", "√": "sqrt", "∞": "inf",
    "⊙": "*", "·": "*", "⋅": "*", "∘": "o", "×": "x", "÷": "/", "−": "-", "±": "+-", "∓": "-+",
    "⊕": "(+)", "⊗": "outer", "⊤": ".T", "⊥": "_|_", "∗": "*", "∥": "||", "‖": "||", "⟨": "<",
    "⟩": ">", "∈": "in", "∉": "not in", "∀": "for all", "∃": "exists", "∪": "or", "∩": "and",
    "⊂": "<", "⊆": "<=", "∅": "{}", "∧": "and", "∨": "or", "¬": "not ", "∝": "~",
    "≤": "<=", "≥": ">=", "≠": "!=", "≈": "~", "≡": "==", "≪": "<<", "≫": ">>", "≔": ":=",
    "→": "->", "←": "<-", "↔": "<->", "⇒": "=>", "⇐": "<=", "⇔": "<=>", "↦": "|->", "↑": "^",
    "↓": "v", "⟶": "->", "⟵": "<-", "′": "'", "″": "''", "‴": "'''", "…": "...", "⋯": "...",
    "⋮": ":", "⋱": "...", "–": "-", "—": "--", "‐": "-", "‑": "-", "‘": "'", "’": "'", "‚": ",",
    "“": "\"", "”": "\"", "„": "\"", "«": "\"", "»": "\"", "•": "*", "◦": "-", "‣": "*",
    "½": "1/2", "⅓": "1/3", "⅔": "2/3", "¼": "1/4", "¾": "3/4", "⅛": "1/8", "°": " deg",
    "✓": "v", "✔": "v", "✗": "x", "✘": "x", "★": "*", "●": "*", "○": "o", "■": "#", "█": "#",
    "│": "|", "□": ".",
    "▶": ">", "▸": ">", "►": ">", "⌈": "ceil(", "⌉": ")", "⌊": "floor(", "⌋": ")", "ℝ": "R",
    "ℕ": "N", "ℤ": "Z", "ℓ": "l", "ℒ": "L", "𝟙": "1", "𝔼": "E", "ß": "ss", "æ": "ae", "Æ": "AE",
    "ø": "o", "Ø": "O", "ı": "i", "ȷ": "j", "\u{A0}": " ", "\u{2009}": " ", "\u{202F}": " ",
    "\u{2003}": " ", "\u{2002}": " ", "µ": "mu", "ϵ": "epsilon", "ϕ": "phi", "ϑ": "theta",
    "ϱ": "rho", "∼": "~", "≃": "~=", "≅": "~=", "⋆": "*", "∠": "angle ", "†": "+",
    "∖": "\\", "∋": "contains", "⊃": ">", "⊇": ">=", "ℏ": "hbar", "ℜ": "Re", "ℑ": "Im",
    "ℵ": "aleph",
    "∛": "cbrt", "∜": "root4", "ς": "sigma", "€": "EUR", "£": "GBP", "©": "(c)", "⏎": "Enter",
    "λ": "lambda",
    "Λ": "Lambda",
  ]
}
