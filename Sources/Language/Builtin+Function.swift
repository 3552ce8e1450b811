import Autograd
import Presentation

/// A builtin that is made when its name is first used.
package struct LateBuiltin: Sendable {
  package let name: String
  package let make: @Sendable () -> Builtin

  package init(name: String, make: @escaping @Sendable () -> Builtin) {
    self.name = name
    self.make = make
  }
}

/// What the string at the head of a function says about it:
///
///     """One sentence on the result.
///
///     x: what a parameter is
///
///     Conventions and edge cases.
///
///     >>> f(2)  # 4
///     """
struct FunctionDocumentation {
  private(set) var summary = ""
  private(set) var notes = ""
  private(set) var examples: [Example] = []
  private(set) var parameters: [String: String] = [:]

  init(_ text: String, parameters names: [String]) {
    for line in text.split(separator: "\n", omittingEmptySubsequences: false).map(\.trimmed) {
      if line.hasPrefix(">>> ") {
        examples.append(Example(stringLiteral: String(line.dropFirst(4))))
      } else if let colon = line.firstIndex(of: ":"), names.contains(String(line[..<colon])) {
        parameters[String(line[..<colon])] = line[line.index(after: colon)...].trimmed
      } else if !line.isEmpty {
        let isFirst = summary.isEmpty || (notes.isEmpty && isInSummary)
        if isFirst {
          summary += (summary.isEmpty ? "" : " ") + line
        } else {
          notes += (notes.isEmpty ? "" : " ") + line
        }
      } else if !summary.isEmpty {
        isInSummary = false
      }
    }
  }

  private var isInSummary = true
}

extension Builtin {
  /// A function written in the language, with the documentation at its head, as a builtin. Its
  /// parameters without a default take tensors, or anything.
  package convenience init(
    _ definition: FunctionDefinition, of source: SourceText, named name: String? = nil,
    takesAnything: Bool = false
  ) {
    let names = definition.parameters.map(\.name.name)
    let text = FunctionDocumentation(definition.summary ?? "", parameters: names)
    let formals = definition.parameters.filter { $0.kind != .options }
    let parameters = formals.map { formal in
      Parameter(
        formal.name.name, formal.fallback == nil && !takesAnything ? .tensor : .any,
        default: formal.kind == .rest ? Attribute.none : formal.fallback.map(\.attribute),
        variadic: formal.kind == .rest, keywordOnly: formal.kind == .named,
        text.parameters[formal.name.name] ?? "")
    }
    self.init(
      name ?? definition.name.name, text.summary, notes: Notes(text.notes), examples: text.examples,
      parameters: parameters, takesNames: formals.count < definition.parameters.count,
      takesOneByOne: takesAnything, definition: (definition, source)
    ) { call in
      var (arguments, names): ([Value], [(String, Value)]) = ([], call.names)
      for (index, parameter) in parameters.enumerated() {
        if parameter.isVariadic {
          if call.isGiven(index) { arguments += call.variadic(index) }
        } else if parameter.keywordOnly {
          names.append((parameter.name, call[index]))
        } else {
          arguments.append(
            parameter.kind == .tensor ? .tensor(try call.tensor(index)) : call[index])
        }
      }
      let function = Function(
        definition, source: source, defaults: parameters.map { _ in nil }, enclosing: nil,
        home: nil)
      do {
        return try call.evaluator.call(
          .function(function), arguments, names: names, at: call.span)
      } catch let error as Diagnostic where error.source === source {
        throw call.evaluator.fail(error.seen(from: call))
      }
    }
  }
}

extension Value {
  /// The text of a function that is written in the language.
  package var definitionText: String? {
    switch self {
    case .function(let function): function.text
    case .builtin(let builtin): builtin.definition.map { $0.source[$0.function.span] }
    case .none, .tensor, .string, .list, .tuple, .range, .method, .object, .thing: nil
    }
  }
}

extension Diagnostic {
  /// A mistake noticed inside a function of the library, shown where that was called.
  fileprivate func seen(from call: Call) -> Diagnostic {
    if code == "interrupted" { return Diagnostic(code, headline, primary: .init(call.span)) }
    return Diagnostic(
      code, headline, primary: .init(call.span),
      notes: notes.filter { !$0.hasPrefix("in '") },
      helps: [":source \(call.builtin.name) shows how it is computed"])
  }
}

extension Expression {
  /// A literal as the default of a parameter; None for anything else.
  fileprivate var attribute: Attribute {
    switch form {
    case .number(let literal):
      return literal.isInteger ? .integer(Int(literal.value)) : .real(literal.value)
    case .truth(let value): return .bool(value)
    case .string(let text): return .string(text)
    case .unary(.negative, let operand):
      switch operand.attribute {
      case .integer(let value): return .integer(-value)
      case .real(let value): return .real(-value)
      default: return .none
      }
    default: return .none
    }
  }
}
