import Presentation

/// All lessons at hand, in the order of their paths, found by name.
package struct LessonCatalogue: Sendable {
  package private(set) var lessons: [Lesson] = []
  /// Files that are no lessons, with what is wrong.
  package private(set) var malformed: [(path: String, error: LessonError)] = []

  package init(
    _ sources: [SourceText], unreadable: [(path: String, error: LessonError)] = []
  ) {
    malformed = unreadable
    for source in sources.sorted(by: { $0.name < $1.name }) {
      do {
        lessons.append(try Lesson(parsing: source))
      } catch {
        malformed.append((source.name, error))
      }
    }
  }

  /// The names under `requires` that mean a lesson.
  package var slugs: Set<String> { Set(lessons.flatMap { [$0.name, $0.slug] }) }

  /// A lesson by `deck/01-slug`, `01-slug` or `slug`, or by a part of its name or title that no
  /// other has; without regard to case.
  /// - Throws: an unknown or ambiguous name, with the names it could be.
  package func lesson(named name: String) throws(Diagnostic) -> Lesson {
    let wanted = name.lowercased()
    for spelling in [\Lesson.name, \Lesson.slug, \Lesson.topic] {
      let found = lessons.filter { $0[keyPath: spelling].lowercased() == wanted }
      if found.count == 1 { return found[0] }
      if found.count > 1 {
        throw Diagnostic(
          "ambiguous-lesson", "several lessons are called '\(name)'",
          helps: found.map { "'\($0.name)' is “\($0.front.title)”" })
      }
    }
    let partial = lessons.filter {
      $0.name.lowercased().contains(wanted) || $0.front.title.lowercased().contains(wanted)
    }
    if partial.count == 1 { return partial[0] }
    if let broken = malformed.first(where: { Lesson.slug(ofPath: $0.path).lowercased() == wanted })
    {
      throw broken.error.diagnostics.first
        ?? Diagnostic("unknown-lesson", "'\(name)' cannot be read as a lesson")
    }
    let names = lessons.flatMap { [$0.name, $0.slug, $0.topic] }
    let help = Suggestion.help(for: name, in: names)
    throw Diagnostic(
      "unknown-lesson", "there is no lesson '\(name)'",
      helps: [help ?? "'nabla lessons' lists them all"])
  }

  /// The first lesson a student has begun and not finished, else the first not begun.
  package func next(after progress: (String) -> LessonProgress?) -> Lesson? {
    let states = lessons.map { ($0, progress($0.name)) }
    if let begun = states.first(where: { $0.1.map { !$0.isFinished && $0.step > 0 } ?? false }) {
      return begun.0
    }
    return states.first { $0.1 == nil || $0.1?.step == 0 }?.0
  }

  /// The lessons by deck, with how far the student has come.
  package func document(progress: (String) -> LessonProgress?) -> Document {
    var blocks: [Block] = []
    for deck in decks {
      let rows = lessons.filter { $0.front.deck == deck }.map { lesson -> [Words] in
        let minutes = lesson.front.minutes.map { "\($0) min" } ?? ""
        return [
          Words(lesson.slug, .name), Words(lesson.front.title), Words(minutes, .dim),
          state(of: lesson, progress(lesson.name)),
        ]
      }
      blocks.append(.heading(level: 2, Words(deck)))
      blocks.append(
        .table(
          Table(
            header: ["lesson", "title", "time", "progress"], rows: rows,
            alignments: [.left, .left, .right, .left])))
    }
    for (path, error) in malformed {
      let text = "\(path): \(error.diagnostics.first?.headline ?? "cannot be read")"
      blocks.append(.line(Words(text, .bad)))
    }
    return Document(blocks)
  }

  /// `{"lessons": [{"name", "title", "deck", "steps", "minutes", "step", "finished"}]}`
  package func json(progress: (String) -> LessonProgress?) -> JSONValue {
    [
      "lessons": .array(
        lessons.map { lesson in
          let state = progress(lesson.name)
          return [
            "name": .string(lesson.name), "title": .string(lesson.front.title),
            "deck": .string(lesson.front.deck), "path": .string(lesson.source.name),
            "steps": .int(lesson.steps.count),
            "minutes": lesson.front.minutes.map { .int($0) } ?? .null,
            "examples": .array(lesson.front.examples.map { .string($0) }),
            "step": .int(state?.step ?? 0), "finished": .bool(state?.isFinished ?? false),
          ]
        })
    ]
  }

  private var decks: [String] {
    var seen: [String] = []
    for lesson in lessons where !seen.contains(lesson.front.deck) { seen.append(lesson.front.deck) }
    return seen
  }

  private func state(of lesson: Lesson, _ progress: LessonProgress?) -> Words {
    guard let progress, progress.step > 0 else { return "" }
    if progress.isFinished { return Words("done", .good) }
    return Words("step \(progress.step) of \(lesson.steps.count)", .note)
  }
}

extension Lesson {
  /// `01-max-pooling` → `max-pooling`
  fileprivate var topic: String {
    let rest = slug.drop { $0.isNumber }
    return rest.count < slug.count && rest.first == "-" ? String(rest.dropFirst()) : slug
  }
}
