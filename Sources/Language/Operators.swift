/// An operator of the language: one row of `Operator.rows`. To add one, add a row; the lexer and
/// the parser read the table, the evaluator asks the environment for the operation it names.
package struct Operator: Hashable, Sendable {
  package let index: UInt8

  package enum Side: Sendable { case prefix, left, right, postfix }

  /// What evaluates it: an operation of the catalogue, a comparison operation (these chain), the
  /// evaluator itself because an operand may stay unevaluated or need not be a tensor, or what works
  /// on the bits of whole numbers and on truth values.
  package enum Role: Sendable { case operation, comparison, logic, bits }

  struct Row: Sendable {
    let spelling: String
    let aliases: [String]
    let precedence: Int
    let side: Side
    let role: Role
    let operation: String
    let isAugmentable: Bool
  }

  private static func row(
    _ spelling: String, _ aliases: [String] = [], _ precedence: Int, _ side: Side,
    _ role: Role = .operation, _ operation: String = "", augments: Bool = false
  ) -> Row {
    Row(
      spelling: spelling, aliases: aliases, precedence: precedence, side: side, role: role,
      operation: operation, isAugmentable: augments)
  }

  static let rows: [Row] = [
    row("or", [], 10, .left, .logic),
    row("and", [], 20, .left, .logic),
    row("not", [], 30, .prefix, .logic),
    row("in", [], 40, .left, .logic),
    row("not in", [], 40, .left, .logic),
    row("is", [], 40, .left, .logic),
    row("is not", [], 40, .left, .logic),
    row("<", [], 40, .left, .comparison, "less"),
    row("<=", ["≤"], 40, .left, .comparison, "less_equal"),
    row(">", [], 40, .left, .comparison, "greater"),
    row(">=", ["≥"], 40, .left, .comparison, "greater_equal"),
    row("==", [], 40, .left, .comparison, "equal"),
    row("!=", ["≠"], 40, .left, .comparison, "not_equal"),
    row("|", [], 42, .left, .bits, augments: true),
    row("^", [], 44, .left, .bits, augments: true),
    row("&", [], 46, .left, .bits, augments: true),
    row("<<", [], 48, .left, .bits, augments: true),
    row(">>", [], 48, .left, .bits, augments: true),
    row("+", [], 50, .left, .operation, "add", augments: true),
    row("-", minus, 50, .left, .operation, "subtract", augments: true),
    row(
      "*", ["⊙", "·", "×", "⋅", "∗", "•", "∙"], 60, .left, .operation, "multiply", augments: true),
    row("/", ["÷", "∕", "⁄"], 60, .left, .operation, "divide", augments: true),
    row("//", [], 60, .left, .operation, "floor_divide", augments: true),
    row("%", [], 60, .left, .operation, "remainder", augments: true),
    row("@", [], 60, .left, .operation, "matmul", augments: true),
    row("+", [], 70, .prefix, .operation),
    row("-", minus, 70, .prefix, .operation, "negate"),
    row("~", [], 70, .prefix, .bits),
    row("**", [], 80, .right, .operation, "power", augments: true),
    row("√", [], 85, .prefix, .operation, "sqrt"),
    row("ᵀ", ["⊤"], 90, .postfix, .operation, "transpose"),
  ]

  /// The signs that PDFs and word processors make of a minus.
  private static let minus = ["−", "–", "‐", "‑", "－"]

  package static let all: [Operator] = rows.indices.map { Operator(index: UInt8($0)) }

  /// The operator with a spelling on a side.
  package static func named(_ spelling: String, _ side: Side) -> Operator? {
    all.first { $0.side == side && $0.spellings.contains(spelling) }
  }

  private var row: Row { Operator.rows[Int(index)] }
  package var spelling: String { row.spelling }
  package var spellings: [String] { [row.spelling] + row.aliases }
  package var precedence: Int { row.precedence }
  package var side: Side { row.side }
  package var role: Role { row.role }
  /// The name of the operation in the catalogue; empty for logic.
  package var operation: String { row.operation }
  /// Has an augmented assignment: `+=`.
  package var isAugmentable: Bool { row.isAugmentable }

  private static func known(_ spelling: String, _ side: Side) -> Operator {
    named(spelling, side) ?? all[0]
  }
  package static let or = known("or", .left), and = known("and", .left)
  package static let not = known("not", .prefix)
  package static let isIn = known("in", .left), isNotIn = known("not in", .left)
  package static let isSame = known("is", .left), isNotSame = known("is not", .left)
  package static let equal = known("==", .left), notEqual = known("!=", .left)
  package static let negative = known("-", .prefix), power = known("**", .right)
  package static let transpose = known("ᵀ", .postfix), divide = known("/", .left)
  package static let multiply = known("*", .left), add = known("+", .left)
  package static let subtract = known("-", .left)
  static let floorDivide = known("//", .left), remainder = known("%", .left)
  static let bitOr = known("|", .left), bitXor = known("^", .left), bitAnd = known("&", .left)
  static let shiftLeft = known("<<", .left), shiftRight = known(">>", .left)
  static let bitNot = known("~", .prefix)
}

extension Operator {
  /// Whether a comparison holds of two values, one of which is before (-1) or behind (1) the other.
  func holds(_ order: Int) -> Bool {
    switch spelling {
    case "<": order < 0
    case "<=": order <= 0
    case ">": order > 0
    case ">=": order >= 0
    case "==": order == 0
    default: order != 0
    }
  }
}
