import Autograd
import Language
import Library
import Presentation
import Session
import Testing

/// One evaluator and what it says, exactly: what is shown, and every variable to the last bit.
struct ExactTranscript {
  let evaluator: Evaluator

  init() throws {
    evaluator = Evaluator(EvaluationContext(try Library.environment()))
  }

  /// What one input shows, and all that is held afterwards.
  func say(_ input: String) -> String {
    var lines: [String] = []
    evaluator.output.listen { event in
      switch event {
      case .printed(let block): lines.append(Renderer().render(Document([block])))
      case .page(let blocks, _): lines.append(Renderer().render(Document(blocks)))
      case .echo(let result): lines += result.values.map { "\($0.name ?? "") \($0.value.everyBit)" }
      case .progress(let words, _): lines.append(words.plain)
      case .notice(let diagnostic): lines.append("notice: \(diagnostic.headline)")
      }
    }
    do {
      try evaluator.run(SourceText(name: "input", text: input)) { evaluator.output.echo($0) }
    } catch let diagnostic as Diagnostic {
      lines.append("error: \(diagnostic.headline)")
    } catch {
      lines.append("error: \(error)")
    }
    return lines.joined(separator: "\n")
      + evaluator.environment.variables.map { "\n\($0.name.name) = \($0.value.everyBit)" }.joined()
  }
}

extension Value {
  /// The value with every bit of its numbers, gradients and flags, and what it holds.
  var everyBit: String { bits(depth: 0) }

  private func bits(depth: Int) -> String {
    guard depth < 6 else { return "…" }
    let below = { (value: Value) in value.bits(depth: depth + 1) }
    switch self {
    case .tensor(let variable):
      let bits = variable.value.elements.map { String($0.bitPattern, radix: 16) }
      let gradient = variable.gradient.map { "∇\($0.elements.map(\.bitPattern))" } ?? ""
      return "\(variable.shape)\(bits)\(gradient)\(variable.isFrozen ? "!" : "")"
    case .list(let list): return "[\(list.items.map(below).joined(separator: ", "))]"
    case .tuple(let items): return "(\(items.map(below).joined(separator: ", ")))"
    case .string(let text): return "'\(text)'"
    case .object(let object):
      return "\(object.summary){\(object.heldValues.map(\.resolved).map(below).joined())}"
    case .range(let range): return "range(\(range.start), \(range.stop), \(range.step))"
    case .function(let function): return "function \(function.name)"
    case .builtin, .method, .none: return "·"
    case .thing: return below(resolved)
    }
  }
}
