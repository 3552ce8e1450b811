import Presentation
import TestSupport
import Testing

@testable import Lessons

/// The worked examples of the decks, computed with nothing but the engine's own operations.
struct CatalogueTests {
  @Test(arguments: CatalogueFiles.paths.sampled(every: 4))
  func everyCheckHolds(path: String) throws {
    let report = LessonChecker(.test, lessons: []).report(on: try LessonFiles.source(path))
    for problem in report.malformed + report.failures {
      Issue.record("\(Renderer().render(problem))")
    }
    #expect(report.passed > 10)
  }

  @Test(arguments: CatalogueFiles.paths.sampled(every: 4))
  func everyEntryOfTheFrontMatterHasASection(path: String) throws {
    for example in try Lesson(parsing: LessonFiles.source(path)).front.examples {
      #expect(CatalogueStep.kinds[example] != nil, "\(example) is no entry of the catalogue")
      #expect(CatalogueFiles.marks[example] != nil, "\(example) has no section with marks")
    }
  }

  @Test func everyWorkedNumbersEntryIsComputed() {
    let worked = CatalogueStep.kinds.filter { $0.value == "worked-numbers" }.keys.sorted()
    #expect(worked.count > 60)
    for entry in worked { #expect(CatalogueFiles.marks[entry] != nil, "\(entry)") }
  }

  /// To six figures or more, for every step of every entry that has a section.
  @Test(arguments: CatalogueFiles.marks.keys.sorted())
  func everyExactValueIsClaimed(entry: String) {
    let marks = CatalogueFiles.marks[entry] ?? []
    for step in CatalogueStep.all where step.entry == entry {
      #expect(Mark.claim(step.exact[...], in: marks), "\(step.name): \(step.exact)")
    }
  }

  /// By a mark of any kind: as exact value, as slide arithmetic or as an erratum.
  @Test(arguments: CatalogueFiles.marks.keys.sorted())
  func everyPrintedNumberIsClaimed(entry: String) {
    let claims = (CatalogueFiles.marks[entry] ?? []).flatMap(\.printedNumbers)
    for step in CatalogueStep.all where step.entry == entry && !step.printed.isEmpty {
      var rest = claims[...]
      let isThere = step.printed.allSatisfy { number in
        guard let index = rest.firstIndex(of: number) else { return false }
        rest = rest[(index + 1)...]
        return true
      }
      #expect(isThere, "\(step.name): \(step.printed)")
    }
  }

  @Test(arguments: [
    ("#=> 0.123456", true), ("#=> 0.123457", false), ("#=> 0.12", false), ("#~> 0.123456", false),
    ("#=> [0.123456]", true), ("#=> [0.123456, 1]", false),
  ])
  func claimsHaveTeeth(mark: String, isClaim: Bool) throws {
    let text = "---\ntitle: T\ndeck: d\nplaces: 2\n---\n```nabla\n1  \(mark)\n```\n"
    let lesson = try Lesson(parsing: SourceText(name: "t.md", text: text))
    guard case .code(let code)? = lesson.steps.first?.content else {
      Issue.record("no code")
      return
    }
    #expect(Mark.claim([.number(0.1234561)], in: code.marks) == isClaim)
  }
}
