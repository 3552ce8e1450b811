import Foundation
import Language
import Testing

/// Programs of the language proper must print what CPython printed for them
/// (`script/language_programs.py` records it).
@Suite struct PythonProgramTests {
  struct Case: Decodable, Sendable, CustomTestStringConvertible {
    let name: String
    let program: String
    let output: String
    var testDescription: String { name }
  }

  static let cases: [Case] = {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    let data = try? Data(
      contentsOf: folder.appendingPathComponent("Fixtures/python-programs.json"))
    return data.flatMap { try? JSONDecoder().decode([Case].self, from: $0) } ?? []
  }()

  @Test func casesAreThere() { #expect(PythonProgramTests.cases.count > 15) }

  @Test(arguments: cases)
  func printsWhatPythonPrints(_ test: Case) throws {
    let program = try Program(test.program)
    // Blanks at the end of a line are not printed here.
    #expect(lines(of: program.printed) == lines(of: test.output))
  }

  private func lines(of text: String) -> [String] {
    text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
      var line = line
      while line.last == " " { line.removeLast() }
      return String(line)
    }
  }
}
