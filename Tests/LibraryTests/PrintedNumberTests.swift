import Autograd
import Foundation
import Language
import Library
import Presentation
import Tensors
import TestSupport
import Testing

/// Numbers that are printed or formatted against what CPython and NumPy make of them, recorded by
/// `script/reference_numbers.py`.
@Suite struct PrintedNumberTests {
  private struct References: Decodable {
    let formats: [[String]]
    let arrays: [[[Double]]]
  }

  private static let references: References? = {
    let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appending(path: "Fixtures/numbers.json")
    return (try? Data(contentsOf: path)).flatMap {
      try? JSONDecoder().decode(References.self, from: $0)
    }
  }()

  private func value(_ text: String, _ kind: String) -> Language.Value {
    switch kind {
    case "int": .tensor(Variable(Tensor(Double(text) ?? .nan, dtype: .int64)))
    case "bool": .tensor(Variable(Tensor(text == "True" ? 1 : 0, dtype: .bool)))
    default: .tensor(Variable(Double(text) ?? .nan))
    }
  }

  @Test func formatsAgreeWithPython() throws {
    let references = try #require(Self.references)
    #expect(references.formats.count > 4000)
    let evaluator = Evaluator(EvaluationContext(try Library.environment()))
    for row in references.formats {
      let (number, kind, format, expected) = (row[0], row[1], row[2], row[3])
      // Without a format −0 is shown as 0; see `:help conventions`.
      if format.isEmpty, number == "-0.0" { continue }
      let value = value(number, kind)
      let text =
        format.isEmpty ? evaluator.text(of: value) : evaluator.text(of: value, format: format)
      #expect(text == expected, "format(\(number), '\(format)')")
    }
  }

  /// The layout is ours, the numbers are NumPy's.
  @Test func arraysPrintTheNumbersThatNumPyPrints() throws {
    let references = try #require(Self.references)
    #expect(references.arrays.count >= 400)
    for row in references.arrays {
      let (numbers, expected) = (row[0], row[1])
      let text = TensorFormat(.python, width: 10_000).text(numbers, shape: [numbers.count])
      let found = text.split { "[], ".contains($0) }.map { Double($0) ?? .nan }
      #expect(found == expected, "\(numbers) gave \(text)")
    }
  }

  @Test(arguments: [
    (
      "print(1/3, 5.1, 1e-5, 1e16, 3.0, 3, 2**0.5)",
      "0.3333333333333333 5.1 1e-05 1e+16 3.0 3 1.4142135623730951"
    ),
    ("print(-0.0, 0 * -1.0, inf, -inf, nan)", "0.0 0.0 inf -inf nan"),
    (
      "print([0.1, 1/3], (2/3, 1), [1/3, 'a', [\"it's\"]])",
      "[0.1, 0.3333333333333333] (0.6666666666666666, 1) [0.3333333333333333, 'a', [\"it's\"]]"
    ),
    ("x = [0.1, 0.25]\nprint(x)", "[0.1, 0.25]"),
    ("x = [1.0, 2.0] / 3\nprint(x)", "[0.33333333, 0.66666667]"),
    ("print([0.5, 1e-17] * 1)", "[0.5, 1e-17]"),
    ("print([1.0, 10.5; 0.25, 3] * 1)", "[[1.0 , 10.5],\n [0.25,  3.0]]"),
    ("print(float32(0.1), float32([0.1, 0.7]) * 1)", "0.1 [0.1, 0.7]"),
    ("x = 1/3\nprint(f\"{x} {x!s:.4}\" if False else f\"{x}\")", "0.3333333333333333"),
    ("print(f\"{0.125:.2f} {2.675:.2f} {0.5:.0f} {-0.001:.2f}\")", "0.12 2.67 0 -0.00"),
    ("print(str(1/3) + '!', str([1/3, 1]))", "0.3333333333333333! [0.3333333333333333, 1.0]"),
    ("print([1, 2], [True, False], None, 'a')", "[1, 2] [True, False] None a"),
  ])
  func printsAsPythonDoes(_ program: String, _ expected: String) throws {
    #expect(try printed(program) == expected)
  }

  @Test func decimalsThatWereAskedForCount() throws {
    let program = "print(1/3, 0.125, [0.1, 2/3], f\"{2.675} {1/3:.1f}\", str(1/3))"
    #expect(
      try printed(program, .init(digits: 2)) == "0.33 0.13 [0.10, 0.67] 2.68 0.3 0.3333333333333333"
    )
  }

  /// Rows are printed whole, as NumPy does, over several lines.
  @Test func nothingIsLeftOutOfAPrintedRow() throws {
    let text = try printed("print(sin(arange(24).reshape(2, 12)))")
    let lines = text.split(separator: "\n")
    #expect(lines.count == 4 && lines.allSatisfy { $0.count <= 80 } && !text.contains("…"))
    #expect(lines[0].hasPrefix("[[ 0.0       , 0.84147098,") && lines[0].hasSuffix(","))
    #expect(lines[1].hasPrefix("  -0.2794155 , 0.6569866 ,") && lines[1].hasSuffix("],"))
  }

  private func printed(_ program: String, _ numbers: NumberFormat = .python) throws -> String {
    var lines: [String] = []
    let output = Output { event in
      if case .printed(.line(let words)) = event { lines.append(words.plain) }
    }
    let context = EvaluationContext(try Library.environment(), output: output, numbers: numbers)
    try Evaluator(context).run(SourceText(name: "test", text: program))
    return lines.joined(separator: "\n")
  }
}
