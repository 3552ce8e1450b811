import Autograd
import Presentation
import Tensors

/// Whatever a name of the language can stand for.
package enum Value {
  case none
  /// Every number, truth value and array of them, with its history.
  case tensor(Variable)
  case string(String)
  case list(List)
  case tuple([Value])
  case range(IntegerRange)
  case function(Function)
  case builtin(Builtin)
  case method(BoundMethod)
  case object(any LanguageObject)
  /// What a name, a list, a tuple or an attribute holds; never a value on its way (see `Held.swift`).
  case thing(Thing)
}

/// A list that is not a tensor: empty, of unequal shapes, or of things other than numbers. As in
/// Python, two names may stand for the same list, and two lists hold the same things.
package final class List {
  /// What is held: things and values.
  private(set) var storage: [Value]
  private var holdsThings: Bool
  /// What `ModuleList` made: PyTorch finds the layers in it.
  package var isOfModules = false

  package init(_ items: [Value] = []) {
    storage = items.map(\.held)
    holdsThings = storage.contains(where: \.isHeldApart)
  }

  /// The elements as values.
  package var items: [Value] {
    get { holdsThings ? storage.map(\.resolved) : storage }
    set {
      storage = newValue.map(\.held)
      holdsThings = storage.contains(where: \.isHeldApart)
    }
  }

  package var count: Int { storage.count }
  package var isEmpty: Bool { storage.isEmpty }

  package subscript(position: Int) -> Value {
    get { storage[position].resolved }
    set { storage[position] = noted(newValue.held) }
  }

  package func append(_ item: Value) { storage.append(noted(item.held)) }
  package func append(contentsOf items: [Value]) { for item in items { append(item) } }
  package func insert(_ item: Value, at position: Int) {
    storage.insert(noted(item.held), at: position)
  }
  package func remove(at position: Int) -> Value { storage.remove(at: position).resolved }

  private func noted(_ item: Value) -> Value {
    if !holdsThings, item.isHeldApart { holdsThings = true }
    return item
  }

  /// Puts back what was held at an earlier moment.
  func restore(_ storage: [Value]) {
    self.storage = storage
    holdsThings = storage.contains(where: \.isHeldApart)
  }

  /// Whether a value is this list or holds it, at any depth.
  func isReached(from value: Value) -> Bool {
    value.held.contains(self)
  }
}

extension Value {
  /// Whether something is found in it, however deep.
  func contains(_ sought: AnyObject) -> Bool {
    var waiting = [self]
    var seen: Set<ObjectIdentifier> = []
    while let next = waiting.popLast() {
      switch next {
      case .list(let list):
        if list === sought { return true }
        if seen.insert(ObjectIdentifier(list)).inserted { waiting += list.storage }
      case .tuple(let items): waiting += items
      case .object(let object):
        if object === sought { return true }
        // Instances show themselves by name, so a way through them ends no text.
        if !(object is Instance), seen.insert(ObjectIdentifier(object)).inserted {
          waiting += object.heldValues
        }
      case .thing(let thing): if thing.nature == .list { waiting.append(thing.value) }
      case .none, .tensor, .string, .range, .function, .builtin, .method: break
      }
    }
    return false
  }
}

/// `range(start, stop, step)`; the step is not 0.
package final class IntegerRange {
  package let start: Int
  package let stop: Int
  package let step: Int
  /// Clamped where there are more than Int can count.
  package let count: Int

  package init(start: Int, stop: Int, step: Int = 1) {
    self.start = start
    self.stop = stop
    self.step = step
    let isEmpty = step > 0 ? stop <= start : stop >= start
    // The distance of any two numbers fits into UInt.
    let distance = UInt(bitPattern: step > 0 ? stop &- start : start &- stop)
    count = isEmpty || step == 0 ? 0 : Int(clamping: (distance - 1) / step.magnitude + 1)
  }

  package subscript(position: Int) -> Int { start &+ position &* step }
}

/// A function written in the language.
package final class Function {
  package let definition: FunctionDefinition
  /// The text the definition stands in.
  package let source: SourceText
  let defaults: [Value?]
  /// Computes without recording histories: under `@torch.no_grad()`.
  package var isUnrecorded = false
  /// The class in whose body it stands, for `super()`.
  package weak var owner: ClassObject?
  /// The frame of the surrounding call, if the function uses its variables.
  let enclosing: Frame?
  /// Where it was defined; nil for functions of the library, which use no variables.
  let home: Environment.Home?

  init(
    _ definition: FunctionDefinition, source: SourceText, defaults: [Value?], enclosing: Frame?,
    home: Environment.Home?
  ) {
    self.definition = definition
    self.source = source
    self.defaults = defaults
    self.enclosing = enclosing
    self.home = home
  }

  package var name: String { definition.name.name }
  /// The definition as written.
  package var text: String { source[definition.span] }
}

/// `x.sum`: a builtin that is given its first argument already.
package final class BoundMethod {
  let held: Value
  package var receiver: Value { held.resolved }
  package let builtin: Builtin
  let receiverSpan: Span

  package init(_ receiver: Value, _ builtin: Builtin, at span: Span = Span(0, 0)) {
    held = receiver.held
    self.builtin = builtin
    receiverSpan = span
  }
}

/// A model, layer or optimizer: something with attributes, methods and perhaps a call.
package protocol LanguageObject: AnyObject {
  /// What it is, for messages: "Linear(2, 4)".
  var summary: String { get }
  /// What a program of Python sees when it prints the object; nil for the summary.
  var pythonText: String? { get }
  /// The object itself, where calls, operators and elements of it are code of their own.
  var dynamic: (any DynamicObject)? { get }
  /// The number it stands for where a tensor is asked for.
  var number: Double? { get }
  /// Names after the dot, for completion and suggestions.
  var attributeNames: [String] { get }
  /// The value after the dot; nil if there is none. Methods are builtins.
  func attribute(_ name: Symbol) -> Value?
  /// What does here what a name that is missing does elsewhere; nil where nothing is known.
  func absence(of name: Symbol) -> String?
  /// Stores to an attribute; false if that cannot be assigned.
  func setAttribute(_ name: Symbol, to value: Value) throws -> Bool
  /// What a call of the object runs; nil if it cannot be called.
  var callable: Builtin? { get }
  /// Number of elements, for `len`; nil if it has no elements.
  var count: Int? { get }
  func element(_ index: Int) -> Value?
  /// Puts another element in its place; false if that cannot be.
  func setElement(_ index: Int, to value: Value) throws -> Bool
  /// What `explain` shows of it; nothing where it is not computed from numbers.
  func arithmetic() throws -> [WorkedArithmetic]
  /// Whether the prompt shows it when it is the value of a line.
  var isEchoed: Bool { get }
  /// What it holds, for whoever goes through all that can be reached.
  var heldValues: [Value] { get }
  /// The changing state apart from the contents of what it holds, and how to put it back.
  func snapshot() -> any Sendable
  func restore(_ state: any Sendable)
}

extension LanguageObject {
  package func absence(of name: Symbol) -> String? { nil }
  package var pythonText: String? { nil }
  package var dynamic: (any DynamicObject)? { nil }
  package var number: Double? { nil }
  package func setAttribute(_ name: Symbol, to value: Value) throws -> Bool { false }
  package var callable: Builtin? { nil }
  package var count: Int? { nil }
  package func element(_ index: Int) -> Value? { nil }
  package func setElement(_ index: Int, to value: Value) throws -> Bool { false }
  package func arithmetic() throws -> [WorkedArithmetic] { [] }
  package var isEchoed: Bool { true }
  package var heldValues: [Value] { [] }
  package func snapshot() -> any Sendable { () }
  package func restore(_ state: any Sendable) {}
}

extension Value {
  /// A number without history.
  package static func number(_ value: Double) -> Value { .tensor(Variable(Tensor(value))) }
  package static func integer(_ value: Int) -> Value {
    .tensor(Variable(Tensor(Double(value), dtype: .int64)))
  }
  package static func truth(_ value: Bool) -> Value { .tensor(Variable(Tensor(value))) }

  /// The kind of a value for messages: "a string", "a tensor of shape [2, 3]".
  package var kindText: String {
    switch self {
    case .none: return "None"
    case .tensor(let variable):
      guard variable.shape.isScalar else { return "a tensor of shape \(variable.shape)" }
      switch variable.value.dtype {
      case .bool: return "a truth value"
      case .int64: return "an integer"
      case .float64, .float32: return "a number"
      }
    case .string: return "a string"
    case .list: return "a list"
    case .tuple: return "a tuple"
    case .range: return "a range"
    case .function, .builtin, .method: return "a function"
    case .object(let object): return object.summary
    case .thing: return resolved.kindText
    }
  }

  /// Whether two values are the same thing, as Python's `is`.
  package func isSame(as other: Value) -> Bool {
    switch (self, other) {
    case (.none, .none): return true
    case (.tensor(let a), .tensor(let b)):
      return a === b
        || (a.value.dtype == .bool && b.value.dtype == .bool && a.value.item == b.value.item
          && a.value.item != nil)
    case (.string(let a), .string(let b)): return a == b
    case (.list(let a), .list(let b)): return a === b
    case (.range(let a), .range(let b)): return a === b
    case (.function(let a), .function(let b)): return a === b
    case (.builtin(let a), .builtin(let b)): return a === b
    case (.object(let a), .object(let b)): return a === b
    case (.tuple(let a), .tuple(let b)):
      return a.count == b.count && zip(a, b).allSatisfy { $0.isSame(as: $1) }
    case (.thing, _), (_, .thing): return resolved.isSame(as: other.resolved)
    case (.none, _), (.tensor, _), (.string, _), (.list, _), (.range, _), (.function, _),
      (.builtin, _), (.object, _), (.tuple, _), (.method, _):
      return false
    }
  }
}

// MARK: - Tensors from values

extension Value {
  /// The tensor that a value is or can be read as: lists and tuples of equal shapes are stacked.
  /// Nil if it is none; recorded, so that gradients reach the elements.
  package func asTensor(_ operations: StructuralOperations) throws -> Variable? {
    switch self {
    case .tensor(let variable): return variable
    case .list(let list): return try operations.stacked(list.items)
    case .tuple(let items): return try operations.stacked(items)
    case .range(let range):
      guard range.count <= Memory.largestCount else {
        throw TensorError.tooLarge(sizes: [range.count], limit: Memory.limit)
      }
      return Variable(
        Tensor([range.count], dtype: .int64) { elements in
          for index in 0..<elements.count { elements[index] = Double(range[index]) }
        }, literal: true)
    case .thing: return try resolved.asTensor(operations)
    case .object(let object): return object.number.map { Variable(Tensor($0), literal: true) }
    case .none, .string, .function, .builtin, .method: return nil
    }
  }
}

extension Value {
  /// How the names of the builtins begin that are methods of this kind of value alone.
  var methodPrefixes: [String] {
    switch self {
    case .string: ["str."]
    case .list: ["list."]
    case .tensor(let variable): variable.isList ? ["list.", "tensor."] : ["tensor."]
    case .none, .tuple, .range, .function, .builtin, .method, .object, .thing: []
    }
  }
}

extension Variable {
  /// The tensors of one shape that were just put side by side, as `[a, b]` does with them.
  package var bracketed: [Variable]? {
    if let elements = thing?.elements { return elements }
    return operation?.name == "stack" && naming == nil && attributes.integer("axis") == 0
      ? inputs.array : nil
  }
}

/// What a loop goes through: rows of a tensor as they are when their turn comes.
struct Rows {
  let variable: Variable
  /// Of the tensor when the loop began.
  let thing: Thing?
  /// The elements of what is written in brackets and held by nobody: `for p in [w, b]`.
  let written: [Variable]?
  let count: Int

  init(_ variable: Variable) {
    self.variable = variable
    // `for r in A.T`: nobody holds the transposed matrix, but its rows are parts of A.
    thing =
      variable.thing ?? (variable.operation?.sharesElements == true ? .view(of: variable) : nil)
    written = variable.thing == nil && variable.isList ? variable.bracketed : nil
    count = variable.shape[0]
  }
}

/// Operations that the syntax itself needs: brackets, indices, transposition.
package struct StructuralOperations: Sendable {
  let stack, index, take, reshape, transpose, choose, scatter, broadcast: Operation

  /// Nil if the catalogue lacks one.
  init?(_ catalogue: Catalogue) {
    guard let stack = catalogue["stack"], let index = catalogue["index"],
      let take = catalogue["take"], let reshape = catalogue["reshape"],
      let transpose = catalogue["transpose"], let choose = catalogue["where"],
      let scatter = catalogue["scatter_add"], let broadcast = catalogue["broadcast_to"]
    else { return nil }
    self.stack = stack
    self.index = index
    self.take = take
    self.reshape = reshape
    self.transpose = transpose
    self.choose = choose
    self.scatter = scatter
    self.broadcast = broadcast
  }

  /// One tensor of items that are tensors of one shape; nil for other items and for none at all.
  package func stacked(_ items: [Value]) throws -> Variable? {
    guard !items.isEmpty else { return nil }
    var parts: [Variable] = []
    parts.reserveCapacity(items.count)
    for item in items {
      guard let part = try item.asTensor(self) else { return nil }
      if let first = parts.first, first.shape != part.shape { return nil }
      parts.append(part)
    }
    guard parts[0].shape.rank < Shape.maximumRank else {
      throw TensorError.rankTooHigh(parts[0].shape.rank + 1)
    }
    if parts.allSatisfy({ $0.isLeaf && $0.isConstant }) { return constant(parts) }
    return try stack(parts, Attributes([("axis", .integer(0))]))
  }

  /// Literals beside each other are one literal.
  private func constant(_ parts: [Variable]) -> Variable {
    let shape = Shape(unchecked: [parts.count] + parts[0].shape.array)
    var dtype = parts[0].value.dtype
    for part in parts where part.value.dtype != dtype {
      dtype = promoted(part.value, Tensor(0, dtype: dtype))
    }
    var elements: [Double] = []
    elements.reserveCapacity(shape.count)
    for part in parts { part.value.withElements { elements.append(contentsOf: $0) } }
    return Variable(Tensor(elements, shape: shape, dtype: dtype), literal: true)
  }
}
