import Language
import Presentation

/// A lesson: what its front matter says about it, and its steps in order.
package struct Lesson: Sendable {
  package let source: SourceText
  package var front: FrontMatter
  package var steps: [Step]

  package init(source: SourceText, front: FrontMatter, steps: [Step]) {
    self.source = source
    self.front = front
    self.steps = steps
  }

  /// `lessons/tcd-cs7cs4/02-backprop.md` → `02-backprop`.
  package var slug: String { Lesson.slug(ofPath: source.name) }

  package static func slug(ofPath path: String) -> String {
    let file = path.split(separator: "/").last.map(String.init) ?? path
    return file.hasSuffix(".md") ? String(file.dropLast(3)) : file
  }
}

/// The facts between the `---` lines at the top of a lesson.
package struct FrontMatter: Sendable, Equatable {
  package var title: String
  package var deck: String
  package var slides: [String] = []
  /// Entries of the catalogue of worked examples.
  package var examples: [String] = []
  /// Lessons or functions the student should know.
  package var requires: [String] = []
  /// What it is about, for `nabla lessons TOPIC`.
  package var topics: [String] = []
  /// Decimals of slide arithmetic.
  package var places: Int?
  package var minutes: Int?
  /// Of a homework.
  package var homework: HomeworkFacts?
  /// Significant figures asked for by the questions that name no precision of their own.
  package var figures: Int?
  /// Rules that the lesson breaks for a reason, which it names.
  package var exceptions: [LessonRule: String] = [:]
  /// The line of each key, for what is found out later.
  package var lines: [String: Int] = [:]
}

/// One step of a lesson.
package struct Step: Sendable {
  package enum Content: Sendable {
    case prose([Block])
    case code(CodeStep)
    /// Numbers of which each student has one row.
    case given(Given)
    case quiz(Quiz)
    case experiments(Experiments)
    case task(LessonTask)
  }

  package var content: Content
  package var line: Int
  /// Headings that stand directly above.
  package var headings: [Block] = []
  /// What whoever presents it wants to remember.
  package var notes: [String] = []
}

/// A `nabla` block.
package struct CodeStep: Sendable {
  package enum Attribute: String, Sendable, CaseIterable {
    /// Run and checked, but shown only on request.
    case hide
    /// Each named result is worked out after it is shown.
    case explain
    /// The last value is drawn.
    case plot
    /// Of a homework: for the grader and the answer key.
    case solution
  }

  package var tree: SyntaxTree
  package var attributes: Set<Attribute>
  package var marks: [Mark]

  package var source: SourceText { tree.source }
}

/// A `quiz` block.
package struct Quiz: Sendable {
  package enum Answer: Sendable, Equatable {
    /// An expression of the language: a number or a tensor.
    case expression(String)
    case choice(Int)
    /// Accepted texts, compared without regard to case and spacing.
    case texts([String])
  }

  /// A wrong answer foreseen by the author, and what to say to it.
  package struct Slip: Sendable, Equatable {
    package var when: String
    package var say: String
    package var line: Int
  }

  package var ask: String
  package var choices: [String] = []
  package var answer: Answer
  /// Decimals or significant figures asked for; nil when the answer is exact.
  package var precision: Decimal.Precision?
  package var hints: [String] = []
  package var slips: [Slip] = []
  package var explanation: String?
  /// What is worked out when the answer has been shown: a quantity or a derivative.
  package var explain: String?
  /// Of a homework's question.
  package var assessment: Assessment?
  package var line: Int
  /// The line of each field.
  package var lines: [String: Int] = [:]
}

/// A `try` block: lines the student may type, with comments; run by `check` on a copy of the
/// variables, never by the lesson itself.
package struct Experiments: Sendable {
  package var tree: SyntaxTree

  package var source: SourceText { tree.source }
}

/// A `task` block: the student writes code, checks decide.
package struct LessonTask: Sendable {
  package var ask: String
  package var start: String
  package var solution: String
  /// Expressions that must come out true.
  package var checks: [String]
  package var hints: [String] = []
  package var explanation: String?
  /// Of a homework's task.
  package var assessment: Assessment?
  package var rules = TaskRules()
  package var line: Int
  package var lines: [String: Int] = [:]
}
