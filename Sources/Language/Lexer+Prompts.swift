// What comes along when text is copied from a terminal, a notebook or a book: prompts before the
// code, output between it, and blanks of other kinds.

/// The blanks at the start of a line, counted as Python does: a tab goes on to the next column that
/// is a multiple of eight, and must not decide how two lines compare.
struct Indentation {
  private(set) var width = 0
  /// The same with tabs of one column.
  private var narrowWidth = 0

  /// Takes the blank at a place in; its length in bytes, or nil where no blank stands.
  mutating func add(_ bytes: [UInt8], at index: Int) -> Int? {
    guard index < bytes.count else { return nil }
    switch bytes[index] {
    case 0x20:
      width += 1
      narrowWidth += 1
      return 1
    case 0x09:
      width = (width / 8 + 1) * 8
      narrowWidth += 1
      return 1
    case 0xC2 where index + 1 < bytes.count && bytes[index + 1] == 0xA0:  // NO-BREAK SPACE
      width += 1
      narrowWidth += 1
      return 2
    default: return nil
    }
  }

  /// Whether which of two lines stands further in depends on the width of a tab.
  func isAmbiguous(beside other: Indentation) -> Bool {
    (width > other.width) != (narrowWidth > other.narrowWidth)
      || (width == other.width) != (narrowWidth == other.narrowWidth)
  }
}

/// Where prompts stand in a text that was copied together with them: `>>> `, `... `, `In [3]: `,
/// `Out[3]: ` and `∇ `. Lines without a prompt between them are output, unless they go on with what
/// a prompted line began.
package struct PastedPrompts {
  /// From the start of a line to the end of its prompt.
  private var ends: [Int: Int] = [:]
  private var outputs: Set<Int> = []

  var outputCount: Int { outputs.count }

  /// Moves from the start of a line behind its prompt.
  func skip(_ index: inout Int) { index = ends[index] ?? index }

  /// Whether a line holds output.
  func isOutput(_ start: Int) -> Bool { outputs.contains(start) }

  private enum Style { case python, notebook, own }

  private enum Line {
    case code(Style, end: Int)
    case continuation(end: Int)
    case output
    case plain
  }

  /// Nil unless the first line of the text that is not blank begins with a prompt.
  init?(_ bytes: [UInt8], from first: Int) {
    var start = first
    while start < bytes.count, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[start]) { start += 1 }
    guard case .code = Self.classify(bytes, start) else { return nil }
    start = first
    var isCell = false
    var isInBlock = false
    while start < bytes.count {
      let end = bytes[start...].firstIndex(of: 0x0A) ?? bytes.count
      switch Self.classify(bytes, start) {
      case .code(let style, let codeStart):
        ends[start] = codeStart
        let isEmpty = Self.isBlank(bytes[codeStart..<end])
        // `In [1]:` alone on its line: the cell stands on the lines below it.
        isCell = style == .notebook && isEmpty
        isInBlock = Self.opensBlock(bytes[codeStart..<end])
      case .continuation(let codeStart):
        ends[start] = codeStart
        isInBlock = isInBlock || Self.opensBlock(bytes[codeStart..<end])
      case .output:
        outputs.insert(start)
        (isCell, isInBlock) = (false, false)
      case .plain where isCell || Self.isBlank(bytes[start..<end]): break
      case .plain where isInBlock && (bytes[start] == 0x20 || bytes[start] == 0x09): break
      case .plain:
        outputs.insert(start)
        isInBlock = false
      }
      start = end + 1
    }
  }

  private static func classify(_ bytes: [UInt8], _ start: Int) -> Line {
    var index = start
    while index < bytes.count, bytes[index] == 0x20 { index += 1 }
    let rest = bytes[index...]
    if let end = end(of: ">>>", rest) { return .code(.python, end: end) }
    if let end = end(of: "∇", rest) { return .code(.own, end: end) }
    if let end = end(of: "...:", rest) ?? end(of: "...", rest) { return .continuation(end: end) }
    if rest.starts(with: "In [".utf8), let end = endOfCounter(rest) {
      return .code(.notebook, end: end)
    }
    if rest.starts(with: "Out[".utf8), endOfCounter(rest) != nil { return .output }
    return .plain
  }

  /// Behind a prompt and the blank that follows it.
  private static func end(of prompt: String, _ rest: ArraySlice<UInt8>) -> Int? {
    guard rest.starts(with: prompt.utf8) else { return nil }
    let end = rest.startIndex + prompt.utf8.count
    guard end < rest.endIndex else { return end }
    switch rest[end] {
    case 0x20: return end + 1
    case 0x0A, 0x0D: return end
    default: return nil
    }
  }

  /// Behind `In [12]: `.
  private static func endOfCounter(_ rest: ArraySlice<UInt8>) -> Int? {
    guard let open = rest.firstIndex(of: UInt8(ascii: "[")),
      let close = rest[open...].firstIndex(of: UInt8(ascii: "]")), close - open < 8,
      rest[(open + 1)..<close].allSatisfy({ (0x30...0x39).contains($0) || $0 == 0x20 }),
      close + 1 < rest.endIndex, rest[close + 1] == UInt8(ascii: ":")
    else { return nil }
    let end = close + 2
    return end < rest.endIndex && rest[end] == 0x20 ? end + 1 : end
  }

  private static func isBlank(_ line: ArraySlice<UInt8>) -> Bool {
    line.allSatisfy { $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }
  }

  private static func opensBlock(_ line: ArraySlice<UInt8>) -> Bool {
    line.last { $0 != 0x20 && $0 != 0x0D } == UInt8(ascii: ":")
  }
}
