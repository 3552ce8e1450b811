import Presentation

/// An order in which lessons are gone through.
package enum Way: Sendable, Equatable {
  /// What a newcomer begins with: two evenings.
  case shortCut
  /// The lessons on one topic.
  case topic(Topic)
  /// The lessons that cover a deck, in the order of its slides.
  case deck(String)

  /// The form that `init(text:)` reads back.
  package var text: String {
    switch self {
    case .shortCut: "short cut"
    case .topic(let topic): "topic \(topic.name)"
    case .deck(let name): "deck \(name)"
    }
  }

  package init?(text: String) {
    let words = text.trimmed.split(separator: " ", maxSplits: 1).map(String.init)
    guard words.count == 2 else { return nil }
    switch (words[0], words[1]) {
    case ("short", "cut"): self = .shortCut
    case ("topic", let name):
      guard let topic = Topic.exactly(named: name) else { return nil }
      self = .topic(topic)
    case ("deck", let name): self = .deck(name)
    default: return nil
    }
  }

  /// What is typed behind `learn` and `lessons`.
  package var argument: String {
    switch self {
    case .shortCut: ""
    case .topic(let topic): " \(topic.name)"
    case .deck(let name): " --deck \(name)"
    }
  }

  /// The lessons of the short cut, by name: those with which the rest can be followed.
  private static let shortCutNames = [
    "aiaioo-basics/01-weighted-sums", "aiaioo-basics/07-seven-to-6-8416",
    "aiaioo-basics/04-softmax", "aiaioo-basics/05-cross-entropy",
    "kaist-ai602/02-forward", "kaist-ai602/03-one-step-back",
    "tcd-cs7cs4/01-output-layer", "tcd-cs7cs4/02-hidden-layer",
  ]

  fileprivate static func shortCut(of lessons: [Lesson]) -> [Lesson] {
    shortCutNames.compactMap { name in lessons.first { $0.name == name } }
  }
}

extension LessonCatalogue {
  /// The lessons of a way in their order.
  package func lessons(on way: Way) -> [Lesson] {
    switch way {
    case .shortCut: Way.shortCut(of: lessons)
    case .topic(let topic): easiestFirst(lessons.filter { $0.front.topics.contains(topic.name) })
    case .deck(let name): path(of: name)
    }
  }

  package func title(of way: Way) -> String {
    switch way {
    case .shortCut: "The short cut"
    case .topic(let topic): topic.title
    case .deck(let name): deck(name)?.title ?? name
    }
  }

  /// The topics that lessons are about.
  var topics: [Topic] {
    let names = Set(lessons.flatMap(\.front.topics))
    return Topic.all.filter { names.contains($0.name) }
  }

  /// The topic of a name, where lessons are about it.
  package func topic(named name: String) -> Topic? {
    Topic.named(name).flatMap { topics.contains($0) ? $0 : nil }
  }

  /// A deck by its name, or by the beginning of it that no other has.
  /// - Throws: an unknown deck, with those there are.
  package func deckName(_ name: String) throws(Diagnostic) -> String {
    let wanted = name.lowercased()
    if deckNames.contains(wanted) { return wanted }
    let begun = wanted.isEmpty ? [] : deckNames.filter { $0.hasPrefix(wanted) }
    if begun.count == 1 { return begun[0] }
    let help = Suggestion.help(for: name, in: deckNames)
    throw Diagnostic(
      "unknown-deck", "there is no deck '\(name)'",
      helps: [help ?? "decks: " + deckNames.joined(separator: ", ")])
  }

  /// The lessons that a lesson names under `requires`.
  package func requirements(of lesson: Lesson) -> [Lesson] {
    lesson.front.requires.compactMap { name in
      lessons.first { $0.name == name } ?? lessons.first { $0.slug == name }
    }
  }

  // MARK: - Orders

  /// Every lesson that covers an example of the deck, in the order of its slides, each behind those it
  /// requires, also by way of a lesson that is not on the path.
  private func path(of deck: String) -> [Lesson] {
    let examples = self.deck(deck)?.examples ?? []
    let covering = examples.flatMap { example in
      lessons.filter { $0.front.examples.contains(example) }
    }
    let others = lessons.filter { $0.front.deck == deck }
    let wanted = Set((covering + others).map(\.name))
    var seen: Set<String> = []
    var path: [Lesson] = []
    func visit(_ lesson: Lesson) {
      guard seen.insert(lesson.name).inserted else { return }
      for required in requirements(of: lesson) { visit(required) }
      if wanted.contains(lesson.name) { path.append(lesson) }
    }
    for lesson in covering + others { visit(lesson) }
    return path
  }

  /// By the longest chain of lessons that lead to each; so what is required comes first.
  private func easiestFirst(_ chosen: [Lesson]) -> [Lesson] {
    var depths: [String: Int] = [:]
    func depth(_ lesson: Lesson) -> Int {
      if let known = depths[lesson.name] { return known }
      // A lesson that requires itself, by whatever way, is no deeper for it.
      depths[lesson.name] = 0
      let deepest = requirements(of: lesson).map { depth($0) + 1 }.max() ?? 0
      depths[lesson.name] = deepest
      return deepest
    }
    return chosen.map { (depth($0), $0) }.sorted {
      ($0.0, $0.1.name) < ($1.0, $1.1.name)
    }.map(\.1)
  }
}
