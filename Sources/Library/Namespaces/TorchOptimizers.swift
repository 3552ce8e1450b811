import Autograd
import Language
import Networks
import Presentation
import Tensors

extension NamespaceTable {
  static let optimizers = NamespaceTable(
    path: "torch.optim", summary: "optimizers",
    builtins: { rules },
    modules: ["lr_scheduler": "torch.optim.lr_scheduler"],
    absent: [
      "LBFGS": "optim.SGD and optim.Adam are", "Adadelta": "optim.RMSprop is",
      "Adamax": "optim.Adam is", "NAdam": "optim.Adam is", "RAdam": "optim.Adam is",
      "ASGD": "optim.SGD is", "Rprop": "optim.RMSprop is",
    ])

  private static let takes = Parameter(
    "params", .any, "model.parameters(), or a list of tensors")
  private static func real(_ name: String, _ value: Double, _ summary: String) -> Parameter {
    Parameter(name, .real, default: .real(value), summary)
  }
  private static let decay = real("weight_decay", 0, "adds this times p to the gradient")
  private static let eps = real("eps", 1e-8, "keeps the divisor away from 0")
  private static func unused(_ names: String...) -> [Parameter] {
    names.map { Parameter($0, .any, default: Attribute.none, "only its default is here") }
  }

  private static func rule(
    _ name: String, _ summary: String, _ parameters: [Parameter], _ unused: [Parameter],
    _ settings: @escaping @Sendable (Call) throws -> (UpdateRule?, [(String, Double)])
  ) -> Builtin {
    Builtin(
      "torch.optim." + name, summary,
      examples: [Example(stringLiteral: "w = 1.0; \(name)([w], lr=0.1)")],
      parameters: [takes] + parameters + unused
    ) { call in
      for position in (parameters.count + 1)..<call.values.count where call.isUnusual(position) {
        throw call.fail(
          position, "bad-argument",
          "'\(call.builtin.parameters[position].name)' is not here; leave it away")
      }
      let (rule, values) = try settings(call)
      guard let rule else { return .none }
      let attributes = Attributes(values.map { (name: $0.0, value: Attribute.real($0.1)) })
      return .object(
        Stepper(
          name, try ModelOptimizer(rule, attributes, parameters: call.optimized(0, by: rule))))
    }
  }

  private static func adam(_ name: String, _ key: String, decay: Double) -> Builtin {
    rule(
      name,
      "Divides a decaying mean of gradients by the root of one of squares, both corrected.",
      [
        real("lr", 1e-3, "learning rate"),
        Parameter("betas", .any, default: Attribute.none, "(0.9, 0.999): shares of the old means"),
        eps, real("weight_decay", decay, "how strongly weights are pulled to 0"),
      ], unused("amsgrad", "foreach", "maximize", "capturable", "differentiable", "fused")
    ) { call in
      var betas = [0.9, 0.999]
      if !call.isNone(2) { betas = try call.items(2).compactMap(\.real) }
      guard betas.count == 2 else { throw call.fail(2, "bad-argument", "betas are two numbers") }
      return (
        UpdateRule[key],
        [
          ("lr", try call.real(1)), ("beta1", betas[0]), ("beta2", betas[1]),
          ("eps", try call.real(3)), ("weight_decay", try call.real(4)),
        ]
      )
    }
  }

  private static let rules: [Builtin] = [
    rule(
      "SGD", "Goes against the gradient, with momentum where it is given.",
      [
        real("lr", 1e-3, "learning rate"), real("momentum", 0, "share of the old direction kept"),
        real("dampening", 0, "only 0 is here"), decay,
        Parameter("nesterov", .bool, default: .bool(false), "look one step ahead"),
      ], unused("maximize", "foreach", "differentiable", "fused")
    ) { call in
      guard try call.real(3) == 0 else {
        throw call.fail(3, "bad-argument", "dampening is not here; leave it away")
      }
      let share = try call.real(2)
      let (rate, decay) = (try call.real(1), try call.real(4))
      if share == 0 { return (UpdateRule["sgd"], [("lr", rate), ("weight_decay", decay)]) }
      return (
        UpdateRule[try call.bool(5) ? "nesterov" : "momentum"],
        [("lr", rate), ("momentum", share), ("weight_decay", decay)]
      )
    },
    adam("Adam", "adam", decay: 0), adam("AdamW", "adamw", decay: 0.01),
    rule(
      "RMSprop", "Divides by the root of a decaying mean of squared gradients.",
      [
        real("lr", 1e-2, "learning rate"), real("alpha", 0.99, "share of the old mean kept"), eps,
        decay,
      ], unused("momentum", "centered", "maximize", "foreach", "differentiable")
    ) { call in
      (
        UpdateRule["rmsprop"],
        [
          ("lr", try call.real(1)), ("alpha", try call.real(2)), ("eps", try call.real(3)),
          ("weight_decay", try call.real(4)),
        ]
      )
    },
    rule(
      "Adagrad", "Divides by the root of the sum of all squared gradients so far.",
      [
        real("lr", 1e-2, "learning rate"), real("lr_decay", 0, "only 0 is here"), decay,
        real("initial_accumulator_value", 0, "only 0 is here"),
        real("eps", 1e-10, "keeps the divisor away from 0"),
      ], unused("foreach", "maximize", "differentiable", "fused")
    ) { call in
      for position in [2, 4] where try call.real(position) != 0 {
        throw call.fail(position, "bad-argument", "only 0 is here; leave it away")
      }
      return (
        UpdateRule["adagrad"],
        [("lr", try call.real(1)), ("weight_decay", try call.real(3)), ("eps", try call.real(5))]
      )
    },
  ]
}

extension Call {
  /// An argument that says something else than the default of PyTorch.
  fileprivate func isUnusual(_ position: Int) -> Bool {
    switch self[position] {
    case .none: false
    case .tensor(let variable): variable.value.item != 0
    default: true
    }
  }
}
