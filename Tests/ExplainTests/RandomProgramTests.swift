import Autograd
import Glibc
import Language
import Presentation
import Tensors
import TestSupport
import Testing

@testable import Explain

/// Programs nobody prepared: whatever is asked about them, all printed equalities hold and the results
/// are the engine's. `NABLA_PROGRAMS=first..<last` tries other seeds.
@Suite struct RandomProgramTests {
  private static let seeds: Range<UInt64> = {
    let text = getenv("NABLA_PROGRAMS").map { String(cString: $0) } ?? ""
    let bounds = text.split(separator: "<").compactMap {
      UInt64($0.filter(\.isNumber))
    }
    return bounds.count == 2 ? bounds[0]..<bounds[1] : 1..<(runsSlowTests ? 151 : 51)
  }()

  @Test func everyPageHolds() throws {
    var counts = Counts()
    for seed in Self.seeds {
      let program = try RandomProgram(seed: seed)
      let problems = Self.problems(of: program, &counts)
      #expect(
        problems.isEmpty,
        "seed \(seed)\n\(program.source.joined(separator: "\n"))\n\(problems.prefix(4).joined(separator: "\n"))\nEND"
      )
    }
    print(counts)
    let programs = Self.seeds.count
    #expect(counts.undefined < programs / 10)
    #expect(
      counts.values > programs * 2 && counts.gradients > programs && counts.worked > programs * 20)
  }

  struct Counts {
    var values = 0
    var gradients = 0
    var worked = 0
    var confirmed = 0
    var undefined = 0
    var refused: [String: Int] = [:]
  }

  private static func problems(of program: RandomProgram, _ counts: inout Counts) -> [String] {
    var problems: [String] = []
    var quantities = Quantities()
    quantities.add(under: program.loss)
    let named = program.namedQuantities
    func ask(_ title: String, _ counts: inout Counts, _ page: (Explainer) throws -> Document) {
      do {
        let full = try page(Explainer(digits: 15, width: PageReader.width))
        // In slide arithmetic a result is not what stands before it.
        if program.places == nil {
          let exact = PageReader(full, quantities, tolerance: program.isSingle ? 2e-5 : 1e-9)
          counts.worked += exact.worked
          counts.confirmed += exact.confirmed.count
          // A slope of 0 times one of ∞: reverse mode leaves the closed way out, a product cannot.
          counts.undefined += exact.mistakes.count { $0.contains("nan") }
          problems += exact.mistakes.filter { !$0.contains("nan") }.map { "\(title): \($0)" }
        }
        for digits in [2, 4] {
          let text = Renderer(width: 80).render(try page(Explainer(digits: digits)))
          let lines = PrintedLines(text, digits: digits)
          problems += lines.mistakes.filter { !$0.contains("nan") }
            .map { "\(title) (\(digits)): \($0)" }
        }
      } catch {
        let reason = "\(error)".prefix(12)
        if !["undefined(ope", "independent("].contains(where: { $0.hasPrefix(reason) }) {
          problems.append("\(title): \(error)")
        }
        counts.refused[String(reason), default: 0] += 1
      }
    }
    for variable in program.steps + [program.loss] {
      counts.values += 1
      var known = quantities
      if variable.naming == nil { known.add("", variable.value) }
      ask("explain(\(name(variable)))", &counts) { $0.explain(variable) }
    }
    for input in named where !isRefused(program.loss, input) {
      try? quantities.add(gradientsOf: program.loss, by: [input])
    }
    for input in named where !isRefused(program.loss, input) {
      counts.gradients += 1
      ask("∂E/∂\(name(input))", &counts) { try $0.explainGradient(of: program.loss, by: input) }
      if let cell = (0..<input.shape.count).last {
        ask("∂E/∂\(name(input))[\(cell)]", &counts) {
          try $0.explainGradient(of: program.loss, by: input, cell: cell)
        }
      }
      if let above = named.last, above !== input, !above.isLeaf {
        try? quantities.add(gradientsOf: above, by: [input])
        ask("∂\(name(above))/∂\(name(input))", &counts) {
          try $0.explainGradient(of: above, by: input)
        }
      }
      problems += chainProblems(program.loss, input)
    }
    return problems
  }

  /// The engine itself has no gradient: of a singular matrix, say.
  private static func isRefused(_ loss: Variable, _ input: Variable) -> Bool {
    do { return try loss.gradients(for: [input])[0] == nil } catch { return true }
  }

  /// Link by link and reverse mode give the same gradient.
  private static func chainProblems(_ loss: Variable, _ input: Variable) -> [String] {
    guard let expected = try? loss.gradients(for: [input])[0],
      let chain = try? Chain(to: input, names: Names(under: loss)),
      let total = try? chain.gradient()
    else { return [] }
    return zip(total.elements, expected.elements)
      .allSatisfy { $0.isNaN || PageReader.areEqual($0, $1, 1e-6) }
      ? [] : ["chain \(total.elements), reverse mode \(expected.elements)"]
  }

  private static func name(_ variable: Variable) -> String { variable.naming?.name ?? "it" }
}
