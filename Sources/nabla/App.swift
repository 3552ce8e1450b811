import Glibc
import Language
import Lessons
import Presentation
import Session

/// The rim: the only place that prints, reads files, and knows the terminal and the clock.
final class App {
  let terminal: Terminal
  let session: Session
  let screen: Screen

  /// Held until the process is gone: what millions of quantities were computed from would take half a
  /// second to be given back one by one, also after Ctrl-C.
  private nonisolated(unsafe) static var kept: App?

  init(
    _ options: OutputOptions, files: FilePolicy = .none, limits: Limits = .none, interactive: Bool
  ) throws {
    terminal = Terminal(color: options.color, isPlain: options.plain, notice: Terminal.warn)
    let screen = Screen(terminal)
    self.screen = screen
    let asks = interactive && terminal.isInputInteractive
    let confirm: ((String) -> Bool)? = asks ? { App.confirm($0) } : nil
    var host = Host.files(confirm: confirm) { screen.show($0) }
    if asks { host.edit = { OutsideEditor.edit($0, notice: Terminal.warn) } }
    session = try Session(host: host, files: files, limits: limits, width: terminal.width)
    if let digits = options.digits { session.context.digits = digits }
    Session.countProcessMemory()
    Interrupt.install(forSession: asks)
    App.kept = self
  }

  /// Asks whoever sits at the terminal; anything but yes is no.
  static func confirm(_ question: String) -> Bool {
    writeText(question, to: STDERR_FILENO)
    var answer = [UInt8](repeating: 0, count: 64)
    let count = read(STDIN_FILENO, &answer, answer.count)
    return count > 0
      && ["y", "yes"].contains(
        String(decoding: answer[..<count], as: UTF8.self).lowercased().filter(\.isLetter))
  }

  func evaluate(_ expressions: [String], as format: ResultFormat) -> Response.Outcome {
    printing(as: format, title: expressions.joined(separator: "; ")) {
      for (index, text) in expressions.enumerated() {
        let source = SourceText(
          name: expressions.count == 1 ? "-e" : "-e #\(index + 1)", text: text)
        let outcome = show(session.evaluate(source, as: format.echo(.expressions)))
        if outcome != .fine { return outcome }
      }
      return .fine
    }
  }

  /// Runs a script; without an echo it is silent, unless a format asks for its values.
  func run(_ path: String, echo: Echo?, as format: ResultFormat?) -> Response.Outcome {
    printing(as: format, title: path.split(separator: "/").last.map(String.init) ?? path) {
      show(session.run(path, echo: format?.echo(echo ?? .expressions) ?? echo ?? .none))
    }
  }

  func runStandardInput(echo: Echo?, as format: ResultFormat) -> Response.Outcome {
    let echo = format.echo(echo ?? .expressions)
    return printing(as: format, title: "nabla") {
      do {
        let bytes = try readBytes(descriptor: STDIN_FILENO, name: "standard input")
        let source = SourceText(name: "<stdin>", text: try text(of: bytes, path: "standard input"))
        return show(session.evaluate(source, as: echo))
      } catch let error as FileError {
        return show(session.failure([error.problem.diagnostic("read")], as: echo))
      } catch {
        return show(session.failure(Session.diagnostics(of: error), as: echo))
      }
    }
  }

  func listLessons(
    topic: String?, deck: String?, as format: ResultFormat
  ) -> Response.Outcome {
    printing(as: format, title: "Lessons") {
      show(
        session.listLessons(
          topic: topic, deck: deck, asJSON: format == .json, prefix: "nabla "))
    }
  }

  /// The page of a deck, in Markdown.
  func printDeckPage(_ name: String) -> Response.Outcome {
    do {
      printText(try session.deckPage(name))
      return .fine
    } catch {
      return show(.failure(Session.diagnostics(of: error)))
    }
  }

  /// Lets `body` print in a format: HTML is one page for all it shows.
  private func printing(
    as format: ResultFormat?, title: String, _ body: () -> Response.Outcome
  ) -> Response.Outcome {
    format?.page.map { screen.showPage($0, title: title, body) } ?? body()
  }

  /// Checks files in processes of their own.
  func check(_ paths: [String], as format: CheckFormat, seconds: Double) -> Response.Outcome {
    do {
      return check(try session.filesToCheck(paths), as: format, seconds: seconds)
    } catch {
      return show(.failure(Session.diagnostics(of: error)))
    }
  }

  /// Prints which slips give the numbers of slides that do not agree.
  func why(_ paths: [String], as format: CheckFormat) -> Response.Outcome {
    var outcome = Response.Outcome.fine
    for path in paths {
      do {
        let slips = try session.slips(on: path)
        for row in slips.rows {
          if format == .json {
            printText(row.json(path: path).text + "\n")
          } else {
            show(Response(row.document(of: path)))
          }
        }
        if slips.rows.isEmpty, format != .json { printText("\(path): every number agrees\n") }
        if let failure = slips.failure { throw failure }
      } catch {
        outcome = show(.failure(Session.diagnostics(of: error)))
      }
    }
    return outcome
  }

  func check(
    _ files: [FoundFile], as format: CheckFormat, seconds: Double, showsFirstOnly: Bool = false
  ) -> Response.Outcome {
    var printer = CheckPrinter(format, renderer: screen.output)
    printer.showsFirstOnly = showsFirstOnly
    var checking = Checking(files: files, seconds: seconds, printer: printer) { [printer] path in
      // The counts stand before the report.
      let report = self.session.report(on: path, seconds: seconds)
      printText(CheckTotals(report).text + "\n" + printer.part(report))
    }
    return Response.Outcome(rawValue: checking.run()) ?? .wrong
  }

  /// Trains; `stays` where the shell opens afterwards, else it is said how to.
  func train(_ arguments: [String], stays: Bool) -> Response.Outcome {
    do {
      let outcome = show(try session.train(arguments))
      if outcome == .fine, !stays, terminal.isOutputInteractive,
        !arguments.contains(where: { ["--help", "-h"].contains($0) }), !arguments.isEmpty
      {
        Terminal.warn("nabla train \(arguments.joined(separator: " ")) --shell stays with them")
      }
      return outcome
    } catch {
      return show(.failure(Session.diagnostics(of: error)))
    }
  }

  /// Prints the answer on standard output and what went wrong on standard error.
  @discardableResult
  func show(_ response: Response) -> Response.Outcome {
    // The terminal has put `^C` where the cursor stood.
    if response.outcome == .interrupted, isatty(STDERR_FILENO) == 1 {
      writeText("\n", to: STDERR_FILENO)
    }
    screen.show(response)
    return response.outcome
  }
}

extension ResultFormat {
  /// What a page is written as; nil for what is no page.
  var page: PageFormat? {
    switch self {
    case .html: .html
    case .latex: .latex
    case .text, .json: nil
    }
  }

  func echo(_ text: Echo) -> Echo { self == .json ? .json(isExplained: text == .explained) : text }
}

// MARK: - Line by line

extension App {
  /// The shell: reads a line, lets the session answer, prints, until `:quit` or the end of input.
  func openShell() {
    let reader = lineSource(continuation: session.continuation(after:))
    session.goesOn = true
    screen.pages = { [session] in session.isOn("pager") }
    screen.show(session.greeting)
    var draft = ""
    while true {
      let prompt = Prompt(text: session.prompt, style: "1;36", draft: draft)
      draft = ""
      switch reader.read(prompt) {
      case .line(let line):
        let response = answer(line)
        if response.ends { return }
        draft = response.draft
      case .interrupted: continue
      case .endOfFile:
        // At a terminal more can come, behind a lesson too.
        guard session.isInLesson, terminal.isInputInteractive else { return leaveLesson() }
        leaveLesson()
      }
    }
  }

  private func leaveLesson() {
    if session.isInLesson { answer(":quit") }
  }

  /// Lets the session answer a line, in the width that the window has by now.
  @discardableResult
  private func answer(_ line: String) -> Response {
    Interrupt.reset()
    session.width = terminal.width
    let response = session.respond(to: line)
    show(response)
    return response
  }

  /// A lesson from its first open step on, until it ends or the student leaves.
  func learn(_ name: String?, deck: String? = nil) -> Response.Outcome {
    screen.pages = { [session] in session.isOn("pager") }
    let first = session.learn(name, deck: deck)
    show(first)
    guard first.outcome == .fine, session.isInLesson else { return first.outcome }
    let reader = lineSource(continuation: session.continuation(after:))
    while session.isInLesson {
      switch reader.read(Prompt(text: session.prompt, style: "1;36")) {
      case .line(let line):
        answer(line)
      case .interrupted: continue
      case .endOfFile: leaveLesson()
      }
    }
    return .fine
  }

  private func lineSource(continuation: @escaping (String) -> String?) -> any LineSource {
    let history = stateDirectory().map { $0 + "/history" }
    let editor =
      terminal.isInputInteractive
      ? LineEditor(
        terminal: terminal, history: history,
        assistance: assistance(continuation), notice: Terminal.warn) : nil
    return editor ?? PlainLineReader(notice: Terminal.warn)
  }

  private func assistance(_ continuation: @escaping (String) -> String?) -> Assistance {
    Assistance(
      complete: { [session] text, cursor in
        let found = session.complete(text, cursor: cursor)
        return Completion(start: found.start, candidates: found.candidates)
      },
      summary: { [session] in session.summary(of: $0) },
      continuation: continuation,
      parts: { [session] in session.parts(of: $0) },
      settings: { [session] in
        EditorSettings(highlights: session.isOn("colors"), suggests: session.isOn("suggestions"))
      })
  }
}
