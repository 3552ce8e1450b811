import Language
import Presentation

/// What the front matter of a homework says beyond that of a lesson (`kind: homework`).
package struct HomeworkFacts: Sendable, Equatable {
  /// Stands in every release, submission and gradebook; never changes when the file moves.
  package var id: String
  /// Entries of the catalogue that it exercises; it does not cover them.
  package var practises: [String] = []
  /// How many answers to a question count; nil where nobody counts them.
  package var attempts: Int?
  package var credit = Credit()
}

/// The share of a question's points for a verdict that is neither right nor wrong.
package struct Credit: Sendable, Equatable {
  package enum Kind: String, Sendable, CaseIterable {
    case tooFewFigures = "too-few-figures"
    case truncated, rounded, carried, slip
  }

  /// What the front matter says.
  package var shares: [Kind: Double] = [:]

  package init(_ shares: [Kind: Double] = [:]) { self.shares = shares }

  /// An answer cut off counts as one rounded where nothing else is said; what follows from an earlier
  /// answer counts in full, a slip not at all.
  package subscript(kind: Kind) -> Double {
    if let share = shares[kind] { return share }
    switch kind {
    case .tooFewFigures: return 0.75
    case .truncated: return self[.rounded]
    case .rounded: return 0.75
    case .carried: return 1
    case .slip: return 0
    }
  }
}

/// What a question of a homework has beyond one of a lesson.
package struct Assessment: Sendable, Equatable {
  /// Names the question in releases, answers and gradebooks; never its position.
  package var id: String
  package var points: Double
  /// The answer is also this variable in all later questions.
  package var name: String?
  /// The answer is never carried forward from, nor to.
  package var isIndependent = false
}

/// What the code of a homework's task may and must do.
package struct TaskRules: Sendable, Equatable {
  /// Names and signs that the code may not use, as whole tokens.
  package var forbidden: [String] = []
  /// Names that the code must leave behind.
  package var makes: [String] = []
  /// Points in the share of checks that hold, of those that the start does not pass.
  package var isPartial = false
}

/// A `given` block with a row of numbers for each variant.
package struct Given: Sendable {
  package struct Variant: Sendable {
    package var name: String
    /// `x = [1.5, -0.5]`, a line each.
    package var code: CodeStep
  }

  package var variants: [Variant]
  package var line: Int
}

extension Lesson {
  /// The names of the variants; empty where everybody has the same numbers.
  package var variants: [String] {
    for step in steps {
      if case .given(let given) = step.content { return given.variants.map(\.name) }
    }
    return []
  }

  /// The homework as one variant has it: a lesson with that row of numbers, in which the answer to a
  /// question with a name becomes a variable behind it.
  package func variant(_ name: String?) -> Lesson {
    var result = self
    result.steps = steps.flatMap { step -> [Step] in
      switch step.content {
      case .given(let given):
        let row = given.variants.first { $0.name == name } ?? given.variants.first
        return row.map { [Step(content: .code($0.code), line: step.line, headings: step.headings)] }
          ?? []
      case .quiz(let quiz):
        guard let naming = quiz.naming(in: source) else { return [step] }
        return [step, Step(content: .code(naming), line: step.line)]
      case .prose, .code, .experiments, .task: return [step]
      }
    }
    return result
  }
}

extension Quiz {
  /// `s1 = Θ1ᵀ @ x` of a question with a name.
  package func naming(in source: SourceText) -> CodeStep? {
    guard let name = assessment?.name, case .expression(let answer) = answer else { return nil }
    return CodeStep.hidden("\(name) = \(answer)", in: source, line: lines["answer"] ?? line)
  }
}

extension CodeStep {
  /// Code that stands in a field of YAML; what is wrong with it is found when it is run.
  static func hidden(_ text: String, in source: SourceText, line: Int) -> CodeStep {
    let code = SourceText(name: source.name, text: text, firstLine: line)
    return CodeStep(tree: Parser.parse(code).tree, attributes: [.hide], marks: [])
  }
}
