import Autograd
import Language
import Networks
import Presentation
import Tensors

extension Library {
  /// Constructors of layers and optimizers, from their declarations, and what models can do.
  static let models: [Builtin] =
    LayerKind.standard.map(constructor) + UpdateRule.standard.map(constructor) + modelMethods
    + optimizerMethods

  private static let model = Parameter("model", .any, "a layer or network")

  /// Methods of layers and networks, which are functions as well.
  static let modelMethods: [Builtin] = [
    Builtin(
      "parameters", "Gives the parameters of a model, for an optimizer.",
      examples: ["len(Linear(2, 4).parameters())  # 2"], parameters: [model]
    ) { call in .object(ParameterList(try call.model(0).layer.parameters)) },
    switching("train", "Lets dropout and batch norm act as in training.", "Dropout(0.5).train()") {
      $0.setTraining(true)
    },
    switching("eval", "Lets dropout and batch norm act as in prediction.", "Dropout(0.5).eval()") {
      $0.setTraining(false)
    },
    switching(
      "freeze", "Keeps a model's parameters as they are when an optimizer steps.",
      "Linear(2, 4).freeze()"
    ) { $0.setFrozen(true) },
    switching("unfreeze", "Lets a model's parameters learn again.", "Linear(2, 4).unfreeze()") {
      $0.setFrozen(false)
    },
    Builtin(
      "requires_grad_", "Says whether a model's parameters learn, as in PyTorch.",
      notes: "One parameter alone: `layer.weight.requires_grad = False`.",
      examples: ["Linear(2, 4).requires_grad_(False)"],
      parameters: [model, Parameter("requires_grad", .bool, default: .bool(true), "False freezes")]
    ) { call in
      try call.model(0).layer.setFrozen(!call.bool(1))
      return .none
    },
    Builtin(
      "summary",
      "Lists a model's layers with output sizes and parameter counts, without its weights.",
      examples: ["summary(Sequential(Linear(2, 4), Tanh(), Linear(4, 2)), (2,))"],
      parameters: [model, Parameter("input", .integers, "the shape of one example")]
    ) { call in
      let shape = try Shape(checking: call.integers(1) ?? [])
      let sizes = try ModelSummary(call.model(0).layer, input: shape)
      for block in ModelSummary.blocks(sizes) { call.evaluator.output.block(block) }
      return .object(ModelSizes(sizes))
    },
  ]

  private static func switching(
    _ name: String, _ summary: String, _ example: Example,
    _ change: @escaping @Sendable (Layer) -> Void
  ) -> Builtin {
    Builtin(name, summary, examples: [example], parameters: [model]) { call in
      change(try call.model(0).layer)
      return .none
    }
  }

  private static let optimizer = Parameter("optimizer", .any, "an optimizer")

  static let optimizerMethods: [Builtin] = [
    Builtin(
      "step", "Changes every parameter that has a gradient.",
      examples: ["sgd(Linear(2, 4).parameters(), lr=0.1).step()"], parameters: [optimizer]
    ) { call in
      try call.stepper(0).step(call.site)
      return .none
    },
    Builtin(
      "zero_grad", "Forgets the gradients that backward() has added up.",
      examples: ["sgd(Linear(2, 4).parameters(), lr=0.1).zero_grad()"], parameters: [optimizer]
    ) { call in
      try call.stepper(0).forgetGradients()
      return .none
    },
  ]

  /// The constructor of a kind of layer.
  private static func constructor(_ kind: LayerKind) -> Builtin {
    let layers = Parameter("layers", .any, variadic: true, "the layers, in order")
    return Builtin(kind, taking: kind.isContainer ? [layers] : []) { call, settings in
      let children =
        kind.isContainer ? try call.variadic(0).map { try call.model($0, 0).layer } : []
      let seed = call.evaluator.context.generator.next()
      return .object(Model(try kind(settings, children: children, seed: seed)))
    }
  }

  /// The constructor of an optimizer.
  private static func constructor(_ rule: UpdateRule) -> Builtin {
    let takes = Parameter(
      "parameters", .any, default: Attribute.none,
      "model.parameters(), or a list of tensors; None leaves it to fit")
    return Builtin(rule, taking: [takes]) { call, settings in
      if call.isNone(0) { return .object(OptimizerRule(rule, settings)) }
      return .object(
        Stepper(
          rule.name, try ModelOptimizer(rule, settings, parameters: call.optimized(0, by: rule))))
    }
  }
}

extension ModelSummary {
  /// The table and its totals.
  fileprivate static func blocks(_ summary: ModelSummary) -> [Block] {
    let rows = summary.rows.map { row in
      [
        Words(row.path, .dim),
        Words(row.name, .name) + Words(row.isFrozen ? " (frozen)" : "", .dim),
        Words(row.output.description, .shape),
        Words("\(row.neurons)"), Words("\(row.parameters)", .value),
        Words(NumberFormat(digits: 0).text(row.fullyConnected, .integer), .dim),
      ]
    }
    return [
      .table(
        Table(
          header: ["", "layer", "output", "neurons", "parameters", "fully connected"], rows: rows,
          alignments: [.left, .left, .left, .right, .right, .right])),
      .line(
        Words("\(summary.parameters) parameters, \(summary.trainable) of them trainable", .strong)),
    ]
  }
}

extension Call {
  fileprivate func model(_ position: Int) throws -> Model { try model(self[position], position) }

  fileprivate func model(_ value: Value, _ position: Int) throws -> Model {
    if case .object(let object) = value, let model = object as? Model { return model }
    throw fail(
      position, "wrong-kind",
      "'\(builtin.parameters[position].name)' must be a layer, not \(value.kindText)",
      helps: ["Linear(2, 4) makes one"])
  }

  fileprivate func stepper(_ position: Int) throws -> Stepper {
    if case .object(let object) = self[position], let stepper = object as? Stepper {
      return stepper
    }
    throw fail(position, "wrong-kind", "this is \(self[position].kindText), not an optimizer")
  }
}
