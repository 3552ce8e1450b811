/// Which terms of a long sum are shown. Zeros are left out before others are; where a few terms make
/// most of the sum they are shown, and else those at its ends.
struct Weights {
  /// Places of the terms in front of what is left out, and behind it.
  let front: [Int]
  let back: [Int]
  /// Places of the others.
  let rest: [Int]

  /// More than this many times the usual size of the others makes a term one that counts.
  private static let outstanding = 10.0

  /// All that are not 0 where they are few enough, else `largest` of them.
  init(_ values: [Double], limit: Int, of largest: Int) {
    let counted = values.indices.filter { values[$0] != 0 }
    func split(_ front: [Int], _ back: [Int] = []) -> (front: [Int], back: [Int], rest: [Int]) {
      let isShown = Set(front + back)
      return (front, back, values.indices.filter { !isShown.contains($0) })
    }
    func weight(_ place: Int) -> Double {
      values[place].isNaN ? .infinity : values[place].magnitude
    }
    if counted.count <= limit {
      (front, back, rest) = split(counted.isEmpty ? Array(values.indices.prefix(1)) : counted)
      return
    }
    let sorted = counted.sorted { (weight($1), $0) < (weight($0), $1) }
    if weight(sorted[0]) > Self.outstanding * weight(sorted[sorted.count / 2]) {
      (front, back, rest) = split(sorted.prefix(largest).sorted())
    } else {
      let ends = max(1, largest - 2)
      (front, back, rest) = split(
        Array(counted.prefix(ends)), Array(counted.suffix(largest - ends)))
    }
  }

  /// A long sum in parts: what is shown, and what the others come to together.
  func terms(_ term: (Int) -> Term, rest value: Double) -> [Term] {
    front.map(term) + [.omitted(count: rest.count, value: value)] + back.map(term)
  }

  /// The same of terms that are there already; all of them where they are few.
  static func elided(_ terms: [Term], limit: Int, of largest: Int) -> [Term] {
    guard terms.count > limit else { return terms }
    let values = terms.map(\.exactValue)
    let weights = Weights(values, limit: limit, of: largest)
    return weights.terms({ terms[$0] }, rest: weights.rest.reduce(0) { $0 + values[$1] })
  }
}
