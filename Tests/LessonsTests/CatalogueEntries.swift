import Foundation
import Presentation

@testable import Lessons

/// A step of a worked example, from `Fixtures/catalogue.tsv`.
struct CatalogueStep {
  /// An element of an exact value.
  enum Element: Equatable {
    case number(Double)
    case boolean(Bool)
    case text(String)
  }

  let entry: String
  let kind: String
  let name: String
  /// The numbers that the slide prints as the result of this step.
  let printed: [Double]
  /// In row-major order.
  let exact: [Element]

  static let all: [CatalogueStep] = {
    let text = (try? LessonFiles.fixture("catalogue.tsv")) ?? ""
    return text.split(separator: "\n").dropFirst().map(CatalogueStep.init)
  }()

  static let kinds = Dictionary(all.map { ($0.entry, $0.kind) }) { first, _ in first }

  private init(_ row: Substring) {
    let cells = row.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
    (entry, kind, name) = (cells[0], cells[1], cells[2])
    printed = cells[3].split(separator: " ").compactMap { Double($0) }
    exact = cells[4].split(separator: "|").map { cell in
      switch cell {
      case "True", "False": .boolean(cell == "True")
      case _ where cell.hasPrefix("\""): .text(String(cell.dropFirst().dropLast()))
      default: .number(Double(cell) ?? .nan)
      }
    }
  }
}

/// What the files of `Catalogue` claim of each entry: the marks below its heading `## 000/name`.
struct CatalogueFiles {
  static let folder = "Tests/LessonsTests/Catalogue"

  static let paths: [String] = {
    let names = try? FileManager.default.contentsOfDirectory(
      atPath: LessonFiles.root.appendingPathComponent(folder).path)
    return (names ?? []).filter { $0.hasSuffix(".md") }.sorted().map { "\(folder)/\($0)" }
  }()

  /// By entry.
  static let marks: [String: [Mark]] = {
    var result: [String: [Mark]] = [:]
    for path in paths {
      guard let source = try? LessonFiles.source(path), let lesson = try? Lesson(parsing: source)
      else { continue }
      let lines = source.text.split(separator: "\n", omittingEmptySubsequences: false)
      for step in lesson.steps {
        guard case .code(let code) = step.content else { continue }
        for mark in code.marks {
          let heading = lines.prefix(mark.line).last { $0.hasPrefix("## ") }
          guard let entry = heading?.dropFirst(3).split(separator: " ").first else { continue }
          result[String(entry), default: []].append(mark)
        }
      }
    }
    return result
  }()
}

extension Mark {
  /// The numbers of its value; those in the text of a string as well.
  var printedNumbers: [Double] {
    guard case .string(let text) = value else { return value.numbers.map(\.value) }
    return text.matches(of: /-?\d+(?:\.\d+)?/).compactMap { Double($0.output) }
  }

  /// Whether an exact value is claimed in full: all its elements, by the marks of its entry, each
  /// whole or to six figures. A value may be spread over several marks.
  static func claim(_ exact: ArraySlice<CatalogueStep.Element>, in marks: [Mark]) -> Bool {
    if exact.isEmpty { return true }
    let candidates = marks.filter {
      let elements = $0.value.elementCount
      return $0.kind == .exact && elements > 0 && elements <= exact.count
        && $0.value.isPrecise(for: exact.prefix(elements))
    }
    // The longest first; one that leads nowhere is given up.
    let lengths = Set(candidates.map(\.value.elementCount)).sorted(by: >)
    return lengths.contains { claim(exact.dropFirst($0), in: marks) }
  }
}

extension PrintedValue {
  var elementCount: Int {
    switch self {
    case .number, .boolean, .string: 1
    case .tensor(_, let numbers): numbers.count
    }
  }

  func isPrecise(for exact: ArraySlice<CatalogueStep.Element>) -> Bool {
    switch (self, exact.first) {
    case (.boolean(let own), .boolean(let value)): return own == value
    case (.string(let own), .text(let value)): return own == value
    default: break
    }
    guard numbers.count == exact.count else { return false }
    return zip(numbers, exact).allSatisfy { number, element in
      switch element {
      case .boolean(let value): number.value == (value ? 1 : 0)
      case .number(let value) where value.isNaN: number.value.isNaN
      case .number(let value):
        number.isRounding(of: value)
          && (number.significantDigits >= 6 || number.value == value
            || abs(number.value - value) <= 1e-12 * max(1, abs(value)))
      case .text: false
      }
    }
  }
}
