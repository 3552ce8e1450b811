import Language
import Presentation

/// What the session may ask of the world outside; the executable gives real files and a real clock,
/// tests give memory.
package struct Host {
  /// The bytes of a file.
  package var read: (_ path: String) throws(FileProblem) -> [UInt8]
  /// Replaces a file of the program's own, history or progress, in one step.
  package var write: (_ path: String, _ bytes: [UInt8]) throws(FileProblem) -> Void
  /// Adds to the end of such a file, so that it lasts whatever happens next.
  package var append: (_ path: String, _ bytes: [UInt8]) throws(FileProblem) -> Void
  /// Writes a file that somebody asked for, where a policy allows it.
  package var save: FileAccess.Writer
  /// Everything beneath a folder, sorted by path; the path itself when it is a file.
  package var list: (_ path: String) throws(FileProblem) -> [FoundFile]
  /// The names in a folder, those of folders with a slash behind them; none where it cannot be read.
  package var entries: (_ folder: String) -> [String] = { _ in [] }
  /// Renames a damaged file out of the way and gives its new path.
  package var setAside: (_ path: String) throws(FileProblem) -> String
  /// Where history and progress are kept; nil when there is no home.
  package var stateDirectory: String?
  /// Where the lessons are, when they were found.
  package var lessonsDirectory: String?
  /// Seconds on a clock that only goes forward.
  package var now: () -> Double
  /// Where presses of Ctrl-C since the computation began are counted; nil if nobody counts.
  package var interrupts: UnsafePointer<Int32>?
  /// Opens something in the user's own editor.
  /// - Returns: what a text has become; nil where it is as it was, or the user was told why not.
  package var edit: (Editable) -> String? = { _ in nil }
  /// Shows something while a computation is still at work.
  package var emit: (Event) -> Void

  package init(
    read: @escaping (String) throws(FileProblem) -> [UInt8],
    write: @escaping (String, [UInt8]) throws(FileProblem) -> Void,
    append: @escaping (String, [UInt8]) throws(FileProblem) -> Void,
    save: @escaping FileAccess.Writer,
    list: @escaping (String) throws(FileProblem) -> [FoundFile],
    setAside: @escaping (String) throws(FileProblem) -> String,
    stateDirectory: String? = nil, lessonsDirectory: String? = nil,
    now: @escaping () -> Double, interrupts: UnsafePointer<Int32>? = nil,
    emit: @escaping (Event) -> Void = { _ in }
  ) {
    self.read = read
    self.write = write
    self.append = append
    self.save = save
    self.list = list
    self.setAside = setAside
    self.stateDirectory = stateDirectory
    self.lessonsDirectory = lessonsDirectory
    self.now = now
    self.interrupts = interrupts
    self.emit = emit
  }
}

/// What the user's own editor can be opened with.
package enum Editable: Sendable, Equatable {
  case text(String)
  /// A file, which may be new.
  case file(String)
}

/// What was found in a folder.
package struct FoundFile: Sendable {
  package let path: String
  /// Why it is not looked into: a link out of the folder, a folder that may not be read.
  package let problem: FileProblem?

  /// Whether it is a folder, or a link to one, that was not looked into.
  package let isFolder: Bool

  package init(_ path: String, problem: FileProblem? = nil, isFolder: Bool = false) {
    self.path = path
    self.problem = problem
    self.isFolder = isFolder
  }
}

/// Something to show before the answer is complete.
package enum Event: Sendable {
  /// Output that stays.
  case output(Document)
  /// Lines for a program to read: JSON, TAP, JUnit. They are written as they are.
  case data(String)
  /// A line that the next one replaces, with pictures below it where there is room: a training run.
  case progress(Words, below: Document)
  /// Worth knowing, apart from the output.
  case notice(Diagnostic)
}

/// Bytes as text; invalid UTF-8 is a problem with a place, never silently repaired.
package func text(of bytes: [UInt8], path: String) throws(FileProblem) -> String {
  // Some editors of Windows begin a file with a mark that says it is UTF-8.
  let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
  let bytes = bytes.starts(with: mark) ? Array(bytes.dropFirst(mark.count)) : bytes
  if let text = String(validating: bytes, as: UTF8.self) { return text }
  var line = 1
  var lineStart = 0
  for (offset, byte) in bytes.enumerated() where byte == 0x0A {
    guard String(validating: bytes[lineStart...offset], as: UTF8.self) != nil else { break }
    line += 1
    lineStart = offset + 1
  }
  throw FileProblem(path: path, reason: "line \(line) is not UTF-8 text")
}
