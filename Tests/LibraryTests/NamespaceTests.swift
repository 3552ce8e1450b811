import Foundation
import Language
import Presentation
import TestSupport
import Testing

@testable import Library

/// The modules of Python under their own names: every row of the table, and what NumPy, PyTorch and
/// Python themselves give.
@Suite struct NamespaceTests {
  private static let rows: [(path: String, name: String)] = NamespaceTable.all.flatMap { table in
    table.rows.map { (table.path, $0.name) }
  }

  @Test(arguments: NamespaceTable.all.map(\.path))
  func everyNameStandsForSomething(_ path: String) throws {
    let environment = try Library.environment()
    let module = try #require(environment.module(path), "\(path)")
    let names = Set(module.attributeNames)
    for name in names where module.attribute(Symbol(name)) == nil {
      Issue.record("\(path).\(name) stands for nothing")
    }
    let absent = try #require(NamespaceTable.all.first { $0.path == path }).absent
    for name in absent.keys where names.contains(name) {
      Issue.record("\(path).\(name) is there and said to be missing")
    }
  }

  /// What is called in the counterpart of a missing name is here, under that spelling or after an import.
  @Test(arguments: NamespaceTable.all.map(\.path))
  func counterpartsCanBeTyped(_ path: String) throws {
    let table = try #require(NamespaceTable.all.first { $0.path == path })
    let environment = try Library.environment()
    let short = [
      "np": "numpy", "nn": "torch.nn", "F": "torch.nn.functional", "optim": "torch.optim",
    ]
    for (name, text) in table.absent {
      for match in text.matches(of: /([A-Za-z_][A-Za-z_0-9.]*)\(/) {
        let called = String(match.1).split(separator: ".").map(String.init)
        if called.count == 1 {
          let isThere = environment[Symbol(called[0])] != nil
          let isExample = ["f", "x", "model", "opt"].contains(called[0])
          #expect(isThere || isExample, "\(path).\(name): \(text)")
          continue
        }
        let root = ([short[called[0]] ?? called[0]] + called.dropFirst().dropLast())
          .joined(separator: ".")
        guard let module = environment.module(root) else { continue }  // a method of a value
        let last = try #require(called.last)
        #expect(module.attribute(Symbol(last)) != nil, "\(path).\(name): \(text)")
      }
    }
  }

  /// Functions with semantics of their own are documented as all others are, and their examples run.
  @Test(arguments: NamespaceTable.all.map(\.path))
  func everyFunctionIsDocumented(_ path: String) throws {
    let table = try #require(NamespaceTable.all.first { $0.path == path })
    let environment = try Library.environment()
    for row in table.rows {
      guard case .builtin(let make) = row.row else { continue }
      let builtin = make()
      #expect(builtin.summary.hasSuffix("."), "\(builtin.name): \(builtin.summary)")
      #expect(!builtin.examples.isEmpty, "\(builtin.name) has no example")
      #expect(builtin.name.hasPrefix(path + "."))
      for example in builtin.examples {
        try run(example.source, example.result, builtin, row.name, environment)
      }
    }
  }

  private func run(
    _ source: String, _ result: String?, _ builtin: Builtin, _ name: String,
    _ environment: Environment
  ) throws {
    let evaluator = Evaluator(EvaluationContext(environment.pristine()))
    let bare = String(builtin.name.split(separator: ".").last ?? "")
    evaluator.environment.assign(Symbol(bare), .builtin(builtin))
    do {
      let found = try evaluator.value(of: source)
      guard let result else { return }
      let wanted = try evaluator.value(of: result)
      let structure = evaluator.environment.structure
      if let number = try found.asTensor(structure)?.value,
        let expected = try wanted.asTensor(structure)?.value
      {
        #expect(number.shape == expected.shape, "\(builtin.name): \(source)")
        expectClose(number.elements, expected.elements, absolute: 0.5001e-4, relative: 0)
      } else {
        #expect(
          evaluator.shown(found, isShort: true) == evaluator.shown(wanted, isShort: true),
          "\(builtin.name): \(source)")
      }
    } catch let error as Diagnostic {
      Issue.record("\(builtin.name): \(Renderer(width: 80, color: false).render(error))")
    }
  }

  @Test func noNameIsDeclaredTwice() {
    let names = Self.rows.map { "\($0.path).\($0.name)" }
    let twice = Dictionary(grouping: names) { $0 }.filter { $0.value.count > 1 }.keys.sorted()
    #expect(twice == [])
  }

  // MARK: - What Python gives

  private struct Reference: Decodable {
    struct Case: Decodable {
      let setup: String
      let expression: String
      let value: [Double?]
    }
    let preamble: String
    let cases: [Case]

    static let recorded: Reference? = {
      let url = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "Fixtures/namespaces.json")
      let decoder = JSONDecoder()
      return (try? Data(contentsOf: url)).flatMap { try? decoder.decode(Reference.self, from: $0) }
    }()
  }

  @Test func expressionsGiveWhatNumPyAndPyTorchGive() throws {
    let reference = try #require(Reference.recorded)
    #expect(reference.cases.count > 500)
    for one in reference.cases.sampled(every: 4) {
      let evaluator = Evaluator(EvaluationContext(try Library.environment()))
      do {
        try evaluator.run(
          SourceText(name: "test", text: reference.preamble + one.setup + "\n"))
        let value = try evaluator.value(of: one.expression)
        let found = try #require(
          try value.asTensor(evaluator.environment.structure), "\(one.expression)"
        ).value.elements
        let wanted = one.value.map { $0 ?? .nan }
        let isClose =
          found.count == wanted.count
          && zip(found, wanted).allSatisfy { a, b in
            a == b || (a.isNaN && b.isNaN) || abs(a - b) <= 2e-6 * max(1, abs(b))
          }
        if !isClose { Issue.record("\(one.setup) \(one.expression): \(found), not \(wanted)") }
      } catch let error as Diagnostic {
        Issue.record("\(one.expression): \(error.headline) \(error.helps)")
      }
    }
  }
}
