import Autograd
import Language
import Lessons
import Library
import Presentation

extension Command {
  static let lessons: [Command] = [
    Command(
      "lessons", "Lists the decks and topics, or the lessons of one, with your progress.",
      parameters: [
        Parameter("topic", .string, default: Attribute.none, "a topic, or a deck"), deckOption,
      ],
      examples: [":lessons", ":lessons convolution", ":lessons --deck kaist-ai602"],
      takesRest: true, completion: .topicsOfLessons
    ) { session, arguments in
      session.listLessons(
        topic: arguments.string("topic"), deck: arguments.string("deck"), asJSON: false)
    },
    Command(
      "learn", "Steps through a lesson; without a name, continues where you stopped.",
      parameters: [
        Parameter(
          "lesson", .string, default: Attribute.none,
          "its name or part of it, or a topic to go on with"), deckOption,
      ],
      examples: [":learn", ":learn backprop", ":learn --deck kaist-ai602"], takesRest: true,
      completion: .lessons
    ) { session, arguments in
      session.learn(arguments.string("lesson"), deck: arguments.string("deck"))
    },
  ]

  private static let deckOption = Parameter(
    "deck", .string, default: Attribute.none, keywordOnly: true,
    "a deck, for its lessons in the order of its slides")
}

extension Completion {
  /// Behind `:lessons`.
  static let topicsOfLessons = ways { _ in [] }
  /// Behind `:learn`.
  static let lessons = ways { $0.lessonNames }

  private static func ways(_ names: @escaping @Sendable (Session) -> [String]) -> Completion {
    Completion { session, words in
      if words.dropLast().last == "--deck" { return session.deckNames }
      return names(session) + Topic.all.map(\.name) + ["--deck"]
    }
  }
}

extension Session {
  package var isInLesson: Bool { lesson != nil }

  var lessonNames: [String] { (try? lessonCatalogue())?.lessons.map(\.slug) ?? [] }
  var deckNames: [String] { (try? lessonCatalogue())?.deckNames ?? [] }

  /// A context for a lesson, with the session's library and format: it shows where the session
  /// shows, and writes nothing.
  private func lessonContext() -> EvaluationContext {
    own.context.pristine(output: Output { [weak self] in self?.show($0, as: .statements) })
  }

  /// A lesson by its name or file, or a script as one.
  package func lessonToShow(_ name: String) throws -> Lesson {
    guard name.isScript || name.hasSuffix(".md") else {
      return try lessonCatalogue().lesson(named: name)
    }
    let source = SourceText(name: name, text: try text(of: host.read(name), path: name))
    return name.isScript ? try Lesson(script: source) : try Lesson(parsing: source)
  }

  /// A lesson or script on stage.
  package func stage(
    _ lesson: Lesson, size: Stage.Size, rehearsed: [Int: Double]
  ) -> Stage {
    Stage(lesson, in: lessonContext(), size: size, rehearsed: rehearsed)
  }

  /// Steps into a lesson: one named, a file, the next of a topic or deck, or the one the student
  /// should go on with.
  package func learn(_ name: String?, deck: String? = nil) -> Response {
    do {
      if let name, deck == nil, name.hasSuffix(".md") {
        let source = SourceText(name: name, text: try text(of: host.read(name), path: name))
        return begin(try Lesson(parsing: source))
      }
      let catalogue = try lessonCatalogue()
      let listing = listing(of: catalogue)
      if let way = try way(name, deck: deck, in: catalogue) {
        try? ProgressStore(host: host).write(way: way)
        return goOn(on: way, in: catalogue, listing)
      }
      if let name { return begin(try catalogue.lesson(named: name), listing) }
      return goOn(in: catalogue, listing)
    } catch {
      return .failure(Session.diagnostics(of: error))
    }
  }

  /// The topic or deck that somebody named; nil for a lesson or nothing.
  private func way(
    _ name: String?, deck: String?, in catalogue: LessonCatalogue
  ) throws(Diagnostic) -> Way? {
    if let deck {
      if let name { throw .lessonOrDeck(name, deck) }
      return .deck(try catalogue.deckName(deck))
    }
    guard let name else { return nil }
    if catalogue.hasLesson(calling: name) { return nil }
    if let topic = catalogue.topic(named: name) { return .topic(topic) }
    return catalogue.deckNames.contains(name) ? .deck(name) : nil
  }

  /// The first lesson of a way that is not done.
  private func goOn(
    on way: Way, in catalogue: LessonCatalogue, _ listing: LessonListing
  ) -> Response {
    guard let chosen = listing.open(on: way) else {
      var document = listing.document(of: way)
      document.append(.paragraph(Words("All of them are done.", .good)))
      return Response(document)
    }
    let lessons = catalogue.lessons(on: way)
    let place = (lessons.firstIndex { $0.name == chosen.name } ?? 0) + 1
    let text =
      "\(catalogue.title(of: way)), lesson \(place) of \(lessons.count); "
      + "':lessons\(way.argument)' lists them."
    return begin(chosen, listing, introduction: text)
  }

  /// The lesson the student was in last, or else what comes next: for a newcomer, the short cut.
  private func goOn(in catalogue: LessonCatalogue, _ listing: LessonListing) -> Response {
    let store = ProgressStore(host: host)
    let last = catalogue.lessons.first { lesson in
      guard lesson.name == store.last else { return false }
      return store.peek(lesson.name).map { !$0.isFinished || $0.place > 0 } ?? true
    }
    if let last { return begin(last, listing) }
    if listing.isFirstDay, store.way == nil, let first = listing.open(on: .shortCut) {
      let shortCut = catalogue.lessons(on: .shortCut)
      let text =
        "You begin the short cut: \(listing.summary(of: shortCut)). 'learn' alone goes on with it; "
        + "':lessons' lists the other ways."
      return begin(first, listing, introduction: text)
    }
    return listing.next(on: store.way).map { begin($0, listing) } ?? listLessons(asJSON: false)
  }

  private func begin(
    _ chosen: Lesson, _ listing: LessonListing? = nil, introduction: String? = nil
  ) -> Response {
    let store = ProgressStore(host: host)
    let (progress, notices) = store.read(chosen.name)
    var opening = introduction.map { [Block.paragraph(Words($0, .note))] } ?? []
    if (progress?.place ?? 0) == 0, let missing = listing?.missing(for: chosen), !missing.isEmpty {
      let names = missing.map(\.slug).joined(separator: ", ")
      let text = "It builds on \(names), not done yet: ':learn \(missing[0].slug)' goes there."
      opening.append(.paragraph(Words(text, .note)))
    }
    let begun = LessonSession(chosen, in: lessonContext(), store: store, progress: progress)
    lesson = begun
    let start = begun.start(in: self)
    return Response(
      Document(opening) + start.document, diagnostics: notices + start.diagnostics)
  }

  /// What to do after a lesson, on one line that can be typed.
  func whatNext(after lesson: Lesson) -> [Block] {
    guard let catalogue = try? lessonCatalogue(),
      let next = listing(of: catalogue).next(after: lesson, on: ProgressStore(host: host).way)
    else { return [] }
    let command = (goesOn ? ":learn " : "nabla learn ") + next.slug
    return [
      .hanging(Words("Next: ") + Words(command, .code) + Words("  \(next.front.title)"), indent: 6)
    ]
  }

  private func listing(of catalogue: LessonCatalogue) -> LessonListing {
    let store = ProgressStore(host: host)
    return LessonListing(catalogue) { store.peek($0) }
  }

  /// All lessons in the folder of lessons.
  func lessonCatalogue() throws -> LessonCatalogue {
    var sources: [SourceText] = []
    var decks: [SourceText] = []
    var unreadable: [(path: String, error: LessonError)] = []
    for file in try host.list(lessonsFolder())
    where file.path.isLesson || Deck.isDescription(file.path) {
      do throws(FileProblem) {
        if let problem = file.problem { throw problem }
        let text = try text(of: host.read(file.path), path: file.path)
        let source = SourceText(name: file.path, text: text)
        if file.path.isLesson { sources.append(source) } else { decks.append(source) }
      } catch {
        unreadable.append((file.path, LessonError([error.diagnostic("read")])))
      }
    }
    return LessonCatalogue(sources, decks: decks, unreadable: unreadable)
  }

  func lessonsFolder() throws(Diagnostic) -> String {
    guard let folder = host.lessonsDirectory else {
      throw Diagnostic(
        "no-lessons", "the folder with the lessons was not found",
        helps: ["start nabla in the project's folder, or set NABLA_LESSONS to the folder"])
    }
    return folder
  }

  /// `nabla lessons`: the ways through the lessons, or the lessons of one, with progress.
  /// - Parameter prefix: what stands before a command where the list is read.
  package func listLessons(
    topic: String? = nil, deck: String? = nil, asJSON: Bool, prefix: String = ":"
  ) -> Response {
    do {
      let catalogue = try lessonCatalogue()
      let listing = listing(of: catalogue)
      let way = try listed(topic, deck: deck, in: catalogue)
      if asJSON {
        emit(listing.json(of: way))
        return Response()
      }
      let text =
        way.map { "'\(prefix)learn\($0.argument)' goes on with them." }
        ?? "\(listing.summary(of: catalogue.lessons)); "
        + "\(prefix)lessons TOPIC or --deck DECK; \(prefix)learn"
      var document = way.map { listing.document(of: $0) } ?? listing.overview
      document.append(.line(Words(text, .note)))
      return Response(document, outcome: catalogue.malformed.isEmpty ? .fine : .wrong)
    } catch {
      return .failure(Session.diagnostics(of: error))
    }
  }

  /// - Throws: a topic or deck that does not exist, with those that are near.
  private func listed(
    _ topic: String?, deck: String?, in catalogue: LessonCatalogue
  ) throws(Diagnostic) -> Way? {
    if let deck {
      if let topic { throw .lessonOrDeck(topic, deck) }
      return .deck(try catalogue.deckName(deck))
    }
    guard let topic else { return nil }
    if let way = catalogue.topic(named: topic) { return .topic(way) }
    if catalogue.deckNames.contains(topic) { return .deck(topic) }
    throw .unknownTopic(topic, in: catalogue)
  }
}

extension Diagnostic {
  fileprivate static func lessonOrDeck(_ name: String, _ deck: String) -> Diagnostic {
    Diagnostic(
      "usage", "'\(name)' and a deck were both named",
      helps: ["leave out '\(name)', or '--deck \(deck)'"])
  }

  fileprivate static func unknownTopic(
    _ name: String, in catalogue: LessonCatalogue
  ) -> Diagnostic {
    let names = Topic.all.map(\.name) + catalogue.deckNames
    return Diagnostic(
      "unknown-topic", "there is no topic '\(name)'",
      helps: [
        Suggestion.help(for: name, in: names)
          ?? "topics: " + Topic.all.map(\.name).joined(separator: ", ")
      ])
  }
}
