import Language
import Lessons
import Presentation
import Testing

@testable import Grading

/// What a student gets tells no answer, and comes back blank.
struct ReleaseTests {
  private static let files = ["01-backprop-by-hand", "02-softmax-and-xor"]

  @Test(arguments: files)
  func aReleaseIsBlankAndTheSolutionEarnsAll(_ file: String) throws {
    let outcomes = try HomeworkCheck(Classroom.assignment(file), in: Classroom.context).outcomes
    for outcome in outcomes {
      if case .failed(let problem) = outcome.status { Issue.record("\(problem.headline)") }
    }
  }

  /// Every accepted value of every variant, at two to six figures, outside of the numbers given.
  @Test(arguments: files)
  func noReleaseOfARosterOf300TellsAnAnswer(_ file: String) throws {
    let grader = try Classroom.grader(file)
    let assignment = grader.assignment
    var secrets: Set<String> = []
    for variant in assignment.variants.isEmpty ? [nil] : assignment.variants.map({ $0 }) {
      for value in (grader.reference(variant)?.exact ?? [:]).values {
        for element in value.elements where element != element.rounded() {
          for figures in 2...6 {
            let text = Decimal(element, rounded: .significant(figures)).plain
            // Of fewer digits a text is full by chance.
            if text.count(where: \.isNumber) > 3 { secrets.insert(text.replacing("-", with: "")) }
          }
        }
      }
    }
    #expect(secrets.count > 30)
    let texts = Set(
      (1...300).map { number -> String in
        let student = "s\(number)"
        let release = Release(
          of: assignment, student: student, variant: assignment.variant(of: student))
        return release.text.replacing("student: \(student)", with: "")
      })
    #expect(texts.count == max(1, assignment.variants.count))
    for text in texts {
      let numbers = Set(text.matches(of: /\d+\.\d+/).map { String($0.output) })
      #expect(numbers.isDisjoint(with: secrets), "\(numbers.intersection(secrets))")
      for word in ["slips:", "answer:", "checks:", "solution", "allclose", "explanation"] {
        #expect(!text.contains(word), "\(word)")
      }
    }
  }

  @Test func theIdDrawsTheNumbersAndTheRosterMayNameThem() throws {
    let assignment = try Classroom.assignment("01-backprop-by-hand")
    let drawn = (1...400).map { assignment.variant(of: "student\($0)") }
    for variant in assignment.variants {
      #expect((60...140).contains(drawn.count { $0 == variant }), "\(variant)")
    }
    #expect(assignment.variant(of: "s17") == assignment.variant(of: "s17"))
    let roster = try Roster(Array("student,variant\ns17,C\nÄnne O'Neil,\n".utf8), name: "r.csv")
    #expect(assignment.variant(of: "s17", roster: roster) == "C")
    #expect(roster.entries.map(\.student) == ["s17", "Änne O'Neil"])
    #expect(throws: Diagnostic.self) {
      try Roster(Array("s1\ns1\n".utf8), name: "r.csv")
    }
  }

  @Test func aFileIsNamedAsItsStudentAndLeadsNowhere() {
    #expect(FileName.safe("s17") == "s17")
    for name in ["../../etc/passwd", ".ssh", "-rf", "a/b", "a b", "", "\u{1B}[2J", "a\nb"] {
      let safe = FileName.safe(name)
      #expect(!safe.contains("/") && !safe.hasPrefix(".") && !safe.hasPrefix("-") && safe != "")
      #expect(!safe.contains("\n") && !safe.contains("\u{1B}"))
    }
    #expect(FileName.safe("a/b") != FileName.safe("a_b"))
  }
}
