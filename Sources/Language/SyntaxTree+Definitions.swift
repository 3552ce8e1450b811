import Presentation

// The parts of a tree that open a scope of their own: functions, classes, comprehensions; and `try`.

package final class Comprehension: Sendable {
  package enum Kind: Sendable { case list, generator, set, dictionary }

  package struct Clause: Sendable {
    package let target: Target
    package let iterable: Expression
    package let conditions: [Expression]
  }
  package let kind: Kind
  /// The element, or the key of a dictionary's entry.
  package let element: Expression
  /// The value of a dictionary's entry.
  package let value: Expression?
  package let clauses: [Clause]
  /// What a generator does.
  let generator: GeneratorText?

  init(kind: Kind, element: Expression, value: Expression? = nil, clauses: [Clause]) {
    self.kind = kind
    self.element = element
    self.value = value
    self.clauses = clauses
    generator = kind == .generator ? GeneratorText(element, clauses) : nil
  }
}

/// `key: value`, or `**others` where there is no key.
package struct DictionaryItem: Sendable {
  package let key: Expression?
  package let value: Expression
}

/// `def f(a, b=1): …`, `f(a) = …` or `lambda a: …`.
package final class FunctionDefinition: Sendable {
  package enum Body: Sendable {
    case block([Statement])
    case expression(Expression)
  }

  package struct Formal: Sendable {
    package enum Kind: Sendable {
      case plain
      /// After `*`: given by name alone.
      case named
      /// `*rest`
      case rest
      /// `**options`
      case options
    }

    package let name: Symbol
    package let kind: Kind
    package let fallback: Expression?
    package let span: Span
  }

  package let name: Symbol
  /// The parameters fill the first slots of the frame, in order.
  package let parameters: [Formal]
  package let body: Body
  package let span: Span
  package let scope: FunctionScope
  /// A string alone on the first line of the body.
  package let summary: String?
  /// What stands behind `@` above it, the outermost first.
  package let decorators: [Expression]
  /// All parameters are plain, so that arguments need no sorting.
  package let isPlain: Bool

  init(
    name: Symbol, parameters: [Formal], body: Body, span: Span, scope: FunctionScope,
    summary: String?, decorators: [Expression] = []
  ) {
    self.name = name
    self.parameters = parameters
    self.body = body
    self.span = span
    self.scope = scope
    self.summary = summary
    self.decorators = decorators
    isPlain = parameters.allSatisfy { $0.kind == .plain }
  }
}

/// `class Name(Base): …`
package final class ClassDefinition: Sendable {
  package let name: Symbol
  package let bases: [Expression]
  package let body: [Statement]
  package let span: Span
  /// The names that the body assigns become the attributes of the class.
  package let scope: FunctionScope
  package let summary: String?
  package let decorators: [Expression]

  init(
    name: Symbol, bases: [Expression], body: [Statement], span: Span, scope: FunctionScope,
    summary: String?, decorators: [Expression]
  ) {
    self.name = name
    self.bases = bases
    self.body = body
    self.span = span
    self.scope = scope
    self.summary = summary
    self.decorators = decorators
  }
}

/// `try: … except Kind as name: … else: … finally: …`
package final class Attempt: Sendable {
  package struct Handler: Sendable {
    /// Nothing for a bare `except:`.
    package let kinds: Expression?
    package let target: Target?
    package let body: [Statement]
  }

  package let body: [Statement]
  package let handlers: [Handler]
  package let otherwise: [Statement]
  package let finally: [Statement]

  init(
    body: [Statement], handlers: [Handler], otherwise: [Statement], finally: [Statement]
  ) {
    self.body = body
    self.handlers = handlers
    self.otherwise = otherwise
    self.finally = finally
  }

  /// All blocks whose names are still there when the statement has been run.
  package var blocks: [[Statement]] { [body] + handlers.map(\.body) + [otherwise, finally] }
}

/// What the evaluator must know about a function's variables; filled in by the parser alone.
package final class FunctionScope: @unchecked Sendable {
  package internal(set) var slots: [Symbol] = []
  package var slotCount: Int { slots.count }
  /// Uses variables of a surrounding function, whose frame must therefore be kept.
  package internal(set) var usesEnclosing = false
  /// Contains `yield`: a call makes a generator.
  package internal(set) var yields = false
  /// Of a class body, the names with a type, in order: the fields of a dataclass.
  package internal(set) var annotated: [Symbol] = []
}

extension Statement.Form {
  var yields: Bool {
    switch self {
    case .yielded: true
    default: blocks.contains { $0.contains(where: \.yields) }
    }
  }

  /// The blocks inside that belong to the same function.
  package var blocks: [[Statement]] {
    switch self {
    case .conditional(let branches, let otherwise): branches.map(\.body) + [otherwise]
    case .forLoop(_, in: _, let body, let otherwise), .whileLoop(_, let body, let otherwise):
      [body, otherwise]
    case .rounding(_, let body), .managed(_, as: _, let body): [body]
    case .attempt(let attempt): attempt.blocks
    case .expression, .assignment, .augmented, .update, .function, .returned, .leaveLoop,
      .nextRound, .pass, .assertion, .delete, .classDefinition, .raised, .importing, .yielded:
      []
    }
  }
}
