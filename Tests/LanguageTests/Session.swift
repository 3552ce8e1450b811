import Autograd
import Language
import Presentation
import Tensors

/// A session with the operations of the catalogue and a handful of builtins, for tests.
final class Session {
  let environment: Environment
  let evaluator: Evaluator
  var lines: [String] = []
  private var count = 0

  init(limits: Limits = .none, interrupt: Interrupt = Interrupt()) throws {
    let operations = Catalogue.standard.operations.map { Builtin($0) }
    environment = try Environment(
      builtins: operations + Builtin.core + Session.builtins,
      constants: [("pi", .number(.pi)), ("inf", .number(.infinity))])
    let output = Output()
    evaluator = Evaluator(
      EvaluationContext(environment, output: output, interrupt: interrupt, limits: limits))
    output.listen { [unowned self] event in
      if case .printed(.line(let words)) = event { lines.append(words.plain) }
    }
  }

  static let builtins: [Builtin] = [
    Builtin("print", "Prints.", parameters: [Parameter("values", .any, variadic: true)]) { call in
      let texts = call.variadic(0).map { call.evaluator.text(of: $0) }
      call.evaluator.output.line(texts.joined(separator: " "))
      return .none
    },
    Builtin(
      "range", "Counts.",
      parameters: [
        Parameter("start", .integer), Parameter("stop", .integer, default: Attribute.none),
        Parameter("step", .integer, default: .integer(1)),
      ]
    ) { call in
      let first = try call.integer(0)
      let isAlone = call.isNone(1)
      return .range(
        IntegerRange(
          start: isAlone ? 0 : first, stop: isAlone ? first : try call.integer(1),
          step: try call.integer(2)))
    },
    Builtin("len", "Counts elements.", parameters: [Parameter("x", .any)]) { call in
      .integer(try call.items(0).count)
    },
    Builtin("map", "Applies.", parameters: [Parameter("f", .function), Parameter("xs", .any)]) {
      call in
      .list(List(try call.items(1).map { try call.evaluator.call(call[0], [$0], at: call.span) }))
    },
  ]

  /// Runs a text of which errors may be thrown.
  @discardableResult
  func run(_ text: String) throws -> [StatementResult] {
    count += 1
    return try evaluator.run(SourceText(name: "line \(count)", text: text))
  }

  /// The text of the last value; what was printed, if anything was.
  func show(_ text: String) throws -> String {
    let results = try run(text)
    if !lines.isEmpty { return lines.joined(separator: "\n") }
    guard let value = results.last?.values.last?.value else { return "" }
    return evaluator.shown(value, isShort: true)
  }

  func number(_ text: String) throws -> Double { try evaluator.value(of: text).real ?? .nan }
}
