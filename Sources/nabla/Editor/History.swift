import Presentation

/// The lines typed so far, oldest first, kept in a file: one entry a line, with a line feed written
/// as `\n` and a backslash as `\\`, so that entries of several lines stay whole.
struct History {
  static let limit = 2000

  private(set) var entries: [String] = []
  private let path: String?
  private var endsWithNewline = true

  /// Reads the file; without a path the history lasts as long as the program. The file is
  /// untrusted: a damaged one is set aside, what is legible in it is kept, and `notice` hears
  /// about it. It never fails.
  init(path: String?, notice: (String) -> Void) {
    self.path = path
    guard let path else { return }
    do {
      guard let bytes = try readBytes(path) else { return }
      let (legible, isDamaged) = History.decode(bytes)
      entries = legible.suffix(History.limit)
      if isDamaged {
        let aside = try setAside(path)
        notice("the history '\(path)' was damaged; it is kept as '\(aside)'")
      }
      if isDamaged || legible.count > History.limit + History.limit / 2 {
        try writeAtomically(Array(entries.map(History.encode).joined().utf8), to: path)
      } else {
        endsWithNewline = bytes.isEmpty || bytes.last == 0x0A
      }
    } catch {
      notice(error.message)
    }
  }

  /// Adds an entry, unless it is blank or repeats the last one, and writes it to the file at
  /// once. Returns whether it was added.
  @discardableResult
  mutating func add(_ entry: String) throws(FileError) -> Bool {
    guard entry.contains(where: { !$0.isWhitespace }), entry != entries.last else { return false }
    entries.append(entry)
    if entries.count > History.limit { entries.removeFirst(entries.count - History.limit) }
    if let path {
      let text = (endsWithNewline ? "" : "\n") + History.encode(entry)
      endsWithNewline = true
      try append(Array(text.utf8), to: path)
    }
    return true
  }

  // MARK: - The file's form

  static func encode(_ entry: String) -> String {
    entry.spelled { $0 == "\\" ? "\\\\" : $0 == "\n" ? "\\n" : nil } + "\n"
  }

  /// The entries of a file, and whether some of it was not legible: bytes that are not UTF-8, or
  /// control characters, which would act on the terminal.
  static func decode(_ bytes: [UInt8]) -> (entries: [String], isDamaged: Bool) {
    var entries: [String] = []
    var isDamaged = false
    for line in bytes.split(separator: 0x0A) {
      guard let text = String(validating: line, as: UTF8.self),
        text.unicodeScalars.allSatisfy({ $0.properties.generalCategory != .control || $0 == "\t" })
      else {
        isDamaged = true
        continue
      }
      entries.append(unescaped(text))
    }
    return (entries, isDamaged)
  }

  private static func unescaped(_ text: String) -> String {
    var result = String.UnicodeScalarView()
    var isEscaped = false
    for scalar in text.unicodeScalars {
      if isEscaped {
        result.append(scalar == "n" ? "\n" : scalar)
        isEscaped = false
      } else if scalar == "\\" {
        isEscaped = true
      } else {
        result.append(scalar)
      }
    }
    return String(result)
  }
}
