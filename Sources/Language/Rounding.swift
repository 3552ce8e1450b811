import Autograd
import Tensors

// Slide arithmetic: inside `with rounding(k):` a named value is rounded before it is used again, as
// a person with a calculator does. What an expression has just made is made again with the rounded
// number, so that slopes are taken at the numbers on the slide; what had a name before keeps it, and
// the new name stands for a rounding of it.

extension Operation {
  /// A quantity that is known already, about to be rounded for a new name. Gradients pass straight
  /// through, as if nothing had been rounded.
  fileprivate static let slideRounding = Operation(
    "rounding", "Stands for x where it is rounded; gradients pass unchanged.",
    parameters: [Parameter("x", .tensor)], kernel: .unary { x, _ in x },
    rule: .recorded { call in Contributions(call.gradient) },
    cell: { .element(input: 0, offset: $0.offset) })
}

extension Variable {
  /// The quantity with its number rounded half away from zero.
  package func rounded(toPlaces places: Int) throws -> Variable {
    let isKnown = naming != nil || isLeaf && !isLiteral
    return Variable(
      rounding: isKnown ? try Operation.slideRounding(self) : self, toPlaces: UInt8(places)
    ) { Decimal.rounded($0, places: places) }
  }
}

extension Evaluator {
  /// The value as the names of the current block see it.
  func rounded(_ variable: Variable) throws -> Variable {
    guard let places = roundingPlaces, variable.value.dtype.isReal,
      variable.places.map(Int.init) != places
    else { return variable }
    return try variable.rounded(toPlaces: places)
  }

  func rounded(_ value: Value) throws -> Value {
    guard roundingPlaces != nil, case .tensor(let variable) = value else { return value }
    return .tensor(try rounded(variable))
  }
}

/// Rounding by decimal digits.
package enum Decimal {
  /// The number rounded half away from zero, judged by its shortest decimal notation: 0.125 gives
  /// 0.13 and 2.675 gives 2.68, although the binary number nearest to 2.675 lies below it.
  package static func rounded(_ number: Double, places: Int) -> Double {
    guard number.isFinite, number.magnitude < 1e15 else { return number }
    var (digits, exponent) = decimal(number.magnitude)
    // The number is 0.d₁d₂d₃… × 10^exponent; digits beyond `keep` go.
    let keep = exponent + places
    if keep >= digits.count { return number }
    if keep < 0 { return 0 }
    let roundsUp = digits[keep] >= 5
    digits.removeSubrange(keep...)
    if roundsUp {
      var position = keep - 1
      while position >= 0, digits[position] == 9 {
        digits[position] = 0
        position -= 1
      }
      if position >= 0 {
        digits[position] += 1
      } else {
        digits.insert(1, at: 0)
        exponent += 1
      }
    }
    let text = "0." + digits.map(String.init).joined() + "e\(exponent)"
    let magnitude = digits.isEmpty ? 0 : Double(text) ?? number.magnitude
    return number.sign == .minus && magnitude > 0 ? -magnitude : magnitude
  }

  /// Digits and exponent of the shortest notation that reads back as the same number.
  private static func decimal(_ magnitude: Double) -> (digits: [UInt8], exponent: Int) {
    var digits: [UInt8] = []
    var exponent = 0
    var isFraction = false
    let parts = magnitude.description.split(separator: "e")
    for character in parts[0].utf8 {
      if character == UInt8(ascii: ".") {
        isFraction = true
      } else {
        digits.append(character - UInt8(ascii: "0"))
        if !isFraction { exponent += 1 }
      }
    }
    if parts.count > 1 { exponent += Int(parts[1]) ?? 0 }
    while digits.first == 0, digits.count > 1 {
      digits.removeFirst()
      exponent -= 1
    }
    return (digits, exponent)
  }
}
