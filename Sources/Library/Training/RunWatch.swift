import Autograd
import Language
import Presentation
import Tensors

/// What is seen of a run at work: a line that stays in place, the curve, and for two inputs the regions
/// of the classes. At most ten times a second, and so seldom that it takes less than a fiftieth of
/// the time.
package struct RunWatch {
  private let steps: Int
  private let clock: () -> Double
  private let start: Double
  private var next: Double

  package init(steps: Int, clock: (() -> Double)? = nil) {
    let zero = ContinuousClock.now
    let clock = clock ?? { zero.duration(to: .now).seconds }
    self.steps = steps
    self.clock = clock
    start = clock()
    next = start + 0.1
  }

  package var isDue: Bool { clock() >= next }

  /// Shows the state of a run; `pictures` are made only where they are shown.
  package mutating func show(
    _ state: State, on output: Output, pictures: () -> [Block] = { [] }
  ) {
    let before = clock()
    output.progress(line(state, seconds: before - start), below: pictures())
    let after = clock()
    next = after + max(0.1, 50 * (after - before))
  }

  package struct State {
    let step: Int
    let loss: Double?
    /// The share of examples that are right.
    let accuracy: Double?
    let rate: Double?

    package init(step: Int, loss: Double?, accuracy: Double?, rate: Double?) {
      self.step = step
      self.loss = loss
      self.accuracy = accuracy
      self.rate = rate
    }
  }

  private func line(_ state: State, seconds: Double) -> Words {
    let width = 16
    let filled = steps > 0 ? min(width, state.step * width / steps) : width
    let bar = String(repeating: "█", count: filled) + String(repeating: "░", count: width - filled)
    let speed = seconds > 0 ? Double(state.step) / seconds : 0
    let left = speed > 0 ? Self.text(seconds: Double(steps - state.step) / speed) : "?"
    let parts = [
      "\(state.step) of \(steps)",
      state.loss.map { "loss " + NumberFormat(digits: 4).text($0) },
      state.accuracy.map { NumberFormat(digits: 0).fixed($0 * 100) + " % right" },
      state.rate.map { "lr " + NumberFormat.shortest($0) }, left + " left",
    ]
    return Words(bar + " " + parts.compactMap { $0 }.joined(separator: ", "), .dim)
  }

  private static func text(seconds: Double) -> String {
    guard seconds.isFinite, seconds < 1e7 else { return "?" }
    let whole = Int(seconds.rounded(.up))
    return whole < 60 ? "\(whole) s" : "\(whole / 60) min \(whole % 60) s"
  }

  // MARK: - Pictures

  /// The curve so far, in few lines; of a long one every so many points.
  package static func curve(_ losses: [Double], every distance: Int = 1) -> Block {
    let stride = max(1, losses.count / 200)
    let points = Swift.stride(from: 0, to: losses.count, by: stride).map {
      Plot.Point(Double($0 * distance), losses[$0])
    }
    return .figure(
      AnyFigure(
        Plot([Plot.Series(points: points)], title: "loss", width: 60, height: 5)))
  }

  /// The regions of the classes over two inputs, with the examples; nil for other inputs.
  package static func regions(
    _ x: Tensor, _ y: Tensor, title: String = "regions", rows: Int = 8,
    _ scores: (Tensor) throws -> Tensor
  ) -> Block? {
    guard x.shape.rank == 2, x.shape[1] == 2, y.shape == [x.shape[0]], x.shape[0] <= 500 else {
      return nil
    }
    let (numbers, labels) = (x.elements, y.elements)
    let points = Set(labels).sorted().prefix(5).map { label in
      Plot.Series(
        NumberFormat(digits: 0).fixed(label),
        points: labels.indices.filter { labels[$0] == label }.map {
          Plot.Point(numbers[2 * $0], numbers[2 * $0 + 1])
        }, style: .scatter)
    }
    let all = points.flatMap(\.points)
    let columns = 5 * rows
    guard let xs = Plot.Range.around(all.map(\.x)), let ys = Plot.Range.around(all.map(\.y)) else {
      return nil
    }
    func place(_ index: Int, _ range: Plot.Range, _ count: Int) -> Double {
      range.low + (range.high - range.low) * Double(index) / Double(count - 1)
    }
    let lattice = (0..<columns * rows).flatMap { cell in
      [place(cell % columns, xs, columns), place(cell / columns, ys, rows)]
    }
    guard let found = try? scores(Tensor(lattice, shape: [columns * rows, 2])),
      found.shape.rank == 2, found.shape[0] == columns * rows, found.shape[1] > 1
    else { return nil }
    let (outputs, classes) = (found.elements, found.shape[1])
    let winners = (0..<columns * rows).map { cell in
      let row = outputs[cell * classes..<(cell + 1) * classes]
      return Double((row.indices.max { row[$0] < row[$1] } ?? row.startIndex) - row.startIndex)
    }
    var field = Field(
      kind: "decision_boundary", title: title, x: xs, y: ys,
      grid: Grid(rows: rows, columns: columns, values: winners), content: .classes(count: classes),
      points: points, path: [])
    (field.columns, field.rows) = (columns, rows)
    return .figure(AnyFigure(field))
  }
}

extension Duration {
  fileprivate var seconds: Double {
    Double(components.seconds) + Double(components.attoseconds) * 1e-18
  }
}

extension FitRun {
  /// The run at work: how it stands, the curve, and the regions.
  func show(_ watch: inout RunWatch, _ step: Int, _ site: Site) {
    let state = RunWatch.State(
      step: step, loss: progress.losses.last ?? .nan, accuracy: nil, rate: optimizer.rate)
    watch.show(state, on: site.evaluator.output) {
      [RunWatch.curve(losses)]
        + (regions(site).map { [$0] } ?? [])
    }
  }

  func regions(_ site: Site, title: String = "regions", rows: Int = 8) -> Block? {
    guard data.x.shape.rank == 2, data.x.shape[1] == 2 else { return nil }
    return try? quietly(site) {
      for layer in layers { layer.setTraining(false) }
      return RunWatch.regions(data.x.value, data.y.value, title: title, rows: rows) { rows in
        let value = try site.evaluator.call(model, [.tensor(Variable(rows))], at: site.span)
        return try value.asTensor(site.evaluator.environment.structure)?.value ?? rows
      }
    }
  }
}
