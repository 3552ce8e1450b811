import Glibc
import Language
import Lessons
import Presentation
import Session

/// The rim: the only place that prints, reads files, and knows the terminal and the clock.
final class App {
  let terminal: Terminal
  let session: Session
  private let screen: Screen

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
    let host = Host.files(confirm: confirm) { screen.show($0) }
    session = try Session(host: host, files: files, limits: limits, width: terminal.width)
    if let digits = options.digits { session.context.digits = digits }
    Session.countProcessMemory()
    Interrupt.install(forSession: asks)
    App.kept = self
  }

  /// Asks whoever sits at the terminal; anything but yes is no.
  private static func confirm(_ question: String) -> Bool {
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

  func listLessons(as format: ResultFormat) -> Response.Outcome {
    printing(as: format, title: "Lessons") { show(session.listLessons(asJSON: format == .json)) }
  }

  /// Lets `body` print in a format: HTML is one page for all it shows.
  private func printing(
    as format: ResultFormat?, title: String, _ body: () -> Response.Outcome
  ) -> Response.Outcome {
    format == .html ? screen.showPage(title: title, body) : body()
  }

  /// Checks files in processes of their own, which are given `arguments`.
  func check(
    _ paths: [String], as format: CheckFormat, seconds: Double, arguments: [String]
  ) -> Response.Outcome {
    do {
      let files = try session.filesToCheck(paths)
      var checking = Checking(
        files: files, arguments: arguments, seconds: seconds,
        printer: CheckPrinter(format, renderer: screen.output))
      return Response.Outcome(rawValue: checking.run()) ?? .wrong
    } catch {
      return show(.failure(Session.diagnostics(of: error)))
    }
  }

  /// The report on one file, with its counts before it.
  func reportOn(_ path: String, as format: CheckFormat, seconds: Double, width: Int) {
    let report = session.report(on: path, seconds: seconds)
    var renderer = screen.output
    renderer.width = width
    let part = CheckPrinter(format, renderer: renderer).part(report)
    printText(CheckTotals(report).text + "\n" + part)
  }

  func train(_ arguments: [String]) -> Response.Outcome {
    do {
      return show(try session.train(arguments))
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
  func echo(_ text: Echo) -> Echo { self == .json ? .json(isExplained: text == .explained) : text }
}

// MARK: - Line by line

extension App {
  /// The shell: reads a line, lets the session answer, prints, until `:quit` or the end of input.
  func openShell() {
    let reader = lineSource(continuation: session.continuation(after:))
    screen.show(session.greeting)
    while true {
      switch reader.read(Prompt(text: session.prompt, style: "1;36")) {
      case .line(let line):
        if answer(line).ends { return }
      case .interrupted: continue
      case .endOfFile: return
      }
    }
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
  func learn(_ name: String?) -> Response.Outcome {
    let first = session.learn(name)
    show(first)
    guard first.outcome == .fine, session.isInLesson else { return first.outcome }
    let reader = lineSource(continuation: session.continuation(after:))
    while session.isInLesson {
      switch reader.read(Prompt(text: session.prompt, style: "1;36")) {
      case .line(let line):
        answer(line)
      case .interrupted: continue
      case .endOfFile:
        show(session.respond(to: ":quit"))
        return .fine
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
        complete: { [session] text, cursor in
          let found = session.complete(text, cursor: cursor)
          return Completion(start: found.start, candidates: found.candidates)
        },
        continuation: continuation, notice: Terminal.warn) : nil
    return editor ?? PlainLineReader(notice: Terminal.warn)
  }
}
