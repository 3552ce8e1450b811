import CLineEdit
import Glibc

/// What a prompt yields.
enum LineInput: Equatable {
  case line(String)
  /// Ctrl-C: the line is dropped, nothing else.
  case interrupted
  case endOfFile
}

/// Where a session gets its lines from.
protocol LineSource: AnyObject {
  func read(_ prompt: Prompt) -> LineInput
}

struct Prompt: Sendable {
  var text: String
  /// The parameters of the color sequence around it, such as `1;36`; empty for none.
  var style = ""
  /// What stands behind it from the start.
  var draft = ""
}

/// Lines from a pipe or a file, without prompt or editing. `\r\n` ends a line as `\n` does; bytes
/// that are not UTF-8 become U+FFFD and `notice` hears the line's number.
final class PlainLineReader: LineSource {
  private let descriptor: Int32
  private let notice: (String) -> Void
  private var buffer: [UInt8] = []
  private var position = 0
  private var isAtEnd = false
  private(set) var lineNumber = 0

  init(descriptor: Int32 = STDIN_FILENO, notice: @escaping (String) -> Void) {
    self.descriptor = descriptor
    self.notice = notice
  }

  func read(_ prompt: Prompt) -> LineInput {
    while true {
      if let end = buffer[position...].firstIndex(of: 0x0A) {
        defer { position = end + 1 }
        return .line(text(buffer[position..<end]))
      }
      if isAtEnd {
        guard position < buffer.count else { return .endOfFile }
        defer { position = buffer.count }
        return .line(text(buffer[position...]))
      }
      guard fill() else { return .interrupted }
    }
  }

  /// Reads some more; false when a signal came instead.
  private func fill() -> Bool {
    // Waiting first, as a signal may be handled on another thread and not end the read.
    guard Int(cle_wait(descriptor, -1)) != CLE_SIGNAL else {
      _ = cle_take_signals()
      return !Interrupt.isRequested
    }
    buffer.removeFirst(position)
    position = 0
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    let count = Glibc.read(descriptor, &chunk, chunk.count)
    if count < 0, errno == EINTR { return true }
    if count <= 0 { isAtEnd = true } else { buffer.append(contentsOf: chunk[..<count]) }
    return true
  }

  private func text(_ bytes: ArraySlice<UInt8>) -> String {
    lineNumber += 1
    let line = bytes.last == 0x0D ? bytes.dropLast() : bytes
    if let text = String(validating: line, as: UTF8.self) { return text }
    notice("line \(lineNumber) is not UTF-8; what could not be read shows as \u{FFFD}")
    return String(decoding: line, as: UTF8.self)
  }
}
