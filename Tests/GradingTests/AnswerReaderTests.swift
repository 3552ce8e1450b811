import Presentation
import Testing

@testable import Grading

/// Answers are read leniently where one reading is possible, and never guessed where two are.
struct AnswerReaderTests {
  private func read(_ typed: String, _ shape: [Int]) -> String {
    let bare = AnswerText(typed).bare(id: "q3", name: "ŷ")
    do {
      let answer = try AnswerReader.answer(
        bare, shape: shape, words: AnswerWords(quantities: ["s1"], functions: ["softmax"]))
      if let malformed = answer.mismatch(with: shape) { return "? " + malformed.reason }
      return answer.text()
    } catch { return "? " + error.reason }
  }

  @Test(arguments: [
    ("0.5771", [], "0.5771"), ("q3: 0.5771", [], "0.5771"), ("q3: ŷ = .5771", [], ".5771"),
    ("−0.1032", [], "-0.1032"), ("1.2e-05", [], "1.2e-05"), ("9.4·10⁻¹⁴", [], "9.4·10⁻¹⁴"),
    ("(1-0.5771)**2/2", [], "0.08942"), ("-log(0.1941)", [], "1.639"), ("2**-1", [], "0.5"),
    ("`0.5`", [], "0.5"), ("0.5 # rounded", [], "0.5"), ("[0.5]", [], "0.5"),
    ("1, -1.5", [2], "[1, -1.5]"), ("1 ; -1.5", [2], "[1, -1.5]"), ("(1, 2)", [2], "[1, 2]"),
    ("[[1, 2]]", [2], "[1, 2]"), ("[1 2]", [2], "[1, 2]"), ("s = [1, 2]", [2], "[1, 2]"),
    ("[1, 2; 3, 4]", [2, 2], "[1, 2; 3, 4]"), ("[[1, 2], [3, 4]]", [2, 2], "[1, 2; 3, 4]"),
    ("1, 2\n3, 4", [2, 2], "[1, 2; 3, 4]"), ("[1, 2;\n 3, 4]", [2, 2], "[1, 2; 3, 4]"),
    ("[0.7 - 0.5*-0.07544, √4]", [2], "[0.7377, 2]"), ("0.5 -0.3", [], "0.2"),
  ])
  func isUnderstood(_ typed: String, _ shape: [Int], _ understood: String) {
    #expect(read(typed, shape) == understood)
  }

  @Test(arguments: [
    ("0,7311", [], "one number or two"), ("[1 -2]", [2], "a comma is missing after 1"),
    ("[1, 2; 3]", [2, 2], "row 0 has 2 numbers, row 1 has 1 number"),
    ("[1, 2", [2], "the bracket opened in column 1 is not closed"), ("1, 2]", [2], "not opened"),
    ("9**9**9**9", [], "too large"), ("1e999", [], "too large"), ("1/0", [], "division by 0"),
    ("sqrt(-1)", [], "no number"), ("s1", [], "s1 is a name"), ("three", [], "3 for three"),
    ("softmax([1, 2])", [2], "works the question out"), ("2 ^ 3", [], "**"), ("5 %", [], "0.05"),
    ("∂E/∂w", [], "no name"), ("[1, 2, 3]", [2], "a vector of 2 numbers is asked for"),
    ("x", [], "no number"), ("1 +", [], "ends"), ("[]", [2], "empty"), ("--", [], "ends"),
    ("[1]*3", [3], "no arithmetic"), ("1.2.3", [], " "), ("0x10", [], "behind"),
    ("1_000", [], "behind"),
  ])
  func isRefusedWithAReason(_ typed: String, _ shape: [Int], _ reason: String) {
    let answer = read(typed, shape)
    #expect(answer.hasPrefix("? ") && answer.contains(reason), "\(answer)")
  }

  /// Random tokens are read or refused, never more.
  @Test func nothingThatIsTypedTraps() {
    let tokens = [
      "[", "]", "(", ")", ",", ";", "\n", "1", "2.5", "-", "+", "*", "**", "/", "1e5", "exp", "x",
      "√", "%", "^", "\"", "#", "=", ":", "ᵀ", "∂", " ", ".", "e", "−", "nan", "inf", "\u{301}",
    ]
    var generator = SystemRandomNumberGenerator()
    for _ in 0..<20_000 {
      let count = Int.random(in: 0...12, using: &generator)
      let text = (0..<count).map { _ in tokens.randomElement(using: &generator) ?? "" }.joined()
      _ = read(text, [[], [2], [2, 2]].randomElement(using: &generator) ?? [])
    }
  }

  @Test(arguments: [("b", 1), ("B)", 1), ("(c)", 2), (" A. ", 0), ("second", 1)])
  func aChoiceIsALetterOrItsText(_ typed: String, _ index: Int) throws {
    let choices = ["first", "second", "third"]
    #expect(try AnswerText.choice(AnswerText(typed).text, among: choices) == index)
  }

  @Test(arguments: ["", "D", "A and C", "AB", "7", "first second"])
  func noChoiceIsGuessed(_ typed: String) {
    #expect(throws: Malformed("one letter, A to C")) {
      try AnswerText.choice(typed, among: ["first", "second", "third"])
    }
  }
}
