import Autograd
import Language
import Library
import Networks
import Presentation
import Tensors

/// Drives a trainer: reports at round steps, shows a line of progress in between, stops at Ctrl-C,
/// and ends with the curve, the table of examples and the parameters as variables.
struct TrainingRun {
  private let session: Session
  private let trainer: Trainer

  init(_ session: Session, _ trainer: Trainer) {
    self.session = session
    self.trainer = trainer
  }

  func response() -> Response {
    var curve: [TrainingProgress] = []
    let cadence = Trainer.cadence(steps: trainer.steps)
    let follower = TaskRun(trainer, in: session.environment)
    report(trainer.progress, into: &curve, follower)
    var watch = RunWatch(steps: trainer.steps, clock: session.host.now)
    var computing = 0.0
    // A few hundredths of a second, so that the line on the screen keeps moving.
    let fewest = min(200, max(1, cadence / 20))
    var chunk = fewest
    while !trainer.isFinished, !session.evaluator.interrupt.isSet {
      var due = min(cadence - trainer.step % cadence, chunk)
      // The last step is the run's own, so that it can be asked.
      let last = trainer.steps - 1
      if follower != nil, trainer.step < last { due = min(due, last - trainer.step) }
      let before = session.host.now()
      let taken = trainer.advance(by: due)
      let seconds = session.host.now() - before
      computing += seconds
      if seconds < 0.02 * Double(taken) / Double(chunk) { chunk = min(200, 2 * chunk) }
      if seconds > 0.05 { chunk = max(fewest, chunk / 2) }
      if trainer.step == last { try? follower?.follow(session.context) }
      if trainer.isFinished || trainer.step % cadence == 0 {
        report(trainer.progress, into: &curve, follower)
      }
      if !trainer.isFinished, watch.isDue { show(&watch, curve) }
    }
    let interrupted = !trainer.isFinished
    if interrupted { try? follower?.follow(session.context) }
    let document = conclusion(curve, seconds: computing, follower)
    return Response(document, outcome: interrupted ? .interrupted : .fine)
  }

  // MARK: - While it runs

  private func report(
    _ progress: TrainingProgress, into curve: inout [TrainingProgress], _ follower: TaskRun?
  ) {
    curve.append(progress)
    // Of the end the run takes care itself.
    if progress.step < trainer.steps - 1 {
      try? follower?.follow(session.context, heldOut: progress)
    }
    let width = String(progress.steps).count
    let step = String(progress.step)
    let line =
      Words("step " + String(repeating: " ", count: width - step.count) + step, .dim)
      + Words("   loss ") + Words(loss(progress.loss), .value) + Words("   ")
      + Words(
        "\(progress.correct) of \(progress.examples) right",
        progress.correct == progress.examples ? .good : .plain)
    session.context.output.block(.line(line))
  }

  private func show(_ watch: inout RunWatch, _ curve: [TrainingProgress]) {
    let progress = trainer.progress
    let state = RunWatch.State(
      step: progress.step, loss: progress.loss, accuracy: progress.accuracy,
      rate: trainer.optimizer.rate)
    watch.show(state, on: session.context.output) {
      let losses = trainer.losses.isEmpty ? curve.map(\.loss) : trainer.losses
      return [RunWatch.curve(losses)] + (regions.map { [$0] } ?? [])
    }
  }

  private var regions: Block? {
    let examples = trainer.examples
    guard examples.width == 2 else { return nil }
    return RunWatch.regions(examples.inputTensor, examples.labelTensor) { rows in
      let wasPaused = Recording.isPaused
      Recording.isPaused = true
      defer { Recording.isPaused = wasPaused }
      let parameters = trainer.model.namedParameters.map { Variable($0.value) }
      return try trainer.model.recordedScores(Variable(rows), parameters).value
    }
  }

  private func loss(_ value: Double) -> String { NumberFormat(digits: 4).text(value) }

  // MARK: - At the end

  private func conclusion(
    _ curve: [TrainingProgress], seconds: Double, _ follower: TaskRun?
  ) -> Document {
    let report = trainer.report
    var document = Document()
    if curve.count > 2 {
      document.append(.blank)
      let points = curve.map { Plot.Point(Double($0.step), $0.loss) }
      document =
        document
        + Plot(
          [Plot.Series(points: points)], title: "loss", width: min(session.width, 64),
          height: 10
        )
        .document
    }
    document.append(.blank)
    document.append(.table(summary(report)))
    if let mistakes = mistakes(report) { document.append(mistakes) }
    document.append(.blank)
    if !trainer.isFinished {
      document.append(.line(Words("stopped at step \(trainer.step) of \(trainer.steps)", .caution)))
    }
    if let step = trainer.failedStep {
      let cause = trainer.failure.map { ": \($0.cause)" } ?? ""
      document.append(
        .line(Words("the loss of step \(step) is \(loss(report.progress.loss))\(cause)", .caution)))
    }
    let perStep = trainer.step > 0 ? ", \(durationText(seconds / Double(trainer.step))) a step" : ""
    document.append(
      .line(
        Words(
          "loss \(loss(report.progress.loss)), \(report.progress.correct) of \(report.progress.examples) right",
          .strong)
          + Words(" after \(trainer.step) steps\(perStep)")))
    document.append(.paragraph(Words(report.closing)))
    if let turn = turn(curve) { document.append(.paragraph(turn)) }
    document.append(.paragraph(bind(report, follower)))
    return document
  }

  /// Where the loss of what it is not trained on was lowest, if it has risen since.
  private func turn(_ curve: [TrainingProgress]) -> Words? {
    guard trainer.heldOut != nil, let lowest = curve.min(by: { $0.loss < $1.loss }),
      let last = curve.last, last.loss > 1.02 * lowest.loss
    else { return nil }
    return Words(
      "The held-out loss was lowest at step \(lowest.step), \(loss(lowest.loss)), and is "
        + "\(loss(last.loss)) now: from there on it learns by heart.", .caution)
  }

  /// Images that were taken for another class.
  private func mistakes(_ report: TrainingReport) -> Block? {
    let shape = (trainer.heldOut ?? trainer.examples).exampleShape
    guard shape.count > 1, let rows = shape.dropLast().last, let columns = shape.last else {
      return nil
    }
    let wrong = report.rows.indices.filter { report.rows[$0].predicted != report.rows[$0].target }
    guard !wrong.isEmpty else { return nil }
    let pictures = wrong.prefix(max(1, min(6, session.width / (2 * columns + 3)))).map { index in
      let row = report.rows[index]
      return (
        title: "\(report.classNames[row.target]), read as \(report.classNames[row.predicted])",
        values: (trainer.heldOut ?? trainer.examples).row(index)
      )
    }
    return Library.images(pictures, rows: rows, columns: columns)
  }

  /// Each example, or of many those that are wrong; with the probability of the right class where
  /// those of all would not fit.
  private func table(_ report: TrainingReport) -> Table {
    let number = NumberFormat(digits: 4)
    let isLong = report.rows.count > Self.mostRows
    let shown = isLong ? hardest(report) : report.rows
    let inputs = isLong ? ["input"] : report.inputNames
    let names = isLong ? ["p(target)"] : report.classNames.map { "p(\($0))" }
    let header = inputs + names + ["output", "target", ""]
    let rows = shown.map { row -> [Words] in
      let right = row.predicted == row.target
      let texts = row.input.map { number.text($0, $0.rounded() == $0 ? .integer : .float) }
      let chances = isLong ? [row.probabilities[row.target]] : row.probabilities
      return (isLong ? [texts.joined(separator: " ")] : texts).map { Words($0) }
        + chances.map { Words(number.fixed($0), .value) }
        + [
          Words(report.classNames[row.predicted]), Words(report.classNames[row.target]),
          right ? Words("right", .good) : Words("wrong", .bad),
        ]
    }
    return Table(
      header: header.map { Words($0) }, rows: rows,
      alignments: Array(repeating: .right, count: header.count - 1) + [.left])
  }

  /// So many rows are looked through at a glance.
  private static let mostRows = 8

  /// The examples whose right class has the smallest probability: the wrong ones, then those that
  /// nearly were.
  private func hardest(_ report: TrainingReport) -> [TrainingReport.Row] {
    let sorted = report.rows.sorted { $0.probabilities[$0.target] < $1.probabilities[$1.target] }
    return Array(sorted.prefix(Self.mostRows))
  }

  /// Every example where inputs have names; else a row a class.
  private func summary(_ report: TrainingReport) -> Table {
    guard report.inputNames.isEmpty else { return table(report) }
    return report.classNames.count > Self.widestConfusion ? hits(report) : confusion(report)
  }

  /// As many classes side by side fit into 80 columns.
  private static let widestConfusion = 12

  /// For each class that occurs, how often it was right and what it was taken for otherwise.
  private func hits(_ report: TrainingReport) -> Table {
    let rows = report.classNames.indices.compactMap { target -> [Words]? in
      let those = report.rows.filter { $0.target == target }
      if those.isEmpty { return nil }
      let wrong = Dictionary(grouping: those.filter { $0.predicted != target }, by: \.predicted)
      let mistakes = wrong.sorted { ($1.value.count, $0.key) < ($0.value.count, $1.key) }
        .map { "\(report.classNames[$0.key]) \($0.value.count)×" }
      return [
        Words(report.classNames[target], .strong), Words("\(those.count)"),
        Words("\(those.count { $0.predicted == target })", .good),
        Words(mistakes.joined(separator: ", "), .bad),
      ]
    }
    return Table(
      header: ["is", "times", "right", "taken for"], rows: rows,
      alignments: [.left, .right, .right, .left])
  }

  /// How often each class that occurs (row) was taken for each (column).
  private func confusion(_ report: TrainingReport) -> Table {
    let shown = report.classNames.indices.filter { label in
      report.rows.contains { $0.target == label || $0.predicted == label }
    }
    let rows = shown.map { target -> [Words] in
      [Words(report.classNames[target], .strong)]
        + shown.map { predicted in
          let count = report.rows.count { $0.target == target && $0.predicted == predicted }
          if count == 0 { return Words("·", .dim) }
          return Words("\(count)", predicted == target ? .good : .bad)
        }
    }
    return Table(
      header: [Words("is, taken for:")] + shown.map { Words(report.classNames[$0]) }, rows: rows,
      alignments: [.left] + shown.map { _ in .right })
  }

  /// The run, its data and the trained parameters as variables of the session.
  private func bind(_ report: TrainingReport, _ follower: TaskRun?) -> Words {
    let shapes = report.parameters.map { "\($0.name) \($0.value.shape)" }.joined(separator: ", ")
    guard let follower else {
      for (name, value) in report.parameters {
        let variable = Variable(value)
        variable.naming = Naming(name: name, line: 0)
        session.environment.assign(Symbol(name), .tensor(variable))
      }
      return Words("The parameters are now variables: ", .note) + Words(shapes, .name)
    }
    for (name, value) in follower.variables {
      session.environment.assign(Symbol(name), value)
    }
    let end = trainer.isFinished && trainer.failedStep == nil ? "run.to(\(trainer.steps));\n" : ""
    let ahead = session.evaluate(
      SourceText(name: "<train>", text: end + "loss = run.ahead();"), as: .none)
    let names = Words("Variables now: ", .note)
    // After Ctrl-C nothing more is computed.
    guard ahead.outcome == .fine else {
      return names + Words("run, X, Y, model, \(shapes)", .name)
        + Words(". Try run.diagnose(), loss = run.ahead(), explain(loss).")
    }
    return names + Words("run, X, Y, model, loss, \(shapes)", .name)
      + Words(
        ". Try run.diagnose(), run.to(1), explain(run.loss), explain(∂loss/∂\(report.parameters[0].name)); "
          + "loss is that of the next step, after going elsewhere run.ahead().")
  }
}
