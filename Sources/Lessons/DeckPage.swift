import Presentation

/// A number that a slide prints and that is wrong.
package struct Erratum: Sendable {
  package let lesson: Lesson
  /// The number of the deck that prints it; nil for the lesson's own deck.
  package let deck: String?
  package let printed: String
  package let right: String
  package let reason: String
}

extension LessonChecker {
  /// The errata of a lesson, as its marks say them and its computations give them. The reason of one
  /// on a slide of another deck begins with it: `#!> 55 | deck 000: …`.
  package func errata(of lesson: Lesson) -> [Erratum] {
    guard lesson.marks.contains(where: \.isErratum) else { return [] }
    return report(on: lesson).evidence.entries.compactMap { entry in
      guard case .erratum(let reason) = entry.mark.kind else { return nil }
      let other = reason.firstMatch(of: #/^deck (\d+): /#)
      return Erratum(
        lesson: lesson, deck: other.map { String($0.1) }, printed: entry.mark.text,
        right: entry.exact.map(\.inFourFigures) ?? "?",
        reason: other.map { String(reason[$0.range.upperBound...]) } ?? reason)
    }
  }
}

/// The page of a deck, in Markdown: where its slides are explained, and what is wrong on them. It
/// stands beside the lessons as `README.md` and is made from them.
package struct DeckPage {
  private let deck: Deck
  private let catalogue: LessonCatalogue
  private let errata: [Erratum]

  /// - Parameter errata: those of all lessons that cover the deck.
  package init(_ deck: Deck, in catalogue: LessonCatalogue, errata: [Erratum]) {
    self.deck = deck
    self.catalogue = catalogue
    self.errata = errata.filter { erratum in
      erratum.deck.map { $0 == deck.number } ?? (erratum.lesson.front.deck == deck.name)
    }
  }

  /// The page of a deck by its name.
  /// - Throws: an unknown deck, or one without a description.
  package init(
    of name: String, in catalogue: LessonCatalogue, checker: LessonChecker
  ) throws(Diagnostic) {
    let name = try catalogue.deckName(name)
    guard let deck = catalogue.deck(name) else {
      throw Diagnostic(
        "no-deck-page", "the folder of the lessons of '\(name)' has no deck.yaml",
        helps: ["a deck.yaml names the slides and their examples in order"])
    }
    let lessons = catalogue.lessons(on: .deck(name))
    self.init(deck, in: catalogue, errata: lessons.flatMap { checker.errata(of: $0) })
  }

  package var text: String {
    let way = Way.deck(deck.name)
    let listing = LessonListing(catalogue) { _ in nil }
    let lessons = catalogue.lessons(on: way)
    var lines = ["# \(deck.title)", ""]
    lines.append("\(listing.summary(of: lessons)) in the order of the slides:")
    lines += ["`nabla learn\(way.argument)`.", ""]
    lines += ["This page is made from the lessons, by `script/deck-pages`.", ""]
    lines += ["## Where a slide is explained", "", "| slide | lessons |", "|---|---|"]
    lines += deck.slides.map { slide in
      let links = lessons.filter { explains($0, slide) }.map { link(to: $0) }
      return row([cell(slide.title), links.joined(separator: ", ")])
    }
    lines += ["", "## Errata", ""]
    if errata.isEmpty {
      lines.append("None was found in the numbers that the lessons compute.")
    } else {
      lines.append("A lesson may cover several slides; the number stands on one of those named.")
      lines += ["", "| slide | printed | right | why | lesson |", "|---|---|---|---|---|"]
      lines += errata.map { erratum in
        row([
          cell(slides(of: erratum.lesson)), "`\(erratum.printed)`", "`\(erratum.right)`",
          cell(erratum.reason), link(to: erratum.lesson),
        ])
      }
    }
    return lines.map { $0 + "\n" }.joined()
  }

  private func explains(_ lesson: Lesson, _ slide: Deck.Slide) -> Bool {
    slide.examples.contains { lesson.front.examples.contains($0) }
  }

  /// The slides of this deck that a lesson covers, each once.
  private func slides(of lesson: Lesson) -> String {
    var titles: [String] = []
    for slide in deck.slides where explains(lesson, slide) && !titles.contains(slide.title) {
      titles.append(slide.title)
    }
    return titles.joined(separator: "; ")
  }

  private func link(to lesson: Lesson) -> String {
    let folder = lesson.front.deck == deck.name ? "" : "../\(lesson.front.deck)/"
    return "[\(cell(lesson.front.title))](\(folder)\(lesson.slug).md)"
  }

  private func row(_ cells: [String]) -> String { "| " + cells.joined(separator: " | ") + " |" }

  /// Text that is no markup, in a cell.
  private func cell(_ text: String) -> String {
    String(text.flatMap { "\\|*_<>[]`$".contains($0) ? ["\\", $0] : [$0] })
  }
}

extension ComputedValue {
  /// Whole numbers as they are, others in four significant figures.
  fileprivate var inFourFigures: String {
    guard case .tensor(let shape, let elements) = self else { return description }
    let texts = elements.map { element in
      if element == element.rounded(), abs(element) < 1e15 { return "\(Int(element))" }
      let rounded = Double(Decimal.Precision.significant(4).text(of: element))
      return NumberFormat.shortest(rounded ?? element)
    }
    return ComputedValue.text(shape, texts)
  }
}

extension Lesson {
  /// All marks, in their order.
  package var marks: [Mark] {
    steps.flatMap { step in
      if case .code(let code) = step.content { code.marks } else { [Mark]() }
    }
  }
}

extension Mark {
  package var isErratum: Bool { if case .erratum = kind { true } else { false } }
}
