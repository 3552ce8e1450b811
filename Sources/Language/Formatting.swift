import Autograd
import Presentation
import Tensors

// Values as text: what `print` writes, what echoes and messages show, formatted strings.

extension Evaluator {
  /// A value as `print` writes it: as Python does, unless decimals were asked for.
  package func text(of value: Value) -> String {
    ValueText(numbers: numberFormat, evaluator: self).text(value)
  }

  /// What `str` gives, whatever decimals were asked for.
  package func pythonText(of value: Value) throws -> String {
    try checked { ValueText(numbers: .python, evaluator: self).text(value) }
  }

  /// A value as echoes and messages show it, numbers rounded; `isShort` keeps it on one line.
  package func shown(_ value: Value, isShort: Bool = false) -> String {
    let writer = ValueText(numbers: numberFormat.display, isDisplay: true, evaluator: self)
    return isShort ? writer.inner(value) : writer.text(value)
  }

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
          result += try printed(value, isShort: isDebug)
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
    case .object(let object as WholeNumber): return specification.apply(to: object)
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

/// Writes values: for `print` as Python does, for a display shorter and in the language's notation.
package struct ValueText {
  let numbers: NumberFormat
  var isDisplay = false
  /// Runs the methods by which objects write themselves.
  let evaluator: Evaluator

  /// Elements of a list that are shown, and of a tensor inside one.
  private static let limit = 1000
  private static let displayedElements = 12

  package func text(_ value: Value) -> String {
    switch value {
    case .none: return "None"
    case .string(let text): return text
    case .tensor(let variable): return text(variable)
    case .list(let list): return "[\(listed(list.items))]"
    case .tuple(let items): return "(\(listed(items))\(items.count == 1 ? "," : ""))"
    case .range(let range):
      let step = range.step == 1 ? "" : ", \(range.step)"
      return "range(\(range.start), \(range.stop)\(step))"
    case .function(let function): return "function \(function.signature)"
    case .builtin(let builtin):
      return builtin.isType ? "<class '\(builtin.name)'>" : "function \(builtin.signature)"
    case .method(let method): return "function \(method.builtin.signature)"
    case .object(let object): return evaluator.text(of: object, isShort: false, by: self)
    case .thing: return text(value.resolved)
    }
  }

  /// A value inside another: on one line, strings in quotation marks.
  func inner(_ value: Value) -> String {
    switch value {
    case .string(let text): return quoted(text)
    case .tensor(let variable):
      if isDisplay, variable.value.count > Self.displayedElements {
        return "a tensor of shape \(variable.shape)"
      }
      return text(variable).split(separator: "\n").map { $0.drop { $0 == " " } }
        .joined(separator: " ")
    case .thing: return inner(value.resolved)
    case .object(let object): return evaluator.text(of: object, isShort: true, by: self)
    case .none, .list, .tuple, .range, .function, .builtin, .method: return text(value)
    }
  }

  private func text(_ variable: Variable) -> String {
    let tensor = variable.value
    let kind = NumberFormat.Kind(tensor.dtype)
    if tensor.shape.isScalar { return numbers.text(tensor[flat: 0], kind) }
    var format = TensorFormat(numbers)
    format.isList = variable.isList || variable.isLiteral
    return tensor.withElements {
      format.lines($0, shape: tensor.shape.array, kind).joined(separator: "\n")
    }
  }

  func listed(_ items: [Value]) -> String {
    let shown = items.prefix(Self.limit).map { inner($0.resolved) }
    return (shown + (items.count > Self.limit ? ["…"] : [])).joined(separator: ", ")
  }

  /// In single quotation marks unless only those occur, as Python's `repr`.
  private func quoted(_ text: String) -> String {
    let escaped = Printer().text(Expression(.string(text)))
    guard !isDisplay, !text.contains("'") else { return escaped }
    return "'" + escaped.dropFirst().dropLast().replacing("\\\"", with: "\"") + "'"
  }
}
