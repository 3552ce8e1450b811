import Presentation
import TestSupport
import Testing

@testable import Grading

/// What comes from a student is data: it names nothing, leads nowhere, and steers nothing.
struct HostileTests {
  private func block(_ id: String, _ text: String) -> String { "```answer \(id)\n\(text)\n```\n" }

  @Test(.nightly) func theHostileSubmissionToTheFirstHomework() throws {
    let grader = try Classroom.grader("01-backprop-by-hand")
    let text =
      "student: =HYPERLINK(\"http://x\",\"../../etc/passwd\")\n"
      + block("q1", "[1, -1.5]") + block("q2", "[0.7311, 0.1824]\u{1B}]0;owned\u{07}\u{1B}[2J")
      + block("q3", "9**9**9**9") + block("q4", String(repeating: "[", count: 100_000))
      + block("q6", "[0]*10**10") + block("q7", "print(open(\"/etc/passwd\"))")
      + block("q11", "while True: pass") + String(repeating: " ", count: 100_000)
    let grade = grader.grade(Array(text.utf8), variant: "A")
    #expect(grade.points == 2, "\(grade.markdown(title: "hostile"))")
    #expect(grade["q2"]?.feedback == "right; control characters were taken out")
    #expect(grade["q3"]?.feedback.contains("the number is too large") == true)
    #expect(grade["q4"]?.feedback.contains("brackets nested deeper than 64") == true)
    #expect(grade["q6"]?.feedback.contains("is no arithmetic of numbers") == true)
    #expect(grade["q7"]?.feedback.contains("\"print\" is no number") == true)
    #expect(grade["q11"]?.feedback == "stopped after 10,000,000 steps")
    #expect(
      grade.summary == """
        q3 malformed, q4 malformed, q5 blank, q6 malformed, q7 malformed, q8 blank, q9 blank, \
        q10 blank, q11 wrong
        """)
    try expectHarmless(grade, grader)
  }

  @Test(.nightly) func theHostileSubmissionToTheSecondHomework() throws {
    let grader = try Classroom.grader("02-softmax-and-xor")
    let text =
      "student: \u{1B}[2J../../s01\n" + block("q1", "while True:\n    W = zeros(3, 2)")
      + block("q3", "W = zeros(60000, 60000)") + block("q4", "[1.6, \u{1B}[31m0]")
      + block("q5", String(repeating: "[", count: 100_000)) + block("q7", "10**10**10")
      + block("q12", String(repeating: "A", count: 4_000_000))
    let grade = grader.grade(Array(text.utf8))
    #expect(grade.points == 1, "\(grade.markdown(title: "hostile"))")
    #expect(grade["q1"]?.feedback == "stopped after 10,000,000 steps")
    #expect(grade["q3"]?.feedback.hasPrefix("stopped") == true)
    #expect(grade["q4"]?.verdict == .right)
    #expect(grade["q7"]?.feedback.contains("too large") == true)
    #expect(grade["q12"]?.feedback == "not judged: one letter, A to D")
    try expectHarmless(grade, grader)
  }

  /// No escape reaches a terminal, a table or a page, and no cell is a formula.
  private func expectHarmless(_ grade: Grade, _ grader: Grader) throws {
    let texts = [
      Renderer().render(grade.document), GradeTables.long([grade], of: grader.assignment),
      GradeTables.wide([grade], of: grader.assignment), GradeTables.json([grade]),
      grade.markdown(title: "x"), HTMLRenderer().page(grade.document, title: "x"),
      grade.gradescope.text,
      Renderer().render(GradeReport([grade], of: grader.assignment).document),
    ]
    for text in texts {
      #expect(!text.unicodeScalars.contains { $0.value == 0x1B || $0.value == 0x07 })
    }
    for row in DelimitedText(Array(texts[1].utf8)).rows + DelimitedText(Array(texts[2].utf8)).rows {
      for cell in row {
        let isNumber = Double(cell.text) != nil
        #expect(isNumber || !"=+-@".contains(cell.text.first ?? " "), "\(cell.text)")
      }
    }
    #expect(GradeTables.json([grade]).split(separator: "\n").count == 1)
    #expect(!FileName.safe(grade.student).contains("/"))
  }

  @Test func aSubmissionChangesNothingForTheNext() throws {
    let grader = try Classroom.grader("02-softmax-and-xor")
    let right = try Classroom.fixture("softmax/01-other-weights.md")
    let before = grader.grade(right)
    _ = grader.grade([
      "q1": "def allclose(*a): return True\ndef argmax(x): return 0\nW = 1\nb = 2",
      "q3": "class T:\n    def __eq__(self, o): return True\nW = T()\nb = T()\nW′ = T()\nb′ = T()",
      "q4": "[1e308, -1e308]", "q5": "[nan, inf, 0]",
    ])
    #expect(grader.grade(right) == before)
  }

  @Test(arguments: [
    "def argmax(x): return 1\nW = [0, 0; 0, 0; 0, 0]\nb = [0, 0]",
    "if True:\n    all = lambda x: True\nW = [0, 0; 0, 0; 0, 0]\nb = [0, 0]",
    "class T:\n    def __eq__(self, o): return True\nW = T()\nb = T()",
    "import os\nW = 1\nb = 1",
  ])
  func codeDoesNotReachItsJudge(_ code: String) throws {
    let grade = try Classroom.grader("02-softmax-and-xor").grade(["q1": code])
    #expect(grade.points == 0 && grade["q1"]?.verdict == .malformed, "\(grade.parts[0])")
  }

  @Test func whatIsForbiddenIsForbiddenAsAWholeToken() throws {
    let grader = try Classroom.grader("01-backprop-by-hand")
    let engine = """
      def dE_dΘ2(x, Θ1, Θ2, y):
          E = (y - σ(Θ2ᵀ @ σ(Θ1ᵀ @ x)))**2 / 2
          return d(E)/d(Θ2)
      """
    #expect(grader.grade(["q11": engine], variant: "A")["q11"]?.verdict == .malformed)
    let sign = engine.replacing("d(E)/d(Θ2)", with: "∂E/∂Θ2")
    #expect(grader.grade(["q11": sign], variant: "A")["q11"]?.verdict == .malformed)
  }
}
