/// Reads LaTeX in one pass. What it does not know stays as typed.
struct MathParser {
  private var input: [Character]
  private var position = 0
  private var depth = 0
  /// Deeper nesting is shown as typed: no formula for people has it, and the stack is finite.
  private static let deepest = 40

  init(_ latex: String) { input = Array(latex) }

  mutating func whole() -> MathNode {
    var nodes: [MathNode] = []
    while position < input.count {
      nodes += row(until: { _ in false })
      // Only an unmatched brace stops a row early.
      if position < input.count { nodes.append(.ordinary(String(take()))) }
    }
    return .group(nodes)
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

  private mutating func row(until isEnd: (MathParser) -> Bool) -> [MathNode] {
    var nodes: [MathNode] = []
    while let character = next, character != "}", !isEnd(self) {
      if character == "_" || character == "^" || character == "'" {
        nodes.append(scripts(on: nodes.popLast() ?? .group([])))
      } else if let atom = atom() {
        nodes.append(atom)
      }
    }
    return nodes
  }

  /// Nil for what leaves no trace: white space, and commands about size alone.
  private mutating func atom() -> MathNode? {
    let character = take()
    switch character {
    case "\\": return command()
    case "{": return group()
    case "~": return .space(" ")
    case "&": return nil
    case _ where character.isWhitespace: return nil
    case _ where character.isNumber:
      var text = String(character)
      while let digit = next, digit.isNumber || digit == "." { text.append(take()) }
      return .ordinary(text)
    default:
      return .atom(character == "-" ? "−" : String(character), MathNode.place(of: character))
    }
  }

  /// After `{`: the row up to its `}`.
  private mutating func group() -> MathNode {
    guard depth < Self.deepest else { return .ordinary("{" + raw()) }
    depth += 1
    let inner = row(until: { _ in false })
    depth -= 1
    if next == "}" { position += 1 }
    return .group(inner)
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
  private mutating func argument() -> MathNode {
    while next?.isWhitespace == true { position += 1 }
    guard let character = next, character != "}" else { return .group([]) }
    if character.isNumber { return .ordinary(String(take())) }
    return atom() ?? .group([])
  }

  /// An argument taken literally, with its spaces: of `\text`.
  private mutating func literal() -> String {
    while next?.isWhitespace == true { position += 1 }
    guard next == "{" else { return next == nil ? "" : String(take()) }
    position += 1
    let text = raw()
    return (text.hasSuffix("}") ? String(text.dropLast()) : text).filter { $0 != "$" }
  }

  private mutating func scripts(on base: MathNode) -> MathNode {
    var below: [MathNode] = []
    var above: [MathNode] = []
    while let mark = next, mark == "_" || mark == "^" || mark == "'" {
      position += 1
      if mark == "'" {
        above.append(.ordinary("′"))
        continue
      }
      let script = argument()
      if mark == "_" { below.append(script) } else { above.append(script) }
      while next?.isWhitespace == true { position += 1 }
    }
    return .scripts(base: base, below: below, above: above)
  }

  // MARK: - Commands

  private mutating func command() -> MathNode? {
    guard let first = next, depth < Self.deepest else { return .ordinary("\\") }
    depth += 1
    defer { depth -= 1 }
    guard first.isASCII, first.isLetter else { return symbolCommand(take()) }
    var name = ""
    while let letter = next, letter.isASCII, letter.isLetter { name.append(take()) }
    if next == "*", name == "operatorname" { position += 1 }
    if Self.silent.contains(name) {
      if ["left", "right", "middle"].contains(name), next == "." { position += 1 }
      return nil
    }
    return structure(name) ?? styled(name) ?? named(name)
  }

  private func symbolCommand(_ character: Character) -> MathNode? {
    switch character {
    case ",", ";", ":", " ": .space(" ")
    case "!": nil
    case "\\": .atom(";", .punctuation)
    case "|": .ordinary("‖")
    case "{": .atom("{", .opening)
    case "}": .atom("}", .closing)
    case "%", "$", "#", "&", "_": .ordinary(String(character))
    default: .ordinary("\\" + String(character))
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

  private mutating func named(_ name: String) -> MathNode {
    if let space = Self.spaces[name] { return .space(space) }
    if name == "top" || name == "intercal" { return .ordinary("ᵀ") }
    if name == "mid" { return .atom("|", .relation) }
    if name == "colon" { return .atom(":", .punctuation) }
    if let symbol = LaTeXSymbols.table[name] {
      return .atom(symbol, symbol.first.map(MathNode.place) ?? .ordinary)
    }
    if Self.functions.contains(name) { return .atom(name, .function) }
    guard next == "{" else { return .atom("\\" + name, .function) }
    position += 1
    return .ordinary("\\" + name + "{" + raw())
  }

  private mutating func structure(_ name: String) -> MathNode? {
    switch name {
    case "frac", "dfrac", "tfrac", "cfrac": return .fraction(above: argument(), below: argument())
    case "binom": return .binomial(argument(), argument())
    case "sqrt": return root()
    case "begin": return environment(literal())
    case "stackrel", "overset":
      let above = argument()
      return .stacked(base: argument(), above: above, below: nil)
    case "underset":
      let below = argument()
      return .stacked(base: argument(), above: nil, below: below)
    case "not":
      let negated = ["=": "≠", "∈": "∉", "≡": "≢", "⊂": "⊄"]
      let text = argument().unicode
      return .atom(negated[text] ?? text + "\u{338}", .relation)
    default:
      guard let mark = LaTeXSymbols.accents[name] else { return nil }
      return .accent(argument(), mark: mark, name: name)
    }
  }

  private mutating func styled(_ name: String) -> MathNode? {
    switch name {
    case "text", "textrm", "textit", "textbf", "texttt", "mbox", "emph": return .text(literal())
    case "operatorname", "DeclareMathOperator": return .atom(literal(), .function)
    case "mathrm":
      let text = literal()
      return .atom(text, Self.functions.contains(text) ? .function : .ordinary)
    case "mathbf", "boldsymbol", "bm", "mathit", "mathsf", "mathtt", "mathnormal", "underline",
      "underbrace", "overbrace", "boxed":
      return argument()
    case "mathbb": return .ordinary(lettered(argument().unicode, Self.doubleStruck))
    case "mathcal", "mathscr": return .ordinary(lettered(argument().unicode, Self.script))
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

  private mutating func root() -> MathNode {
    var degree: MathNode?
    if next == "[" {
      position += 1
      degree = .group(row(until: { $0.next == "]" }))
      if next == "]" { position += 1 }
    }
    return .root(argument(), degree: degree)
  }

  /// `\begin{name}` … `\end{name}`.
  private mutating func environment(_ name: String) -> MathNode {
    if name == "array" { _ = argument() }
    var rows: [[MathNode]] = [[]]
    while next != nil, !starts("\\end{") {
      let cell = row { $0.next == "&" || $0.starts("\\\\") || $0.starts("\\end{") }
      rows[rows.count - 1].append(.group(cell))
      if next == "&" {
        position += 1
      } else if starts("\\\\") {
        position += 2
        rows.append([])
      } else if next == "}" {
        rows[rows.count - 1].append(.ordinary(String(take())))
      }
    }
    if starts("\\end{") {
      position += "\\end".count
      _ = literal()
    }
    if rows.last?.allSatisfy({ $0 == .group([]) }) == true { rows.removeLast() }
    return .matrix(rows: rows, environment: name)
  }
}
