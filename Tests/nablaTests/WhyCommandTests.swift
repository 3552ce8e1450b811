import Foundation
import TestSupport
import Testing

/// `nabla why` on slides, and `why` on the command line.
struct WhyCommandTests {
  @Test func theNumbersOfASlideFileAreExplained() throws {
    let lesson = Repository.lessons + "/kaist-ai602/03-one-step-back.md"
    let run = try ProgramRun(["why", lesson], directory: Repository.lessons)
    #expect(run.status == 0 && run.errors == "", "\(run.errors)")
    let words = run.output.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    #expect(words.contains("[0.02, -0.05, -0.12]"))
    #expect(run.output.contains("operand-swapped at s2 (Θ2 for h1)"), "\(run.output)")
  }

  @Test func theObjectForProgramsHasAllKeys() throws {
    let run = try ProgramRun(
      [
        "-e", "x = 0.6; w = 0.5; h = σ(w*x); E = (1 - h)**2 / 2;", "-e", "why(∂E/∂w, -0.2553)",
        "--format", "json",
      ], directory: Repository.lessons)
    let line = try #require(run.output.split(separator: "\n").last)
    let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
    let why = try #require(object?["why"] as? [String: Any])
    #expect(
      Set(why.keys) == [
        "question", "verdict", "slips", "agree", "figures", "chance", "separating", "sentence",
      ])
    #expect(why["verdict"] as? String == "slip")
    #expect(why["agree"] as? Bool == false && why["figures"] as? Int == 4)
  }
}
