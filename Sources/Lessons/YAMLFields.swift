import Presentation
import Yams

/// A block of YAML inside a lesson, read field by field: every unknown key, missing key and wrong
/// type becomes a diagnostic at its place in the file, and reading goes on.
struct YAMLFields {
  /// What the block is, in an error's words: its code, its name, the keys it knows.
  struct Form {
    var code: String
    var name: String
    var keys: [String]
  }

  let source: SourceText
  let form: Form
  private(set) var problems: [Diagnostic] = []
  /// The line of each key.
  private(set) var lines: [String: Int] = [:]
  private var nodes: [String: Node] = [:]
  private let firstLine: Int
  private let lineStarts: [Int]

  /// Reads `text`, which stands in `source` from line `firstLine` on.
  init(_ text: String, at firstLine: Int, in source: SourceText, as form: Form) {
    self.source = source
    self.form = form
    self.firstLine = firstLine
    lineStarts =
      [0] + source.text.utf8.enumerated().lazy.filter { $0.element == 0x0A }.map { $0.offset + 1 }
    do {
      guard let node = try Yams.compose(yaml: text, .basic), node.scalar?.string != "" else {
        return
      }
      take(node)
    } catch let error as YamlError {
      problems.append(syntaxError(error))
    } catch {
      problems.append(problem("\(form.name) cannot be read: \(error)", line: firstLine))
    }
  }

  private mutating func take(_ node: Node) {
    guard let mapping = node.mapping else {
      problems.append(
        problem("\(form.name) must be lines of 'key: value'", at: span(of: node)))
      return
    }
    for (key, value) in mapping {
      guard let name = key.scalar?.string, form.keys.contains(name) else {
        problems.append(unknownKey(key))
        continue
      }
      nodes[name] = value
      lines[name] = key.mark.map { firstLine + $0.line - 1 } ?? firstLine
    }
  }

  // MARK: - Fields

  func has(_ key: String) -> Bool { nodes[key] != nil }

  /// The text of a field; with `required`, its absence is a problem.
  mutating func string(_ key: String, required: Bool = false) -> String? {
    guard let node = nodes[key] else {
      if required, problems.allSatisfy({ $0.code != form.code + "-yaml" }) { missing(key) }
      return nil
    }
    guard let text = node.scalar?.string else {
      wrongType(key, node, "a text")
      return nil
    }
    if required, text.trimmed.isEmpty { missing(key) }
    return text.trimmed
  }

  /// A list of texts; a single text counts as a list of one.
  mutating func strings(_ key: String) -> [String] {
    guard let node = nodes[key] else { return [] }
    if let text = node.scalar?.string { return [text.trimmed] }
    guard let items = node.sequence else {
      wrongType(key, node, "a list of texts")
      return []
    }
    return items.compactMap { item in
      if let text = item.scalar?.string { return text.trimmed }
      wrongType(key, item, "a list of texts")
      return nil
    }
  }

  mutating func integer(_ key: String, in range: ClosedRange<Int>) -> Int? {
    guard let node = nodes[key] else { return nil }
    guard let text = node.scalar?.string, let value = Int(text), range.contains(value) else {
      wrongType(key, node, "a whole number from \(range.lowerBound) to \(range.upperBound)")
      return nil
    }
    return value
  }

  mutating func number(_ key: String, in range: ClosedRange<Double>) -> Double? {
    nodes[key].flatMap { number($0, key, in: range) }
  }

  private mutating func number(
    _ node: Node, _ key: String, in range: ClosedRange<Double>
  ) -> Double? {
    guard let text = node.scalar?.string, let value = Double(text), range.contains(value) else {
      let ends = [range.lowerBound, range.upperBound].map { Decimal($0).python }
      wrongType(key, node, "a number from \(ends[0]) to \(ends[1])")
      return nil
    }
    return value
  }

  mutating func boolean(_ key: String) -> Bool {
    guard let node = nodes[key] else { return false }
    switch node.scalar?.string {
    case "true", "True": return true
    case "false", "False": return false
    default:
      wrongType(key, node, "true or false")
      return false
    }
  }

  /// A mapping of known names to numbers.
  mutating func numbers(
    _ key: String, keys: [String], in range: ClosedRange<Double>
  ) -> [String: Double] {
    guard let node = nodes[key] else { return [:] }
    guard let mapping = node.mapping else {
      wrongType(key, node, "a list of 'name: number'")
      return [:]
    }
    var result: [String: Double] = [:]
    for (name, value) in mapping {
      guard let field = name.scalar?.string, keys.contains(field) else {
        problems.append(unknownKey(name, of: "'\(key)'", keys: keys))
        continue
      }
      result[field] = number(value, field, in: range)
    }
    return result
  }

  /// An expression of the language, which YAML may have read as a list: `[1.35, 2.45; 0, 1]`.
  mutating func expression(_ key: String) -> String? {
    guard let node = nodes[key] else {
      missing(key)
      return nil
    }
    guard let text = YAMLFields.expression(node, depth: 0), !text.isEmpty else {
      wrongType(key, node, "an expression such as 0.62 or [1.35, 2.45]")
      return nil
    }
    return text
  }

  /// A list of mappings, each read by `form`.
  mutating func entries(_ key: String, keys: [String]) -> [[String: (text: String, line: Int)]] {
    guard let node = nodes[key] else { return [] }
    guard let items = node.sequence else {
      wrongType(key, node, "a list of '\(keys.joined(separator: ":', '")):'")
      return []
    }
    return items.compactMap { entry($0, of: key, keys: keys) }
  }

  private mutating func entry(
    _ node: Node, of key: String, keys: [String]
  ) -> [String: (text: String, line: Int)]? {
    guard let mapping = node.mapping else {
      wrongType(key, node, "a list of '\(keys.joined(separator: ":', '")):'")
      return nil
    }
    var result: [String: (text: String, line: Int)] = [:]
    for (name, value) in mapping {
      guard let field = name.scalar?.string, keys.contains(field) else {
        problems.append(unknownKey(name, of: "'\(key)'", keys: keys))
        continue
      }
      guard let text = YAMLFields.expression(value, depth: 0) else {
        wrongType(field, value, "a text")
        continue
      }
      result[field] = (text, name.mark.map { firstLine + $0.line - 1 } ?? firstLine)
    }
    for field in keys where result[field]?.text.isEmpty ?? true {
      let headline = "an entry of '\(key)' in \(form.name) has no '\(field)'"
      problems.append(problem(headline, at: span(of: node)))
      return nil
    }
    return result
  }

  static func expression(_ node: Node, depth: Int) -> String? {
    if let text = node.scalar?.string { return text.trimmed }
    guard depth < 8, let items = node.sequence else { return nil }
    var parts: [String] = []
    for item in items {
      guard let part = expression(item, depth: depth + 1) else { return nil }
      parts.append(part)
    }
    return "[" + parts.joined(separator: ", ") + "]"
  }

  // MARK: - Problems

  mutating func report(_ headline: String, at key: String, helps: [String] = []) {
    let place =
      nodes[key].map { span(of: $0) } ?? Span(offset(line: firstLine), offset(line: firstLine))
    problems.append(problem(headline, at: place, helps: helps))
  }

  private mutating func missing(_ key: String) {
    problems.append(
      problem("\(form.name) has no '\(key)'", line: firstLine, helps: ["add a line '\(key): …'"]))
  }

  private mutating func wrongType(_ key: String, _ node: Node, _ wanted: String) {
    problems.append(problem("'\(key)' must be \(wanted)", at: span(of: node)))
  }

  private func unknownKey(_ node: Node, of owner: String? = nil, keys: [String]? = nil)
    -> Diagnostic
  {
    let name = node.scalar?.string ?? "?"
    let known = keys ?? form.keys
    let help =
      Suggestion.help(for: name, in: known) ?? "known keys: " + known.joined(separator: ", ")
    return problem(
      "unknown key '\(name)' in \(owner ?? form.name)", at: span(of: node), helps: [help])
  }

  private func syntaxError(_ error: YamlError) -> Diagnostic {
    switch error {
    case .scanner(_, let what, let mark, _), .parser(_, let what, let mark, _),
      .composer(_, let what, let mark, _):
      let start = offset(line: firstLine + mark.line - 1, column: mark.column)
      return problem(
        "\(form.name) is no YAML: \(what)", at: Span(start, start + 1),
        helps: [
          what.contains("tab character")
            ? "indent with spaces: YAML takes no tabs"
            : "put texts that hold ': ' or begin with a sign in double quotes"
        ])
    case .duplicatedKeysInMapping(let names, let context):
      let list = names.sorted().map { "'\($0)'" }.joined(separator: ", ")
      return problem(
        "\(list) stands twice in \(form.name)", line: firstLine + context.mark.line - 1)
    default: return problem("\(form.name) is no YAML", line: firstLine)
    }
  }

  private func problem(_ headline: String, line: Int, helps: [String] = []) -> Diagnostic {
    let span = source.line(containing: offset(line: line)).span
    return problem(headline, at: span, helps: helps)
  }

  private func problem(_ headline: String, at span: Span, helps: [String] = []) -> Diagnostic {
    Diagnostic(form.code, headline, source: source, primary: .init(span), helps: helps)
  }

  // MARK: - Places

  private func span(of node: Node) -> Span {
    guard let mark = node.mark else {
      return Span(offset(line: firstLine), offset(line: firstLine))
    }
    let start = offset(line: firstLine + mark.line - 1, column: mark.column)
    let rest = source.line(containing: start).span.end - start
    let width = node.scalar.map { $0.string.utf8.count } ?? 1
    return Span(start, start + max(1, min(width, rest)))
  }

  private func offset(line: Int, column: Int = 1) -> Int {
    let index = min(max(line - source.firstLine, 0), lineStarts.count - 1)
    let text = source.line(containing: lineStarts[index]).text
    return lineStarts[index]
      + text.unicodeScalars.prefix(max(0, column - 1)).reduce(0) { $0 + String($1).utf8.count }
  }
}
