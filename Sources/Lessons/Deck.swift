import Presentation

/// A lecture deck: its slides with worked examples, in order. It stands in `deck.yaml` beside the
/// lessons; which lesson explains a slide is found by the examples that lessons name.
package struct Deck: Sendable, Equatable {
  package struct Slide: Sendable, Equatable {
    package let title: String
    /// As lessons name them: `001/forward-example`.
    package let examples: [String]
  }

  /// The folder's name, as in `deck` of a lesson's front matter.
  package let name: String
  /// What its examples begin with: `001`.
  package let number: String
  package let title: String
  package let slides: [Slide]

  /// Whether a path is that of a deck's slides.
  package static func isDescription(_ path: String) -> Bool {
    path.split(separator: "/").last == "deck.yaml"
  }

  /// The examples in the order of the slides.
  package var examples: [String] { slides.flatMap(\.examples) }

  /// Reads `lessons/DECK/deck.yaml`.
  package init(parsing source: SourceText) throws(LessonError) {
    let form = YAMLFields.Form(
      code: "deck", name: "the description of a deck", keys: ["title", "number", "slides"])
    var fields = YAMLFields(source.text, at: source.firstLine, in: source, as: form)
    let title = fields.string("title", required: true) ?? ""
    let number = fields.string("number", required: true) ?? ""
    let entries = fields.entries("slides", keys: ["slide", "examples"])
    guard fields.problems.isEmpty else { throw LessonError(fields.problems) }
    let folder = source.name.split(separator: "/").dropLast().last
    name = folder.map(String.init) ?? number
    self.title = title
    self.number = number
    slides = entries.map { entry in
      let examples = (entry["examples"]?.text ?? "").split(whereSeparator: \.isWhitespace)
      return Slide(
        title: entry["slide"]?.text ?? "", examples: examples.map { "\(number)/\($0)" })
    }
  }
}
