import ArgumentParser
import Lessons
import Session

/// `nabla lessons [TOPIC] [--deck DECK]`.
struct ListLessons: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "lessons",
    abstract: "List the decks and topics, or the lessons of one, with your progress.")

  @Argument(help: "A topic, or a deck.", completion: .list(Topic.all.map(\.name)))
  var topic: String?

  @Option(help: "A deck, for its lessons in the order of its slides.")
  var deck: String?

  @Option(help: "text, json, html or latex.")
  var format: ResultFormat = .text

  @OptionGroup var output: OutputOptions

  func run() throws {
    try App(output, interactive: false).listLessons(topic: topic, deck: deck, as: format)
      .exitIfNeeded()
  }
}

/// `nabla learn [LESSON|TOPIC] [--deck DECK]`.
struct Learn: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Step through a lesson; without a name, continue where you stopped.")

  @Argument(
    help: "A lesson's name, part of it, or a file; or a topic to go on with.",
    completion: .lessons)
  var lesson: String?

  @Option(help: "A deck to go on with, in the order of its slides.")
  var deck: String?

  @OptionGroup var output: OutputOptions

  func run() throws {
    try App(output, files: .shell, interactive: true).learn(lesson, deck: deck).exitIfNeeded()
  }
}

/// `nabla deck-page DECK`.
struct PrintDeckPage: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "deck-page",
    abstract: "Print which lessons explain a deck's slides, and what is wrong on them.")

  @Argument(help: "A deck.")
  var deck: String

  @OptionGroup var output: OutputOptions

  func run() throws {
    try App(output, interactive: false).printDeckPage(deck).exitIfNeeded()
  }
}

/// `nabla check [PATH…]`.
struct Check: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Run lessons or scripts and verify every printed value; exit 1 if one fails.")

  @Option(help: "text, tap, junit or json.")
  var format: CheckFormat = .text

  @Argument(help: "Lessons, scripts or folders of them.", completion: .file())
  var paths: [String] = []

  @Flag(help: "Check again what is saved, and show the first thing that is wrong.")
  var watch = false

  @Flag(help: "Show the marks whose digits have changed, and write them anew.")
  var fix = false

  @OptionGroup var limits: LimitOptions
  @OptionGroup var output: OutputOptions

  /// Seconds of computing that a file may take where nothing else was said; lessons take less than a
  /// tenth of them.
  static let standardSeconds = 5.0

  func validate() throws {
    if watch && fix { throw ValidationError("'--watch' and '--fix' are two things; give one.") }
    if watch || fix, format != .text {
      throw ValidationError("'--format' goes with neither '--watch' nor '--fix'.")
    }
  }

  func run() throws {
    // The process of each file sees to its time, whatever it is spent on.
    var inner = limits.limits
    inner.seconds = nil
    let app = try App(output, limits: inner, interactive: false)
    let seconds = limits.seconds ?? Check.standardSeconds
    if fix { return try app.fixMarks(in: paths, seconds: seconds).exitIfNeeded() }
    if watch { return try app.watch(paths, seconds: seconds).exitIfNeeded() }
    try app.check(paths, as: format, seconds: seconds).exitIfNeeded()
  }
}

/// `nabla why SLIDES.md…`.
struct WhySlides: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "why",
    abstract: "Tell which slip gives each printed number of a lesson that does not agree.",
    discussion: """
      Asked are the numbers of '#!>' marks and of marks that fail: the computation is run again \
      with one mistake after the other in it.
      """)

  @Option(help: "text or json, one object a number.")
  var format: CheckFormat = .text

  @Argument(help: "Lessons or scripts.", completion: .file())
  var paths: [String]

  @OptionGroup var limits: LimitOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    try App(output, limits: limits.limits, interactive: false).why(paths, as: format)
      .exitIfNeeded()
  }
}

extension CheckFormat: ExpressibleByArgument {}
