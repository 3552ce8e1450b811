import Foundation
import Testing

/// Whether this run rewrites golden files (and fails for it).
package var isUpdatingGolden: Bool { ProcessInfo.processInfo.environment["UPDATE_GOLDEN"] == "1" }

/// Compares `text` with `Golden/<name>.md` beside the calling test. With `UPDATE_GOLDEN=1` the file
/// is rewritten and the test fails all the same, so that no test run can approve itself; a missing
/// file fails; a difference is shown line by line.
package func expectGolden(
  name: String, text: String, file: String = #filePath,
  sourceLocation: SourceLocation = #_sourceLocation
) {
  let location = sourceLocation
  let path = goldenFolder(beside: file).appendingPathComponent(name + ".md")
  if isUpdatingGolden {
    do {
      try FileManager.default.createDirectory(
        at: path.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(text.utf8).write(to: path)
      Issue.record(
        "golden file '\(name)' rewritten: read it, then test again", sourceLocation: location)
    } catch {
      Issue.record("golden file '\(name)' cannot be written: \(error)", sourceLocation: location)
    }
    return
  }
  guard let data = try? Data(contentsOf: path) else {
    Issue.record(
      "golden file '\(name)' is missing; UPDATE_GOLDEN=1 writes it", sourceLocation: location)
    return
  }
  let expected = String(decoding: data, as: UTF8.self)
  // Bytes, because Swift's == holds composed and decomposed letters to be the same text.
  guard Array(data) != Array(text.utf8) else { return }
  Issue.record(
    "golden file '\(name)' differs (- expected, + got):\n\(lineDifference(expected, text))",
    sourceLocation: location)
}

/// Fails for each file in `Golden/` that no name of `names` stands for, and for each name without
/// a file.
package func expectGoldenFolder(
  holds names: [String], file: String = #filePath,
  sourceLocation: SourceLocation = #_sourceLocation
) {
  let folder = goldenFolder(beside: file).path
  let found = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
  for name in Set(found).symmetricDifference(names.map { $0 + ".md" }).sorted() {
    Issue.record(
      "\(found.contains(name) ? "no test reads" : "there is no") Golden/\(name)",
      sourceLocation: sourceLocation)
  }
}

private func goldenFolder(beside file: String) -> URL {
  URL(fileURLWithPath: file).deletingLastPathComponent().appendingPathComponent("Golden")
}

/// The lines that differ, `-` before those only on the left, `+` before those only on the right,
/// with the number of the line on the side it is from.
package func lineDifference(_ expected: String, _ actual: String) -> String {
  let left = expected.split(separator: "\n", omittingEmptySubsequences: false)
  let right = actual.split(separator: "\n", omittingEmptySubsequences: false)
  let changes = right.difference(from: left).map { change -> (Int, Int, String) in
    switch change {
    case .remove(let offset, let line, _): (offset, 0, "- \(offset + 1): \(line)")
    case .insert(let offset, let line, _): (offset, 1, "+ \(offset + 1): \(line)")
    }
  }
  let sorted = changes.sorted { ($0.0, $0.1) < ($1.0, $1.1) }
  let more = sorted.count > 60 ? ["(\(sorted.count - 60) more lines)"] : []
  return (sorted.prefix(60).map(\.2) + more).joined(separator: "\n")
}
