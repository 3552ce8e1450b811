import Presentation
import Testing

@testable import Grading

/// Tables in and out: an LMS's gradebook keeps every byte but its column.
struct GradebookTests {
  private func grades(_ points: [String: Double]) -> [Grade] {
    points.map { student, points in
      Grade(
        student: student, variant: nil,
        parts: [
          .init(
            id: "q1", verdict: .right, points: points, maximum: 20, typed: "1", feedback: "right")
        ])
    }
  }

  private func filled(_ text: String, _ points: [String: Double]) throws -> Gradebook.Filled {
    let assignment = try Classroom.assignment("01-backprop-by-hand")
    let book = try Gradebook(Array(text.utf8), name: "g.csv", column: nil, for: assignment)
    return book.filled(with: grades(points), maximum: assignment.maximum)
  }

  @Test func canvasGetsItsColumnAndKeepsTheRest() throws {
    let canvas = """
      \u{FEFF}Student,ID,SIS User ID,SIS Login ID,Section,"One step back, by hand (4711)",Final\r
          Points Possible,,,,,20,(read only)\r
      "Doe, ""J"" ",17,s17,jd@x.org,A;B,,\r
      Roe,18,s18,rr@x.org,"A",3.0,55\r
      Poe,19,s19,pp@x.org,A,"",\r

      """
    let result = try filled(canvas, ["s17": 19.5, "s19": 7, "s99": 1])
    let wanted = canvas.replacing("jd@x.org,A;B,,", with: "jd@x.org,A;B,19.5,")
      .replacing("pp@x.org,A,\"\",", with: "pp@x.org,A,\"7\",")
    #expect(String(decoding: result.bytes, as: UTF8.self) == wanted)
    #expect(result.count == 2)
    #expect(result.notices == ["'s99' stands in no row of 'g.csv'"])
  }

  @Test func moodleIsFilledByItsEmailAndItsGradeColumn() throws {
    let moodle =
      "Identifier;Full name;Email address;Grade;Maximum Grade\n"
      + "Participant 1;A;a@x.org;;20,00\nParticipant 2;B;b@x.org;;20,00\n"
    let result = try filled(moodle, ["b@x.org": 12.25])
    #expect(
      String(decoding: result.bytes, as: UTF8.self)
        == moodle.replacing("b@x.org;;", with: "b@x.org;12.25;"))
  }

  @Test func aMaximumThatDiffersIsSaid() throws {
    let text = "Student,ID,hw-backprop\nPoints Possible,,10\nX,s1,\n"
    #expect(
      try filled(text, ["s1": 5]).notices == ["'g.csv' has 10 points for it, the homework 20"])
  }

  @Test func whoeverClaimsAnotherNameGetsNoCell() throws {
    let assignment = try Classroom.assignment("01-backprop-by-hand")
    let text = "Student,ID,hw-backprop\nX,s1,\n"
    let book = try Gradebook(Array(text.utf8), name: "g.csv", column: nil, for: assignment)
    var both = grades(["s1": 5]) + grades(["s1": 20])
    (both[0].path, both[1].path) = ("in/s1.md", "in/evil.md")
    let named = book.filled(with: both, maximum: 20)
    #expect(String(decoding: named.bytes, as: UTF8.self).hasSuffix("X,s1,5\n"))
    both[0].path = "in/other.md"
    #expect(book.filled(with: both, maximum: 20).count == 0)
  }

  @Test(arguments: [
    ("a,b\n1,2\n", "no column of 'g.csv' says who a student is"),
    ("ID,other\n1,2\n", "'g.csv' has no column for 'One step back, by hand'"),
    ("ID,hw-backprop 1,hw-backprop 2\n", "several columns of 'g.csv' are called 'hw-backprop'"),
    ("", "'g.csv' is empty"),
  ])
  func aGradebookThatCannotBeFilledSaysWhy(_ text: String, _ headline: String) throws {
    let assignment = try Classroom.assignment("01-backprop-by-hand")
    do {
      _ = try Gradebook(Array(text.utf8), name: "g.csv", column: nil, for: assignment)
      Issue.record("it was taken")
    } catch { #expect(error.headline == headline) }
  }

  @Test func cellsAreNoFormulas() {
    let row = DelimitedText.row(["=1+1", "+x", "-1.5", "@a", "a,b", "\t=2", "say \"x\"", "−1"])
    #expect(row == "'=1+1,'+x,-1.5,'@a,\"a,b\",\"'\t=2\",\"say \"\"x\"\"\",−1\r\n")
  }

  @Test func tablesComeBackAsTheyWere() {
    let cells = ["a,b", "c\"d", "e\nf", "", "ü"]
    let table = DelimitedText(Array(DelimitedText.row(cells).utf8))
    #expect(table.rows.map { $0.map(\.text) } == [cells])
  }

  @Test func whoMovedAndWhyIsSaid() throws {
    let before = grades(["s1": 5, "s2": 20])
    var after = before
    for index in after.indices where after[index].student == "s1" {
      after[index].parts[0].points = 20
    }
    let regrade = Regrade(before: before, after: after)
    #expect(regrade.moves.map(\.student) == ["s1"])
    let text = Renderer().render(regrade.document)
    #expect(text.contains("1 student moved") && text.contains("s1 q1 5 → 20"))
    #expect(Renderer().render(Regrade(before: before, after: before).document) == "nothing moved\n")
  }

  @Test(arguments: ["", "{", "[1,]", "{\"a\"}", "nul", "\"a", "1 2", "{\"a\":1,}", "\"\\u12\""])
  func whatIsNoJSONIsRefused(_ text: String) {
    #expect(throws: JSONReader.Problem.self) { try JSONReader.value(of: text) }
  }

  @Test func jsonIsReadAsItIsWritten() throws {
    let value: JSONValue = [
      "a": [1, 2.5, true, nil], "ü\n\"\\\u{1}😀": "x", "e": .object([]), "f": .array([]),
    ]
    #expect(try JSONReader.value(of: value.text) == value)
    #expect(try JSONReader.value(of: "\"\\ud83d\\ude00\"") == "😀")
  }
}
