import Glibc
import Presentation
import Session

/// Standard output and standard error, as documents see them.
final class Screen {
  private let terminal: Terminal
  /// What a page is made of, while one is wanted instead of text.
  private var page: Document?
  /// Columns of the progress line now on the screen.
  private var progressWidth = 0

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
    } else {
      printText(output.render(document))
    }
  }

  /// Gathers everything that `body` shows into one page of HTML.
  func showPage<Result>(title: String, _ body: () -> Result) -> Result {
    page = Document()
    let result = body()
    let html = HTMLRenderer().page(page ?? Document(), title: title)
    page = nil
    printText(html)
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
    case .progress(let words): showProgress(words)
    case .notice(let diagnostic):
      clearProgress()
      show(diagnostic)
    }
  }

  /// Overwrites one line on a terminal; elsewhere progress would only fill a log, so it is left out.
  private func showProgress(_ words: Words) {
    guard isatty(STDERR_FILENO) == 1, !terminal.isDumb else { return }
    let line = errors.render(words)
    writeText("\r" + line + "\u{1B}[K", to: STDERR_FILENO)
    progressWidth = words.plain.count
  }

  private func clearProgress() {
    guard progressWidth > 0 else { return }
    writeText("\r\u{1B}[K", to: STDERR_FILENO)
    progressWidth = 0
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
