import Foundation
import Presentation
import Testing

@testable import Lessons

/// The ways through the lessons, as `lessons` and `learn` go them.
struct WayTests {
  static let catalogue: LessonCatalogue = {
    let lessons = LessonFiles.paths.filter { !$0.hasSuffix("README.md") }
    let decks = Set(lessons.map { $0.split(separator: "/").dropLast().joined(separator: "/") })
    return LessonCatalogue(
      lessons.compactMap { try? LessonFiles.source($0) },
      decks: decks.sorted().compactMap { try? LessonFiles.source($0 + "/deck.yaml") })
  }()

  /// The plan's ways: a name, and lessons.
  private static let plan: [(way: String, lessons: [String])] = {
    let rows = ((try? LessonFiles.fixture("ways.tsv")) ?? "").split(separator: "\n").dropFirst()
    return rows.map { row in
      let cells = row.split(separator: "\t", omittingEmptySubsequences: false)
      return (String(cells[0]), cells[1].split(separator: " ").map(String.init))
    }
  }()

  private static func planned(_ kind: String) -> [(name: String, lessons: [String])] {
    plan.filter { $0.way.hasPrefix(kind + " ") }.map {
      (String($0.way.dropFirst(kind.count + 1)), $0.lessons)
    }
  }

  @Test func allHundredLessonsAndFiveDecksAreRead() {
    #expect(WayTests.catalogue.lessons.count == 100)
    #expect(WayTests.catalogue.malformed.isEmpty)
    #expect(WayTests.catalogue.deckNames.allSatisfy { WayTests.catalogue.deck($0) != nil })
    let examples = WayTests.catalogue.deckNames.flatMap {
      WayTests.catalogue.deck($0)?.examples ?? []
    }
    #expect(Set(examples) == Set(CatalogueStep.kinds.keys))
    #expect(examples.count == CatalogueStep.kinds.count)
  }

  @Test func theWayOfADeckFollowsItsSlidesAsPlanned() {
    let planned = WayTests.planned("deck")
    #expect(planned.count == 5)
    for (name, lessons) in planned {
      #expect(WayTests.catalogue.lessons(on: .deck(name)).map(\.name) == lessons, "\(name)")
    }
  }

  @Test func everyLessonIsInTheTopicThatIsPlanned() {
    let planned = WayTests.planned("topic")
    #expect(planned.map(\.name) == Topic.all.map(\.name))
    for (name, lessons) in planned {
      let members = WayTests.catalogue.lessons.filter { $0.front.topics.contains(name) }
      #expect(Set(members.map(\.name)) == Set(lessons), "\(name)")
    }
    #expect(WayTests.catalogue.lessons.allSatisfy { $0.front.topics.count == 1 })
  }

  @Test func everyLessonRequiresWhatIsPlanned() {
    let planned = WayTests.planned("requires")
    #expect(planned.count == 100)
    for (name, lessons) in planned {
      let lesson = WayTests.catalogue.lessons.first { $0.name == name }
      let required = lesson.map { WayTests.catalogue.requirements(of: $0).map(\.name) }
      #expect(required == lessons, "\(name)")
    }
  }

  @Test func whatIsRequiredComesFirst() {
    let ways = WayTests.catalogue.deckNames.map { Way.deck($0) } + Topic.all.map { Way.topic($0) }
    for way in ways {
      var seen: Set<String> = []
      let lessons = WayTests.catalogue.lessons(on: way)
      let names = Set(lessons.map(\.name))
      #expect(!lessons.isEmpty)
      for lesson in lessons {
        let required = WayTests.catalogue.requirements(of: lesson).map(\.name)
        #expect(seen.isSuperset(of: names.intersection(required)), "\(way): \(lesson.name)")
        seen.insert(lesson.name)
      }
    }
  }

  @Test func theShortCutIsThere() {
    let slugs = WayTests.catalogue.lessons(on: .shortCut).map(\.slug)
    #expect(
      slugs == [
        "01-weighted-sums", "07-seven-to-6-8416", "04-softmax", "05-cross-entropy", "02-forward",
        "03-one-step-back", "01-output-layer", "02-hidden-layer",
      ])
  }

  @Test func theOverviewFitsAScreen() {
    let listing = LessonListing(WayTests.catalogue) { _ in nil }
    for unicode in [true, false] {
      let text = Renderer(width: 80, unicode: unicode).render(listing.overview)
      // The command before it, a line behind it, the prompt.
      #expect(text.count { $0 == "\n" } <= 24 - 3)
      #expect(text.split(separator: "\n").allSatisfy { $0.count <= 80 })
      #expect(text.contains("activation-functions") && text.contains("vanishing-gradients"))
    }
  }

  @Test func progressIsCounted() throws {
    let name = "aiaioo-basics/20-convolution-in-a-row"
    let done = LessonProgress(name, steps: 3, [.step(3, isJump: false), .finished])
    let begun = LessonProgress(
      "aiaioo-basics/21-nine-windows", steps: 9, [.step(2, isJump: false)])
    let listing = LessonListing(WayTests.catalogue) { [name: done, begun.lesson: begun][$0] }
    let convolution = try #require(Topic.named("convolution"))
    let shown = Renderer(width: 100).render(listing.document(of: .topic(convolution)))
    #expect(shown.contains("12 lessons") && shown.contains("1 done") && shown.contains("step 2 of"))
    #expect(listing.open(on: .topic(convolution))?.slug == "21-nine-windows")
    #expect(listing.next(on: .topic(convolution))?.slug == "21-nine-windows")
    #expect(listing.next(on: nil)?.slug == "01-weighted-sums")
    #expect(!listing.isFirstDay)
  }

  @Test(arguments: [
    ("convolution", "convolution"), ("Gradient descent", "gradient-descent"),
    ("lstm", "lstm-and-gru"),
    ("Softmax, cross-entropy, losses", "losses"), ("backprop", "backpropagation"),
    ("con", "convolution"),
    ("co", nil), ("", nil), ("nothing", nil),
  ])
  func topicsAreFoundByName(text: String, name: String?) {
    #expect(Topic.named(text)?.name == name)
  }

  @Test func aWayIsKeptAsText() {
    for way in [Way.shortCut, .topic(Topic.all[3]), .deck("kaist-ai602")] {
      #expect(Way(text: way.text + "\n") == way)
    }
    for text in ["", "deck", "topic nothing", "x y"] { #expect(Way(text: text) == nil) }
  }

  /// Lessons that require each other are a mistake, and no reason not to end.
  @Test func aCircleEnds() {
    let source = { (name: String, other: String) in
      SourceText(
        name: "lessons/d/\(name).md",
        text: "---\ntitle: T\ndeck: d\ntopics: [pooling]\nrequires: [\(other)]\n---\nText.\n")
    }
    let catalogue = LessonCatalogue([source("01-a", "02-b"), source("02-b", "01-a")])
    #expect(catalogue.lessons(on: .deck("d")).count == 2)
    #expect(catalogue.lessons(on: .topic(Topic.all[10])).count == 2)
  }

  @Test func aDamagedDescriptionIsNamed() {
    let source = SourceText(name: "lessons/d/deck.yaml", text: "title: T\nslide: x\n")
    let catalogue = LessonCatalogue([], decks: [source])
    #expect(catalogue.malformed.map(\.path) == ["lessons/d/deck.yaml"])
    #expect(catalogue.lessons(on: .deck("d")).isEmpty)
  }
}

/// The pages beside the lessons are made from them.
struct DeckPageTests {
  @Test(arguments: WayTests.catalogue.deckNames)
  func theCheckedInPageIsCurrent(deck: String) throws {
    let page = try DeckPage(of: deck, in: WayTests.catalogue, checker: LessonChecker(.test))
    let path = "lessons/\(deck)/README.md"
    let isCurrent = try page.text == LessonFiles.source(path).text
    #expect(isCurrent, "\(path) is not what script/deck-pages makes")
  }

  @Test func everyErratumIsOnOnePage() throws {
    let marks = WayTests.catalogue.lessons.flatMap { lesson in
      lesson.marks.filter(\.isErratum)
    }
    let rows = try WayTests.catalogue.deckNames.map { deck in
      let text = try LessonFiles.source("lessons/\(deck)/README.md").text
      let table = text.split(separator: "## Errata").last ?? ""
      return max(0, table.split(separator: "\n").count { $0.hasPrefix("|") } - 2)
    }
    #expect(marks.count > 30)
    #expect(rows.reduce(0, +) == marks.count)
  }
}
