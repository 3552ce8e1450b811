import Presentation

/// A word of the language with the place where it stands.
package struct Token: Sendable {
  package enum Kind: Sendable, Equatable {
    case name(Symbol)
    case keyword(Keyword)
    case number(NumberLiteral)
    case string(String)
    /// A spelling of the operator table, or punctuation.
    case mark(Mark)
    /// A raised number: `²`, `⁻¹`.
    case superscript(Int)
    /// A formatted string: start, then texts and braces (each holding the tokens of an expression),
    /// then end.
    case formatStart
    case formatText(String)
    case formatOpen, formatSpecification, formatClose, formatEnd
    case newline, indent, dedent, end
  }

  package let kind: Kind
  package let span: Span

  package init(_ kind: Kind, _ span: Span) {
    self.kind = kind
    self.span = span
  }
}

/// A number as written and as stored.
package struct NumberLiteral: Sendable, Equatable {
  package let value: Double
  /// Written without point and exponent (and small enough to be exact).
  package let isInteger: Bool
  /// The digits of a whole number that is too large to be exact.
  package let digits: String?
  package let text: String

  /// Up to here every whole number is exact as a Double.
  static let exactLimit: Double = 9_007_199_254_740_992

  package init(_ value: Double, isInteger: Bool = false, digits: String? = nil, text: String) {
    self.value = value
    self.isInteger = isInteger
    self.digits = digits
    self.text = text
  }
}

/// The reserved words. Those of the second group exist only to be refused with an explanation.
package enum Keyword: String, CaseIterable, Sendable {
  case and, or, not, `in`, `is`, `if`, elif, `else`, `for`, `while`, `break`, `continue`, pass, def
  case `return`, assert, del, with, lambda
  case `class`, `try`, except, finally, raise, global, nonlocal, yield
  case `true` = "True"
  case `false` = "False"
  case none = "None"

  case `import`, from, async, await

  static let all = allCases

  /// Can stand only at the start of a statement: seen inside a bracket, the bracket is unclosed.
  var beginsStatement: Bool {
    switch self {
    case .while, .break, .continue, .pass, .def, .return, .assert, .del, .with, .elif, .import,
      .class, .try, .except, .finally, .raise, .global, .nonlocal:
      return true
    case .and, .or, .not, .in, .is, .if, .else, .for, .lambda, .true, .false, .none, .from,
      .yield, .async, .await:
      return false
    }
  }
}

/// A sequence of signs: one row of `Mark.spellings`, which joins punctuation with the spellings of
/// the operator table.
package struct Mark: Hashable, Sendable {
  let index: Int

  package var spelling: String { Mark.spellings[index] }

  static let openRound = Mark("("), closeRound = Mark(")"), openSquare = Mark("[")
  static let closeSquare = Mark("]"), openBrace = Mark("{"), closeBrace = Mark("}")
  static let comma = Mark(","), colon = Mark(":"), semicolon = Mark(";"), dot = Mark(".")
  static let equals = Mark("="), ellipsis = Mark("..."), arrow = Mark("←"), partial = Mark("∂")
  static let less = Mark("<"), minus = Mark("-"), slash = Mark("/"), star = Mark("*")
  static let at = Mark("@"), doubleStar = Mark("**"), walrus = Mark(":="), returns = Mark("->")
  static let norm = Mark("‖")

  private init(_ spelling: String) { index = Mark.indices[spelling] ?? 0 }

  /// Signs of other languages, lexed only to be refused with an explanation.
  private static let foreign = [
    "&&", "||", "!", "++", "===", "!==", "<>", "$", "?", "`", ".*", "./", ".^",
  ]

  private static let punctuation = [
    "(", ")", "[", "]", "{", "}", ",", ":", ";", ".", "=", "...", "←", "∂", "->", ":=", "‖",
  ]

  static let spellings: [String] =
    punctuation + Operator.all.flatMap { $0.spellings }.filter { !$0.isWord }
    + Operator.all.filter { $0.isAugmentable }.flatMap { $0.spellings }.map { $0 + "=" } + foreign

  private static let indices = Dictionary(
    spellings.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })

  /// The marks that begin with a byte, longest first.
  static let byFirstByte: [[(bytes: [UInt8], mark: Mark)]] = {
    var table = [[(bytes: [UInt8], mark: Mark)]](repeating: [], count: 256)
    for (spelling, index) in indices {
      let bytes = Array(spelling.utf8)
      table[Int(bytes[0])].append((bytes, Mark(index: index)))
    }
    return table.map { row in row.sorted { $0.bytes.count > $1.bytes.count } }
  }()

  private init(index: Int) { self.index = index }

  /// What the mark means before, between and after operands, and before `=`.
  var prefix: Operator? { Mark.roles[index].prefix }
  var infix: Operator? { Mark.roles[index].infix }
  var postfix: Operator? { Mark.roles[index].postfix }
  var augmented: Operator? { Mark.roles[index].augmented }

  private struct Roles {
    var prefix, infix, postfix, augmented: Operator?
  }

  private static let roles: [Roles] = spellings.map { spelling in
    var roles = Roles()
    for entry in Operator.all where entry.spellings.contains(spelling) {
      switch entry.side {
      case .prefix: roles.prefix = entry
      case .left, .right: roles.infix = entry
      case .postfix: roles.postfix = entry
      }
    }
    roles.augmented = Operator.all.first {
      $0.isAugmentable && $0.spellings.contains { $0 + "=" == spelling }
    }
    return roles
  }
}

extension Mark: ExpressibleByStringLiteral {
  package init(stringLiteral spelling: String) { self.init(spelling) }
}

extension String {
  var isWord: Bool { unicodeScalars.first?.isASCIILetter ?? false }
}
