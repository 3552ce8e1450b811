/// Lines of work that began as one, each kept as it was left. One of them is being worked on.
package struct Branches<Position> {
  package private(set) var current = "main"
  private var kept: [String: Position] = [:]
  /// In the order in which they were begun.
  package private(set) var names = ["main"]

  package init() {}

  /// Where a line was left; nil for the one being worked on.
  package subscript(name: String) -> Position? { kept[name] }

  /// Leaves the line being worked on for another one. A new one begins where that was left.
  /// - Returns: where the other one was left; nil for a new one.
  package mutating func leave(_ position: Position, for name: String) -> Position? {
    guard name != current else { return nil }
    kept[current] = position
    current = name
    if !names.contains(name) { names.append(name) }
    return kept.removeValue(forKey: name)
  }
}
