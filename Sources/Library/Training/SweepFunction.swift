import Autograd
import Language
import Networks
import Presentation
import Tensors

extension Library {
  static let sweeping = [
    Builtin(
      "sweep",
      "Trains many times, with every seed and every setting, and tells how often it works.",
      notes: """
        Of a training task ("xor", "bitsum", "digits", "chars") or a function of seed and settings that \
        gives a run. A task is solved where all examples are right at the end, a run of one's own where \
        its loss fell below `below`. Settings are lists under their names: lr=[0.1, 0.5], hidden=[2, 4]. \
        Ctrl-C keeps what is done.
        """,
      examples: ["sweep(\"xor\", seeds=range(4), lr=[0.1, 0.5], steps=100).share  # [0.75, 1]"],
      parameters: [
        Parameter("what", .any, "the name of a task, or a function of seed and settings"),
        Parameter("seeds", .any, default: Attribute.none, "None for range(20)"),
        Parameter(
          "below", .real, default: Attribute.none,
          "the loss that counts as solved; None for a tenth of the first"),
      ], takesNames: true
    ) { call in
      let grid = try SweepGrid(call)
      let table: SweepTable
      if case .string(let name) = call[0].resolved {
        table = try call.sweep(task: name, grid)
      } else {
        table = try call.sweep(function: call[0], grid)
      }
      call.evaluator.output.block(.figure(AnyFigure(table.figure)))
      return .object(table)
    }
  ]
}

/// Seeds and settings: a cell for each combination of settings.
private struct SweepGrid {
  let seeds: [Int]
  let names: [String]
  let cells: [[Value]]

  init(_ call: Call) throws {
    let seeds =
      call.isNone(1)
      ? (0..<20).map { Double($0) } : try call.vector(call[1], 1, "sweep(\"xor\", seeds=range(20))")
    self.seeds = try seeds.map { seed in
      guard let whole = Int(exactly: seed) else {
        throw call.fail(1, "not-a-seed", "a seed is a whole number", helps: ["seeds=range(20)"])
      }
      return whole
    }
    names = call.names.map(\.name)
    if names.contains("seed") {
      throw call.evaluator.fail(
        Diagnostic(
          "unknown-argument", "sweep has no setting 'seed'", primary: .init(call.span),
          helps: ["seeds=range(20)"]))
    }
    var cells: [[Value]] = [[]]
    for (_, value) in call.names {
      let resolved = value.resolved
      let choices: [Value]
      switch resolved {
      case .string: choices = [resolved]
      case .tensor(let variable) where variable.shape.isScalar: choices = [resolved]
      default: choices = try call.evaluator.items(of: resolved, at: call.span).map(\.resolved)
      }
      try Self.check(cells.count * choices.count, self.seeds.count, call)
      cells = cells.flatMap { cell in choices.map { cell + [$0] } }
    }
    try Self.check(cells.count, self.seeds.count, call)
    self.cells = cells
  }

  private static func check(_ cells: Int, _ seeds: Int, _ call: Call) throws {
    guard (1...100_000).contains(cells * seeds) else {
      throw call.evaluator.fail(
        Diagnostic(
          "too-large", "\(cells) settings with \(seeds) seeds each are not tried",
          primary: .init(call.span), notes: ["1 to 100000 runs"],
          helps: ["sweep(\"xor\", seeds=range(20), lr=[0.1, 0.5])"]))
    }
  }

  var jobs: Int { cells.count * seeds.count }
}

extension Call {
  fileprivate func sweep(task name: String, _ grid: SweepGrid) throws -> SweepTable {
    guard let task = TrainingTask[name] else {
      let known = TrainingTask.standard.map(\.name)
      throw fail(
        0, "unknown-task", "there is no training task '\(name)'",
        helps: [
          Suggestion.help(for: name, in: known) ?? "choose one of " + known.joined(separator: ", ")
        ])
    }
    if !isNone(2) {
      throw fail(
        2, "idle-argument", "'below' is for runs of one's own; a task is solved where all is right",
        helps: ["sweep(\"\(name)\", seeds=range(20))"])
    }
    let jobs = try grid.cells.flatMap { cell in
      try grid.seeds.map { seed in
        Attributes(
          try zip(grid.names, cell).map { ($0, try attribute($1, $0, of: task)) }
            + [("seed", .integer(seed))])
      }
    }
    // Settings that a task refuses are refused before anything runs.
    for index in stride(from: 0, to: jobs.count, by: grid.seeds.count) {
      try Poll.checkNow()
      _ = try task.trainer(jobs[index])
    }
    var sweep = Sweep(task, jobs)
    var watch = RunWatch(steps: jobs.count)
    do {
      try sweep.run { done in
        if watch.isDue { watch.show(done: done, on: evaluator.output) }
        try Poll.checkNow()
      }
    } catch let error as TensorError {
      try keep(sweep.outcomes.count { $0 != nil }, of: jobs.count, error)
    }
    return SweepTable(
      grid.names, grid.cells.map { cell in cell.map { evaluator.shown($0, isShort: true) } },
      outcomes: sweep.outcomes.map { $0.map { $0.solvedAt } }, seeds: grid.seeds.count)
  }

  /// What is done stays, where it was stopped by hand and something is.
  private func keep(_ done: Int, of all: Int, _ error: any Error) throws {
    guard done > 0, evaluator.interrupt.isSet else { throw error }
    evaluator.output.notice(
      Diagnostic(
        "stopped", "stopped after \(done) of \(all) runs", severity: .note,
        helps: ["the table has what is done"]))
  }

  private func attribute(_ value: Value, _ name: String, of task: TrainingTask) throws -> Attribute
  {
    switch value {
    case .string(let text): return .string(text)
    case .tensor(let variable):
      guard let number = variable.value.item else { break }
      let kind = task.parameters.first { $0.name == name }?.kind
      if case .integer? = kind, let whole = Int(exactly: number) { return .integer(whole) }
      return .real(number)
    default: break
    }
    throw evaluator.fail(
      Diagnostic(
        "wrong-kind", "\(name) takes numbers or words, not \(value.kindText)",
        primary: .init(span), helps: ["\(name)=[1, 2]"]))
  }

  fileprivate func sweep(function: Value, _ grid: SweepGrid) throws -> SweepTable {
    var outcomes: [Int??] = Array(repeating: nil, count: grid.jobs)
    let limit = isNone(2) ? nil : try real(2)
    var watch = RunWatch(steps: grid.jobs)
    var done = 0
    do {
      for (number, cell) in grid.cells.enumerated() {
        for (place, seed) in grid.seeds.enumerated() {
          let value = try evaluator.output.silenced {
            try evaluator.call(function, [.integer(seed)] + cell, at: span)
          }
          guard case .object(let object) = value.resolved, let run = object as? FitRun else {
            throw fail(
              0, "wrong-kind", "the function gave \(value.kindText), no training run",
              helps: ["def trained(seed, lr): …; return fit(model, X, Y, optimizer=sgd(lr=lr))"])
          }
          let losses = run.losses
          let bound = limit ?? 0.1 * (losses.first ?? 0)
          let isSolved = losses.last.map { $0 < bound } ?? false
          outcomes[number * grid.seeds.count + place] =
            .some(isSolved ? losses.firstIndex { $0 < bound } : nil)
          done += 1
          if watch.isDue { watch.show(done: done, on: evaluator.output) }
        }
      }
    } catch let error as Diagnostic where error.code == "interrupted" {
      try keep(done, of: grid.jobs, error)
    }
    return SweepTable(
      grid.names, grid.cells.map { cell in cell.map { evaluator.shown($0, isShort: true) } },
      outcomes: outcomes, seeds: grid.seeds.count)
  }
}

extension RunWatch {
  fileprivate mutating func show(done: Int, on output: Output) {
    show(State(step: done, loss: nil, accuracy: nil, rate: nil), on: output)
  }
}

/// What a sweep found: a row for each setting.
final class SweepTable: LanguageObject {
  private let names: [String]
  private let cells: [[String]]
  /// Of each cell, the runs done, those solved, and the steps they took.
  private let done: [Int]
  private let solved: [[Int]]
  private let seeds: Int

  /// An outcome is missing where the run was not done, and holds nil where it was not solved.
  init(_ names: [String], _ cells: [[String]], outcomes: [Int??], seeds: Int) {
    self.names = names
    self.cells = cells
    self.seeds = seeds
    let parts = cells.indices.map { outcomes[$0 * seeds..<($0 + 1) * seeds] }
    done = parts.map { part in part.count { $0 != nil } }
    solved = parts.map { part in part.compactMap { $0 ?? nil } }
  }

  private var shares: [Double] {
    zip(solved, done).map { $1 == 0 ? .nan : Double($0.count) / Double($1) }
  }
  private var medians: [Double] {
    solved.map { steps in
      let sorted = steps.sorted()
      guard !sorted.isEmpty else { return .nan }
      return Double(sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
    }
  }

  var figure: NamedTable {
    let settings = names.enumerated().map { place, name in
      NamedTable.Column(name: name, cells: cells.map { $0[place] }, isNumeric: true)
    }
    let counts = zip(solved, done).map { "\($0.count) of \($1)" }
    let steps = medians.map { $0.isNaN ? "–" : NumberFormat.shortest($0) }
    return NamedTable(
      title: "",
      columns: settings + [
        .init(name: "solved", cells: counts, isNumeric: true),
        .init(
          name: "share", cells: shares.map { $0.isNaN ? "–" : NumberFormat(digits: 2).fixed($0) },
          isNumeric: true),
        .init(name: "median steps", cells: steps, isNumeric: true),
      ])
  }

  var summary: String { "a sweep of \(cells.count) settings with \(seeds) seeds each" }
  var isEchoed: Bool { false }
  var attributeNames: [String] { ["share", "steps", "runs"] }

  func attribute(_ name: Symbol) -> Value? {
    switch name.name {
    case "share": .tensor(Variable(Tensor(shares)))
    case "steps": .tensor(Variable(Tensor(medians)))
    case "runs": .tensor(Variable(Tensor(done.map(Double.init), dtype: .int64)))
    default: nil
    }
  }
}
