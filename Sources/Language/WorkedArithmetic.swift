import Autograd

/// A number that an object works out in its own way (a count, an optimizer's step), so that `explain`
/// can show it: a formula over symbols, and what the symbols stand for.
package struct WorkedArithmetic {
  /// Stands above the line; the same one is not repeated.
  package let heading: String
  /// What is worked out: `parameters`, `m′`.
  package let label: String
  package let formula: Formula
  package let symbols: [String: Double]
  package let result: Double

  package init(
    heading: String = "", _ label: String, _ formula: Formula, symbols: [String: Double] = [:],
    result: Double
  ) {
    self.heading = heading
    self.label = label
    self.formula = formula
    self.symbols = symbols
    self.result = result
  }
}

/// A step that gave a quantity its numbers and left them without a recorded history.
package protocol WorkedStep: AnyObject {
  /// How many of the numbers can be worked out, from the first on.
  var count: Int { get }
  /// One number of the quantity called `name`.
  func arithmetic(at index: Int, of name: String) -> [WorkedArithmetic]
}
