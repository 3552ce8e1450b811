import Autograd
import Language
import Library
import Presentation
import Tensors
import TestSupport
import Testing

/// Every example in the documentation of a builtin runs and gives what it says, to 4 decimals.
@Suite struct ExampleTests {
  private static let examples: [(builtin: String, example: Example)] =
    Library.builtins.flatMap { builtin in builtin.examples.map { (builtin.name, $0) } }

  @Test(
    arguments: examples.map { "\($0.builtin): \($0.example.source)  # \($0.example.result ?? "")" })
  func exampleGivesItsResult(_ text: String) throws {
    let colon = try #require(text.firstRange(of: ": "))
    let example = Example(stringLiteral: String(text[colon.upperBound...]))
    let environment = try Library.environment()
    let evaluator = Evaluator(EvaluationContext(environment))
    do {
      let found = try evaluator.value(of: example.source)
      // A layer or optimizer has no value to compare; running is what its example shows.
      if case .object = found { return }
      let result = try #require(example.result, "an example needs a result after #")
      let expected = try evaluator.value(of: result)
      guard let number = try tensor(found, environment),
        let wanted = try tensor(expected, environment)
      else {
        #expect(
          evaluator.shown(found, isShort: true) == evaluator.shown(expected, isShort: true))
        return
      }
      #expect(number.shape == wanted.shape)
      #expect(wanted.dtype != .bool || number.dtype == .bool, "True and False are expected")
      expectClose(number.elements, wanted.elements, absolute: 0.5001e-4, relative: 0)
    } catch let error as Diagnostic {
      Issue.record("\(Renderer(width: 80, color: false).render(error))")
    }
  }

  /// The documentation of an operation shows at least one result.
  @Test(arguments: Catalogue.standard.operations.map(\.name))
  func operationShowsAResult(_ name: String) throws {
    let operation = try #require(Catalogue.standard[name])
    #expect(operation.examples.contains { $0.result != nil })
  }

  /// Calls with nothing, and with what has nothing in it, give a value or an error in words.
  @Test(arguments: ["", "()", "[]", "''", "None", "{}"])
  func nothingIsAnArgument(_ argument: String) throws {
    let evaluator = Evaluator(EvaluationContext(try Library.environment()))
    for name in Set(Library.builtins.map(\.name)).subtracting(["input"]).sorted() {
      do { _ = try evaluator.value(of: "\(name)(\(argument))") } catch let error as Diagnostic {
        #expect(error.code != "internal", "\(name)(\(argument))")
      }
    }
  }

  /// A name that is declared twice would hide one of its meanings.
  @Test func namesAreUnique() {
    let names = Library.builtins.flatMap { [$0.name] + $0.aliases }
    let twice = Dictionary(grouping: names) { $0 }.filter { $0.value.count > 1 }.keys.sorted()
    #expect(twice == [])
  }

  @Test func differentOrdersAreDrawn() throws {
    let environment = try Library.environment()
    let evaluator = Evaluator(EvaluationContext(environment))
    let draws = try (0..<20).map { _ in
      try tensor(evaluator.value(of: "shuffle(10)"), environment)?.elements ?? []
    }
    #expect(Set(draws).count == 20)
    #expect(draws.allSatisfy { $0.sorted() == (0..<10).map(Double.init) })
    let chosen = try tensor(evaluator.value(of: "choice(3, 200)"), environment)?.elements ?? []
    #expect(Set(chosen) == [0, 1, 2])
  }

  private func tensor(_ value: Value, _ environment: Environment) throws -> Tensor? {
    try value.asTensor(environment.structure)?.value
  }
}
