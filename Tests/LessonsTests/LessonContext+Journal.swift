@testable import Lessons

extension Player {
  /// The progress as it would be read from the journal.
  var kept: LessonProgress? {
    LessonJournal(bytes: Array(events.map(\.line).joined().utf8)).progress
  }

  /// A line as the session hands it on.
  func type(_ line: String) {
    switch line.split(separator: " ").first {
    case ":goto": _ = go(toStep: Int(line.split(separator: " ")[1]) ?? 1)
    case ":back": _ = back()
    case ":rerun": _ = rerun()
    case ":branch": _ = branch(String(line.split(separator: " ")[1]))
    default: _ = respond(to: line)
    }
  }
}

extension LessonProgress {
  init(_ lesson: String, steps: Int, _ events: [LessonEvent]) {
    self.init(lesson: lesson, steps: steps)
    for event in events { apply(event) }
  }
}
