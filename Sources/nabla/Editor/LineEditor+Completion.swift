import Language
import Presentation

/// What TAB found, and the part of it that is shown.
struct Listing {
  var candidates: [String]
  var shown: Range<Int>
  /// Rows that are taken below the text.
  var rows = 0
}

extension LineEditor {
  func completeWord() -> Reaction {
    if listing != nil { return showMore() }
    let before = String(scalars: buffer[..<cursor])
    let completion = assistance.complete(String(scalars: buffer), before.utf8.count)
    guard let first = completion.candidates.first else { return indent() }
    let start = before.utf8.index(before.startIndex, offsetBy: completion.start)
    let typed = String(before[start...])
    let common = completion.candidates.dropFirst().reduce(first, LineEditor.commonPrefix)
    if completion.candidates.count == 1 || common.count > typed.count && common.hasPrefix(typed) {
      _ = delete(from: cursor - typed.unicodeScalars.count)
      return insert(common)
    }
    listing = Listing(candidates: completion.candidates, shown: 0..<0)
    return showMore()
  }

  /// TAB before the first letter of a line indents.
  private func indent() -> Reaction {
    let line = buffer[..<cursor].split(separator: 0x0A, omittingEmptySubsequences: false).last
    guard let line, line.allSatisfy({ $0 == 0x20 }) else { return .beep }
    return insert(String(repeating: " ", count: 4 - line.count % 4))
  }

  private static func commonPrefix(_ left: String, _ right: String) -> String {
    String(zip(left, right).prefix { $0 == $1 }.map(\.0))
  }

  // MARK: - The list

  /// The next candidates below the text, until another key is pressed; after the last the first again.
  private func showMore() -> Reaction {
    guard var listing else { return .beep }
    let size = Terminal.size
    let rows = max(1, min(size.rows / 2, size.rows - (painter.height - listing.rows)))
    let start = listing.shown.upperBound < listing.candidates.count ? listing.shown.upperBound : 0
    let rest = Array(listing.candidates[start...])
    let isDescribed = listing.candidates.count <= max(rows, 12)
    let (lines, count) =
      isDescribed
      ? described(rest, rows: rows, width: size.columns)
      : inColumns(rest, rows: rows, width: size.columns)
    listing.shown = start..<start + count
    listing.rows = lines.count + (count < listing.candidates.count ? 1 : 0)
    self.listing = listing
    var shown = lines.map { (text: $0, style: "") }
    if count < listing.candidates.count {
      let place = "\(start + 1) to \(start + count) of \(listing.candidates.count), TAB for more"
      shown.append((place, colors ? "2" : ""))
    }
    present(shown)
    return .nothing
  }

  /// A candidate a line, with what it is.
  private func described(_ candidates: [String], rows: Int, width: Int) -> (
    lines: [String], count: Int
  ) {
    let some = candidates.prefix(rows)
    let nameWidth = (some.map { DisplayWidth.of($0) }.max() ?? 0) + 2
    let lines = some.map { candidate in
      guard let summary = assistance.summary(candidate) else { return "  " + candidate }
      let gap = String(repeating: " ", count: nameWidth - DisplayWidth.of(candidate))
      let line = "  " + candidate + gap + shown(summary)
      return line.count < width ? line : line.prefix(max(0, width - 4)) + shown("…")
    }
    return (lines, some.count)
  }

  private func inColumns(_ candidates: [String], rows: Int, width: Int) -> (
    lines: [String], count: Int
  ) {
    let cell = (candidates.map { DisplayWidth.of($0) }.max() ?? 0) + 2
    let perRow = max(1, (width - 1) / cell)
    let some = candidates.prefix(perRow * rows)
    let lines = stride(from: 0, to: some.count, by: perRow).map { start in
      some[start..<min(start + perRow, some.count)].map { candidate in
        candidate + String(repeating: " ", count: cell - DisplayWidth.of(candidate))
      }.joined()
    }
    return (lines, some.count)
  }

  /// Below the text, and gone with the next key; for readers of the screen, and where nothing can be
  /// taken back, as lines with the prompt once more under them.
  private func present(_ lines: [(text: String, style: String)]) {
    guard terminal.isDumb || terminal.isSpoken else {
      below = lines
      return
    }
    moveBelow()
    for line in lines { write(line.text + "\r\n") }
    redraw()
  }
}
