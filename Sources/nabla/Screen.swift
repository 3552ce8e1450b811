import Glibc
import Presentation
import Session

/// Standard output and standard error, as documents see them.
final class Screen {
  private let terminal: Terminal
  /// What a page is made of, while one is wanted instead of text.
  private var page: Document?
  /// Whether what is taller than the window is shown page by page.
  var pages: () -> Bool = { false }
  /// Rows of progress now on the screen.
  private var progressRows = 0

  init(_ terminal: Terminal) {
    self.terminal = terminal
  }

  // Made anew each time, as the window may have changed its size.
  var output: Renderer {
    var renderer = Renderer(
      width: terminal.width, color: terminal.usesColor, unicode: terminal.isUnicode)
    renderer.isSpoken = terminal.isSpoken
    return renderer
  }

  private var errors: Renderer {
    Renderer(
      width: terminal.width, color: terminal.usesColor && isatty(STDERR_FILENO) == 1,
      unicode: terminal.isUnicode)
  }

  func show(_ response: Response) {
    clearProgress()
    show(response.document)
    for diagnostic in response.diagnostics { show(diagnostic) }
  }

  private func show(_ diagnostic: Diagnostic) {
    writeText(errors.render(diagnostic), to: STDERR_FILENO)
  }

  func show(_ document: Document) {
    if let collected = page {
      page = collected + document
    } else if pages() {
      Pager(terminal: terminal).show(output.render(document))
    } else {
      printText(output.render(document))
    }
  }

  /// Gathers everything that `body` shows into one page.
  func showPage<Result>(_ format: PageFormat, title: String, _ body: () -> Result) -> Result {
    page = Document()
    let result = body()
    let text = format.file(page ?? Document(), title: title)
    page = nil
    printText(text)
    return result
  }

  func show(_ event: Event) {
    switch event {
    case .output(let document):
      clearProgress()
      show(document)
    case .data(let text):
      clearProgress()
      printText(text)
    case .progress(let words, let below): showProgress(words, below: below)
    case .notice(let diagnostic):
      clearProgress()
      show(diagnostic)
    }
  }

  /// Overwrites one line on a terminal, and where the window has the rows the pictures below it;
  /// elsewhere progress would only fill a log, so it is left out.
  private func showProgress(_ words: Words, below: Document) {
    guard isatty(STDERR_FILENO) == 1, !terminal.isDumb else { return }
    let line = errors.render(words.cut(to: terminal.width - 1))
    var rows: [Substring] = [Substring(line)]
    if terminal.hasRoomForPictures, !terminal.isSpoken, !below.isEmpty {
      let drawn = errors.render(below).split(separator: "\n", omittingEmptySubsequences: false)
      // The last line ends with a line break.
      if drawn.count < Terminal.size.rows { rows += drawn.dropLast() }
    }
    // From the first of the rows on the screen, each over the one before it.
    let text = rows.joined(separator: "\u{1B}[K\r\n")
    writeText(start + text + "\u{1B}[J", to: STDERR_FILENO)
    progressRows = rows.count
  }

  /// To the first row of the progress.
  private var start: String { progressRows > 1 ? "\r\u{1B}[\(progressRows - 1)A" : "\r" }

  private func clearProgress() {
    guard progressRows > 0 else { return }
    writeText(start + "\u{1B}[J", to: STDERR_FILENO)
    progressRows = 0
  }
}

extension Words {
  /// No wider than so many columns.
  fileprivate func cut(to width: Int) -> Words {
    guard plain.count > width else { return self }
    return Words(String(plain.prefix(max(0, width))), runs.first?.role ?? .plain)
  }
}

/// Writes a text to standard output. Where that cannot be done, because the disk is full or the
/// reader has gone, results would be lost, so the program ends with code 2.
func printText(_ text: String) {
  guard !writeText(text, to: STDOUT_FILENO) else { return }
  let code = errno
  // A reader that has gone, as in `nabla run x | head`, knows why.
  if code != EPIPE {
    writeText(
      "nabla: cannot write to standard output: \(String(cString: strerror(code)))\n",
      to: STDERR_FILENO)
  }
  exit(2)
}

/// Writes a text whole, however many calls it takes.
/// - Returns: whether that could be done; `errno` says why not.
@discardableResult
func writeText(_ text: String, to descriptor: Int32) -> Bool {
  writeAll(Array(text.utf8), to: descriptor)
}
