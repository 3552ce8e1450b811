import Glibc

/// How much the wrong elements of an answer can tell: their figures, and how likely a random answer
/// falls on one of the numbers that were tried.
struct Weight {
  /// The elements that count, heaviest first.
  let counted: [Int]
  /// Powers of ten that they distinguish.
  let figures: Double

  init(_ typed: TypedAnswer, right: [Double]) {
    let elements = typed.elements
    let wrong = elements.indices.filter { index in
      index >= right.count || !elements[index].agrees(with: right[index])
    }
    func weight(_ index: Int) -> Double {
      let element = elements[index]
      let size = element.value == 0 && index < right.count ? right[index] : element.value
      return max(0, log10(size.magnitude / element.unit))
    }
    let heaviest = wrong.sorted { weight($0) > weight($1) }
    let isCommon = right.count == elements.count && Self.haveCommonFactor(wrong, elements, right)
    counted = Array(heaviest.prefix(isCommon ? 1 : 3))
    figures = counted.reduce(0) { $0 + weight($1) }
  }

  /// The bound on chance, of so many different numbers.
  func chance(of different: Int) -> Double {
    Double(max(1, different)) * pow(10, -figures) / pow(2 * log(10), Double(max(1, counted.count)))
  }

  /// Whether one factor makes all of these typed numbers of the right ones.
  static func haveCommonFactor(
    _ indices: [Int], _ elements: [TypedAnswer.Element], _ right: [Double]
  ) -> Bool {
    guard indices.count > 1 else { return false }
    var (low, high) = (-Double.infinity, Double.infinity)
    for index in indices {
      let (element, exact) = (elements[index], right[index])
      guard exact != 0 else { return false }
      let ends = [element.value - element.unit / 2, element.value + element.unit / 2]
        .map { $0 / exact }.sorted()
      (low, high) = (max(low, ends[0]), min(high, ends[1]))
    }
    return low <= high
  }
}
