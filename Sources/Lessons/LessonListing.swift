import Presentation

/// What `nabla lessons` shows: the ways through the lessons, or the lessons of one way, with how far
/// the student has come.
package struct LessonListing {
  private let catalogue: LessonCatalogue
  private let states: [String: LessonProgress]

  package init(_ catalogue: LessonCatalogue, progress: (String) -> LessonProgress?) {
    self.catalogue = catalogue
    states = Dictionary(
      catalogue.lessons.compactMap { lesson in progress(lesson.name).map { (lesson.name, $0) } },
      uniquingKeysWith: { first, _ in first })
  }

  // MARK: - Where to go on

  /// The first lesson of a way that is not done.
  package func open(on way: Way) -> Lesson? {
    catalogue.lessons(on: way).first { !isDone($0) }
  }

  /// Whether no lesson has been begun yet.
  package var isFirstDay: Bool {
    catalogue.lessons.allSatisfy { states[$0.name].map { $0.step == 0 } ?? true }
  }

  /// Where the student goes on who names nothing: on the way at hand, then on the short cut, then at a
  /// lesson begun and not done, then at the first that is not.
  package func next(on way: Way?) -> Lesson? {
    let begun = catalogue.lessons.first { isBegun($0) }
    return way.flatMap { open(on: $0) } ?? open(on: .shortCut) ?? begun
      ?? catalogue.lessons.first { !isDone($0) }
  }

  /// The lessons that a lesson requires and that are not done.
  package func missing(for lesson: Lesson) -> [Lesson] {
    catalogue.requirements(of: lesson).filter { !isDone($0) }
  }

  /// What to do after a lesson that was just done: what builds on it, then what is about the same, then
  /// what comes next; nothing whose requirements are open.
  package func next(after lesson: Lesson, on way: Way?) -> Lesson? {
    let ready = catalogue.lessons.filter {
      $0.name != lesson.name && !isDone($0)
        && missing(for: $0).allSatisfy { $0.name == lesson.name }
    }
    let isNamed = Set([lesson.name, lesson.slug])
    let topics = Set(lesson.front.topics)
    return way.flatMap { open(on: $0) }
      ?? ready.first { !isNamed.isDisjoint(with: $0.front.requires) }
      ?? ready.first { !topics.isDisjoint(with: $0.front.topics) }
      ?? next(on: nil)
  }

  private func isDone(_ lesson: Lesson) -> Bool { states[lesson.name]?.isFinished ?? false }

  private func isBegun(_ lesson: Lesson) -> Bool {
    states[lesson.name].map { !$0.isFinished && $0.step > 0 } ?? false
  }

  // MARK: - Documents

  /// Decks and topics with their number of lessons, time and progress; fits a screen of 80 by 24.
  package var overview: Document {
    var blocks: [Block] = [.table(deckTable)]
    if let topics = topicTable { blocks += [.blank, .table(topics)] }
    return Document(blocks + problems)
  }

  private var deckTable: Table {
    let rows = catalogue.deckNames.map { name -> [Words] in
      let way = Way.deck(name)
      let title = catalogue.title(of: way)
      return [Words(name, .name), Words(title == name ? "" : title)] + facts(of: way)
    }
    return Table(
      header: ["deck", "", "lessons", "time"], rows: rows,
      alignments: [.left, .left, .right, .right])
  }

  /// Two topics a row.
  private var topicTable: Table? {
    let cells = catalogue.topics.map { topic in
      [Words(topic.name, .name)] + facts(of: .topic(topic))
    }
    guard !cells.isEmpty else { return nil }
    let height = (cells.count + 1) / 2
    let rows = (0..<height).map { row in
      cells[row] + (row + height < cells.count ? cells[row + height] : [])
    }
    let header: [Words] = ["topic", "lessons", "time"]
    let alignments: [Table.Alignment] = [.left, .right, .right]
    let isDouble = cells.count > 1
    return Table(
      header: isDouble ? header + header : header, rows: rows,
      alignments: isDouble ? alignments + alignments : alignments)
  }

  /// How many lessons, of which how many are done, and how long they take.
  private func facts(of way: Way) -> [Words] {
    let lessons = catalogue.lessons(on: way)
    let done = lessons.count(where: isDone)
    let number =
      done == 0
      ? Words("\(lessons.count)")
      : Words("\(done) of \(lessons.count)", done == lessons.count ? .good : .note)
    return [number, Words(LessonListing.time(of: lessons), .dim)]
  }

  /// The lessons of a way in its order.
  package func document(of way: Way) -> Document {
    let lessons = catalogue.lessons(on: way)
    let rows = lessons.enumerated().map { index, lesson -> [Words] in
      let minutes = lesson.front.minutes.map { "\($0) min" } ?? ""
      return [
        Words("\(index + 1)", .dim), Words(lesson.slug, .name), Words(lesson.front.title),
        Words(minutes, .dim), state(of: lesson),
      ]
    }
    let table = Table(
      header: ["", "lesson", "title", "time", "progress"], rows: rows,
      alignments: [.right, .left, .left, .right, .left])
    let title = "\(catalogue.title(of: way)): \(summary(of: lessons))"
    return Document([.line(Words(title, .strong)), .table(table)] + problems)
  }

  /// `12 lessons, 3 h 20, 2 done`
  package func summary(of lessons: [Lesson]) -> String {
    let done = lessons.count(where: isDone)
    let number = "\(lessons.count) lesson\(lessons.count == 1 ? "" : "s")"
    let parts = [number, LessonListing.time(of: lessons), done > 0 ? "\(done) done" : ""]
    return parts.filter { !$0.isEmpty }.joined(separator: ", ")
  }

  /// `45 min` or `2 h 05`
  private static func time(of lessons: [Lesson]) -> String {
    let minutes = lessons.compactMap(\.front.minutes).reduce(0, +)
    guard minutes >= 60 else { return minutes == 0 ? "" : "\(minutes) min" }
    return "\(minutes / 60) h \(minutes % 60 < 10 ? "0" : "")\(minutes % 60)"
  }

  private func state(of lesson: Lesson) -> Words {
    guard let progress = states[lesson.name], progress.step > 0 else { return "" }
    if progress.isFinished { return Words("done", .good) }
    return Words("step \(progress.step) of \(progress.steps)", .note)
  }

  private var problems: [Block] {
    catalogue.malformed.map { path, error in
      let text = "\(path): \(error.diagnostics.first?.headline ?? "cannot be read")"
      return .line(Words(text, .bad))
    }
  }

  /// `{"lessons": [{"name", "title", "deck", "steps", "minutes", "step", "finished"}]}`
  package func json(of way: Way?) -> JSONValue {
    let lessons = way.map { catalogue.lessons(on: $0) } ?? catalogue.lessons
    return [
      "lessons": .array(
        lessons.map { lesson in
          let progress = states[lesson.name]
          let strings = { (texts: [String]) in JSONValue.array(texts.map { .string($0) }) }
          return [
            "name": .string(lesson.name), "title": .string(lesson.front.title),
            "deck": .string(lesson.front.deck), "path": .string(lesson.source.name),
            "steps": .int(lesson.steps.count),
            "minutes": lesson.front.minutes.map { .int($0) } ?? .null,
            "examples": strings(lesson.front.examples), "topics": strings(lesson.front.topics),
            "requires": strings(lesson.front.requires),
            "step": .int(progress?.step ?? 0), "finished": .bool(progress?.isFinished ?? false),
          ]
        })
    ]
  }
}
