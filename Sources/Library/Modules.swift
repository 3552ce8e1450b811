import Autograd
import Language
import Networks
import Presentation
import Tensors

// `Module`: the class that programs build their own networks on, as in PyTorch. Calling a model calls
// its `forward`; its parameters are those of the layers and modules in its attributes, also in lists
// and dictionaries there, and the tensors that `Parameter` made.

extension ClassObject {
  nonisolated(unsafe) package static let module = ClassObject(
    "Module", base: .object, summary: "What a network of one's own is built on.",
    natives: Dictionary(
      (Library.moduleMethods + Library.moduleState).map {
        (Symbol(String($0.name.dropFirst("Module.".count))), $0)
      },
      uniquingKeysWith: { first, _ in first }))
}

extension Library {
  static let module = Parameter("self", .any, "the model")

  fileprivate static let moduleMethods: [Builtin] = [
    Builtin("Module.__init__", "Begins a model; it has nothing to do.", parameters: [module]) { _ in
      .none
    },
    Builtin(
      "Module.__call__", "Calls `forward`.",
      parameters: [
        module,
        Parameter("inputs", .any, default: Attribute.none, variadic: true, "what goes in"),
      ],
      takesNames: true
    ) { call in
      let model = try call.module()
      guard let forward = try model.attribute("forward", call.site) else {
        throw call.fail(
          0, "no-forward", "\(model.type.name) has no method 'forward'",
          helps: ["def forward(self, x): …"])
      }
      return try call.evaluator.call(
        forward, call.isGiven(1) ? call.variadic(1) : [], names: call.names, at: call.span)
    },
    Builtin("Module.parameters", "Gives all parameters.", parameters: [module]) { call in
      try call.tellOfPlainLists()
      return .object(ParameterList(try call.module().parameters))
    },
    Builtin(
      "Module.named_parameters", "Gives pairs of path and parameter.", parameters: [module]
    ) { call in
      .list(
        List(
          try call.module().parameters.map {
            .tuple([.string($0.path), .tensor($0.parameter.variable)])
          }))
    },
    Builtin("Module.children", "Gives the layers in its attributes.", parameters: [module]) {
      call in
      .list(List(try call.module().parts.map(\.value)))
    },
    Builtin("Module.modules", "Gives the model and everything in it.", parameters: [module]) {
      call in
      .list(List(try call.module().modules))
    },
    switching("train", true), switching("eval", false),
    Builtin("Module.zero_grad", "Forgets all gradients.", parameters: [module]) { call in
      for (_, parameter) in try call.module().parameters { parameter.gradient = nil }
      return .none
    },
    Builtin(
      "Module.requires_grad_", "Says whether the parameters learn.",
      parameters: [
        module, Parameter("requires_grad", .bool, default: .bool(true), "False freezes"),
      ]
    ) { call in
      let isFrozen = try !call.bool(1)
      for (_, parameter) in try call.module().parameters { parameter.isFrozen = isFrozen }
      return call[0]
    },
    Builtin(
      "Module.apply", "Calls a function with every layer and with the model.",
      parameters: [module, Parameter("function", .any, "a function of one argument")]
    ) { call in
      for part in try call.module().modules.reversed() {
        _ = try call.evaluator.call(call[1], [part], at: call.span)
      }
      return call[0]
    },
    staying("to"), staying("cpu"), staying("cuda"), staying("double"),
    Builtin("Module.__repr__", "Lists the layers.", parameters: [module]) { call in
      .string(try call.module().layerText(call.site))
    },
  ]

  private static func switching(_ name: String, _ isTraining: Bool) -> Builtin {
    Builtin(
      "Module." + name,
      "Lets dropout and batch norm act as in \(isTraining ? "training" : "prediction").",
      parameters: [module]
    ) { call in
      for part in try call.module().modules {
        guard case .object(let object) = part else { continue }
        (object as? Model)?.layer.setTraining(isTraining)
        (object as? Instance)?.attributes.set("training", to: .truth(isTraining))
      }
      return call[0]
    }
  }

  /// What moves a model in PyTorch; here there is one device and one precision.
  private static func staying(_ name: String) -> Builtin {
    Builtin(
      "Module." + name, "Gives the model itself: everything is computed here.",
      parameters: [
        module, Parameter("to", .any, default: Attribute.none, variadic: true, "not used"),
      ],
      takesNames: true
    ) { call in call[0] }
  }

  /// What models of one's own are made from.
  static let moduleParts: [Builtin] = [
    Builtin(
      "Parameter", "Makes a tensor that a Module counts among its parameters.",
      examples: ["Parameter([1.0, 2.0])  # [1.0, 2.0]"],
      parameters: [
        Parameter("data", .tensor, "the first numbers"),
        Parameter("requires_grad", .bool, default: .bool(true), "False freezes it"),
      ]
    ) { call in
      let made = Variable(try call.tensor(0).value)
      made.isArray = true
      made.isParameter = true
      made.isFrozen = try !call.bool(1)
      return .tensor(made)
    },
    Builtin(
      "ModuleList", "Makes a list of layers for the attribute of a Module.",
      examples: ["len(ModuleList([Linear(2, 3), Linear(3, 1)]))  # 2"],
      parameters: [Parameter("layers", .any, default: Attribute.none, "layers, in order")]
    ) { call in
      let list = List(call.isNone(0) ? [] : try call.items(0))
      list.isOfModules = true
      return .list(list)
    },
    Builtin(
      "ModuleDict", "Makes a dictionary of layers for the attribute of a Module.",
      examples: ["len(ModuleDict({\"a\": Linear(2, 3)}))  # 1"],
      parameters: [Parameter("layers", .any, default: Attribute.none, "a dictionary of layers")]
    ) { call in call.isNone(0) ? .object(Mapping()) : call[0] },
  ]
}

extension Call {
  func module() throws -> Instance {
    guard case .object(let object) = self[0], let instance = object as? Instance else {
      throw fail(0, "wrong-kind", "\(self[0].kindText) is no model")
    }
    return instance
  }
}

extension Instance {
  /// Whether it is a model of the program's own.
  var isModule: Bool { type.isKind(of: .module) }

  /// The layers and modules in its attributes, lists and dictionaries looked through.
  var parts: [(path: String, value: Value)] {
    var found: [(path: String, value: Value)] = []
    for name in attributes.names {
      guard let value = attributes[name] else { continue }
      Instance.collect(value.resolved, name.name, into: &found)
    }
    return found
  }

  private static func collect(
    _ value: Value, _ path: String, into found: inout [(path: String, value: Value)]
  ) {
    switch value {
    case .list(let list):
      for (index, item) in list.items.enumerated() {
        collect(item.resolved, "\(path).\(index)", into: &found)
      }
    case .tuple(let items):
      for (index, item) in items.enumerated() {
        collect(item.resolved, "\(path).\(index)", into: &found)
      }
    case .object(let object as Mapping):
      for (key, item) in object.entries {
        if case .string(let name) = key { collect(item, "\(path).\(name)", into: &found) }
      }
    case .object(let object) where object is Model || (object as? Instance)?.isModule == true:
      found.append((path, value))
    case .tensor(let variable) where variable.isParameter: found.append((path, value))
    default: break
    }
  }

  /// Its own modules and those in them, itself first. One that is reached twice counts once.
  var modules: [Value] {
    var all: [Value] = []
    var seen: Set<ObjectIdentifier> = []
    var waiting: [Value] = [.object(self)]
    while let next = waiting.popLast() {
      guard case .object(let object) = next else { continue }
      let identity =
        (object as? Model).map { ObjectIdentifier($0.layer) } ?? ObjectIdentifier(object)
      guard seen.insert(identity).inserted else { continue }
      all.append(next)
      waiting += (object as? Instance)?.parts.map(\.value).reversed() ?? []
    }
    return all
  }

  /// All parameters with their paths, each once.
  var parameters: [(path: String, parameter: ModelParameter)] {
    var all: [(path: String, parameter: ModelParameter)] = []
    var seen: Set<ObjectIdentifier> = [ObjectIdentifier(self)]
    gather(into: &all, under: "", &seen)
    return all
  }

  private func gather(
    into all: inout [(path: String, parameter: ModelParameter)], under prefix: String,
    _ seen: inout Set<ObjectIdentifier>
  ) {
    // As in PyTorch a module's own parameters come before those of the modules in it.
    let parts = parts
    for case (let name, .tensor(let variable)) in parts
    where seen.insert(ObjectIdentifier(variable)).inserted {
      all.append((prefix + name, ModelParameter(prefix + name, holding: Thing.of(variable))))
    }
    for (name, value) in parts {
      let path = prefix + name
      switch value {
      case .object(let object as Model):
        for (inner, parameter) in object.layer.parameters
        where seen.insert(ObjectIdentifier(parameter)).inserted {
          all.append(("\(path).\(inner)", parameter))
        }
      case .object(let object as Instance):
        if seen.insert(ObjectIdentifier(object)).inserted {
          object.gather(into: &all, under: path + ".", &seen)
        }
      default: break
      }
    }
  }

  /// As PyTorch prints a model.
  fileprivate func layerText(_ site: Site) throws -> String {
    let lines = try parts.compactMap { part -> String? in
      if case .tensor = part.value { return nil }
      let text = try site.evaluator.printed(part.value, isShort: true)
      return "  (\(part.path)): " + text.replacing("\n", with: "\n  ")
    }
    return lines.isEmpty ? "\(type.name)()" : "\(type.name)(\n\(lines.joined(separator: "\n"))\n)"
  }
}
