import Language
import Presentation
import Tensors

/// Which statements show what they gave, and how.
package enum Echo: Sendable, Equatable {
  case none
  /// Values of expressions, as text.
  case expressions
  /// Values of expressions and of assignments that do not end in `;`.
  case statements
  /// The same, and how each quantity was worked out.
  case explained
  /// One JSON object per value and per line or page printed; `isExplained`: and how each quantity
  /// was worked out.
  case json(isExplained: Bool)

  var isJSON: Bool { if case .json = self { true } else { false } }
}

extension Value {
  /// `[2, 3]` for a tensor with axes.
  var shapeText: String {
    guard case .tensor(let variable) = self, variable.shape.rank > 0 else { return "" }
    return variable.shape.description
  }
}

extension JSONValue {
  /// `{"value": [1.35, 2.45, -1.65], "shape": [3], "dtype": "float64"}`; what is not a tensor has
  /// a value alone.
  package init(_ value: Language.Value) {
    switch value {
    case .tensor(let variable):
      let tensor = variable.value
      self = .object([
        Member("value", .nested(tensor)),
        Member("shape", .array(tensor.shape.array.map { .int($0) })),
        Member("dtype", .string(tensor.dtype.rawValue)),
      ])
    case .list, .tuple, .range, .none, .string, .function, .builtin, .method, .object, .thing:
      self = .object([Member("value", .plain(value))])
    }
  }

  private static func plain(_ value: Language.Value) -> JSONValue {
    switch value {
    case .none: .null
    case .tensor(let variable): .nested(variable.value)
    case .string(let text): .string(text)
    case .list(let list): .array(list.items.map(plain))
    case .tuple(let items): .array(items.map(plain))
    // However long, a range is three numbers.
    case .range(let range):
      .object([
        Member("start", .int(range.start)), Member("stop", .int(range.stop)),
        Member("step", .int(range.step)),
      ])
    case .thing: plain(value.resolved)
    case .function, .builtin, .method, .object: .string(value.kindText)
    }
  }

  private static func nested(_ tensor: Tensor) -> JSONValue {
    let elements = tensor.elements
    func level(_ axis: Int, _ offset: Int, _ size: Int) -> JSONValue {
      guard axis < tensor.shape.rank else { return number(elements[offset], tensor.dtype) }
      let count = tensor.shape[axis]
      let inner = count > 0 ? size / count : 0
      return .array((0..<count).map { level(axis + 1, offset + $0 * inner, inner) })
    }
    return level(0, 0, elements.count)
  }

  private static func number(_ number: Double, _ dtype: DType) -> JSONValue {
    switch dtype {
    case .bool: .bool(number != 0)
    case .int64: Int(exactly: number).map { .int($0) } ?? .number(number)
    case .float64, .float32: .number(number)
    }
  }
}

extension JSONValue {
  /// `{"print": "loss 0.25"}`, `{"explain": "∂E/∂w", "lines": [...]}`: what was shown, as the lines
  /// that text has.
  init(_ blocks: [Block], about subject: Output.Subject?, width: Int) {
    if let data = subject?.data {
      self = data
      return
    }
    if blocks.count == 1, case .figure(let figure) = blocks[0] {
      self = figure.json
      return
    }
    let lines = blocks.flatMap { block -> [String] in
      // What was printed is a value here, not something to be looked at: it stays as it is.
      if case .line(let words) = block { return [words.plain] }
      let text = Renderer(width: width).render(Document([block]))
      // Every line ends in a line feed, the last one too.
      return text.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
        .map(String.init)
    }
    guard let subject else {
      self = .object([Member("print", .string(lines.joined(separator: "\n")))])
      return
    }
    self = .object([
      Member(subject.function, .string(subject.text)),
      Member("lines", .array(lines.map { .string($0) })),
    ])
  }
}

extension Diagnostic {
  /// `{"error": {"code", "message", "line", "column"}}`
  package var json: JSONValue {
    let place = position
    return .object([
      JSONValue.Member(
        "error",
        .object([
          JSONValue.Member("code", .string(code)), JSONValue.Member("message", .string(headline)),
          JSONValue.Member("line", place.map { .int($0.line) } ?? .null),
          JSONValue.Member("column", place.map { .int($0.column) } ?? .null),
        ]))
    ])
  }
}
