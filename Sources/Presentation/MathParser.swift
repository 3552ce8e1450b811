/// Reads LaTeX in one pass, turning each command into pieces of text as it meets it.
struct MathParser {
  private var input: [Character]
  private var position = 0
  private var depth = 0
  /// Deeper nesting is shown as typed: no formula for people has it, and the stack is finite.
  private static let deepest = 40

  init(_ latex: String) { input = Array(latex) }

  mutating func whole() -> String {
    var pieces: [MathPiece] = []
    while position < input.count {
      pieces += row(until: { _ in false }).pieces
      // Only an unmatched brace stops a row early.
      if position < input.count { pieces.append(MathPiece(String(take()))) }
    }
    let text = MathRow(pieces: pieces).text()
    return String(text.reversed().drop { $0 == " " }.reversed())
  }

  // MARK: - Rows and atoms

  private var next: Character? { position < input.count ? input[position] : nil }

  private mutating func take() -> Character {
    position += 1
    return input[position - 1]
  }

  private func starts(_ text: String) -> Bool {
    input[position...].starts(with: text)
  }

  private mutating func row(until isEnd: (MathParser) -> Bool) -> MathRow {
    var pieces: [MathPiece] = []
    while let character = next, character != "}", !isEnd(self) {
      if character == "_" || character == "^" || character == "'" {
        scripts(onto: &pieces)
      } else {
        pieces += atom()
      }
    }
    return MathRow(pieces: pieces)
  }

  private mutating func atom() -> [MathPiece] {
    let character = take()
    switch character {
    case "\\": return command()
    case "{":
      let inner = group()
      let isPhrase = inner.isSum && next.map { "^_'".contains($0) } ?? false
      return isPhrase ? [MathPiece("(\(inner.text()))", .closing)] : inner.pieces
    case "~": return [MathPiece(" ", .space)]
    case "&": return []
    case _ where character.isWhitespace: return []
    case _ where character.isNumber:
      var text = String(character)
      while let digit = next, digit.isNumber || digit == "." {
        text.append(digit)
        position += 1
      }
      return [MathPiece(text)]
    default: return [MathPiece(character == "-" ? "−" : String(character), place(of: character))]
    }
  }

  private func place(of character: Character) -> MathPiece.Place {
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

  /// After `{`: the row up to its `}`.
  private mutating func group() -> MathRow {
    guard depth < Self.deepest else { return MathRow(pieces: [MathPiece("{" + raw())]) }
    depth += 1
    let inner = row(until: { _ in false })
    depth -= 1
    if next == "}" { position += 1 }
    return inner
  }

  /// The text up to and with the brace that closes the current group, as typed.
  private mutating func raw() -> String {
    var level = 1
    var text = ""
    while level > 0, next != nil {
      let character = take()
      if character == "{" { level += 1 }
      if character == "}" { level -= 1 }
      text.append(character)
    }
    return text
  }

  /// What a command or script applies to: a group, a command, or one character.
  private mutating func argument() -> MathRow {
    while next?.isWhitespace == true { position += 1 }
    guard let character = next, character != "}" else { return MathRow(pieces: []) }
    if character == "{" {
      position += 1
      return group()
    }
    if character.isNumber { return MathRow(pieces: [MathPiece(String(take()))]) }
    return MathRow(pieces: atom())
  }

  /// An argument taken literally, with its spaces: of `\text`.
  private mutating func literal() -> String {
    while next?.isWhitespace == true { position += 1 }
    guard next == "{" else { return next == nil ? "" : String(take()) }
    position += 1
    let text = raw()
    return (text.hasSuffix("}") ? String(text.dropLast()) : text).filter { $0 != "$" }
  }

  // MARK: - Scripts

  private mutating func scripts(onto pieces: inout [MathPiece]) {
    var below = ""
    var above = ""
    while let mark = next, mark == "_" || mark == "^" || mark == "'" {
      position += 1
      if mark == "'" {
        above += "′"
        continue
      }
      let text = argument().text(isTight: true)
      if mark == "_" { below += lowered(text) } else { above += raised(text) }
      while next?.isWhitespace == true { position += 1 }
    }
    let base = pieces.popLast() ?? MathPiece("")
    pieces.append(
      MathPiece(base.text + below + above, base.place == .space ? .ordinary : base.place))
  }

  private func lowered(_ text: String) -> String {
    LaTeXSymbols.script(text, Transliteration.lowered) ?? "_" + wrapped(text)
  }

  private func raised(_ text: String) -> String {
    if ["′", "″", "ᵀ", "°"].contains(text) { return text }
    if text == "*" || text == "∗" { return "*" }
    return LaTeXSymbols.script(text, Transliteration.lifted) ?? "^" + wrapped(text)
  }

  private func wrapped(_ text: String) -> String {
    let isName = text.allSatisfy { $0.isLetter || $0.isNumber }
    let isWrapped = text.first == "(" && text.last == ")" && !text.dropFirst().contains("(")
    return isName || isWrapped ? text : "(\(text))"
  }

  // MARK: - Commands

  private mutating func command() -> [MathPiece] {
    guard let first = next, depth < Self.deepest else { return [MathPiece("\\")] }
    depth += 1
    defer { depth -= 1 }
    guard first.isASCII, first.isLetter else { return [symbolCommand(take())] }
    var name = ""
    while let letter = next, letter.isASCII, letter.isLetter { name.append(take()) }
    if next == "*", name == "operatorname" { position += 1 }
    return structure(name) ?? styled(name) ?? [named(name)]
  }

  private func symbolCommand(_ character: Character) -> MathPiece {
    switch character {
    case ",", ";", ":", " ": MathPiece(" ", .space)
    case "!": MathPiece("", .space)
    case "\\": MathPiece(";", .punctuation)
    case "|": MathPiece("‖")
    case "{": MathPiece("{", .opening)
    case "}": MathPiece("}", .closing)
    case "%", "$", "#", "&", "_": MathPiece(String(character))
    default: MathPiece("\\" + String(character))
    }
  }

  private static let functions: Set<String> = [
    "sin", "cos", "tan", "cot", "sinh", "cosh", "tanh", "coth", "arcsin", "arccos", "arctan", "exp",
    "log", "ln", "lg", "max", "min", "sup", "inf", "lim", "arg", "argmax", "argmin", "det", "dim",
    "ker", "gcd", "Pr", "deg", "softmax", "sign", "diag", "tr",
  ]

  private static let spaces = ["quad": "  ", "qquad": "    ", "enspace": " ", "thinspace": " "]

  private static let silent: Set<String> = [
    "left", "right", "middle", "big", "Big", "bigg", "Bigg", "bigl", "bigr", "Bigl", "Bigr",
    "biggl", "biggr", "limits", "nolimits", "displaystyle", "textstyle", "scriptstyle", "nonumber",
    "mathstrut", "negthinspace",
  ]

  private mutating func named(_ name: String) -> MathPiece {
    if let space = Self.spaces[name] { return MathPiece(space, .space) }
    if Self.silent.contains(name) {
      if name == "left" || name == "right" || name == "middle", next == "." { position += 1 }
      return MathPiece("", .space)
    }
    if name == "top" || name == "intercal" { return MathPiece("ᵀ") }
    if name == "mid" { return MathPiece("|", .relation) }
    if name == "colon" { return MathPiece(":", .punctuation) }
    if let symbol = LaTeXSymbols.table[name] {
      return MathPiece(symbol, symbol.first.map(place) ?? .ordinary)
    }
    if Self.functions.contains(name) { return MathPiece(name, .function) }
    guard next == "{" else { return MathPiece("\\" + name, .function) }
    position += 1
    return MathPiece("\\" + name + "{" + raw())
  }

  private mutating func structure(_ name: String) -> [MathPiece]? {
    switch name {
    case "frac", "dfrac", "tfrac", "cfrac": return [fraction(argument(), argument())]
    case "binom": return [MathPiece("C(\(argument().text()), \(argument().text()))")]
    case "sqrt": return [root()]
    case "begin": return environment(literal())
    case "stackrel", "overset":
      let above = argument().text(isTight: true)
      let base = argument()
      return [MathPiece(base.text() + raised(above), base.pieces.first?.place ?? .ordinary)]
    case "underset":
      let below = argument().text(isTight: true)
      let base = argument()
      return [MathPiece(base.text() + lowered(below), base.pieces.first?.place ?? .ordinary)]
    case "not":
      let negated = ["=": "≠", "∈": "∉", "≡": "≢", "⊂": "⊄"]
      let text = argument().text()
      return [MathPiece(negated[text] ?? text + "\u{338}", .relation)]
    default:
      guard let mark = LaTeXSymbols.accents[name] else { return nil }
      return [accented(argument().text(), mark, name: name)]
    }
  }

  private mutating func styled(_ name: String) -> [MathPiece]? {
    switch name {
    case "text", "textrm", "textit", "textbf", "texttt", "mbox", "emph":
      return [MathPiece(literal())]
    case "operatorname", "DeclareMathOperator": return [MathPiece(literal(), .function)]
    case "mathrm":
      let text = literal()
      return [MathPiece(text, Self.functions.contains(text) ? .function : .ordinary)]
    case "mathbf", "boldsymbol", "bm", "mathit", "mathsf", "mathtt", "mathnormal", "underline",
      "underbrace", "overbrace", "boxed":
      return argument().pieces
    case "mathbb": return [MathPiece(lettered(argument().text(), Self.doubleStruck))]
    case "mathcal", "mathscr": return [MathPiece(lettered(argument().text(), Self.script))]
    default: return nil
    }
  }

  private static let doubleStruck: [Character: Character] = [
    "R": "ℝ", "N": "ℕ", "Z": "ℤ", "Q": "ℚ", "C": "ℂ", "P": "ℙ", "E": "𝔼", "1": "𝟙", "I": "𝕀",
  ]
  private static let script: [Character: Character] = [
    "L": "ℒ", "B": "ℬ", "E": "ℰ", "F": "ℱ", "H": "ℋ", "I": "ℐ", "M": "ℳ", "R": "ℛ", "N": "𝒩",
    "D": "𝒟", "S": "𝒮", "X": "𝒳", "Y": "𝒴", "J": "𝒥",
  ]

  private func lettered(_ text: String, _ letters: [Character: Character]) -> String {
    String(text.map { letters[$0] ?? $0 })
  }

  // MARK: - Two-dimensional forms

  private static let vulgar = [
    "1/2": "½", "1/3": "⅓", "2/3": "⅔", "1/4": "¼", "3/4": "¾", "1/5": "⅕", "1/6": "⅙", "1/8": "⅛",
  ]

  private func fraction(_ above: MathRow, _ below: MathRow) -> MathPiece {
    let text = above.operand(isBelow: false) + "/" + below.operand(isBelow: true)
    return Self.vulgar[text].map { MathPiece($0) } ?? MathPiece(text, .fraction)
  }

  private mutating func root() -> MathPiece {
    var sign = "√"
    if next == "[" {
      position += 1
      let degree = row(until: { $0.next == "]" }).text(isTight: true)
      if next == "]" { position += 1 }
      sign = ["2": "√", "3": "∛", "4": "∜"][degree] ?? raised(degree) + "√"
    }
    let inner = argument()
    let isOne = !inner.isSum && !inner.hasFraction && inner.pieces.count <= 1
    return MathPiece(sign + (isOne ? inner.text() : "(\(inner.text()))"))
  }

  private func accented(_ text: String, _ mark: Unicode.Scalar, name: String) -> MathPiece {
    if let letter = text.first, text.count == 1 {
      return MathPiece(LaTeXSymbols.accented(letter, mark))
    }
    return MathPiece("\(name)(\(text))")
  }

  /// `\begin{name}` … `\end{name}`: cells parted by spaces, or by commas where a cell has spaces
  /// of its own, rows by semicolons.
  private mutating func environment(_ name: String) -> [MathPiece] {
    if name == "array" { _ = argument() }
    var rows: [[String]] = [[]]
    while next != nil, !starts("\\end{") {
      let cell = row { $0.next == "&" || $0.starts("\\\\") || $0.starts("\\end{") }
      rows[rows.count - 1].append(cell.text())
      if next == "&" {
        position += 1
      } else if starts("\\\\") {
        position += 2
        rows.append([])
      } else if next == "}" {
        rows[rows.count - 1].append(String(take()))
      }
    }
    if starts("\\end{") {
      position += "\\end".count
      _ = literal()
    }
    if rows.last?.allSatisfy(\.isEmpty) == true { rows.removeLast() }
    return [MathPiece(joined(rows, name))]
  }

  private func joined(_ rows: [[String]], _ name: String) -> String {
    let isAligned = ["aligned", "align", "align*", "split", "gathered"].contains(name)
    let hasSpaces = rows.joined().contains { $0.contains(" ") }
    let separator = isAligned ? " " : hasSpaces || name == "cases" ? ", " : " "
    let text = rows.map { $0.filter { !$0.isEmpty }.joined(separator: separator) }
      .joined(separator: "; ")
    if isAligned { return text }
    switch name {
    case "cases": return "{ \(text) }"
    case "vmatrix": return "|\(text)|"
    case "Vmatrix": return "‖\(text)‖"
    default: return "[\(text)]"
    }
  }
}
