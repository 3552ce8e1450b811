import Glibc
import Presentation
import Tensors

// Values as text: what `print` writes, formatted strings, and Python's format specifications.

extension Evaluator {
  /// A value as `print` writes it. `isShort` keeps it on one line; strings inside containers are
  /// quoted.
  package func text(of value: Value, isShort: Bool = false) -> String {
    switch value {
    case .none: return "None"
    case .string(let text): return isShort ? quoted(text) : text
    case .tensor(let variable): return text(variable.value, isShort: isShort)
    case .list(let list): return "[\(listed(list.items))]"
    case .tuple(let items): return "(\(listed(items))\(items.count == 1 ? "," : ""))"
    case .range(let range):
      let step = range.step == 1 ? "" : ", \(range.step)"
      return "range(\(range.start), \(range.stop)\(step))"
    case .function(let function): return "function \(function.signature)"
    case .builtin(let builtin): return "function \(builtin.signature)"
    case .method(let method): return "function \(method.builtin.signature)"
    case .object(let object): return object.summary
    case .thing: return text(of: value.resolved, isShort: isShort)
    }
  }

  private func text(_ tensor: Tensor, isShort: Bool) -> String {
    let kind = NumberFormat.Kind(tensor.dtype)
    if isShort, tensor.count > 12 { return "a tensor of shape \(tensor.shape)" }
    let text = TensorFormat(numberFormat).text(tensor.elements, shape: tensor.shape.array, kind)
    if !isShort { return text }
    return text.split(separator: "\n").map { $0.drop { $0 == " " } }.joined(separator: " ")
  }

  private func listed(_ items: [Value]) -> String {
    let shown = items.prefix(1000).map { text(of: $0, isShort: true) }
    return (shown + (items.count > 1000 ? ["…"] : [])).joined(separator: ", ")
  }

  private func quoted(_ text: String) -> String { Printer().text(Expression(.string(text))) }

  // MARK: - Formatted strings

  func formatted(_ pieces: [FormatPiece], at: Span) throws -> String {
    var result = ""
    for piece in pieces {
      switch piece {
      case .text(let text): result += text
      case .value(let expression, let label, let isDebug, specification: let inner):
        let value = try evaluate(expression)
        result += label ?? ""
        if inner.isEmpty {
          result += text(of: value, isShort: isDebug)
        } else {
          let format = try formatted(inner, at: at)
          guard let text = self.text(of: value, format: format) else {
            throw fail(.badFormat(format, value, at: expression.span))
          }
          result += text
        }
      }
      if let limit = meter.limits.output, result.utf8.count > limit {
        throw fail(.outputLimit(limit, at: at))
      }
    }
    return result
  }

  /// A value by a format specification of Python, `:>8.2f`; element by element for a tensor. Nil if
  /// the format does not fit.
  package func text(of value: Value, format: String) -> String? {
    guard let specification = FormatSpecification(format) else { return nil }
    switch value {
    case .string(let text): return specification.apply(to: text)
    case .tensor(let variable):
      let tensor = variable.value
      if tensor.shape.isScalar { return specification.apply(to: tensor[flat: 0], tensor.dtype) }
      guard tensor.count <= 10_000 else { return nil }
      return nested(tensor, specification)
    case .thing: return text(of: value.resolved, format: format)
    case .none, .list, .tuple, .range, .function, .builtin, .method, .object:
      return specification.type == nil ? specification.apply(to: text(of: value)) : nil
    }
  }

  private func nested(_ tensor: Tensor, _ specification: FormatSpecification) -> String? {
    var parts: [String] = []
    for element in tensor.elements {
      guard let text = specification.apply(to: element, tensor.dtype) else { return nil }
      parts.append(text)
    }
    for axis in tensor.shape.axes.reversed() {
      let size = tensor.shape[axis]
      if size == 0 { return "[]" }
      parts = stride(from: 0, to: parts.count, by: size).map {
        "[" + parts[$0..<($0 + size)].joined(separator: ", ") + "]"
      }
    }
    return parts.first ?? "[]"
  }
}

/// `[[fill]align][sign][0][width][,][.precision][type]`
struct FormatSpecification {
  private(set) var fill: Character = " "
  private(set) var align: Character?
  private(set) var sign: Character = "-"
  private(set) var width = 0
  private(set) var groups: Character?
  private(set) var precision: Int?
  private(set) var type: Character?

  init?(_ text: String) {
    var rest = text[...]
    func isAlign(_ character: Character?) -> Bool { character.map { "<>^=".contains($0) } ?? false }
    if rest.count > 1, isAlign(rest.dropFirst().first) { fill = rest.removeFirst() }
    if isAlign(rest.first) { align = rest.removeFirst() }
    if let first = rest.first, "+- ".contains(first) { sign = rest.removeFirst() }
    if rest.first == "0" {
      rest.removeFirst()
      if align == nil { (fill, align) = ("0", "=") }
    }
    func number() -> Int? {
      let digits = rest.prefix { $0.isASCII && $0.isNumber }
      rest = rest.dropFirst(digits.count)
      return Int(digits)
    }
    width = number() ?? 0
    if rest.first == "," || rest.first == "_" { groups = rest.removeFirst() }
    if rest.first == "." {
      rest.removeFirst()
      guard let value = number() else { return nil }
      precision = value
    }
    if let last = rest.first, "fFeEgGd%sxXobn".contains(last) { type = rest.removeFirst() }
    guard rest.isEmpty, width <= 1000, precision ?? 0 <= 100 else { return nil }
  }

  func apply(to text: String) -> String? {
    guard type == nil || type == "s", align != "=" || fill == "0", groups == nil else { return nil }
    return padded(precision.map { String(text.prefix($0)) } ?? text, sign: "", isNumber: false)
  }

  func apply(to number: Double, _ dtype: DType) -> String? {
    guard let digits = digits(of: number.magnitude, dtype) else { return nil }
    let isNegative = number.sign == .minus && !number.isNaN
    let mark = isNegative ? "-" : sign == "-" ? "" : String(sign)
    return padded(grouped(digits), sign: mark, isNumber: true)
  }

  private func digits(of magnitude: Double, _ dtype: DType) -> String? {
    if magnitude.isNaN { return "nan" }
    if magnitude.isInfinite { return type == "%" ? "inf%" : "inf" }
    switch type {
    case "f", "F": return printed(magnitude, precision ?? 6, "f")
    case "e", "E", "g", "G": return type.flatMap { printed(magnitude, precision ?? 6, $0) }
    case "%": return printed(magnitude * 100, precision ?? 6, "f") + "%"
    case "d", "n", "x", "X", "o", "b":
      guard let whole = Int(exactly: magnitude), precision == nil else { return nil }
      let radix = ["x": 16, "X": 16, "o": 8, "b": 2][type ?? "d"] ?? 10
      return String(whole, radix: radix, uppercase: type == "X")
    case nil:
      if let precision { return printed(magnitude, max(precision, 1), "g") }
      switch dtype {
      case .bool: return magnitude == 0 ? "False" : "True"
      case .int64: return printed(magnitude, 0, "f")
      case .float64, .float32: return NumberFormat.shortest(magnitude)
      }
    default: return nil
    }
  }

  private func printed(_ number: Double, _ places: Int, _ conversion: Character) -> String {
    withVaList([Int32(places), number]) { arguments in
      var buffer = [CChar](repeating: 0, count: 512)
      let length = vsnprintf(&buffer, buffer.count, "%.*\(conversion)", arguments)
      let kept = buffer.prefix(min(max(Int(length), 0), buffer.count - 1))
      return String(decoding: kept.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
  }

  private func grouped(_ digits: String) -> String {
    guard let groups else { return digits }
    let whole = digits.prefix { $0.isNumber }
    var result = ""
    for (position, digit) in whole.enumerated() {
      if position > 0, (whole.count - position) % 3 == 0 { result.append(groups) }
      result.append(digit)
    }
    return result + digits.dropFirst(whole.count)
  }

  private func padded(_ text: String, sign: String, isNumber: Bool) -> String {
    let missing = width - DisplayWidth.of(sign + text)
    guard missing > 0 else { return sign + text }
    let pad = String(repeating: fill, count: missing)
    switch align ?? (isNumber ? ">" : "<") {
    case "<": return sign + text + pad
    case "^":
      let left = missing / 2
      return String(pad.prefix(left)) + sign + text + String(pad.dropFirst(left))
    case "=": return sign + pad + text
    default: return pad + sign + text
    }
  }
}
