import Presentation
import Testing

@testable import Grading

/// A submission of the examples, and what must become of it.
struct Example: Sendable, CustomTestStringConvertible {
  let homework: String
  let file: String
  var variant: String?
  let points: Double
  /// What is not right, question by question.
  let verdicts: String
  /// Words that a question's feedback must have.
  var says: [String: String] = [:]
  /// How slips begin.
  var slips: [String: String] = [:]

  var testDescription: String { file }

  static let all: [Example] = backprop + softmax

  static let backprop: [Example] = [
    .init(
      "01-own-figures", 20, "", ["q7": "from your own h1 and δ2", "q8": "from your own"]),
    .init(
      "02-rounds", 19.5,
      """
      q2 too-few-figures, q3 too-few-figures, q4 carried, q6 carried, q7 carried, q8 carried, \
      q9 carried
      """, ["q2": "right to 2 figures, 4", "q6": "follows from your ŷ"]),
    .init(
      "03-sign", 13.75, "q5 slip, q6 slip, q7 carried, q8 carried, q9 carried, q11 wrong",
      [
        "q5": "the direction of the step", "q6": "sign", "q7": "follows from your δ2",
        "q11": "wrong on 3 of 3 examples: every entry has the opposite sign",
      ], ["q6": "sign-flipped"]),
    .init(
      "04-slope", 10.25,
      "q6 slip, q7 carried, q8 slip, q9 carried, q10 wrong, q11 wrong",
      ["q6": "slope", "q7": "follows from your δ2", "q11": "off by one common factor"],
      ["q6": "activation-slope-missing", "q8": "activation-slope-missing at h1"]),
    .init(
      "06-early", 19.25,
      "q2 slip, q3 carried, q4 carried, q6 carried, q7 carried, q8 carried, q9 carried",
      ["q3": "follows from your h1"], ["q2": "entry-sign-flipped at s1"]),
    .init(
      "05-operand", 13.75, "q5 slip, q7 slip, q9 carried, q11 wrong",
      ["q7": "Θ2 stands where h1 belongs", "q9": "follows from your g2"],
      ["q7": "operand-swapped"]),
    .init(
      "07-transposed", 17.75, "q8 slip", ["q8": "rows and columns are exchanged"]),
    .init(
      "08-malformed", 7,
      "q2 malformed, q4 malformed, q7 malformed, q8 malformed, q9 malformed, q11 malformed",
      [
        "q2": "write decimals with a point: [0.7311, 0.1824]", "q4": "\"about\" is no number",
        "q7": "a comma is missing after −0.07544", "q8": "row 0 has 2 numbers, row 1 has 1",
        "q9": "the bracket opened in column 1 is not closed", "q11": "line 1: there are no imports",
      ]),
    .init("09-blank", 0, (1...11).map { "q\($0) blank" }.joined(separator: ", ")),
    .init(
      "11-copied", 7, variant: "C",
      """
      q1 other-variant, q2 other-variant, q3 other-variant, q4 other-variant, q6 other-variant, \
      q7 other-variant, q8 other-variant, q9 other-variant
      """, ["q1": "Yours are x = [-1.0, 0.5]"]),
    .init(
      "12-expressions", 12, "q1 malformed, q6 malformed, q7 malformed, q8 malformed",
      ["q1": "Θ1 is a name", "q4": "right, from your own ŷ", "q7": "δ2 is a name"]),
  ]

  static let softmax: [Example] = [
    .init(
      softmax: "01-other-weights", 24, "",
      ["q1": "right on all 729 inputs", "q9": "from your own h and dc"]),
    .init(
      softmax: "02-rounds", 23.5,
      """
      q6 too-few-figures, q7 carried, q8 carried, q9 carried, q10 carried, q11 carried
      """, ["q6": "right to 2 figures"]),
    .init(
      softmax: "03-sign", 22.5, "q8 slip, q9 carried, q10 carried, q11 carried",
      ["q8": "sign", "q9": "follows from your dc"], ["q8": "sign-flipped"]),
    .init(
      softmax: "11-copied", 22.5, "q8 slip, q9 carried, q10 carried, q11 carried"),
    .init(
      softmax: "05-operand", 22.5, "q9 slip", ["q9": "x stands where h belongs"],
      ["q9": "operand-swapped"]),
    .init(
      softmax: "04-gate", 21.75, "q10 slip, q11 carried",
      ["q10": "its gate stops the gradient", "q11": "follows from your da"]),
    .init(
      softmax: "06-bias", 23.25,
      """
      q4 slip, q5 carried, q6 carried, q7 carried, q8 carried, q9 carried, q10 carried, q11 carried
      """, ["q4": "the bias b is missing"]),
    .init(
      softmax: "07-transposed", 18.75, "q1 slip, q9 slip, q11 slip",
      [
        "q1": "transposed, it passes every check", "q9": "your matrix is 3×2",
        "q11": "rows and columns are exchanged",
      ]),
    .init(
      softmax: "08-malformed", 13,
      "q1 malformed, q2 malformed, q6 malformed, q7 malformed, q9 malformed, q12 malformed",
      [
        "q2": "write the number, 3 for three", "q6": "write 0.39, not 39 %",
        "q7": "\"nats\" behind the number", "q9": "row 0 has 3 numbers, row 1 has 2",
        "q12": "one letter, A to D",
      ]),
    .init(softmax: "09-blank", 0, (1...12).map { "q\($0) blank" }.joined(separator: ", ")),
    .init(
      softmax: "12-expressions", 18, "q6 malformed, q8 malformed, q9 malformed",
      ["q6": "softmax works the question out; write the 3 numbers", "q8": "s is a name"]),
  ]

  init(
    _ file: String, _ points: Double, variant: String? = "A", _ verdicts: String,
    _ says: [String: String] = [:], _ slips: [String: String] = [:]
  ) {
    (homework, self.file) = ("01-backprop-by-hand", "backprop/\(file).md")
    (self.points, self.variant, self.verdicts, self.says) = (points, variant, verdicts, says)
    self.slips = slips
  }

  init(
    softmax file: String, _ points: Double, _ verdicts: String, _ says: [String: String] = [:],
    _ slips: [String: String] = [:]
  ) {
    (homework, self.file) = ("02-softmax-and-xor", "softmax/\(file).md")
    (self.points, variant, self.verdicts, self.says) = (points, nil, verdicts, says)
    self.slips = slips
  }
}

/// The submissions of the examples with their points and verdicts.
struct GradingTests {
  @Test(arguments: Example.all)
  func aSubmissionGetsItsPointsAndVerdicts(_ example: Example) throws {
    let grader = try Classroom.grader(example.homework)
    let grade = grader.grade(try Classroom.fixture(example.file), variant: example.variant)
    #expect(grade.points == example.points, "\(grade.markdown(title: example.file))")
    #expect(grade.summary == example.verdicts)
    for (id, words) in example.says {
      let feedback = grade[id]?.feedback ?? ""
      #expect(feedback.lowercased().contains(words.lowercased()), "\(id): \(feedback)")
    }
    for (id, slip) in example.slips {
      let found = grade[id]?.slip ?? "none"
      #expect(found.hasPrefix(slip), "\(id): \(found)")
    }
  }

  @Test func aScriptIsTheSameSubmission() throws {
    let grader = try Classroom.grader("01-backprop-by-hand")
    let grade = grader.grade(try Classroom.fixture("backprop/13-script.nabla"), variant: "A")
    #expect(grade.student == "s13")
    #expect(grade.points == 20 && grade.summary == "")
  }

  @Test func numbersOfAnotherVariantAreToldToTheInstructorAlone() throws {
    let grader = try Classroom.grader("01-backprop-by-hand")
    let grade = grader.grade(try Classroom.fixture("backprop/11-copied.md"), variant: "C")
    #expect(grade.remarks == ["8 of 8 numbers are right for variant A"])
    #expect(!grade.document.plain.contains("variant A"))
    #expect(!grade.json.text.contains("8 of 8"))
  }

  @Test func malformedAnswersStayOpen() throws {
    let grader = try Classroom.grader("01-backprop-by-hand")
    let grade = grader.grade(try Classroom.fixture("backprop/08-malformed.md"), variant: "A")
    #expect(grade.open == 13)
    #expect(grade["q2"]?.attempts == 0 && grade["q1"]?.attempts == 1)
  }

  @Test func ofSeveralAttemptsTheBestCounts() throws {
    let grader = try Classroom.grader("02-softmax-and-xor")
    func attempt(_ q2: String) -> Submission {
      var submission = grader.assignment.submission([])
      submission.answers = ["q2": q2]
      return submission
    }
    let grade = grader.grade(
      ["2", "three", "3", "4", "3"].map(attempt), student: "s", variant: nil)
    #expect(grade["q2"]?.points == 1 && grade["q2"]?.attempts == 3)
    // The fourth that is judged comes too late.
    let late = grader.grade(["2", "4", "1", "3"].map(attempt), student: "s", variant: nil)
    #expect(late["q2"]?.points == 0.25)
  }

  @Test func aTaskSharesItsPointsAmongTheChecksThatTheStartDoesNotPass() throws {
    let grader = try Classroom.grader("02-softmax-and-xor")
    let grade = grader.grade(["q1": "W = [1, 0; 0, 1; 0, 1]\nb = [0, 0]"])
    #expect(grade["q1"]?.points == 1)
    #expect(grade["q1"]?.feedback.contains("wrong on 61 of 729 inputs") == true)
  }

  @Test func nothingTrivialIsCarriedForward() throws {
    let grader = try Classroom.grader("01-backprop-by-hand")
    let grade = grader.grade(["q6": "0", "q7": "[0, 0]", "q8": "[0, 0; 0, 0]"], variant: "A")
    #expect(grade.points == 0)
  }

  @Test func everyRightAnswerOfEveryVariantIsRightAtFourFigures() throws {
    let assignment = try Classroom.assignment("01-backprop-by-hand")
    let outcomes = try HomeworkCheck(assignment, in: Classroom.context).outcomes
    #expect(outcomes.count == 12)
    for outcome in outcomes {
      if case .failed(let problem) = outcome.status { Issue.record("\(problem.headline)") }
    }
  }

  @Test func jsonComesBackAsItWas() throws {
    let grader = try Classroom.grader("01-backprop-by-hand")
    let grade = grader.grade(try Classroom.fixture("backprop/02-rounds.md"), variant: "A")
    let line = try JSONReader.value(of: grade.wire.text)
    #expect(Grade(line) == grade)
    let keys = ["student", "variant", "points", "maximum", "questions"]
    guard case .object(let members) = grade.json else {
      Issue.record("no object")
      return
    }
    #expect(members.map(\.key) == keys)
  }
}

extension Document {
  fileprivate var plain: String { Renderer().render(self) }
}
