import Autograd
import Tensors

extension Value {
  /// The numbers and texts that a value is made of, to the last bit: two values differ exactly when
  /// these do. Things are told apart by what they hold, not by who they are.
  package var contents: [UInt64] {
    var reader = ContentsReader()
    reader.read(self)
    return reader.words
  }

  /// The same with the gradients that are kept.
  package var contentsAndGradients: [UInt64] {
    var reader = ContentsReader(readsGradients: true)
    reader.read(self)
    return reader.words
  }
}

private struct ContentsReader {
  var readsGradients = false
  private(set) var words: [UInt64] = []
  private var seen: Set<ObjectIdentifier> = []

  mutating func read(_ value: Value) {
    switch value {
    case .none: words.append(1)
    case .tensor(let variable): read(variable)
    case .string(let text): read(text)
    case .list(let list):
      words += [3, UInt64(list.count)]
      guard seen.insert(ObjectIdentifier(list)).inserted else { return }
      for item in list.items { read(item) }
    case .tuple(let items):
      words += [4, UInt64(items.count)]
      for item in items { read(item) }
    case .range(let range):
      words += [5, range.start, range.stop, range.step].map { UInt64(bitPattern: Int64($0)) }
    case .function(let function): read(function)
    case .builtin(let builtin): read(builtin.name)
    case .method(let method):
      read(method.builtin.name)
      read(method.receiver)
    case .object(let object):
      read(object.summary)
      guard seen.insert(ObjectIdentifier(object)).inserted else { return }
      for held in object.heldValues { read(held) }
    case .thing: read(value.resolved)
    }
  }

  init(readsGradients: Bool = false) { self.readsGradients = readsGradients }

  private mutating func read(_ variable: Variable) {
    read(variable.value)
    if readsGradients, let gradient = variable.gradient { read(gradient) }
  }

  private mutating func read(_ tensor: Tensor) {
    words += [2, UInt64(tensor.shape.rank)] + tensor.shape.array.map { UInt64($0) }
    tensor.withElements { for element in $0 { words.append(element.bitPattern) } }
  }

  private mutating func read(_ text: String) {
    words += [6, UInt64(text.utf8.count)] + text.utf8.map { UInt64($0) }
  }

  /// Its text, defaults, and the variables of the functions around it.
  private mutating func read(_ function: Function) {
    read(function.text)
    guard seen.insert(ObjectIdentifier(function)).inserted else { return }
    for fallback in function.defaults.compactMap({ $0 }) { read(fallback) }
    var scope = function.enclosing
    while let frame = scope, seen.insert(ObjectIdentifier(frame)).inserted {
      for held in frame.holdings.compactMap({ $0 }) { read(held) }
      scope = frame.enclosing
    }
  }
}
