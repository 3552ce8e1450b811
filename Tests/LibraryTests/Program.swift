import Language
import Library
import Presentation
import Tensors
import Testing

/// Runs lines of the language, and gives the numbers of expressions.
struct Program {
  let environment: Environment
  let evaluator: Evaluator
  private let log: Log

  private final class Log { var document = Document() }

  /// What was printed so far.
  var printed: String { Renderer(width: 100, color: false).render(log.document) }

  init(_ lines: String = "", limits: Limits = .none) throws {
    let log = Log()
    self.log = log
    environment = try Library.environment()
    let output = Output { event in
      if case .printed(let block) = event { log.document.append(block) }
    }
    evaluator = Evaluator(EvaluationContext(environment, output: output, limits: limits))
    try run(lines)
  }

  func run(_ lines: String) throws {
    do {
      try evaluator.run(SourceText(name: "test", text: lines))
    } catch let error as Diagnostic {
      Issue.record("\(Renderer(width: 80, color: false).render(error))")
      throw error
    }
  }

  func numbers(_ expression: String) throws -> [Double] {
    let value = try evaluator.value(of: expression)
    let tensor = try value.asTensor(environment.structure)
    return try #require(tensor, "\(expression) is no tensor").value.elements
  }

  func text(_ expression: String) throws -> String {
    evaluator.shown(try evaluator.value(of: expression), isShort: true)
  }

  /// The error that some lines end in.
  func error(_ lines: String) throws -> Diagnostic {
    var found: Diagnostic?
    do { try evaluator.run(SourceText(name: "test", text: lines)) } catch {
      found = error as? Diagnostic
    }
    return try #require(found, "\(lines) should fail")
  }
}
