import Autograd
import Language
import Networks
import Presentation
import Tensors

// What a model of one's own holds beside its parameters, and all of it under names, as PyTorch's
// `state_dict` gives it: a module's own parameters, its buffers, then the modules in it.

extension Library {
  static let moduleState: [Builtin] = [
    Builtin(
      "Module.state_dict", "Gives the numbers of all parameters and buffers by their paths.",
      notes: "They stay the model's: what trains on changes them, until they are cloned.",
      parameters: [module]
    ) { call in
      let result = Mapping()
      for entry in try call.module().state { _ = try call.put(entry, into: result) }
      return .object(result)
    },
    Builtin(
      "Module.load_state_dict",
      "Takes the numbers of all parameters and buffers from a dictionary.",
      parameters: [
        module, Parameter("state", .any, "what state_dict gave"),
        Parameter("strict", .bool, default: .bool(true), "whether nothing may be missing"),
      ]
    ) { call in
      try call.load(into: try call.module().state, of: try call.module().type.name)
    },
    Builtin(
      "Module.register_buffer", "Stores a tensor that is no parameter, and belongs to the state.",
      parameters: [
        module, Parameter("name", .string, "its name"), Parameter("tensor", .any, "the tensor"),
        Parameter("persistent", .bool, default: .bool(true), "whether it belongs to the state"),
      ]
    ) { call in
      let (model, name) = (try call.module(), try call.string(1))
      model.attributes.set(Symbol(name), to: call.evaluator.held(call[2]))
      if try call.bool(3) { _ = try model.bufferNames.setItem(.string(name), to: .none, call.site) }
      return .none
    },
    Builtin("Module.buffers", "Gives the tensors that are no parameters.", parameters: [module]) {
      call in .list(List(try call.module().state.compactMap { $0.isBuffer ? $0.value : nil }))
    },
    Builtin(
      "Module.named_buffers", "Gives pairs of path and tensor that is no parameter.",
      parameters: [module]
    ) { call in
      .list(
        List(
          try call.module().state.compactMap {
            $0.isBuffer ? .tuple([.string($0.path), $0.value]) : nil
          }))
    },
  ]
}

/// One tensor of a model's state, and what puts other numbers into it.
struct StateEntry {
  let path: String
  let value: Value
  let shape: Shape?
  let isBuffer: Bool
  let take: (Tensor) throws -> Void

  init(_ path: String, _ parameter: ModelParameter) throws {
    self.path = path
    value = .tensor(try parameter.variable.detachedView())
    shape = parameter.shape
    isBuffer = false
    take = { try parameter.set($0) }
  }

  init(_ path: String, buffer: Value, _ take: @escaping (Tensor) throws -> Void) {
    self.path = path
    value = buffer
    if case .tensor(let variable) = buffer { shape = variable.shape } else { shape = nil }
    isBuffer = true
    self.take = take
  }
}

extension Call {
  /// Takes numbers from a dictionary, as PyTorch does: all that fit are taken, and then what is missing,
  /// unknown or of another shape is an error; with strict=False only another shape is.
  func load(into entries: [StateEntry], of model: String) throws -> Value {
    guard case .object(let object) = self[1], let state = object as? Mapping else {
      throw fail(
        1, "wrong-kind", "\(self[1].kindText) is no state of a model",
        helps: ["model.load_state_dict(other.state_dict())"])
    }
    var given: [(path: String, tensor: Tensor)] = []
    for (key, value) in state.entries {
      guard case .string(let path) = key,
        let tensor = try value.asTensor(evaluator.environment.structure)
      else { continue }
      given.append((path, tensor.value))
    }
    let numbers = Dictionary(given, uniquingKeysWith: { $1 })
    let known = Dictionary(entries.map { ($0.path, $0) }, uniquingKeysWith: { first, _ in first })
    let missing = entries.map(\.path).filter { numbers[$0] == nil }
    let unknown = given.map(\.path).filter { known[$0] == nil }
    var unequal: [String] = []
    for entry in entries {
      guard let tensor = numbers[entry.path] else { continue }
      if tensor.shape == entry.shape {
        try entry.take(tensor)
      } else {
        let own = entry.shape.map { "\($0)" } ?? "None"
        unequal.append("'\(entry.path)' is \(tensor.shape) there and \(own) here")
      }
    }
    let isStrict = try bool(2)
    var notes = unequal
    if isStrict, !missing.isEmpty { notes.append("missing there: " + missing.listed) }
    if isStrict, !unknown.isEmpty { notes.append("unknown here: " + unknown.listed) }
    guard notes.isEmpty else {
      throw fail(
        1, "other-state", "this is not the state of a \(model)",
        notes: notes + ["what fits was taken, as in PyTorch"],
        helps: unequal.isEmpty ? ["strict=False takes what is there"] : [])
    }
    return .object(StateKeys(missing: missing, unexpected: unknown))
  }

  func put(_ entry: StateEntry, into mapping: Mapping) throws -> Bool {
    try mapping.setItem(.string(entry.path), to: evaluator.held(entry.value), site)
  }

  /// PyTorch sees layers in a list of Python's no more than it sees a string.
  func tellOfPlainLists() throws {
    guard let name = try module().nameOfPlainList else { return }
    evaluator.tellOnce(
      "plain-list", at: span, "PyTorch does not count the layers in the list '\(name)'",
      notes: ["here they are among the parameters; there they would not be trained"],
      helps: ["self.\(name) = nn.ModuleList([…])"])
  }
}

extension Instance {
  private static let buffers = Symbol("_buffers")

  /// The names of its buffers, in the order in which they came.
  var bufferNames: Mapping {
    if case .object(let object)? = attributes[Instance.buffers]?.resolved,
      let known = object as? Mapping
    {
      return known
    }
    let made = Mapping()
    attributes.set(Instance.buffers, to: .object(made))
    return made
  }

  /// Its own parameters and buffers, then those of the modules in it.
  var state: [StateEntry] {
    get throws {
      var seen: Set<ObjectIdentifier> = []
      return try state(under: "", &seen)
    }
  }

  private func state(
    under prefix: String, _ seen: inout Set<ObjectIdentifier>
  ) throws -> [StateEntry] {
    guard seen.insert(ObjectIdentifier(self)).inserted else { return [] }
    let parts = parts
    var all: [StateEntry] = []
    for case (let name, .tensor(let variable)) in parts {
      let path = prefix + name
      all.append(try StateEntry(path, ModelParameter(path, holding: Thing.of(variable))))
    }
    if attributes[Instance.buffers] != nil {
      for case (.string(let name), _) in bufferNames.entries {
        guard let value = attributes[Symbol(name)]?.resolved else { continue }
        all.append(
          StateEntry(prefix + name, buffer: value) { [self] in
            if case .tensor(let old) = value, let thing = old.thing {
              try thing.change(to: Variable($0))
            } else {
              attributes.set(Symbol(name), to: Value.tensor(Variable($0)).held)
            }
          })
      }
    }
    for (name, value) in parts {
      switch value {
      case .object(let object as Model):
        all += try object.layer.entries(under: "\(prefix)\(name).")
      case .object(let object as Instance):
        all += try object.state(under: "\(prefix)\(name).", &seen)
      default: break
      }
    }
    return all
  }

  /// A list of Python's with layers or parameters in it.
  var nameOfPlainList: String? {
    for name in attributes.names {
      guard case .list(let list)? = attributes[name]?.resolved, !list.isOfModules,
        let first = list.items.first
      else { continue }
      switch first {
      case .object(let object)
      where object is Model || (object as? Instance)?.isModule == true:
        return name.name
      case .tensor(let variable) where variable.isParameter: return name.name
      default: break
      }
    }
    return nil
  }
}

extension Layer {
  /// The parameters and running means of a layer and the layers in it.
  func entries(under prefix: String) throws -> [StateEntry] {
    try parameters.map { try StateEntry(prefix + $0.path, $0.parameter) } + buffers(under: prefix)
  }

  private func buffers(under prefix: String) -> [StateEntry] {
    let own = state.indices.map { index in
      StateEntry(prefix + state[index].name, buffer: .tensor(Variable(state[index].value))) {
        [self] in state[index].value = try $0.reshaped(to: state[index].value.shape)
      }
    }
    return own + children.flatMap { $0.layer.buffers(under: "\(prefix)\($0.name).") }
  }
}

/// What `load_state_dict` gives: the paths that were not on both sides.
private final class StateKeys: TupleObject {
  let missing, unexpected: [String]

  init(missing: [String], unexpected: [String]) {
    (self.missing, self.unexpected) = (missing, unexpected)
  }

  private static func list(_ names: [String]) -> Value { .list(List(names.map { .string($0) })) }

  var summary: String { "the keys that do not match" }
  var typeName: String { "_IncompatibleKeys" }
  var isEchoed: Bool { false }
  var elements: [Value] { [Self.list(missing), Self.list(unexpected)] }
  var attributeNames: [String] { ["missing_keys", "unexpected_keys"] }
  func attribute(_ name: Symbol) -> Value? {
    switch name.name {
    case "missing_keys": Self.list(missing)
    case "unexpected_keys": Self.list(unexpected)
    default: nil
    }
  }
  func length(_ site: Site) -> Int? { 2 }
  func item(_ key: Value, _ site: Site) -> Value? {
    key.integer.flatMap { elements.indices.contains($0) ? elements[$0] : nil }
  }
  func iterate(_ site: Site, _ body: (Value) throws -> Bool) throws -> Bool {
    for element in elements { if try !body(element) { break } }
    return true
  }
  func text(isShort: Bool, _ site: Site) throws -> String {
    if missing.isEmpty, unexpected.isEmpty { return "<All keys matched successfully>" }
    let texts = try elements.map { try site.evaluator.printed($0, isShort: true) }
    return "_IncompatibleKeys(missing_keys=\(texts[0]), unexpected_keys=\(texts[1]))"
  }
}

extension [String] {
  fileprivate var listed: String { map { "'\($0)'" }.joined(separator: ", ") }
}
