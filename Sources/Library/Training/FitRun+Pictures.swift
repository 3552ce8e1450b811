import Autograd
import Language
import Presentation
import Tensors

extension Library {
  static let runPictures = [
    Builtin(
      "run.show",
      "Draws the curve of a run with some steps marked, and the regions at each of them.",
      notes:
        "Regions of the classes are drawn where there are two inputs. The run stays where it is.",
      examples: [
        Example(
          stringLiteral:
            "X, Y = xor_data(); model = Sequential(Linear(2, 8), Tanh(), Linear(8, 2)); "
            + "run = fit(model, X, Y, optimizer=sgd(lr=0.5), steps=50); run.show(at=[10, 50])")
      ],
      parameters: [
        Parameter("run", .any, "what fit gave"),
        Parameter("at", .any, default: Attribute.none, "the steps; None for where it stands"),
      ]
    ) { call in
      let run = try call.fitRun
      let example = "run.show(at=[0, 10, 50])"
      let numbers = call.isNone(1) ? [Double(run.step)] : try call.vector(call[1], 1, example)
      let steps = try numbers.map { number in
        guard let step = Int(exactly: number), (0...run.progress.losses.count).contains(step) else {
          throw call.fail(
            1, "no-such-step", "the run has steps 0 to \(run.progress.losses.count)",
            helps: [example])
        }
        return step
      }
      guard steps.count <= 20 else {
        throw call.fail(1, "too-many", "up to 20 steps are shown at once", helps: [example])
      }
      for block in try run.pictures(at: steps, call.site) { call.evaluator.output.block(block) }
      return .none
    }
  ]
}

extension FitRun {
  /// The curve with marked steps, and the regions at each.
  fileprivate func pictures(at steps: [Int], _ site: Site) throws -> [Block] {
    let marked = steps.filter { $0 < losses.count }.map { Plot.Point(Double($0), losses[$0]) }
    let curve = Plot.Series("loss", values: losses)
    let series =
      marked.isEmpty ? [curve] : [curve, Plot.Series("marked", points: marked, style: .scatter)]
    var blocks: [Block] = [
      .figure(AnyFigure(Plot(series, title: "loss", xLabel: "step", width: 72, height: 10)))
    ]
    let before = progress
    let state = Capture(of: roots, in: site.evaluator.context)
    defer {
      progress = before
      state.restore(in: site.evaluator.context)
    }
    for step in steps {
      try go(to: step, site)
      if let regions = regions(site, title: "step \(step)", rows: 12) { blocks.append(regions) }
    }
    return blocks
  }
}
