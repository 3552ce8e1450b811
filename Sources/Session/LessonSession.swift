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

  func start() -> Response {
    Response(player.start(), diagnostics: save())
  }

  /// Lets the lesson answer, keeps its progress, and ends it where that was the last answer.
  func respond(in session: Session, _ answer: (Player) -> Player.Reply) -> Response {
    let (document, finished) = answer(player)
    var response = Response(document, diagnostics: save())
    if finished {
      response = Response(response.document + leave(), diagnostics: response.diagnostics)
      session.lesson = nil
    }
    return response
  }

  private func save() -> [Diagnostic] {
    do throws(FileProblem) {
      try store.write(player.progress)
      return []
    } catch {
      return [error.diagnostic("write")]
    }
  }

  /// Writes the recap and says where it is.
  private func leave() -> Document {
    do throws(FileProblem) {
      guard let path = try store.write(recap: player.recap, of: player.lesson.name) else {
        return Document()
      }
      return Document([.line(Words("A recap of your steps and answers is in \(path)", .note))])
    } catch {
      return Document()
    }
  }
}

/// The student's progress: one small file a lesson, and the name of the last lesson.
struct ProgressStore {
  let host: Host

  /// What was kept of a lesson; a damaged file is set aside and said so.
  func read(_ lesson: String) -> (progress: LessonProgress?, notices: [Diagnostic]) {
    guard let path = path(lesson, "progress"), let bytes = try? host.read(path) else {
      return (nil, [])
    }
    if let text = String(validating: bytes, as: UTF8.self),
      let progress = LessonProgress(text: text)
    {
      return (progress, [])
    }
    let place =
      (try? host.setAside(path)).map { "it is kept as \($0)" } ?? "it was left where it is"
    return (
      nil,
      [
        Diagnostic(
          "damaged-progress", "the progress of '\(lesson)' could not be read", severity: .warning,
          notes: [place, "the lesson begins anew"])
      ]
    )
  }

  func write(_ progress: LessonProgress) throws(FileProblem) {
    guard let path = path(progress.lesson, "progress"), let last = lastPath else { return }
    try host.write(path, Array(progress.text.utf8))
    try host.write(last, Array((progress.lesson + "\n").utf8))
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

  private var lastPath: String? { host.stateDirectory.map { $0 + "/last-lesson" } }

  private func path(_ lesson: String, _ kind: String) -> String? {
    let safe = String(
      lesson.map { $0 == "/" || $0.isLetter || $0.isNumber || "-_".contains($0) ? $0 : "_" })
    return host.stateDirectory.map { "\($0)/lessons/\(safe).\(kind)" }
  }
}
