import Autograd
import Presentation
import Tensors

// Python's older ways to put values into a text: `"%.2f" % x` and `"{:.2f}".format(x)`.

extension Evaluator {
  /// `format % values`
  func formatted(_ format: String, with values: Value, at span: Span) throws -> String {
    var waiting: [Value]
    if case .tuple(let items) = values {
      waiting = items.map(\.resolved)
    } else {
      waiting = [values]
    }
    waiting.reverse()
    var mapping: Mapping?
    if case .object(let object) = values { mapping = object as? Mapping }
    var result = ""
    var rest = Substring(format)
    while let sign = rest.firstIndex(of: "%") {
      result += rest[..<sign]
      rest = rest[rest.index(after: sign)...]
      if rest.first == "%" {
        result += "%"
        rest.removeFirst()
        continue
      }
      var conversion = Conversion(&rest)
      if let name = conversion.name {
        guard let mapping, let value = mapping[.string(name)] else {
          throw fail(.badPercent("there is no value for '\(name)'", at: span))
        }
        waiting.append(value)
      }
      if conversion.takesWidth { conversion.width = waiting.popLast()?.integer ?? 0 }
      if conversion.takesPrecision { conversion.precision = waiting.popLast()?.integer ?? 0 }
      guard let value = waiting.popLast() else {
        throw fail(.badPercent("there are more places than values", at: span))
      }
      result += try text(of: value, by: conversion, at: span)
      try boundOutput(result, at: span)
    }
    if !waiting.isEmpty, mapping == nil {
      throw fail(.badPercent("there are more values than places", at: span))
    }
    return result + rest
  }

  private func text(
    of value: Value, by conversion: Conversion, at span: Span
  ) throws -> String {
    let specification = conversion.specification
    switch conversion.type {
    case "s", "r", "a":
      let text = try printed(value, isShort: conversion.type != "s")
      return FormatSpecification(specification)?.apply(to: text) ?? text
    case "c":
      if case .string(let text) = value { return text }
      return value.integer.flatMap { Unicode.Scalar(UInt32(clamping: $0)) }.map { String($0) } ?? ""
    case "d", "i", "u":
      var whole = value
      if let number = value.real, number.isFinite, value.whole == nil {
        whole = .tensor(Variable(Tensor(number.rounded(.towardZero), dtype: .int64)))
      }
      if let text = text(of: whole.asInteger, format: specification + "d") { return text }
    case "f", "F", "e", "E", "g", "G", "x", "X", "o":
      if let type = conversion.type, value.real != nil,
        let text = text(of: value.asInteger, format: specification + String(type))
      {
        return text
      }
    default: break
    }
    let shown = conversion.type.map { "%\($0)" } ?? "%"
    throw fail(.badPercent("'\(shown)' does not fit \(value.kindText)", at: span))
  }

  // MARK: - format

  /// `format.format(values, names)`
  func formatted(
    _ format: String, _ values: [Value], _ names: [String: Value], at span: Span
  ) throws -> String {
    var result = ""
    var next = 0
    var rest = Substring(format)
    while let brace = rest.firstIndex(where: { $0 == "{" || $0 == "}" }) {
      result += rest[..<brace]
      let sign = rest[brace]
      rest = rest[rest.index(after: brace)...]
      if rest.first == sign {
        result.append(sign)
        rest.removeFirst()
        continue
      }
      guard sign == "{", let field = Field(&rest) else {
        throw fail(.badBraces("a lone '\(sign)' in the format", at: span))
      }
      var specification = field.specification
      if specification.contains("{") {
        specification = try formatted(
          specification, Array(values.dropFirst(next + 1)), names, at: span)
      }
      let value = try self.value(of: field, values, names, &next, at: span)
      if specification.isEmpty {
        result += try printed(value, isShort: field.isQuoted)
      } else if let text = text(of: value, format: specification) {
        result += text
      } else {
        throw fail(.badFormat(specification, value, at: span))
      }
      try boundOutput(result, at: span)
    }
    return result + rest
  }

  private func value(
    of field: Field, _ values: [Value], _ names: [String: Value], _ next: inout Int, at span: Span
  ) throws -> Value {
    var value: Value
    if field.name.isEmpty {
      guard next < values.count else {
        throw fail(.badBraces("there are more braces than values", at: span))
      }
      value = values[next]
      next += 1
    } else if let position = Int(field.name) {
      guard values.indices.contains(position) else {
        throw fail(.badBraces("there is no value \(position)", at: span))
      }
      value = values[position]
    } else {
      guard let named = names[field.name] else {
        throw fail(.badBraces("there is no value '\(field.name)'", at: span))
      }
      value = named
    }
    for part in field.path {
      switch part {
      case .attribute(let name): value = try attribute(Symbol(name), of: value, span, at: span)
      case .element(let key): value = try element(key, of: value, at: span)
      }
    }
    return value
  }

  private func element(_ key: String, of value: Value, at span: Span) throws -> Value {
    let index = Int(key).map { Value.integer($0) } ?? .string(key)
    if case .object(let object) = value,
      let found = try object.dynamic?.item(index, Site(self, span))
    {
      return found
    }
    let items = try self.items(of: value, at: span)
    return items[try element(index.integer ?? -1, count: items.count, "the value", at: span)]
  }

  private func boundOutput(_ text: String, at span: Span) throws {
    if let limit = meter.limits.output, text.utf8.count > limit {
      throw fail(.outputLimit(limit, at: span))
    }
  }
}

extension Value {
  /// A truth value as the number it is.
  fileprivate var asInteger: Value {
    guard case .tensor(let variable) = self, variable.value.dtype == .bool else { return self }
    return .tensor(Variable(variable.value.converted(to: .int64)))
  }
}

/// `%[(name)][flags][width][.precision]type`
private struct Conversion {
  var name: String?
  var flags = ""
  var width = 0
  var precision: Int?
  var takesWidth = false
  var takesPrecision = false
  var type: Character?

  init(_ rest: inout Substring) {
    if rest.first == "(", let close = rest.firstIndex(of: ")") {
      name = String(rest[rest.index(after: rest.startIndex)..<close])
      rest = rest[rest.index(after: close)...]
    }
    while let flag = rest.first, "-+ 0#".contains(flag) { flags.append(rest.removeFirst()) }
    (width, takesWidth) = Self.number(&rest)
    if rest.first == "." {
      rest.removeFirst()
      let (places, isTaken) = Self.number(&rest)
      (precision, takesPrecision) = (places, isTaken)
    }
    while rest.first == "l" || rest.first == "h" { rest.removeFirst() }
    type = rest.popFirst()
  }

  private static func number(_ rest: inout Substring) -> (Int, Bool) {
    if rest.first == "*" {
      rest.removeFirst()
      return (0, true)
    }
    let digits = rest.prefix { $0.isASCII && $0.isNumber }
    rest = rest.dropFirst(digits.count)
    return (min(Int(digits) ?? 0, 1000), false)
  }

  /// The same as the specification of a formatted string, without the type.
  var specification: String {
    let isText = type == "s" || type == "r" || type == "a"
    var text = flags.contains("-") || width < 0 ? "<" : isText || !flags.contains("0") ? ">" : ""
    if !isText, flags.contains("+") { text += "+" } else if flags.contains(" ") { text += " " }
    if !isText, flags.contains("0"), !flags.contains("-") { text += "0" }
    if width != 0 { text += "\(abs(width))" }
    if let precision, type != "d", type != "i" { text += ".\(max(0, precision))" }
    return text
  }
}

/// `{name.attribute[key]!r:specification}`
private struct Field {
  enum Part {
    case attribute(String)
    case element(String)
  }

  var name = ""
  var path: [Part] = []
  var isQuoted = false
  var specification = ""

  /// Reads on behind the brace that opens; nil if none closes it.
  init?(_ rest: inout Substring) {
    var depth = 1
    var content = ""
    while let character = rest.popFirst() {
      if character == "{" { depth += 1 }
      if character == "}" { depth -= 1 }
      if depth == 0 { break }
      content.append(character)
    }
    guard depth == 0 else { return nil }
    var head = Substring(content)
    if let colon = head.firstIndex(of: ":") {
      specification = String(head[head.index(after: colon)...])
      head = head[..<colon]
    }
    if head.hasSuffix("!r") || head.hasSuffix("!s") {
      isQuoted = head.hasSuffix("!r")
      head = head.dropLast(2)
    }
    name = String(head.prefix { $0 != "." && $0 != "[" })
    head = head.dropFirst(name.count)
    while let sign = head.popFirst() {
      if sign == "[", let close = head.firstIndex(of: "]") {
        path.append(.element(String(head[..<close])))
        head = head[head.index(after: close)...]
      } else {
        let part = head.prefix { $0 != "." && $0 != "[" }
        path.append(.attribute(String(part)))
        head = head.dropFirst(part.count)
      }
    }
  }
}

extension Builtin {
  /// `text.format(…)`
  package static let format = Builtin(
    "str.format", "Puts values in the places of the braces of a string.",
    examples: ["\"{} and {:.1f}\".format(1, 2.25)  # \"1 and 2.2\""],
    parameters: [
      Parameter("text", .string, "the string with braces"),
      Parameter("values", .any, default: Attribute.none, variadic: true, "what to put there"),
    ],
    takesNames: true
  ) { call in
    .string(
      try call.evaluator.formatted(
        call.string(0), call.isGiven(1) ? call.variadic(1) : [],
        Dictionary(call.names.map { ($0.name, $0.value) }, uniquingKeysWith: { $1 }), at: call.span)
    )
  }
}

extension Diagnostic {
  fileprivate static func badPercent(_ what: String, at span: Span) -> Diagnostic {
    Diagnostic("bad-format", what, primary: Label(span), helps: ["write f\"{x:.2f}\""])
  }

  fileprivate static func badBraces(_ what: String, at span: Span) -> Diagnostic {
    Diagnostic("bad-format", what, primary: Label(span), helps: ["write f\"{x:.2f}\""])
  }
}
