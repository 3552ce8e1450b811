import Presentation

/// All lessons at hand, in the order of their paths, found by name.
package struct LessonCatalogue: Sendable {
  package private(set) var lessons: [Lesson] = []
  /// Released and graded, not learned from.
  package private(set) var homework: [Lesson] = []
  /// Files that are no lessons, with what is wrong.
  package private(set) var malformed: [(path: String, error: LessonError)] = []
  /// By name; a folder of lessons need not have a description.
  private var decks: [String: Deck] = [:]

  package init(
    _ sources: [SourceText], decks descriptions: [SourceText] = [],
    unreadable: [(path: String, error: LessonError)] = []
  ) {
    malformed = unreadable
    for source in descriptions {
      do {
        let deck = try Deck(parsing: source)
        decks[deck.name] = deck
      } catch {
        malformed.append((source.name, error))
      }
    }
    for source in sources.sorted(by: { $0.name < $1.name }) {
      do {
        let lesson = try Lesson(parsing: source)
        if lesson.front.homework == nil { lessons.append(lesson) } else { homework.append(lesson) }
      } catch {
        malformed.append((source.name, error))
      }
    }
  }

  /// The names under `requires` that mean a lesson.
  package var slugs: Set<String> { Set(lessons.flatMap { [$0.name, $0.slug] }) }

  /// Whether a lesson is called so in full: `deck/01-slug` or `01-slug`.
  package func hasLesson(calling name: String) -> Bool {
    let wanted = name.lowercased()
    return lessons.contains { $0.name.lowercased() == wanted || $0.slug.lowercased() == wanted }
  }

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
    if let found = homework.first(where: { $0.slug == wanted || $0.front.homework?.id == wanted }) {
      throw Diagnostic(
        "homework", "'\(name)' is a homework: it is handed in and graded",
        helps: ["nabla release \(found.source.name)"])
    }
    let names = lessons.flatMap { [$0.name, $0.slug, $0.topic] } + topics.map(\.name)
    let help = Suggestion.help(for: name, in: names)
    throw Diagnostic(
      "unknown-lesson", "there is no lesson '\(name)'",
      helps: [help ?? "'nabla lessons' lists them all"])
  }

  /// The slides of a deck, where its folder says them.
  package func deck(_ name: String) -> Deck? { decks[name] }

  /// The decks that lessons belong to, in the order of their names.
  package var deckNames: [String] { Set(lessons.map(\.front.deck)).sorted() }
}

extension Lesson {
  /// `02-max-pooling` → `max-pooling`
  fileprivate var topic: String { Lesson.unnumbered(slug) }

  /// A name without the number that only says where it stands: `deck/02-max-pooling` →
  /// `deck/max-pooling`.
  package static func unnumbered(_ name: String) -> String {
    let start = name.lastIndex(of: "/").map { name.index(after: $0) } ?? name.startIndex
    let slug = name[start...]
    let rest = slug.drop { $0.isNumber }
    guard rest.count < slug.count, rest.first == "-", rest.count > 1 else { return name }
    return String(name[..<start] + rest.dropFirst())
  }
}
