import Autograd
import Language
import Networks
import Tensors

// What models can do under PyTorch's names beside the functions of the library: their numbers by name,
// the layers inside, and moving them, which changes nothing here.

extension Model {
  static let methods: [Symbol: Builtin] = Dictionary(
    (listing + stateful + staying + [applying]).map { (Symbol($0.name), $0) },
    uniquingKeysWith: { first, _ in first })

  private static let model = Parameter("model", .any, "the model")

  /// Running means and the like, with their paths.
  private static func buffers(
    of layer: Layer, under prefix: String = ""
  ) -> [(path: String, value: Tensor)] {
    layer.state.map { (prefix + $0.name, $0.value) }
      + layer.children.flatMap { buffers(of: $0.layer, under: "\(prefix)\($0.name).") }
  }

  private static func layers(
    of layer: Layer, under path: String = ""
  ) -> [(path: String, layer: Layer)] {
    [(path, layer)]
      + layer.children.flatMap {
        layers(of: $0.layer, under: path.isEmpty ? $0.name : "\(path).\($0.name)")
      }
  }

  private static func list(
    _ name: String, _ summary: String, _ items: @escaping @Sendable (Model) -> [Value]
  ) -> Builtin {
    Builtin(name, summary, parameters: [model]) { call in
      .list(List(items(try call.ownModel())))
    }
  }

  private static let listing: [Builtin] = [
    list("named_parameters", "Gives pairs of path and parameter.") { model in
      model.layer.parameters.map { .tuple([.string($0.path), .tensor($0.parameter.variable)]) }
    },
    list("buffers", "Gives running means and the like.") { model in
      buffers(of: model.layer).map { .tensor(Variable($0.value)) }
    },
    list("named_buffers", "Gives pairs of path and running mean or the like.") { model in
      buffers(of: model.layer).map { .tuple([.string($0.path), .tensor(Variable($0.value))]) }
    },
    list("children", "Gives the layers directly inside.") { model in
      model.layer.children.map { .object(Model($0.layer)) }
    },
    list("named_children", "Gives pairs of name and layer directly inside.") { model in
      model.layer.children.map { .tuple([.string($0.name), .object(Model($0.layer))]) }
    },
    list("modules", "Gives the model and every layer inside.") { model in
      layers(of: model.layer).map { .object(Model($0.layer)) }
    },
    list("named_modules", "Gives pairs of path and layer.") { model in
      layers(of: model.layer).map { .tuple([.string($0.path), .object(Model($0.layer))]) }
    },
  ]

  private static let stateful: [Builtin] = [
    Builtin(
      "state_dict", "Gives the numbers of all parameters and running means by their paths.",
      parameters: [model]
    ) { call in
      let result = Mapping()
      for entry in try call.ownModel().layer.entries(under: "") {
        _ = try call.put(entry, into: result)
      }
      return .object(result)
    },
    Builtin(
      "load_state_dict", "Takes the numbers of all parameters and running means from a dictionary.",
      parameters: [
        model, Parameter("state", .any, "what state_dict gave"),
        Parameter("strict", .bool, default: .bool(true), "whether nothing may be missing"),
      ]
    ) { call in
      let layer = try call.ownModel().layer
      return try call.load(into: try layer.entries(under: ""), of: layer.kind.name)
    },
    Builtin("zero_grad", "Forgets all gradients.", parameters: [model]) { call in
      for (_, parameter) in try call.ownModel().layer.parameters { parameter.gradient = nil }
      return .none
    },
  ]

  private static let staying: [Builtin] =
    ["to", "cpu", "cuda", "double", "float", "half", "share_memory"].map { name in
      Builtin(
        name, "Gives the model itself: everything is computed here.",
        parameters: [
          model, Parameter("to", .any, default: Attribute.none, variadic: true, "of no effect"),
        ], takesNames: true
      ) { call in call[0] }
    }

  private static let applying = Builtin(
    "apply", "Calls a function with every layer inside and with the model.",
    parameters: [model, Parameter("function", .function, "a function of a layer")]
  ) { call in
    for (_, layer) in layers(of: try call.ownModel().layer).reversed() {
      _ = try call.evaluator.call(call[1], [.object(Model(layer))], at: call.span)
    }
    return call[0]
  }
}

extension Call {
  fileprivate func ownModel() throws -> Model {
    if case .object(let object) = self[0], let model = object as? Model { return model }
    throw fail(0, "wrong-kind", "\(self[0].kindText) is no model")
  }
}
