import Language
import Lessons
import Library
import Presentation

/// A lesson being stepped through, and where its progress is kept.
final class LessonSession {
  let player: Player
  private let store: ProgressStore

  init(
    _ lesson: Lesson, in context: EvaluationContext, store: ProgressStore,
    progress: LessonProgress?
  ) {
    player = Player(lesson, in: context, continuing: progress)
    self.store = store
  }

  var prompt: String { "\(player.lesson.slug)> " }

  func start(in session: Session) -> Response {
    player.command = { [weak session] line in
      _ = try? session?.command(String(line.dropFirst()))
    }
    let document = player.start()
    return Response(document, diagnostics: save() + begin())
  }

  /// Lets the lesson answer, keeps what happened, and ends it where that was the last answer.
  func respond(in session: Session, _ answer: (Player) -> Player.Reply) -> Response {
    let (document, finished) = answer(player)
    var response = Response(document, diagnostics: save())
    if finished {
      session.lesson = nil
      let next = player.progress.place == 0 ? session.whatNext(after: player.lesson) : []
      response.document = response.document + Document(next + leave(for: session))
    }
    return response
  }

  /// Keeps a command that changed something, for the way back here.
  func keep(_ line: String) -> [Diagnostic] {
    player.note(.input(line, .ran))
    return save()
  }

  private func save() -> [Diagnostic] {
    do throws(FileProblem) {
      try store.append(player.takeEvents(), to: player.lesson.name)
      return []
    } catch {
      return [error.diagnostic("write")]
    }
  }

  private func begin() -> [Diagnostic] {
    do throws(FileProblem) {
      try store.write(last: player.lesson.name)
      return []
    } catch {
      return [error.diagnostic("write")]
    }
  }

  /// Writes the recap and says where it is, and what can be done with the variables.
  private func leave(for session: Session) -> [Block] {
    var blocks: [Block] = []
    session.left = player
    let names = player.workspace.environment.variables.map(\.name.name)
    if session.goesOn, let first = names.first {
      let text = ":use \(first) brings the lesson's \(first) here; :use lists what there is."
      blocks.append(.paragraph(Words(text, .note)))
    }
    do throws(FileProblem) {
      guard let path = try store.write(recap: player.recap, of: player.lesson.name) else {
        return blocks
      }
      // The path stays in one line, so that it can be copied.
      return blocks + [.line(Words("Recap: " + path, .note))]
    } catch {
      return blocks
    }
  }
}

/// The student's progress: a journal for each lesson, to which lines are only added, and the name of
/// the last lesson. A lesson is known by deck and slug; its number and folder may change.
struct ProgressStore {
  let host: Host

  /// What was kept of a lesson. A damaged journal is set aside and said so; what can be read of it
  /// goes on.
  func read(_ lesson: String) -> (progress: LessonProgress?, notices: [Diagnostic]) {
    guard let path = path(lesson, "jsonl"), let bytes = try? host.read(path) else {
      return (nil, [])
    }
    let journal = LessonJournal(bytes: bytes)
    let progress = journal.progress
    if journal.damaged == 0, progress != nil || bytes.isEmpty {
      if journal.isCutOff { try? host.write(path, Array(journal.text.utf8)) }
      return (progress, [])
    }
    let place =
      (try? host.setAside(path)).map { "it is kept as \($0)" } ?? "it was left where it is"
    if progress != nil { try? host.write(path, Array(journal.text.utf8)) }
    let rest =
      progress == nil
      ? "the lesson begins anew" : "\(journal.events.count) entries of it could be read, and go on"
    return (
      progress,
      [
        Diagnostic(
          "damaged-progress", "the progress of '\(lesson)' could not be read", severity: .warning,
          notes: [place, rest])
      ]
    )
  }

  /// The same for those who only look: a damaged file stays, for `read` to set aside and say so.
  func peek(_ lesson: String) -> LessonProgress? {
    guard let path = path(lesson, "jsonl"), let bytes = try? host.read(path) else { return nil }
    return LessonJournal(bytes: bytes).progress
  }

  func append(_ events: [LessonEvent], to lesson: String) throws(FileProblem) {
    guard !events.isEmpty, let path = path(lesson, "jsonl") else { return }
    try host.append(path, Array(events.map(\.line).joined().utf8))
  }

  func write(last lesson: String) throws(FileProblem) {
    guard let last = lastPath else { return }
    try host.write(last, Array((lesson + "\n").utf8))
  }

  /// The path it was written to; nil when there is no place for it.
  func write(recap: String, of lesson: String) throws(FileProblem) -> String? {
    guard let path = path(lesson, "recap.md") else { return nil }
    try host.write(path, Array(recap.utf8))
    return path
  }

  /// The lesson the student was in last.
  var last: String? {
    guard let path = lastPath, let bytes = try? host.read(path) else { return nil }
    return String(decoding: bytes, as: UTF8.self).trimmed
  }

  /// The way that the student chose last.
  var way: Way? {
    guard let path = wayPath, let bytes = try? host.read(path) else { return nil }
    return Way(text: String(decoding: bytes, as: UTF8.self))
  }

  func write(way: Way) throws(FileProblem) {
    guard let path = wayPath else { return }
    try host.write(path, Array((way.text + "\n").utf8))
  }

  private var wayPath: String? { host.stateDirectory.map { $0 + "/last-way" } }
  private var lastPath: String? { host.stateDirectory.map { $0 + "/last-lesson" } }

  private func path(_ lesson: String, _ kind: String) -> String? {
    let safe = String(
      Lesson.unnumbered(lesson).map {
        $0 == "/" || $0.isLetter || $0.isNumber || "-_".contains($0) ? $0 : "_"
      })
    return host.stateDirectory.map { "\($0)/lessons/\(safe).\(kind)" }
  }
}
