import Autograd

/// Something that is declared once in a list of its kind: layers, optimizers, schedules,
/// initializers, data sets, augmentations. The function of the language, its help and tests are
/// made from it.
package protocol Declaration: Sendable {
  var name: String { get }
  var aliases: [String] { get }
  var summary: String { get }
  /// Conventions, and what PyTorch does where it differs.
  var notes: Notes { get }
  var parameters: [Parameter] { get }
  var examples: [Example] { get }
  static var standard: [Self] { get }
}

extension Declaration {
  package static subscript(name: String) -> Self? {
    standard.first { $0.name == name || $0.aliases.contains(name) }
  }
}
