import Glibc

/// Functions of plain numbers that formulas may call.
package enum ScalarFunction {
  package static func power(_ x: Double, _ y: Double) -> Double { pow(x, y) }
  package static func exponential(_ x: Double) -> Double { exp(x) }

  package static func value(of name: String, _ arguments: [Double]) -> Double? {
    switch (name, arguments.count) {
    case ("exp", 1): exp(arguments[0])
    case ("log", 1): log(arguments[0])
    case ("log1p", 1): log1p(arguments[0])
    case ("log2", 1): log2(arguments[0])
    case ("log10", 1): log10(arguments[0])
    case ("arctan", 1): atan(arguments[0])
    case ("arctan2", 2): atan2(arguments[0], arguments[1])
    case ("erf", 1): erf(arguments[0])
    case ("sqrt", 1): arguments[0].squareRoot()
    case ("abs", 1): abs(arguments[0])
    case ("sign", 1): arguments[0] > 0 ? 1 : arguments[0] < 0 ? -1 : arguments[0]
    case ("sin", 1): sin(arguments[0])
    case ("cos", 1): cos(arguments[0])
    case ("sinh", 1): sinh(arguments[0])
    case ("cosh", 1): cosh(arguments[0])
    case ("tanh", 1): tanh(arguments[0])
    case ("floor", 1): floor(arguments[0])
    case ("ceil", 1): ceil(arguments[0])
    case ("round", 1): arguments[0].rounded(.toNearestOrEven)
    case ("max", 1...): arguments.dropFirst().reduce(arguments[0]) { larger($0, $1) }
    case ("min", 1...): arguments.dropFirst().reduce(arguments[0]) { smaller($0, $1) }
    case ("argmax", 1...): place(of: arguments) { larger($0, $1) }
    case ("argmin", 1...): place(of: arguments) { smaller($0, $1) }
    default: nil
    }
  }

  /// The signs that a function is written with, around its argument or before it.
  package enum Notation: Sendable { case enclosed(String, String), root }

  package static func notation(of name: String) -> Notation? {
    switch name {
    case "abs": .enclosed("|", "|")
    case "floor": .enclosed("⌊", "⌋")
    case "ceil": .enclosed("⌈", "⌉")
    case "sqrt": .root
    default: nil
    }
  }

  package static func isRoot(_ name: String) -> Bool { name == "sqrt" }
  package static func roundsDown(_ name: String) -> Bool { name == "floor" }

  /// Functions that give whole numbers of any numbers.
  package static func counts(_ name: String) -> Bool {
    ["floor", "ceil", "round", "sign", "argmax", "argmin"].contains(name)
  }

  /// Where the winner stands first.
  private static func place(of numbers: [Double], _ winner: (Double, Double) -> Double) -> Double? {
    let best = numbers.dropFirst().reduce(numbers[0]) { winner($0, $1) }
    return numbers.firstIndex { $0 == best || $0.isNaN }.map(Double.init)
  }

  /// The larger number; NaN when either is NaN, as in NumPy.
  package static func larger(_ x: Double, _ y: Double) -> Double {
    x.isNaN ? x : y.isNaN ? y : (x > y ? x : y)
  }

  package static func smaller(_ x: Double, _ y: Double) -> Double {
    x.isNaN ? x : y.isNaN ? y : (x < y ? x : y)
  }
}
