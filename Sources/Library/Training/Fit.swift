import Autograd
import Language
import Networks
import Presentation
import Tensors

extension Library {
  /// `fit`, and what the run that it gives can do.
  static let fitting = [fit] + runMethods

  private static let fit = Builtin(
    "fit", "Trains a model and gives the run, which can be stopped, gone back in and asked.",
    notes: """
      Each step: the model's output, the loss, its gradient, one step of the optimizer. `run.losses`, \
      `run.step`, `run.to(120)`, `run.back()`, `run.rewind()`; explain(run.loss) and \
      explain(model.weight) tell the step the run stands at. Ctrl-C stops between two steps.
      """,
    examples: [
      Example(
        stringLiteral: "X, Y = xor_data(); model = Sequential(Linear(2, 3), Tanh(), Linear(3, 2)); "
          + "run = fit(model, X, Y, optimizer=adam(lr=0.05), steps=20); run.step  # 20"),
      example("len(run.losses)  # 5"),
    ],
    parameters: [
      Parameter("model", .any, "a layer, network or function of X"),
      Parameter("X", .tensor, "the inputs, an example a row"),
      Parameter("Y", .tensor, "what should come out"),
      Parameter(
        "loss", .any, default: Attribute.none, "of output and Y; None for cross_entropy"),
      Parameter(
        "optimizer", .any, default: Attribute.none,
        "adam(lr=0.01), or one with its tensors; None for sgd(lr=0.1)"),
      Parameter("steps", .integer, default: .integer(100), "how many"),
      Parameter("batch", .integer, default: Attribute.none, "rows a step; None for all"),
      Parameter(
        "seed", .integer, default: Attribute.none, "shuffles the rows; None keeps their order"),
      Parameter(
        "held_out", .any, default: Attribute.none,
        "(X, Y) that are not trained on; their loss is noted now and then"),
      Parameter(
        "zero_grad", .bool, default: .bool(true),
        "False adds every gradient to those before, to see what that does"),
    ]
  ) { call in
    let run = try call.run
    let target = run.steps
    var watch = RunWatch(steps: target)
    do {
      try run.go(to: target, call.site) { step in
        if watch.isDue { run.show(&watch, step, call.site) }
      }
    } catch let stop as Diagnostic where stop.code == "interrupted" && run.step > 0 {
      call.evaluator.output.notice(
        Diagnostic(
          "stopped", "stopped after step \(run.step) of \(target)", severity: .note,
          helps: ["run.to(\(target)) goes on"]))
    }
    return .object(run)
  }

  static let runMethods =
    [
      Builtin(
        "run.to", "Goes to a step of the run, back or forward; later ones are trained.",
        examples: [example("run.to(2); run.step  # 2")],
        parameters: [run, Parameter("step", .integer, "0 is the beginning")]
      ) { call in
        let target = try call.integer(1)
        guard target >= 0 else {
          throw call.fail(1, "no-such-step", "there is no step \(target)", helps: ["run.rewind()"])
        }
        return try call.go(to: target)
      },
      Builtin(
        "run.back", "Goes back by so many steps.", examples: [example("run.back(); run.step  # 4")],
        parameters: [run, Parameter("steps", .integer, default: .integer(1), "how many")]
      ) { call in
        let run = try call.fitRun
        let count = try call.integer(1)
        guard count >= 0 else {
          throw call.fail(
            1, "no-such-step", "back by \(count) steps", helps: ["run.to(\(run.step + 1))"])
        }
        return try call.go(to: max(0, run.step - count))
      },
      Builtin(
        "run.rewind", "Goes back to the beginning: the same first weights.",
        examples: [example("run.rewind(); run.step  # 0")], parameters: [run]
      ) { call in try call.go(to: 0) },
      Builtin(
        "run.branch", "Makes another run that has come to the same step, to go on in another way.",
        notes: """
          A run and its branches take turns with the model: each puts it to its own step before it goes \
          on.
          """,
        examples: [
          example(
            "b = run.branch(lr=0.01); b.to(9); run.to(9); b.losses[8] > run.losses[8]  # True")
        ],
        parameters: [
          run, Parameter("lr", .real, default: Attribute.none, "another rate from here on"),
        ]
      ) { call in
        .object(
          try call.fitRun.branch(rate: call.isNone(1) ? nil : try call.rate(1), call.site))
      },
      Builtin(
        "run.ahead", "Gives the loss that the next step will begin with, with its history.",
        notes:
          "Of the rows of the next step, with the parameters as they are: it can be derived by them.",
        examples: [example("run.to(1); run.ahead()  # 0.625")], parameters: [run]
      ) { call in .tensor(try call.fitRun.ahead(call.site)) },
      Builtin(
        "compare", "Lays the curves of runs over each other.",
        examples: [example("b = run.branch(lr=0.01); b.to(9); compare(fast=run, slow=b)")],
        parameters: [
          Parameter(
            "runs", .any, default: Attribute.none, variadic: true,
            "runs that fit gave; or under names of their own")
        ], takesNames: true
      ) { call in
        let given = call.isGiven(0) ? call.variadic(0) : []
        let named =
          given.enumerated().map { (name: "run \($0 + 1)", value: $1) }
          + call.names.map { (name: $0.name, value: $0.value) }
        let series = try named.map { name, value in
          guard case .object(let object) = value.resolved, let run = object as? FitRun else {
            throw call.evaluator.fail(
              Diagnostic(
                "wrong-kind", "this is \(value.kindText), no training run",
                primary: .init(call.span),
                helps: ["compare(fast=run, slow=run.branch(lr=0.01))"]))
          }
          return Plot.Series(name, values: run.losses)
        }
        return call.draw(Plot(series, title: "loss", xLabel: "step"))
      },
    ] + runDiagnoses + runPictures

  private static let run = Parameter("run", .any, "what fit gave")

  private static func example(_ text: String) -> Example {
    Example(
      stringLiteral: "W = 3.0; run = fit(lambda x: x * W, [1.0, 2], [2.0, 4], loss=mse, "
        + "optimizer=sgd([W], lr=0.1), steps=5); " + text)
  }
}

extension Call {
  var fitRun: FitRun {
    get throws {
      if case .object(let object) = self[0], let run = object as? FitRun { return run }
      throw fail(
        0, "wrong-kind", "this is \(self[0].kindText), no training run",
        helps: ["run = fit(model, X, Y)"])
    }
  }

  fileprivate func rate(_ position: Int) throws -> Double {
    let rate = try real(position)
    guard rate >= 0, rate.isFinite else {
      throw fail(
        position, "bad-argument", "a rate is a number of at least 0", helps: ["run.branch(lr=0.01)"]
      )
    }
    return rate
  }

  fileprivate func go(to step: Int) throws -> Value {
    let run = try fitRun
    try run.go(to: step, site)
    return .object(run)
  }

  fileprivate var run: FitRun {
    get throws {
      let (x, y) = (try tensor(1), try tensor(2))
      guard x.shape.rank > 0, y.shape.rank > 0, x.shape[0] == y.shape[0], x.shape[0] > 0 else {
        throw fail(
          2, "bad-argument", "X and Y need as many rows: they are \(x.shape) and \(y.shape)",
          helps: ["X, Y = xor_data()"])
      }
      let steps = try integer(5)
      let batch = isNone(6) ? nil : try integer(6)
      guard steps >= 0, batch.map({ $0 > 0 }) ?? true else {
        throw fail(
          steps < 0 ? 5 : 6, "bad-argument", "steps and rows of a batch are counted from 1",
          helps: ["fit(model, X, Y, steps=100, batch=32)"])
      }
      let loss: Value =
        isNone(3)
        ? .builtin(try evaluator.environment.builtin(Symbol("cross_entropy")).orFail(self))
        : self[3]
      return FitRun(
        model: self[0], optimizer: try runOptimizer, loss: loss,
        data: RunData(
          x: x, y: y, batch: batch, seed: isNone(7) ? nil : try integer(7), heldOut: try heldOut),
        steps: steps, forgetsGradients: try bool(9))
    }
  }

  private var heldOut: (x: Variable, y: Variable)? {
    get throws {
      if isNone(8) { return nil }
      let structure = evaluator.environment.structure
      guard case .tuple(let pair) = self[8].resolved, pair.count == 2,
        let x = try pair[0].asTensor(structure), let y = try pair[1].asTensor(structure),
        x.shape.rank > 0, y.shape.rank > 0, x.shape[0] == y.shape[0], x.shape[0] > 0
      else {
        throw fail(
          8, "bad-argument", "held_out needs inputs and what should come out, as many rows of both",
          helps: ["fit(model, X[:80], Y[:80], held_out=(X[80:], Y[80:]))"])
      }
      return (x, y)
    }
  }

  private var runOptimizer: Stepper {
    get throws {
      if case .object(let object) = self[4], let stepper = object as? Stepper { return stepper }
      let parameters = try runParameters
      if case .object(let object) = self[4], let rule = object as? OptimizerRule {
        return try rule.stepper(parameters)
      }
      guard isNone(4), let sgd = UpdateRule.standard.first(where: { $0.name == "sgd" }) else {
        throw fail(
          4, "wrong-kind", "this is \(self[4].kindText), no optimizer",
          helps: ["fit(model, X, Y, optimizer=adam(lr=0.01))"])
      }
      return try OptimizerRule(sgd, try Attributes.none.completed(by: sgd.parameters)).stepper(
        parameters)
    }
  }

  /// The parameters of the model: of a layer, or of an object of a class of its own.
  private var runParameters: [ModelParameter] {
    get throws {
      if case .object(let object) = self[0] {
        if let model = object as? Model { return model.layer.parameters.map(\.parameter) }
        if let model = object as? TaskModel { return model.parameters }
        if let instance = object as? Instance { return instance.parameters.map(\.parameter) }
      }
      throw fail(
        0, "no-parameters", "\(self[0].kindText) has no parameters of its own to train",
        helps: ["fit(f, X, Y, optimizer=sgd([w, b], lr=0.1))"])
    }
  }
}

extension Optional<Builtin> {
  fileprivate func orFail(_ call: Call) throws -> Builtin {
    guard let self else {
      throw call.fail(3, "no-loss", "there is no cross_entropy here", helps: ["loss=mse"])
    }
    return self
  }
}

/// An optimizer's rule with its settings, before it knows what it changes: `adam(lr=0.01)`.
final class OptimizerRule: LanguageObject {
  private let rule: UpdateRule
  private let settings: Attributes

  init(_ rule: UpdateRule, _ settings: Attributes) {
    self.rule = rule
    self.settings = settings
  }

  var summary: String { "\(rule.name) without parameters yet" }
  var attributeNames: [String] { [] }
  func attribute(_ name: Symbol) -> Value? { nil }
  func absence(of name: Symbol) -> String? { "\(rule.name)(model.parameters(), lr=0.1)" }

  func stepper(_ parameters: [ModelParameter]) throws -> Stepper {
    Stepper(rule.name, try ModelOptimizer(rule, settings, parameters: parameters))
  }
}
