import Language
import Presentation

/// What a code step gave: a value for each of its marks, until something stopped it.
struct StepRun {
  /// In the order of the step's marks; nil where the statement has no value to compare.
  var values: [ComputedValue?]
  var failure: Diagnostic?
}

extension Workspace {
  /// Runs a code step to its end or to its first error, looking at each mark's value right after
  /// the mark's statement.
  func run(_ step: CodeStep) -> StepRun {
    var run = StepRun(values: step.marks.map { _ in nil })
    for (index, statement) in step.tree.statements.enumerated() {
      do {
        let result = try self.run(statement, of: step.tree)?.values.last
        for (number, mark) in step.marks.enumerated() where mark.statement == index {
          run.values[number] =
            if let target = mark.target { try value(of: target) } else {
              result.map { computed($0.value) }
            }
        }
      } catch {
        run.failure = error
        return run
      }
    }
    return run
  }
}

/// The marks of a lesson with what its computations gave: the exact run, and one run for each
/// number of places in which a mark or the front matter speaks of slide arithmetic.
package struct LessonEvidence: Sendable {
  package struct Entry: Sendable {
    package var mark: Mark
    package var source: SourceText
    /// Nil where the lesson stopped before, or where there is nothing to compare.
    package var exact: ComputedValue?
    package var slide: [Int: ComputedValue] = [:]
  }

  package var front: FrontMatter
  package var entries: [Entry] = []

  /// Nil when the mark of an entry holds.
  package func failure(of entry: Entry) -> Diagnostic? {
    let mark = entry.mark
    guard let exact = entry.exact else { return .markWithoutEvidence(mark, entry.source) }
    return mark.failure(
      on: MarkEvidence(exact: exact, slide: entry.slide), places: mark.places(in: front),
      in: entry.source)
  }
}

extension Lesson {
  /// The places in which slide arithmetic is asked for.
  var roundings: Set<Int> {
    var result = Set(front.places.map { [$0] } ?? [])
    for step in steps {
      guard case .code(let code) = step.content else { continue }
      for mark in code.marks {
        if case .slide(let places?) = mark.kind { result.insert(places) }
      }
    }
    return result
  }
}

extension Diagnostic {
  fileprivate static func markWithoutEvidence(_ mark: Mark, _ source: SourceText) -> Diagnostic {
    Diagnostic(
      "lesson-check", "there is no value to compare with this mark", source: source,
      primary: Label(mark.span), notes: ["printed \(mark.text), computed nothing"],
      helps: ["put the mark after 'name = …', or after an expression"])
  }
}
