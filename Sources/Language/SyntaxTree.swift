import Autograd
import Presentation

/// A parsed text. Names are resolved: a name inside a function is a numbered slot of its frame.
package final class SyntaxTree: Sendable {
  package let source: SourceText
  package let statements: [Statement]
  /// Comments in order, `#` included; lessons find their marks here.
  package let comments: [Span]
  /// Slots that the comprehensions at top level need.
  package let slotCount: Int
  /// What the reader of the text should know about how it was read.
  package let notices: [Diagnostic]

  init(
    source: SourceText, statements: [Statement], comments: [Span], slotCount: Int,
    notices: [Diagnostic] = []
  ) {
    self.source = source
    self.statements = statements
    self.comments = comments
    self.slotCount = slotCount
    self.notices = notices
  }
}

/// A statement and where it stands; `isSilent` when a `;` follows.
package final class Statement: @unchecked Sendable {
  package let form: Form
  package let span: Span
  package let isSilent: Bool

  package enum Form: Sendable {
    case expression(Expression)
    /// `a = b = value`
    case assignment([Target], Expression)
    /// `a += value`, with the place of the sign.
    case augmented(Target, Operator, at: Span, Expression)
    /// `w ← value`
    case update(Target, Expression)
    case function(Target, FunctionDefinition)
    case returned(Expression?)
    case conditional([Branch], otherwise: [Statement])
    /// `otherwise` runs when the loop was not left by `break`.
    case forLoop(Target, in: Expression, [Statement], otherwise: [Statement])
    case whileLoop(Expression, [Statement], otherwise: [Statement])
    case leaveLoop
    case nextRound
    case pass
    case assertion(Expression, message: Expression?)
    case delete([Target])
    /// `with rounding(places): …`
    case rounding(Expression, [Statement])
    case importing([Import])
    /// `with manager as target: …`
    case managed(Expression, as: Target?, [Statement])
    case classDefinition(Target, ClassDefinition)
    case attempt(Attempt)
    /// `raise`, `raise error`, `raise error from cause`
    case raised(Expression?, cause: Expression?)
    /// `yield value`, `x = yield value`; `yield from values` is delegated.
    case yielded(Expression?, isDelegated: Bool, into: [Target])
  }

  package struct Branch: Sendable {
    package let condition: Expression
    package let body: [Statement]
  }

  /// Whether it is a `yield` or has one in its blocks.
  let yields: Bool

  /// `name = value`, the commonest statement; `form` keeps both alive.
  let shortcut: (target: Unmanaged<Target>, value: Unmanaged<Expression>)?

  package init(_ form: Form, _ span: Span, isSilent: Bool = false) {
    self.form = form
    self.span = span
    self.isSilent = isSilent
    yields = form.yields
    if case .assignment(let targets, let value) = form, targets.count == 1 {
      shortcut = (.passUnretained(targets[0]), .passUnretained(value))
    } else {
      shortcut = nil
    }
  }
}

/// One name that an import statement binds.
package struct Import: Sendable {
  /// `torch.nn`
  package let module: String
  package let moduleSpan: Span
  /// What is taken out of the module; nil for the module itself.
  package let member: Symbol?
  package let memberSpan: Span
  /// `import a.b` binds `a`.
  package let bindsRoot: Bool
  /// `from a import *`
  package let isEverything: Bool
  package let target: Target?

  init(
    module: String, moduleSpan: Span, member: Symbol? = nil, memberSpan: Span = Span(0, 0),
    bindsRoot: Bool = false, target: Target
  ) {
    self.module = module
    self.moduleSpan = moduleSpan
    self.member = member
    self.memberSpan = memberSpan
    self.bindsRoot = bindsRoot
    isEverything = false
    self.target = target
  }

  init(module: String, moduleSpan: Span, everythingAt star: Span) {
    self.module = module
    self.moduleSpan = moduleSpan
    member = nil
    memberSpan = star
    bindsRoot = false
    isEverything = true
    target = nil
  }
}

/// What can be assigned to.
package final class Target: @unchecked Sendable {
  package enum Form: Sendable {
    case name(Name)
    case index(Expression, [Subscript])
    case attribute(Expression, Symbol)
    /// Unpacking; `starred` is the position that takes the rest.
    case tuple([Target], starred: Int?)
  }

  package let form: Form
  package let span: Span
  /// How quantities assigned here are named; kept so that a loop makes it once. A tree is evaluated
  /// by one thread at a time.
  @exclusivity(unchecked) var naming: Naming?
  /// The value assigned here mentions the name itself: `w = w - …`.
  @exclusivity(unchecked) package internal(set) var refersToItself = false
  /// The name, where the target is one; `form` keeps it alive.
  let name: Unmanaged<Name>?

  init(_ form: Form, _ span: Span) {
    self.form = form
    self.span = span
    if case .name(let name) = form { self.name = .passUnretained(name) } else { name = nil }
  }
}

/// One occurrence of a name and where its value lives.
package final class Name: @unchecked Sendable {
  package enum Place: Sendable, Equatable {
    case global
    /// What the library means by the name, whatever the program calls by it.
    case library
    case local(Int)
    /// A slot of a surrounding function, `depth` frames out.
    case enclosing(depth: Int, Int)
  }

  package let symbol: Symbol
  /// Written by the parser before the tree is handed out, and never after.
  @exclusivity(unchecked) package internal(set) var place: Place = .global

  package init(_ symbol: Symbol) { self.symbol = symbol }
}

/// An expression and where it stands. A tree is evaluated by one thread at a time.
package final class Expression: @unchecked Sendable {
  package let form: Form
  package let span: Span
  /// The value of a number or of a list of numbers, made when it is first evaluated.
  @exclusivity(unchecked) var constant: Variable?
  /// What the commonest forms hold, reached by the evaluator without counting references; `form`
  /// keeps it alive.
  let shortcut: Shortcut

  enum Shortcut {
    case none
    case name(Unmanaged<Name>)
    case binary(Operator, Unmanaged<Expression>, Unmanaged<Expression>)
  }
  /// Levels of the tree beneath and with this one; the parser keeps it bounded, so that walking
  /// and freeing a tree cannot exhaust the stack.
  package let height: Int32

  package enum Form: Sendable {
    case number(NumberLiteral)
    case truth(Bool)
    case none
    case ellipsis
    case string(String)
    case formatted([FormatPiece])
    case name(Name)
    case tuple([Expression])
    case list([Expression])
    /// `[a, b; c, d]`
    case matrix([[Expression]])
    case comprehension(Comprehension)
    case unary(Operator, Expression)
    /// An operation between two values, with the place of the sign.
    case binary(Operator, at: Span, Expression, Expression)
    case comparison(Expression, [Comparison])
    /// `and`, `or`: the right side is evaluated only if needed.
    case logic(Operator, Expression, Expression)
    case conditional(condition: Expression, then: Expression, otherwise: Expression)
    case call(Expression, [Argument])
    case attribute(Expression, Symbol, at: Span)
    case index(Expression, [Subscript])
    /// `∂a/∂b`; trailers after `b` (`∂E/∂W[0]`) are part of the second expression.
    case derivative(Expression, by: Expression)
    case lambda(FunctionDefinition)
    /// `{key: value, **others}`
    case dictionary([DictionaryItem])
    case set([Expression])
    /// `*items` among the elements of a list, tuple or set.
    case starred(Expression)
    /// `(name := value)`
    case assigning(Target, Expression)
  }

  package init(_ form: Form, _ span: Span = Span(0, 0)) {
    self.form = form
    self.span = span
    switch form {
    case .name(let name): shortcut = .name(.passUnretained(name))
    case .binary(let sign, at: _, let left, let right):
      shortcut = .binary(sign, .passUnretained(left), .passUnretained(right))
    default: shortcut = .none
    }
    height = 1 + form.children.reduce(0) { max($0, $1.height) }
  }
}

package struct Comparison: Sendable {
  package let sign: Operator
  package let at: Span
  package let operand: Expression
}

package struct Argument: Sendable {
  package let keyword: Symbol?
  package let value: Expression
  /// Written `*value`: its elements are the arguments.
  package let isUnpacked: Bool
  /// Written `**value`: its entries are arguments with names.
  package let isMapping: Bool
  /// `w` of `explain(w ← value)`: an update that is asked about and not done.
  package let target: Expression?
  /// Keyword, star or target included.
  package let span: Span

  package init(
    keyword: Symbol? = nil, value: Expression, unpacked: Bool = false, mapping: Bool = false,
    target: Expression? = nil, span: Span
  ) {
    self.keyword = keyword
    self.value = value
    self.target = target
    isUnpacked = unpacked
    isMapping = mapping
    self.span = span
  }
}

package enum Subscript: Sendable {
  case at(Expression)
  case slice(Expression?, Expression?, step: Expression?, Span)

  package var span: Span {
    switch self {
    case .at(let expression): return expression.span
    case .slice(_, _, step: _, let span): return span
    }
  }

  package var children: [Expression] {
    switch self {
    case .at(let expression): return [expression]
    case .slice(let lower, let upper, let step, _): return [lower, upper, step].compactMap { $0 }
    }
  }
}

/// A part of a formatted string.
package enum FormatPiece: Sendable {
  case text(String)
  /// `{value=!r:specification}`; `label` is the text before `=`.
  case value(Expression, label: String?, isDebug: Bool, specification: [FormatPiece])

  package var children: [Expression] {
    switch self {
    case .text: return []
    case .value(let value, label: _, isDebug: _, let specification):
      return [value] + specification.flatMap(\.children)
    }
  }
}

extension Expression.Form {
  /// The expressions directly beneath, in order of the text.
  package var children: [Expression] {
    switch self {
    case .number, .truth, .none, .ellipsis, .string, .name: return []
    case .formatted(let pieces): return pieces.flatMap(\.children)
    case .tuple(let items), .list(let items): return items
    case .matrix(let rows): return rows.flatMap { $0 }
    case .comprehension(let comprehension):
      return [comprehension.element, comprehension.value].compactMap { $0 }
        + comprehension.clauses.flatMap { [$0.iterable] + $0.conditions }
    case .dictionary(let items): return items.flatMap { [$0.key, $0.value].compactMap { $0 } }
    case .set(let items): return items
    case .starred(let value), .assigning(_, let value): return [value]
    case .unary(_, let operand): return [operand]
    case .binary(_, at: _, let left, let right), .logic(_, let left, let right):
      return [left, right]
    case .comparison(let first, let rest): return [first] + rest.map(\.operand)
    case .conditional(let condition, let then, let otherwise): return [then, condition, otherwise]
    case .call(let callee, let arguments):
      return [callee] + arguments.flatMap { [$0.target, $0.value].compactMap { $0 } }
    case .attribute(let value, _, at: _): return [value]
    case .index(let value, let subscripts): return [value] + subscripts.flatMap(\.children)
    case .derivative(let value, by: let variable): return [value, variable]
    case .lambda(let definition):
      if case .expression(let body) = definition.body { return [body] }
      return []
    }
  }
}

extension Expression {
  /// Whether the name occurs in the expression.
  package func mentions(_ symbol: Symbol) -> Bool {
    if case .name(let name) = form { return name.symbol == symbol }
    return form.children.contains { $0.mentions(symbol) }
  }
}

extension Target {
  /// Notes which names of the target the value is computed from.
  func note(_ value: Expression) {
    switch form {
    case .name(let name): refersToItself = value.mentions(name.symbol)
    case .tuple(let items, starred: _): for item in items { item.note(value) }
    case .index, .attribute: break
    }
  }
}
