/// What was probably meant by a name that does not exist.
package enum Suggestion {
  /// The candidate nearest to `name` by Damerau–Levenshtein distance (insertions, deletions,
  /// substitutions, swaps of neighbors), at most max(1, length / 3) away; ties go to the
  /// one that is nearer with letter case counted, then to the first by name. Letter case and
  /// notation (`θ₁`, `theta1`) do not count otherwise. Under three letters only a
  /// difference in case or notation is suggested. Nil if nothing is near.
  package static func closest(
    to name: String, in candidates: some Sequence<String>
  ) -> String? {
    let wanted = folded(name)
    let limit = name.count < 3 ? 0 : max(1, name.count / 3)
    var best: (distance: Int, exactly: Int, name: String)?
    for candidate in candidates where candidate != name && !candidate.isEmpty {
      let other = folded(candidate)
      guard abs(other.count - wanted.count) <= limit else { continue }
      let distance = distance(wanted, other)
      guard distance <= limit else { continue }
      let rank = (distance, exactly: self.distance(name, candidate), candidate)
      if best.map({ rank < $0 }) ?? true { best = rank }
    }
    return best?.name
  }

  /// The same as a help line: `did you mean 'sigmoid'?`
  package static func help(for name: String, in candidates: some Sequence<String>) -> String? {
    closest(to: name, in: candidates).map { "did you mean '\($0)'?" }
  }

  /// Edits that lead from one text to the other, a swap of neighbors counting as one.
  package static func distance(_ left: String, _ right: String) -> Int {
    distance(Array(left), Array(right))
  }

  private static func folded(_ name: String) -> [Character] {
    Array(Transliteration.ascii(name).lowercased())
  }

  private static func distance(_ left: [Character], _ right: [Character]) -> Int {
    var beforeLast: [Int] = []
    var last = Array(0...right.count)
    for i in left.indices {
      var row = [i + 1]
      for j in right.indices {
        let substituted = last[j] + (left[i] == right[j] ? 0 : 1)
        var cost = min(substituted, last[j + 1] + 1, row[j] + 1)
        if i > 0, j > 0, left[i] == right[j - 1], left[i - 1] == right[j] {
          cost = min(cost, beforeLast[j - 1] + 1)
        }
        row.append(cost)
      }
      beforeLast = last
      last = row
    }
    return last[right.count]
  }
}
