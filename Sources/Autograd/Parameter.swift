import Tensors

/// What an operation, builtin, layer or command takes: one type serves argument binding, help,
/// completion and error messages.
package struct Parameter: Sendable, Equatable {
  package enum Kind: Sendable, Equatable {
    /// A tensor that takes part in gradients.
    case tensor
    /// A list of tensors (concat, stack).
    case tensors
    case integer
    case real
    case bool
    case string
    /// One of a few words.
    case choice([String])
    /// An integer, a tuple of integers, or None for all.
    case axes
    /// A tuple of integers.
    case integers
    /// Anything the language has.
    case any
    /// A function, builtin or model.
    case function
  }

  package let name: String
  package let kind: Kind
  /// The value when the argument is left out; nil when it must be given.
  package let standard: Attribute?
  /// Takes all further positional arguments.
  package let isVariadic: Bool
  /// May be given by keyword only.
  package let keywordOnly: Bool
  package let summary: String
  /// Taken, as a library has it, and without effect here; `matters`: a program may count on it, so that
  /// giving it is told.
  package let idleness: Idleness

  package enum Idleness: Sendable { case none, harmless, matters }

  /// One that a library has and that does nothing here.
  package static func idle(
    _ name: String, default standard: Attribute = .none, matters: Bool = false,
    _ reason: String = ""
  ) -> Parameter {
    Parameter(
      name, .any, default: standard, reason.isEmpty ? "of no effect" : "of no effect: " + reason,
      idleness: matters ? .matters : .harmless)
  }

  package init(
    _ name: String, _ kind: Kind, default standard: Attribute? = nil, variadic: Bool = false,
    keywordOnly: Bool = false, _ summary: String = "", idleness: Idleness = .none
  ) {
    self.name = name
    self.kind = kind
    self.standard = standard
    isVariadic = variadic
    self.keywordOnly = keywordOnly
    self.summary = summary
    self.idleness = idleness
  }
}

/// The value of a parameter that is not a tensor.
package enum Attribute: Sendable, Equatable {
  case none
  case bool(Bool)
  case integer(Int)
  case real(Double)
  case integers([Int])
  case string(String)
  case index([IndexItem])
}

/// One item between the brackets of `x[…]`.
package enum IndexItem: Sendable, Equatable {
  case at(Int)
  case slice(start: Int?, stop: Int?, step: Int)
  case ellipsis
  case newAxis
}

/// The arguments of one call that are not tensors, by parameter name.
package struct Attributes: Sendable, Equatable {
  /// Nil for none: most calls have no attributes, and to hold an empty list takes longer than nothing.
  private var list: [(name: String, value: Attribute)]?

  package static let none = Attributes([])

  package init(_ values: [(name: String, value: Attribute)]) {
    list = values.isEmpty ? nil : values
  }

  package var values: [(name: String, value: Attribute)] {
    get { list ?? [] }
    set { list = newValue.isEmpty ? nil : newValue }
  }

  /// What they take in memory, about.
  var bytes: Int { list.map { 32 + 64 * $0.count } ?? 0 }

  package static func == (a: Attributes, b: Attributes) -> Bool {
    a.values.count == b.values.count && zip(a.values, b.values).allSatisfy { $0 == $1 }
  }

  package subscript(name: String) -> Attribute {
    guard let list else { return .none }
    for entry in list where entry.name == name { return entry.value }
    return .none
  }

  package func real(_ name: String) -> Double {
    switch self[name] {
    case .real(let value): value
    case .integer(let value): Double(value)
    default: .nan
    }
  }

  package func bool(_ name: String) -> Bool { self[name] == .bool(true) }

  package func integer(_ name: String, default standard: Int = 0) -> Int {
    if case .integer(let value) = self[name] { return value }
    return standard
  }

  package func optionalInteger(_ name: String) -> Int? {
    if case .integer(let value) = self[name] { return value }
    return nil
  }

  package func string(_ name: String) -> String? {
    if case .string(let value) = self[name] { return value }
    return nil
  }

  /// Integers given as a tuple or alone; nil for None.
  package func integers(_ name: String) -> [Int]? {
    switch self[name] {
    case .integers(let values): values
    case .integer(let value): [value]
    default: nil
    }
  }
}

extension Attributes {
  /// With the defaults of the parameters that were left out. Throws where one has no default.
  package func completed(by parameters: [Parameter]) throws(TensorError) -> Attributes {
    var result = self
    for parameter in parameters where self[parameter.name] == .none {
      guard let standard = parameter.standard else {
        throw .argument(parameter.name, found: "left out", expected: parameter.summary)
      }
      result.values.append((parameter.name, standard))
    }
    return result
  }
}
