import Glibc
import Presentation

/// What a student hands in: answers by the ids of their questions. The released Markdown with its
/// ```` ```answer q1 ```` blocks filled, or a script of `q1 = …`; nothing else of it is read.
package struct Submission: Sendable, Equatable {
  /// The `student:` line, as it is typed.
  package var student: String?
  package var answers: [String: String] = [:]
  /// Ids that stand twice; the last counts.
  package var repeated: [String] = []
  /// Ids of no question.
  package var unknown: [String] = []

  /// Bytes of one answer that are looked at; a longer one is refused by whoever reads it.
  static let longestAnswer = 1 << 20
  private static let longestName = 200

  /// - Parameters:
  ///   - ids: of the questions, in order.
  ///   - tasks: those that are answered with code.
  package init(_ bytes: [UInt8], ids: [String], tasks: Set<String>) {
    let utf8 = Submission.utf8(bytes)
    utf8.withUnsafeBufferPointer { buffer in
      let lines = Lines(buffer)
      if Submission.hasAnswerBlocks(lines) {
        readBlocks(lines, ids: Set(ids))
      } else {
        readScript(lines, ids: Set(ids), tasks: tasks)
      }
    }
  }

  /// Editors of Windows may save a text in UTF-16, which begins with a mark.
  private static func utf8(_ bytes: [UInt8]) -> [UInt8] {
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { return Array(bytes.dropFirst(3)) }
    let isLittle = bytes.starts(with: [0xFF, 0xFE])
    guard isLittle || bytes.starts(with: [0xFE, 0xFF]) else { return bytes }
    let units = stride(from: 2, to: bytes.count - 1, by: 2).map { index -> UInt16 in
      let (low, high) = isLittle ? (index, index + 1) : (index + 1, index)
      return UInt16(bytes[low]) | UInt16(bytes[high]) << 8
    }
    return Array(String(decoding: units, as: UTF16.self).utf8)
  }

  private mutating func put(_ text: String, under id: String, known: Set<String>) {
    guard known.contains(id) else {
      if unknown.count < 20, id.utf8.count <= 40 { unknown.append(id) }
      return
    }
    if answers[id] != nil, !repeated.contains(id) { repeated.append(id) }
    answers[id] = text
  }

  // MARK: - Markdown

  private static func hasAnswerBlocks(_ lines: Lines) -> Bool {
    var found = false
    lines.forEach { line in
      if let fence = Fence(line), fence.answerID != nil { found = true }
      return !found
    }
    return found
  }

  private mutating func readBlocks(_ lines: Lines, ids: Set<String>) {
    var open: (fence: Fence, content: [UInt8])?
    lines.forEach { line in
      if var block = open {
        // Taken out, so that the bytes are not copied for each line.
        open = nil
        if let fence = Fence(line), fence.closes(block.fence) {
          finish(block, ids)
        } else {
          if block.fence.answerID != nil, block.content.count <= Submission.longestAnswer {
            block.content += line.prefix(Submission.longestAnswer + 1)
            block.content.append(0x0A)
          }
          open = block
        }
      } else if let fence = Fence(line) {
        open = (fence, [])
      } else {
        readStudent(line)
      }
      return true
    }
    if let open { finish(open, ids) }
  }

  private mutating func finish(_ block: (fence: Fence, content: [UInt8]), _ ids: Set<String>) {
    guard let id = block.fence.answerID else { return }
    put(String(decoding: block.content.dropLast(), as: UTF8.self), under: id, known: ids)
  }

  /// `student: s01`, also behind a `#`.
  private mutating func readStudent(_ line: UnsafeRawBufferPointer) {
    guard student == nil else { return }
    var rest = Submission.trimmed(line)[...]
    if rest.first == UInt8(ascii: "#") { rest = Submission.trimmed(rest.dropFirst())[...] }
    let key = "student"
    guard rest.prefix(key.utf8.count).elementsEqual(key.utf8) else { return }
    rest = Submission.trimmed(rest.dropFirst(key.utf8.count))[...]
    guard rest.first == UInt8(ascii: ":") || rest.first == UInt8(ascii: "=") else { return }
    let name = String(decoding: Submission.trimmed(rest.dropFirst()).prefix(4000), as: UTF8.self)
    if !name.isEmpty { student = String(name.prefix(Submission.longestName)) }
  }

  private static func trimmed<Bytes: Collection<UInt8>>(_ bytes: Bytes) -> [UInt8] {
    func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0D }
    let rest = bytes.drop(while: isBlank).prefix(8000)
    var result = Array(rest)
    while let last = result.last, isBlank(last) { result.removeLast() }
    return result
  }

  // MARK: - Scripts

  private mutating func readScript(_ lines: Lines, ids: Set<String>, tasks: Set<String>) {
    var current: Part?
    lines.forEach { line in
      if let (id, rest) = Submission.assignment(line, ids),
        !(current?.isTask ?? false) || !tasks.contains(id)
      {
        end(current, ids)
        current = Part(id: id, isTask: false)
        current?.add(rest.prefix(Submission.longestAnswer))
      } else if let id = Submission.header(line) {
        end(current, ids)
        current = tasks.contains(id) ? Part(id: id, isTask: true) : nil
      } else if current.map({ $0.isTask || $0.depth > 0 }) ?? false {
        current?.add(line.prefix(Submission.longestAnswer))
      } else {
        readStudent(line)
      }
      return true
    }
    end(current, ids)
  }

  /// An answer of a script, as far as it has been read.
  private struct Part {
    let id: String
    let isTask: Bool
    var text: [UInt8] = []
    /// Brackets that are open.
    var depth = 0

    mutating func add<Bytes: Sequence<UInt8>>(_ bytes: Bytes) {
      depth += Submission.depth(bytes)
      guard text.count <= Submission.longestAnswer else { return }
      text += bytes
      text.append(0x0A)
    }
  }

  private mutating func end(_ part: Part?, _ ids: Set<String>) {
    guard let part else { return }
    var text = String(decoding: part.text, as: UTF8.self)
    while text.hasSuffix("\n") { text.removeLast() }
    put(text, under: part.id, known: ids)
  }

  /// `q1 = [1, 2]` of a known id.
  private static func assignment(
    _ line: UnsafeRawBufferPointer, _ ids: Set<String>
  ) -> (id: String, rest: Slice<UnsafeRawBufferPointer>)? {
    let word = line.prefix { isIDByte($0) }
    guard !word.isEmpty, word.count <= 40 else { return nil }
    let id = String(decoding: word, as: UTF8.self)
    guard ids.contains(id) else { return nil }
    let rest = line.dropFirst(word.count).drop { $0 == 0x20 || $0 == 0x09 }
    guard let sign = rest.first, sign == UInt8(ascii: "=") || sign == UInt8(ascii: ":"),
      rest.dropFirst().first != UInt8(ascii: "=")
    else { return nil }
    return (id, rest.dropFirst())
  }

  /// `# q11`, alone on its line.
  private static func header(_ line: UnsafeRawBufferPointer) -> String? {
    guard line.first == UInt8(ascii: "#") else { return nil }
    var words = trimmed(line.drop { $0 == UInt8(ascii: "#") })
    if words.last == UInt8(ascii: ":") { words.removeLast() }
    guard words.first == UInt8(ascii: "q"), words.count > 1, words.count <= 40,
      words.allSatisfy(isIDByte)
    else { return nil }
    return String(decoding: words, as: UTF8.self)
  }

  private static func isIDByte(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "_"), UInt8(ascii: "-"): true
    default: false
    }
  }

  /// Brackets opened and not closed.
  private static func depth<Bytes: Sequence<UInt8>>(_ bytes: Bytes) -> Int {
    var depth = 0
    for byte in bytes {
      if byte == UInt8(ascii: "[") || byte == UInt8(ascii: "(") { depth += 1 }
      if byte == UInt8(ascii: "]") || byte == UInt8(ascii: ")") { depth -= 1 }
    }
    return depth
  }
}

/// The lines of a text, found without looking at each byte here.
private struct Lines {
  private let bytes: UnsafeBufferPointer<UInt8>

  init(_ bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

  /// Goes through the lines, without their ends, until `body` gives false.
  func forEach(_ body: (UnsafeRawBufferPointer) -> Bool) {
    guard let base = bytes.baseAddress else { return }
    var start = 0
    while start < bytes.count {
      let found = memchr(base + start, 0x0A, bytes.count - start)
      let end =
        found.map { UnsafePointer($0.assumingMemoryBound(to: UInt8.self)) - base } ?? bytes.count
      var length = end - start
      if length > 0, base[start + length - 1] == 0x0D { length -= 1 }
      guard body(UnsafeRawBufferPointer(start: base + start, count: length)) else { return }
      start = end + 1
    }
  }
}

/// A line of at least three backquotes or tildes.
private struct Fence {
  let mark: UInt8
  let count: Int
  let info: String

  init?(_ line: UnsafeRawBufferPointer) {
    let blanks = line.prefix(4).prefix { $0 == 0x20 }.count
    guard blanks < 4, line.count >= blanks + 3 else { return nil }
    let mark = line[blanks]
    guard mark == UInt8(ascii: "`") || mark == UInt8(ascii: "~") else { return nil }
    let count = line.dropFirst(blanks).prefix(1000).prefix { $0 == mark }.count
    guard count >= 3 else { return nil }
    self.mark = mark
    self.count = count
    info = String(decoding: line.dropFirst(blanks + count).prefix(200), as: UTF8.self).trimmed
  }

  func closes(_ opening: Fence) -> Bool {
    info.isEmpty && mark == opening.mark && count >= opening.count
  }

  /// `q1` of ```` ```answer q1 ````.
  var answerID: String? {
    let words = info.split(whereSeparator: \.isWhitespace)
    guard words.count >= 2, words[0].lowercased() == "answer" else { return nil }
    return String(words[1])
  }
}
