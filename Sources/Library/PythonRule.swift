/// What a line of Python means here, before and after an import: the rows of `:help conventions` that
/// belong to no function. After an import a program is one of Python's, so brackets are its lists;
/// before, a bracket of numbers is the vector of the slides. A test runs every row in both ways.
package struct PythonRule: Sendable {
  /// Lines separated by `;`; the last one's value is shown.
  package let program: String
  /// The value, as the prompt shows it, or the headline of an error.
  package let here: String
  /// Whether a notice says at the place that Python would do something else.
  package let isTold: Bool
  package let afterImport: String

  init(_ program: String, _ here: String, told: Bool = false, afterImport: String? = nil) {
    self.program = program
    self.here = here
    isTold = told
    self.afterImport = afterImport ?? here
  }

  package static let all: [PythonRule] = [
    PythonRule("[1, 2] + [3, 4]", "[4, 6]", told: true, afterImport: "[1, 2, 3, 4]"),
    PythonRule("[1, 2] + [3]", "[1, 2, 3]", told: true, afterImport: "[1, 2, 3]"),
    PythonRule("[1, 2] * 2", "[2, 4]", told: true, afterImport: "[1, 2, 1, 2]"),
    PythonRule("[0] * 3", "[0, 0, 0]"),
    PythonRule("[1, 2] == [1, 3]", "[True, False]", told: true, afterImport: "False"),
    PythonRule("[1, 2] < [1, 3]", "[False, True]", told: true, afterImport: "True"),
    PythonRule("l = [1, 2]; l += [3]; l", "[1, 2, 3]", told: true, afterImport: "[1, 2, 3]"),
    PythonRule("l = [1, 2]; l += [3, 4]; l", "[4, 6]", told: true, afterImport: "[1, 2, 3, 4]"),
    PythonRule("l = [1, 2]; m = l; l.append(3); m", "[1, 2, 3]"),
    PythonRule("3 if [0] else 4", "4", told: true, afterImport: "3"),
    PythonRule("[0, 1, 0].count(0)", "2"),
    PythonRule("sum([[1, 2], [3, 4]], [])", "[1, 2, 3, 4]"),
    PythonRule("l = [1, 2]; l[0] = 1.5; l", "[1.5000, 2.0000]", afterImport: "[1.5000, 2]"),
    PythonRule("x = [1, 2] + 0; x[0] = 1.7; x", "[1, 2]"),
    PythonRule("1/0", "error: division by zero"),
    PythonRule("x = [1.0] * 1.0; x/0", "[inf]"),
    PythonRule("2 ^ 3", "1", told: true, afterImport: "1"),
    PythonRule("2**70", "1180591620717411303424"),
  ]
}
