import Autograd
import Language
import Networks
import Presentation
import Tensors

/// Drives a trainer: reports at round steps, shows a line of progress in between, stops at Ctrl-C,
/// and ends with the curve, the table of examples and the parameters as variables.
struct TrainingRun {
  private let session: Session
  private let trainer: Trainer
  /// Seconds between two updates of the progress line.
  private static let refresh = 0.1

  init(_ session: Session, _ trainer: Trainer) {
    self.session = session
    self.trainer = trainer
  }

  func response() -> Response {
    var curve: [TrainingProgress] = []
    let cadence = Trainer.cadence(steps: trainer.steps)
    report(trainer.progress, into: &curve)
    let start = session.host.now()
    var computing = 0.0
    var shown = start
    while !trainer.isFinished, !session.evaluator.interrupt.isSet {
      let due = cadence - trainer.step % cadence
      let before = session.host.now()
      trainer.advance(by: min(due, 200))
      let now = session.host.now()
      computing += now - before
      if trainer.isFinished || trainer.step % cadence == 0 {
        report(trainer.progress, into: &curve)
      } else if now - shown > Self.refresh {
        shown = now
        session.context.output.progress(progressLine(trainer.progress, computing))
      }
    }
    let document = conclusion(curve, seconds: computing)
    let interrupted = !trainer.isFinished
    return Response(document, outcome: interrupted ? .interrupted : .fine)
  }

  // MARK: - While it runs

  private func report(_ progress: TrainingProgress, into curve: inout [TrainingProgress]) {
    curve.append(progress)
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

  private func progressLine(_ progress: TrainingProgress, _ seconds: Double) -> Words {
    let rate = seconds > 0 ? Double(progress.step) / seconds : 0
    let left = rate > 0 ? durationText(Double(progress.steps - progress.step) / rate) : "?"
    return Words(
      "step \(progress.step) of \(progress.steps), loss \(loss(progress.loss)), "
        + "\(progress.correct) of \(progress.examples) right, \(Int(rate)) steps/s, \(left) left",
      .dim)
  }

  private func loss(_ value: Double) -> String { NumberFormat(digits: 4).text(value) }

  // MARK: - At the end

  private func conclusion(_ curve: [TrainingProgress], seconds: Double) -> Document {
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
    document.append(.line(bind(report)))
    return document
  }

  private func table(_ report: TrainingReport) -> Table {
    let number = NumberFormat(digits: 4)
    let header =
      report.inputNames + report.classNames.map { "p(\($0))" } + ["output", "target", ""]
    let rows = report.rows.map { row -> [Words] in
      let right = row.predicted == row.target
      return row.input.map {
        Words(NumberFormat(digits: 4).text($0, $0.rounded() == $0 ? .integer : .float))
      }
        + row.probabilities.map { Words(number.fixed($0), .value) }
        + [
          Words(report.classNames[row.predicted]), Words(report.classNames[row.target]),
          right ? Words("right", .good) : Words("wrong", .bad),
        ]
    }
    return Table(
      header: header.map { Words($0) }, rows: rows,
      alignments: Array(repeating: .right, count: header.count - 1) + [.left])
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

  /// The trained parameters as variables of the session.
  private func bind(_ report: TrainingReport) -> Words {
    for (name, value) in report.parameters {
      let variable = Variable(value)
      variable.naming = Naming(name: name, line: 0)
      session.environment.assign(Symbol(name), .tensor(variable))
    }
    return Words("The parameters are now variables: ", .note)
      + Words(
        report.parameters.map { "\($0.name) \($0.value.shape)" }.joined(separator: ", "), .name)
  }
}
