import Autograd

/// Something that is declared once in a list of its kind: layers, optimizers, schedules,
/// initializers, data sets, augmentations. The function of the language, its help and tests are
/// made from it.
package protocol Declaration: Sendable {
  var description: Description { get }
  static var standard: [Self] { get }
}

/// What people are told about a declaration, and what they can set.
package struct Description: Sendable {
  fileprivate let name: String
  fileprivate let aliases: [String]
  fileprivate let summary: String
  fileprivate let notes: Notes
  fileprivate let parameters: [Parameter]
  fileprivate let examples: [Example]

  init(
    _ name: String, aliases: [String] = [], _ summary: String, notes: Notes,
    _ parameters: [Parameter], examples: [Example]
  ) {
    self.name = name
    self.aliases = aliases
    self.summary = summary
    self.notes = notes
    self.parameters = parameters
    self.examples = examples
  }
}

extension Declaration {
  package var name: String { description.name }
  package var aliases: [String] { description.aliases }
  package var summary: String { description.summary }
  /// Conventions, and what PyTorch does where it differs.
  package var notes: Notes { description.notes }
  package var parameters: [Parameter] { description.parameters }
  package var examples: [Example] { description.examples }

  package static subscript(name: String) -> Self? {
    standard.first { $0.name == name || $0.aliases.contains(name) }
  }
}
