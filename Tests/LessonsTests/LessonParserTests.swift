import Presentation
import TestSupport
import Testing

@testable import Lessons

private let head = "---\ntitle: T\ndeck: d\nplaces: 2\n---\n"

struct LessonParserTests {
  @Test func stepsComeInOrderWithTheirLines() throws {
    let text = """
      ---
      title: A forward pass
      deck: kaist-ai602
      slides: ["DNN: Forward"]
      examples: [001/forward-example]
      requires: [sigmoid]
      places: 2
      minutes: 10
      ---
      # Start

      Prose.

      ```nabla hide explain
      x = "a # b"     # comment
      s = f(x)        #=> [1.35, -1.65]
                      #~(3)> 0.5
      t = 1           #!> 2 | the slide #1 is wrong
      ```

      ## Next

      ```quiz
      ask: What?
      answer: [1, 2; 3, 4]
      places: 2
      hints: [one, "two: three"]
      slips:
        - when: -s
          say: sign
      explanation: so
      ```

      ```try
      x = 2   # what now?
      ```
      """
    let lesson = try Lesson(parsing: SourceText(name: "lessons/d/01-a.md", text: text))
    #expect(lesson.slug == "01-a")
    #expect(lesson.front.title == "A forward pass")
    #expect(lesson.front.examples == ["001/forward-example"])
    #expect(lesson.front.places == 2)
    #expect(lesson.steps.map(\.line) == [10, 15, 24, 35])
    #expect(lesson.steps.map(\.headings.count) == [0, 0, 1, 0])
    guard case .code(let code) = lesson.steps[1].content else {
      Issue.record("no code")
      return
    }
    #expect(code.attributes == [.hide, .explain])
    #expect(code.marks.map(\.line) == [16, 17, 18])
    #expect(
      code.marks.map(\.kind) == [
        .exact, .slide(places: 3), .erratum(reason: "the slide #1 is wrong"),
      ])
    guard case .quiz(let quiz) = lesson.steps[2].content else {
      Issue.record("no quiz")
      return
    }
    #expect(quiz.answer == .expression("[1, 2; 3, 4]"))
    #expect(quiz.hints == ["one", "two: three"])
    #expect(quiz.slips == [.init(when: "-s", say: "sign", line: 29)])
  }

  @Test func severalMarksMayShareALine() throws {
    let text =
      head + "```nabla\nE = 1   #=> 0.0703  #~> 0.072  #!> 0.08 | a #=> in a reason? | yes\n```\n"
    // A mark inside a reason is a mark: the reason ends before it.
    let problems = problems(in: text)
    #expect(problems.contains { $0.headline.contains("in a reason") })
    let fine = head + "```nabla\nE = 1   #=> 0.0703  #~> 0.072\n```\n"
    let lesson = try Lesson(parsing: SourceText(name: "a.md", text: fine))
    guard case .code(let code) = lesson.steps[0].content else { return }
    #expect(code.marks.map(\.text) == ["0.0703", "0.072"])
  }

  @Test func choicesAnswerByLetterNumberOrText() {
    let choices = ["alpha", "beta", "3"]
    #expect(Choices.index(of: "B", in: choices) == 1)
    #expect(Choices.index(of: "(b)", in: choices) == 1)
    #expect(Choices.index(of: "2", in: choices) == 1)
    #expect(Choices.index(of: "3", in: choices) == 2)
    #expect(Choices.index(of: "ALPHA", in: choices) == 0)
    #expect(Choices.index(of: "d", in: choices) == nil)
  }

  @Test func windowsLineEndsAreRead() throws {
    let text = (head + "Prose.\n\n```nabla\nx = 1  #=> 1\n```\n").split(
      separator: "\n", omittingEmptySubsequences: false
    ).joined(separator: "\r\n")
    let lesson = try Lesson(parsing: SourceText(name: "a.md", text: text))
    #expect(lesson.steps.count == 2)
    guard case .code(let code) = lesson.steps[1].content else { return }
    #expect(code.marks.first?.line == 9)
  }

  /// Each malformed lesson, and what is said about it.
  @Test func everyProblemIsNamedWithItsPlace() {
    let cases: [(title: String, text: String)] = [
      ("no front matter", "# A lesson\n"),
      ("front matter left open", "---\ntitle: T\n"),
      ("missing keys", "---\nminutes: 5\n---\nText.\n"),
      ("unknown key", "---\ntitel: T\ntitle: T\ndeck: d\n---\nText.\n"),
      ("wrong types", "---\ntitle: [T]\ndeck: d\nplaces: two\nslides: {a: b}\n---\nText.\n"),
      ("no YAML", "---\ntitle: T\ndeck: 'd\n---\nText.\n"),
      ("a key twice", "---\ntitle: T\ntitle: U\ndeck: d\n---\nText.\n"),
      ("not a mapping", "---\n- title\n---\nText.\n"),
      ("no steps", head),
      ("misspelt block", head + "```nabal\nx = 1\n```\n"),
      ("unknown attribute", head + "```nabla hied\nx = 1\n```\n"),
      (
        "malformed marks",
        head + "```nabla\nx = 1  #=>\ny = 2  #=> [1, [2]]\nz = 3  #!> 4\nw = 3  #~(x)> 4\n"
          + "v = 3  #=(2)> 4\n```\n"
      ),
      (
        "marks without a statement or a value",
        head + "```nabla\n#=> 1\nf(x) = x  #=> 2\nfor k in range(3):\n    k  #=> 2\n```\n"
      ),
      ("code that cannot be read", head + "```nabla\nx = (1 + \ny = 2 ^ 3\n```\n"),
      ("quiz without question and answer", head + "```quiz\nplaces: 2\n```\n"),
      (
        "unknown fields of a quiz",
        head + "```quiz\nask: a\nanswer: 1\nhint: b\nslips:\n  - if: 2\n    say: c\n```\n"
      ),
      ("a slip without words", head + "```quiz\nask: a\nanswer: 1\nslips:\n  - when: 2\n```\n"),
      (
        "an answer that is no choice",
        head + "```quiz\nask: a\nchoices: [b, c]\nanswer: E\n```\n"
      ),
      ("too few choices", head + "```quiz\nask: a\nchoices: [b]\nanswer: A\n```\n"),
      ("unknown kind", head + "```quiz\nask: a\nkind: tekst\nanswer: b\n```\n"),
      ("quiz that is no YAML", head + "```quiz\nask: a: b\nanswer: 1\n```\n"),
      ("task without checks", head + "```task\nask: a\nsolution: b\n```\n"),
      (
        "several at once",
        "---\ntitle: T\nplaces: -1\n---\n```nabla hde\nx = 1 #=> ?\n```\n\n```quiz\nask: a\n```\n"
      ),
    ]
    var transcript = "# What is wrong with a lesson\n"
    for (title, text) in cases {
      transcript += "\n## \(title)\n\n````\n\(text)````\n\n````\n"
      let problems = problems(in: text)
      #expect(!problems.isEmpty, "\(title) was accepted")
      transcript += problems.map { Renderer(width: 80).render($0) }.joined(separator: "\n")
      transcript += "````\n"
    }
    expectGolden(name: "malformed-lessons", text: transcript)
  }

  /// By number, because a failing test prints its argument.
  @Test(arguments: hostileLessons.indices)
  func hostileLessonsAreRefusedOrRead(number: Int) {
    _ = problems(in: hostileLessons[number])
  }

  private func problems(in text: String) -> [Diagnostic] {
    do {
      _ = try Lesson(parsing: SourceText(name: "lesson.md", text: text))
      return []
    } catch {
      return error.diagnostics
    }
  }
}

private let hostileLessons = [
  "---\ntitle: " + String(repeating: "[", count: 100_000) + "\n---\n",
  "---\n" + String(repeating: "a: &x [*x, *x]\n", count: 100) + "---\n",
  "---\ntitle: &a [b]\ndeck: *a\n---\nx\n",
  head + "```quiz\nask: " + String(repeating: "{", count: 5000) + "\n```\n",
  head + "```quiz\n- a\n```\n", head + "```quiz\n```\n", head + "```nabla", "---\n---\n", "---", "",
  head + "```nabla\n#=> 1\n" + String(repeating: "#=> ", count: 20_000) + "\n```\n",
  head + "```quiz\n? [a]\n: b\n```\n", "---\ntitle: \0\n---\n",
]
