import Autograd
import BigInt
import Glibc
import Presentation
import Tensors

extension Evaluator {
  /// `round(x)` and `round(x, n)` of one number, as Python has them: without a second argument a whole
  /// number comes out, and the decimals are those of the number itself (`round(2.675, 2)` is 2.67, as
  /// 2.675 is a little less). Nil for arrays, which go by NumPy's rule.
  func roundedAsPython(
    _ first: Variable, _ arguments: Arguments, _ site: Site
  ) throws -> Value? {
    guard first.shape.isScalar, !first.isArray, arguments.values.count <= 2,
      let number = first.value.item
    else { return nil }
    var places: Int?
    if arguments.values.count == 2 {
      if case .none = arguments.values[1] {
      } else {
        guard let count = arguments.values[1].integer else { return nil }
        places = count
      }
    }
    guard first.value.dtype.isReal else {
      return try roundedWhole(BigInt(number), places: places ?? 0)
    }
    guard let places else {
      guard number.isFinite else {
        throw site.fail(
          "bad-argument", "\(NumberFormat.shortest(number)) has no whole number beside it")
      }
      let whole = number.rounded(.toNearestOrEven)
      guard abs(whole) < 0x1p53, let rounded = try recorded(first, 0) else {
        return .whole(BigInt(whole))
      }
      return .tensor(Variable(rounded, as: .int64))
    }
    let result = number.rounded(toPlaces: places)
    guard let rounded = try recorded(first, places), rounded.value.item == result else {
      return .number(result)
    }
    return .tensor(rounded)
  }

  /// The operation, which explanations can work out.
  private func recorded(_ number: Variable, _ places: Int) throws -> Variable? {
    guard case .operation(let operation)? = environment.builtin("round")?.body else { return nil }
    return try operation(number, .one("decimals", .integer(places)))
  }

  /// Whole numbers round to tens and hundreds, halves to the even neighbor.
  private func roundedWhole(_ number: BigInt, places: Int) throws -> Value {
    guard places < 0 else { return .whole(number) }
    guard places > -400 else { return .whole(0) }
    let unit = BigInt(10).power(-places)
    var (quotient, rest) = number.magnitude.quotientAndRemainder(dividingBy: unit.magnitude)
    let twice = rest * 2
    if twice > unit.magnitude || (twice == unit.magnitude && quotient % 2 == 1) { quotient += 1 }
    rest = quotient * unit.magnitude
    return .whole(number < 0 ? -BigInt(rest) : BigInt(rest))
  }
}

extension Double {
  /// The nearest number with so many decimals, of the exact binary value; halves go to the even one.
  fileprivate func rounded(toPlaces places: Int) -> Double {
    guard isFinite, places < 324 else { return self }
    guard places >= 0 else {
      let unit = pow(10, -Double(places))
      return unit.isFinite ? (self / unit).rounded(.toNearestOrEven) * unit : 0 * self
    }
    var text = [CChar](repeating: 0, count: 720)
    let length = withVaList([Int32(places), self]) {
      vsnprintf(&text, text.count, "%.*f", $0)
    }
    guard length > 0, length < text.count else { return self }
    return strtod(text, nil)
  }
}
