import CMD4C
import Presentation

/// Markdown as the lessons use it (CommonMark with tables and `$…$` formulas), read by md4c into
/// blocks of a `Document`, each with the line it begins on.
///
/// Comments are not shown, other raw HTML is, as the text it is. Containers nested more than 32 deep are merged with the
/// one that holds them, so that a hostile text cannot build a tree that overflows the stack.
package enum Markdown {
  /// A top-level piece of the text: something to show, or a code block to interpret.
  package enum Piece: Sendable, Equatable {
    case prose(Block, line: Int)
    case code(CodeBlock)
    /// `<!-- note: … -->`, for whoever presents the lesson.
    case note(String)
  }

  package struct CodeBlock: Sendable, Equatable {
    /// What follows the opening fence: `nabla hide`. Empty for an indented block.
    package var info: String
    package var text: String
    /// The line of the first line of code.
    package var firstLine: Int
  }

  /// The pieces of a text in order; `firstLine` is the number of its first line.
  package static func pieces(of text: String, firstLine: Int = 1) -> [Piece] {
    var copy = text
    return copy.withUTF8 { bytes in
      let builder = MarkdownBuilder(source: bytes, firstLine: firstLine)
      builder.run()
      return builder.pieces
    }
  }

  /// A text as blocks alone, for questions, hints and explanations.
  package static func document(_ text: String) -> Document {
    Document(
      pieces(of: text).flatMap { piece -> [Block] in
        switch piece {
        case .prose(let block, _): [block]
        case .code(let code): code.lines
        case .note: []
        }
      })
  }
}

/// Receives md4c's callbacks. One object a parse; `run` keeps it alive while C holds its address.
private final class MarkdownBuilder {
  private enum Container {
    case document, quote, item
    case list(ordered: Bool)
  }
  private struct Frame {
    var container: Container
    /// The line of its first text.
    var line: Int?
    var blocks: [Block] = []
    var items: [[Block]] = []
  }
  private static let deepest = 32

  var pieces: [Markdown.Piece] = []
  private let source: UnsafeBufferPointer<UInt8>
  private let firstLine: Int
  private var lineStarts: [Int] = [0]
  private var line: Int
  private var frames: [Frame] = []
  private var merged = 0

  private var words: Words = ""
  private var wordsLine: Int?
  private var roles: [Role] = []
  private var links: [(target: String, start: Int)] = []
  /// The formula being read, in LaTeX.
  private var latex: String?

  private var code: (info: String, text: String, firstLine: Int?)?
  private var html: String?
  private var table: Table?
  private var row: [Words] = []
  private var inHeader = false

  init(source: UnsafeBufferPointer<UInt8>, firstLine: Int) {
    self.source = source
    self.firstLine = firstLine
    line = firstLine
    for (index, byte) in source.enumerated() where byte == 0x0A { lineStarts.append(index + 1) }
  }

  func run() {
    frames = [Frame(container: .document)]
    guard let start = source.baseAddress, source.count < Int(MD_SIZE.max) else { return }
    var parser = MD_PARSER()
    parser.flags = UInt32(MD_FLAG_TABLES | MD_FLAG_STRIKETHROUGH | MD_FLAG_LATEXMATHSPANS)
    parser.flags |= UInt32(MD_FLAG_PERMISSIVEURLAUTOLINKS)
    parser.enter_block = { MarkdownBuilder.of($2).enter($0, $1) }
    parser.leave_block = { MarkdownBuilder.of($2).leave($0, $1) }
    parser.enter_span = { MarkdownBuilder.of($2).enterSpan($0, $1) }
    parser.leave_span = { MarkdownBuilder.of($2).leaveSpan($0) }
    parser.text = { MarkdownBuilder.of($3).add($0, $1, Int($2)) }
    start.withMemoryRebound(to: CChar.self, capacity: source.count) { text in
      _ = md_parse(text, MD_SIZE(source.count), &parser, Unmanaged.passUnretained(self).toOpaque())
    }
  }

  /// md4c hands back the pointer `run` gave it; without one there is nothing to build.
  private static func of(_ pointer: UnsafeMutableRawPointer?) -> MarkdownBuilder {
    guard let pointer else { preconditionFailure("md4c lost its user data") }
    return Unmanaged<MarkdownBuilder>.fromOpaque(pointer).takeUnretainedValue()
  }

  // MARK: - Blocks

  private func enter(_ type: MD_BLOCKTYPE, _ detail: UnsafeMutableRawPointer?) -> Int32 {
    if type != MD_BLOCK_DOC { flushWords() }
    switch type {
    case MD_BLOCK_QUOTE: push(.quote)
    case MD_BLOCK_UL: push(.list(ordered: false))
    case MD_BLOCK_OL: push(.list(ordered: true))
    case MD_BLOCK_LI: push(.item)
    case MD_BLOCK_CODE:
      enterCode(detail?.assumingMemoryBound(to: MD_BLOCK_CODE_DETAIL.self).pointee)
    case MD_BLOCK_HTML: html = ""
    case MD_BLOCK_TABLE: table = Table(header: [], rows: [])
    case MD_BLOCK_THEAD: inHeader = true
    case MD_BLOCK_TR: row = []
    default: break
    }
    return 0
  }

  private func leave(_ type: MD_BLOCKTYPE, _ detail: UnsafeMutableRawPointer?) -> Int32 {
    switch type {
    case MD_BLOCK_H:
      let level = detail?.assumingMemoryBound(to: MD_BLOCK_H_DETAIL.self).pointee.level ?? 1
      append(.heading(level: Int(level), takeWords()))
    case MD_BLOCK_P: flushWords()
    case MD_BLOCK_HR: append(.rule)
    case MD_BLOCK_QUOTE, MD_BLOCK_UL, MD_BLOCK_OL, MD_BLOCK_LI:
      flushWords()
      pop()
    case MD_BLOCK_CODE: leaveCode()
    case MD_BLOCK_HTML:
      let text = (html ?? "").trimmed
      html = nil
      if text.hasPrefix("<!--"), text.hasSuffix("-->") {
        addComment(text.dropFirst(4).dropLast(3).trimmed)
      } else {
        for line in text.split(separator: "\n") { append(.line(Words(String(line)))) }
      }
    case MD_BLOCK_TH, MD_BLOCK_TD:
      let align = detail?.assumingMemoryBound(to: MD_BLOCK_TD_DETAIL.self).pointee.align
      leaveCell(align ?? MD_ALIGN_DEFAULT)
    case MD_BLOCK_THEAD: inHeader = false
    case MD_BLOCK_TR: if !inHeader, table?.header.isEmpty == false { table?.rows.append(row) }
    case MD_BLOCK_TABLE:
      if let table { append(.table(table)) }
      table = nil
    case MD_BLOCK_DOC: flushWords()
    default: break
    }
    return 0
  }

  private func addComment(_ text: String) {
    guard frames.count == 1, text.lowercased().hasPrefix("note:") else { return }
    pieces.append(.note(text.dropFirst(5).trimmed))
  }

  private func push(_ container: Container) {
    guard frames.count < Self.deepest else {
      merged += 1
      return
    }
    frames.append(Frame(container: container))
  }

  private func pop() {
    guard merged == 0 else {
      merged -= 1
      return
    }
    guard frames.count > 1, let frame = frames.popLast() else { return }
    switch frame.container {
    case .document: break
    case .quote: append(.quote(frame.blocks), line: frame.line)
    case .list(let ordered):
      let items = frame.items + (frame.blocks.isEmpty ? [] : [frame.blocks])
      append(.list(ordered: ordered, items: items), line: frame.line)
    case .item: frames[frames.count - 1].items.append(frame.blocks)
    }
  }

  private func append(_ block: Block, line place: Int? = nil) {
    if frames.count == 1 {
      pieces.append(.prose(block, line: place ?? wordsLine ?? line))
    } else {
      frames[frames.count - 1].blocks.append(block)
    }
    wordsLine = nil
  }

  private func leaveCell(_ align: MD_ALIGN) {
    let cell = takeWords()
    guard inHeader else { return row.append(cell) }
    table?.header.append(cell)
    let alignment: Table.Alignment =
      switch align {
      case MD_ALIGN_RIGHT: .right
      case MD_ALIGN_CENTER: .center
      default: .left
      }
    table?.alignments.append(alignment)
  }

  // MARK: - Code

  private func enterCode(_ detail: MD_BLOCK_CODE_DETAIL?) {
    guard let info = detail?.info, let text = info.text else {
      code = ("", "", nil)
      return
    }
    // The info string lies in the source, so the code begins on the line after it.
    let start = offset(of: text).map { lineNumber($0) + 1 }
    code = (String(decoding: bytes(text, Int(info.size)), as: UTF8.self), "", start)
  }

  private func leaveCode() {
    guard let finished = code else { return }
    code = nil
    let block = Markdown.CodeBlock(
      info: finished.info, text: finished.text, firstLine: finished.firstLine ?? line + 1)
    if frames.count == 1 {
      pieces.append(.code(block))
    } else {
      for line in block.lines { append(line) }
    }
  }

  // MARK: - Spans and text

  private func enterSpan(_ type: MD_SPANTYPE, _ detail: UnsafeMutableRawPointer?) -> Int32 {
    switch type {
    case MD_SPAN_EM: roles.append(.emphasis)
    case MD_SPAN_STRONG: roles.append(.strong)
    case MD_SPAN_CODE: roles.append(.code)
    case MD_SPAN_LATEXMATH, MD_SPAN_LATEXMATH_DISPLAY:
      roles.append(.formula)
      latex = ""
    case MD_SPAN_A:
      let href = detail?.assumingMemoryBound(to: MD_SPAN_A_DETAIL.self).pointee.href
      links.append((attribute(href), words.runs.count))
      roles.append(roles.last ?? .plain)
    case MD_SPAN_IMG:
      let source = detail?.assumingMemoryBound(to: MD_SPAN_IMG_DETAIL.self).pointee.src
      links.append((attribute(source), words.runs.count))
      roles.append(.emphasis)
    default: roles.append(roles.last ?? .plain)
    }
    return 0
  }

  private func leaveSpan(_ type: MD_SPANTYPE) -> Int32 {
    _ = roles.popLast()
    switch type {
    case MD_SPAN_A, MD_SPAN_IMG:
      guard let link = links.popLast() else { break }
      let shown = words.runs.dropFirst(link.start).map { $0.text }.joined()
      if !link.target.isEmpty, shown != link.target { put(" (\(link.target))", .dim) }
    case MD_SPAN_LATEXMATH, MD_SPAN_LATEXMATH_DISPLAY:
      let formula = MathText.formula(latex ?? "")
      latex = nil
      guard type == MD_SPAN_LATEXMATH_DISPLAY else {
        if wordsLine == nil { wordsLine = line }
        words += Words(formula: formula)
        break
      }
      flushWords()
      append(.formula(formula))
    default: break
    }
    return 0
  }

  private func add(_ type: MD_TEXTTYPE, _ text: UnsafePointer<CChar>?, _ size: Int) -> Int32 {
    guard let text else { return 0 }
    if let offset = offset(of: text) { note(lineNumber(offset)) }
    let string = String(decoding: bytes(text, size), as: UTF8.self)
    // A comment within a line is no more to be seen than one on lines of its own.
    if type == MD_TEXT_HTML, html == nil, string.hasPrefix("<!--") { return 0 }
    switch type {
    case MD_TEXT_BR: put("\n", .plain)
    case MD_TEXT_SOFTBR: put(" ", roles.last ?? .plain)
    case MD_TEXT_NULLCHAR: put("\u{FFFD}", roles.last ?? .plain)
    case MD_TEXT_ENTITY: put(entity(string), roles.last ?? .plain)
    default: put(string, roles.last ?? .plain)
    }
    return 0
  }

  private func put(_ text: String, _ role: Role) {
    if code != nil {
      code?.text.append(text)
      return
    }
    if html != nil {
      html?.append(text)
      return
    }
    if latex != nil {
      latex?.append(text)
      return
    }
    if wordsLine == nil { wordsLine = line }
    if let last = words.runs.last, last.role == role, last.formula == nil,
      links.last?.start != words.runs.count
    {
      words.runs[words.runs.count - 1].text += text
    } else {
      words += Words(text, role)
    }
  }

  private func takeWords() -> Words {
    defer { words = "" }
    return words
  }

  private func flushWords() {
    var words = takeWords()
    // A display formula leaves the line break around it behind.
    while words.runs.last?.text == " " { words.runs.removeLast() }
    if words.runs.last?.text.hasSuffix(" ") == true {
      words.runs[words.runs.count - 1].text.removeLast()
    }
    if words.runs.first?.text.hasPrefix(" ") == true { words.runs[0].text.removeFirst() }
    guard !words.plain.isEmpty else { return }
    append(.paragraph(words))
  }

  // MARK: - Places in the source

  private func note(_ place: Int) {
    line = place
    for index in frames.indices where frames[index].line == nil { frames[index].line = place }
    // An indented block has no info string; its first text tells where it begins.
    if code != nil, code?.firstLine == nil {
      let before = code?.text.utf8.reduce(0) { $0 + ($1 == 0x0A ? 1 : 0) } ?? 0
      code?.firstLine = place - before
    }
  }

  private func bytes(_ text: UnsafePointer<CChar>, _ size: Int) -> UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(start: text, count: size)
  }

  /// Where a text of md4c lies in the source; nil for its own constants such as line ends.
  private func offset(of text: UnsafePointer<CChar>) -> Int? {
    guard let base = source.baseAddress else { return nil }
    let distance = UnsafeRawPointer(text) - UnsafeRawPointer(base)
    return distance >= 0 && distance < source.count ? distance : nil
  }

  private func lineNumber(_ offset: Int) -> Int {
    var low = 0
    var high = lineStarts.count - 1
    while low < high {
      let middle = (low + high + 1) / 2
      if lineStarts[middle] <= offset { low = middle } else { high = middle - 1 }
    }
    return firstLine + low
  }

  private func attribute(_ value: MD_ATTRIBUTE?) -> String {
    guard let value, let text = value.text else { return "" }
    return String(decoding: bytes(text, Int(value.size)), as: UTF8.self)
  }

  private func entity(_ text: String) -> String {
    let named = ["&amp;": "&", "&lt;": "<", "&gt;": ">", "&quot;": "\"", "&nbsp;": "\u{A0}"]
    if let found = named[text] { return found }
    guard text.hasPrefix("&#"), text.hasSuffix(";") else { return text }
    let body = text.dropFirst(2).dropLast()
    let isHex = body.first == "x" || body.first == "X"
    let number = isHex ? UInt32(body.dropFirst(), radix: 16) : UInt32(body)
    guard let number, number >= 0x20, let scalar = Unicode.Scalar(number) else { return text }
    return String(Character(scalar))
  }
}
