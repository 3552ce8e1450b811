import Testing

/// Whether two numbers agree: |a − b| ≤ absolute, or |a − b| ≤ relative · max(|a|, |b|).
/// NaN agrees with NaN, an infinity with itself only.
package func areClose(
  _ left: Double, _ right: Double, absolute: Double, relative: Double
) -> Bool {
  if left.isNaN || right.isNaN { return left.isNaN && right.isNaN }
  if left.isInfinite || right.isInfinite { return left == right }
  let difference = (left - right).magnitude
  return difference <= absolute || difference <= relative * max(left.magnitude, right.magnitude)
}

/// Fails, with both numbers and their distance, unless they agree absolutely *or* relatively.
package func expectClose(
  _ actual: Double, _ expected: Double, absolute: Double, relative: Double,
  _ comment: @autoclosure () -> String = "", sourceLocation: SourceLocation = #_sourceLocation
) {
  guard !areClose(actual, expected, absolute: absolute, relative: relative) else { return }
  Issue.record(
    "\(prefix(comment()))got \(actual), expected \(expected), apart by \((actual - expected).magnitude)",
    sourceLocation: sourceLocation)
}

/// The same for sequences: the counts must agree, and the first elements that are apart are named.
package func expectClose(
  _ actual: [Double], _ expected: [Double], absolute: Double, relative: Double,
  _ comment: @autoclosure () -> String = "", sourceLocation: SourceLocation = #_sourceLocation
) {
  guard actual.count == expected.count else {
    Issue.record(
      "\(prefix(comment()))got \(actual.count) elements, expected \(expected.count)",
      sourceLocation: sourceLocation)
    return
  }
  let apart = actual.indices.filter {
    !areClose(actual[$0], expected[$0], absolute: absolute, relative: relative)
  }
  guard !apart.isEmpty else { return }
  let shown = apart.prefix(5).map { "[\($0)] got \(actual[$0]), expected \(expected[$0])" }
  Issue.record(
    "\(prefix(comment()))\(apart.count) of \(actual.count) apart: \(shown.joined(separator: "; "))",
    sourceLocation: sourceLocation)
}

private func prefix(_ comment: String) -> String { comment.isEmpty ? "" : comment + ": " }
