import ArgumentParser
import Glibc
import Lessons
import Presentation
import Session

/// `nabla demo LESSON|SCRIPT [--notes]`.
struct Demo: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Present a lesson or script on stage, step by step.",
    discussion: """
      Space, Enter, PageDown: the code of a step, then its result. Backspace, PageUp: back. ? shows \
      all keys. A second terminal with --notes follows with the speaker's notes.
      """)

  @Flag(help: "Show the notes beside the stage, which runs in another terminal.")
  var notes = false

  @Flag(help: "Keep how long each step takes, for the clock of the talk.")
  var rehearse = false

  @Option(
    help: "Record what is seen to a new file, as an asciicast (version 2).",
    completion: .file(extensions: ["cast"]))
  var record: String?

  @Argument(
    help: "A lesson's name or part of it, or a file: a lesson (.md) or a script (.nabla).",
    completion: .lessons)
  var lesson: String

  @OptionGroup var output: OutputOptions

  func validate() throws {
    if notes, record != nil || rehearse {
      throw ValidationError("'--notes' goes with a stage in another terminal; give it alone.")
    }
  }

  func run() throws {
    let app = try App(output, interactive: true)
    try app.present(lesson, notes: notes, rehearses: rehearse, record: record).exitIfNeeded()
  }
}

extension App {
  func present(
    _ name: String, notes: Bool, rehearses: Bool, record: String?
  ) -> Response.Outcome {
    do {
      let lesson = try session.lessonToShow(name)
      guard terminal.isInputInteractive, terminal.isOutputInteractive, !terminal.isDumb else {
        throw Diagnostic(
          "no-terminal", "a stage needs a terminal",
          helps: ["nabla check \(name)", "nabla run FILE"])
      }
      let files = StageFiles(lesson)
      if notes { return showNotes(lesson, files) }
      let recording = try record.map { try Recording($0, title: lesson.front.title) }
      let board = Board(terminal, recording: recording)
      var stage = session.stage(
        lesson, size: board.size, rehearsed: rehearses ? [:] : files.rehearsal)
      play(&stage, on: board, files)
      if rehearses { try files.write(rehearsal: stage.clock.rehearsalText) }
      recording?.close()
      let wrong = stage.differing.map(String.init)
      if !wrong.isEmpty {
        Terminal.warn("numbers that do not agree: line \(wrong.joined(separator: ", "))")
      }
      return .fine
    } catch {
      return show(.failure(Session.diagnostics(of: error)))
    }
  }

  /// Keys in, screens out, until the presenter leaves.
  private func play(_ stage: inout Stage, on board: Board, _ files: StageFiles) {
    board.open()
    defer { board.close() }
    var keys = StageKeyboard()
    var isOpen = true
    while isOpen {
      let now = board.now
      if stage.size != board.size { stage.resize(to: board.size) }
      board.paint(stage.screen(at: now), marking: stage.step)
      files.tell(StageSignal(stage, at: now))
      guard let key = keys.next(within: 200) else {
        _ = stage.tick(at: board.now)
        continue
      }
      Interrupt.reset()
      isOpen = stage.press(key, at: board.now)
    }
    var last = StageSignal(stage, at: board.now)
    last.hasEnded = true
    files.tell(last)
  }

  private func showNotes(_ lesson: Lesson, _ files: StageFiles) -> Response.Outcome {
    let notes = StageNotes(lesson)
    let board = Board(terminal, recording: nil)
    board.open()
    defer { board.close() }
    var keys = StageKeyboard()
    while true {
      let rows = notes.screen(files.signal, size: board.size, at: board.now)
      board.paint(Stage.Screen(rows: rows), marking: nil)
      switch keys.next(within: 200) {
      case .character("q"), .cancel, .endOfInput: return .fine
      default: continue
      }
    }
  }
}

/// Where stage, notes and rehearsal of a lesson meet.
private final class StageFiles {
  private let folder: String?
  private let name: String
  private var told: StageSignal?

  init(_ lesson: Lesson) {
    folder = stateDirectory().map { $0 + "/stage" }
    let slug = Lesson.unnumbered(lesson.name)
    name = String(slug.map { $0.isLetter || $0.isNumber || "-_.".contains($0) ? $0 : "_" })
  }

  private func path(_ kind: String) -> String? { folder.map { "\($0)/\(name).\(kind)" } }

  var rehearsal: [Int: Double] {
    text("rehearsal").flatMap(StageClock.rehearsal) ?? [:]
  }

  func write(rehearsal: String) throws {
    guard let path = path("rehearsal") else { return }
    do throws(FileError) { try writeAtomically(Array(rehearsal.utf8), to: path) } catch {
      throw error.problem
    }
  }

  var signal: StageSignal? { text("now").flatMap { StageSignal(text: $0) } }

  /// Says where the stage is, where that is news. A talk does not stop for a full disk.
  func tell(_ signal: StageSignal) {
    guard told.map({ !$0.isSame(as: signal) }) ?? true, let path = path("now") else { return }
    told = signal
    try? writeAtomically(Array(signal.text.utf8), to: path)
  }

  private func text(_ kind: String) -> String? {
    guard let path = path(kind), let bytes = try? readBytes(path) else { return nil }
    return String(validating: bytes, as: UTF8.self)
  }
}

extension StageSignal {
  /// Whether nothing but the time of asking differs.
  fileprivate func isSame(as other: StageSignal) -> Bool {
    var copy = self
    if abs(stepStart - other.stepStart) < 1 { copy.stepStart = other.stepStart }
    if let planned, let its = other.planned, abs(planned - its) < 1 { copy.planned = its }
    return copy == other
  }
}
