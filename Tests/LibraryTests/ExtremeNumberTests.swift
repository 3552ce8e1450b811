import Language
import Library
import Presentation
import Testing

/// Numbers that nobody prepares for.
@Suite struct ExtremeNumberTests {
  /// Each number of each example is exchanged for one at an edge: a value comes out, or an error that
  /// says what is wrong, and the process goes on.
  @Test(arguments: ["-2**63", "2**62", "2**63 - 1", "1e308"])
  func examplesSurvive(_ edge: String) throws {
    // A loop over a range of 2**62, or as many steps of training, would not end.
    let program = try Program(limits: Limits(steps: 1000, memory: 64 << 20))
    var (values, errors) = (0, 0)
    for source in Library.builtins.flatMap(\.examples).map(\.source) {
      for number in source.ranges(of: /\b\d+(\.\d+)?\b/) {
        var changed = source
        changed.replaceSubrange(number, with: edge)
        do {
          _ = try program.text(changed)
          values += 1
        } catch let error as Diagnostic {
          #expect(error.code != "internal", "\(changed)")
          errors += 1
        }
      }
    }
    #expect(values > 300 && errors > 100, "\(values) values, \(errors) errors")
  }

  @Test(arguments: [
    "random_crop(ones(3, 8, 8), -2**63)", "conv_size(-2**63, 3)", "histogram([1e308, -1e308], 3)",
    "avg_pool3d(ones(1, 1, 1), 2**24, padding=2**23)", "init_scale(\"he_normal\", -1)",
    "xavier_normal((3, 3), fan_out=-2**63)",
  ])
  func areRefused(_ call: String) throws {
    #expect(try Program().error(call).code == "bad-argument")
  }

  @Test(arguments: [
    ("round(2.5, 400)", 2.5), ("round(1e300, 20)", 1e300), ("round(-2.5, -400)", -0.0),
    ("round(12345.678, -2)", 12300), ("round(0.0, 400)", 0), ("round(inf, -400)", .infinity),
  ])
  func roundingKnowsNoLimits(_ call: String, _ expected: Double) throws {
    #expect(try Program().numbers(call) == [expected])
  }

  /// What is added to such a number does not end the process.
  @Test(arguments: [
    ("'a.b'.split('.', 2**63 - 1)", "[\"a\", \"b\"]"),
    ("'a.b'.rsplit('.', 2**63 - 1)", "[\"a\", \"b\"]"),
    ("'a.b'.replace('.', 'x', 2**63 - 1)", "\"axb\""),
    (
      "from enum import Enum, auto\nclass C(Enum):\n    A = 2**63 - 1\n    B = auto()\nstr(C.B.value)",
      "\"9223372036854775808\""
    ),
    (
      "X, Y = xor_data(); model = Sequential(Linear(2, 2))\n"
        + "run = fit(model, X, Y, optimizer=sgd(lr=0.5), steps=2, batch=2**62)\nstr(run.step)",
      "\"2\""
    ),
  ])
  func theLargestNumbersAreTaken(_ text: String, _ expected: String) throws {
    let lines = text.split(separator: "\n").map(String.init)
    let program = try Program(lines.dropLast().joined(separator: "\n") + "\n")
    #expect(try program.text(lines[lines.count - 1]) == expected)
  }

  @Test(arguments: [
    ("run.back(-2**63)", "no-such-step"), ("X.grad = ones(5)", "gradient-shape"),
  ])
  func whatCannotBeIsRefused(_ line: String, _ code: String) throws {
    let program = try Program(
      "X, Y = xor_data(); model = Sequential(Linear(2, 2))\n"
        + "run = fit(model, X, Y, optimizer=sgd(lr=0.5), steps=2)\n")
    #expect(try program.error(line).code == code)
  }

  @Test func connectionsAreAddedAsRealNumbers() throws {
    let scale = try Program().numbers("init_scale(\"xavier_uniform\", 2**62, 2**62)")[0]
    #expect(scale == (6 / 0x1p63).squareRoot())
  }

  /// What a size would need is said even where one of the axes is empty.
  @Test func anEmptyAxisHidesNoSize() throws {
    let error = try Program().error("zeros(0, 2**20, 2**20)")
    #expect(error.notes.contains { $0.contains("8192 GiB") }, "\(error.notes)")
  }
}
