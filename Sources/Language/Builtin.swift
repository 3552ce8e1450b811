import Autograd
import Presentation
import Tensors

/// A function that the language has from the start: an operation of the catalogue or a closure.
/// Called as `name(x, …)` or, by its first parameter, as the method `x.name(…)`.
package final class Builtin: Sendable {
  package enum Body: Sendable {
    case operation(Operation)
    case function(@Sendable (Call) throws -> Value)
  }

  package let name: String
  package let aliases: [String]
  package let summary: String
  package let notes: Notes
  package let examples: [Example]
  package let parameters: [Parameter]
  package let body: Body
  /// The definition of a function that is written in the language.
  package let definition: (function: FunctionDefinition, source: SourceText)?
  /// Changes its first argument in place, as `append` does; a tensor in that place becomes a list.
  package let changesReceiver: Bool
  /// Takes arguments under any name: `Call.names`.
  let takesNames: Bool
  /// May leave elements of its argument alone, or asks for them later: a generator is handed to it as
  /// it is.
  let takesOneByOne: Bool

  let symbols: [Symbol]
  /// Some arguments are told to do nothing.
  let hasTellingParameters: Bool
  /// Asks objects before tensors.
  let generic: Generic?
  /// The parameters an operation takes that are not tensors, at their defaults.
  let standardAttributes: Attributes
  /// How many tensors an operation takes when nothing else need be given; nil if that is not all.
  let directInputs: Int?

  package init(
    _ name: String, aliases: [String] = [], _ summary: String, notes: Notes = "",
    examples: [Example] = [], parameters: [Parameter] = [], changesReceiver: Bool = false,
    takesNames: Bool = false, takesOneByOne: Bool = false,
    definition: (function: FunctionDefinition, source: SourceText)? = nil,
    body: @escaping @Sendable (Call) throws -> Value
  ) {
    self.name = name
    self.aliases = aliases
    self.summary = summary
    self.notes = notes
    self.examples = examples
    self.parameters = parameters
    self.changesReceiver = changesReceiver
    self.takesNames = takesNames
    self.takesOneByOne = takesOneByOne
    self.body = .function(body)
    self.definition = definition
    generic = Generic(rawValue: name)
    symbols = parameters.map { Symbol($0.name) }
    hasTellingParameters = parameters.contains { $0.idleness == .matters }
    standardAttributes = .none
    directInputs = nil
  }

  /// The builtin that an operation of the catalogue is.
  package convenience init(_ operation: Operation) {
    let known = Generic(rawValue: operation.name) ?? (operation.name == "power" ? .pow : nil)
    self.init(operation, known)
  }

  /// The operation itself, where it answers differently to Python's lists: `np.sum`.
  package var forTensorsAlone: Builtin {
    guard case .operation(let operation) = body else { return self }
    return Builtin(operation, nil)
  }

  private init(_ operation: Operation, _ generic: Generic?) {
    name = operation.name
    aliases = operation.aliases
    summary = operation.summary
    notes = operation.notes
    examples = operation.examples
    parameters = operation.parameters
    changesReceiver = false
    takesNames = false
    takesOneByOne = generic == .any || generic == .all
    body = .operation(operation)
    definition = nil
    self.generic = generic
    symbols = parameters.map { Symbol($0.name) }
    hasTellingParameters = parameters.contains { $0.idleness == .matters }
    standardAttributes = Attributes(
      parameters.compactMap { parameter in
        guard let standard = parameter.standard, standard != .none else { return nil }
        return (parameter.name, standard)
      })
    let parameters = operation.parameters
    directInputs = operation.inputCount.flatMap { count in
      let isDirect =
        parameters.prefix(count).allSatisfy { $0.kind == .tensor }
        && parameters.dropFirst(count).allSatisfy { $0.standard != nil }
      return isDirect ? count : nil
    }
  }

  /// Which parameter a keyword names; PyTorch's names of NumPy's parameters are understood.
  func position(of keyword: Symbol) -> Int? {
    symbols.firstIndex(of: keyword) ?? Self.synonyms[keyword].flatMap { symbols.firstIndex(of: $0) }
  }

  private static let synonyms = [
    Symbol("dim"): Symbol("axis"), Symbol("keepdim"): Symbol("keepdims"),
    Symbol("ddof"): Symbol("correction"), Symbol("a_min"): Symbol("min"),
    Symbol("a_max"): Symbol("max"), Symbol("dim0"): Symbol("axis1"),
    Symbol("dim1"): Symbol("axis2"),
  ]

  /// `sum(x, axis=None, keepdims=False)`
  package var signature: String {
    let parts = parameters.map { parameter in
      let name = parameter.isVariadic ? "*\(parameter.name)" : parameter.name
      return parameter.standard.map { "\(name)=\($0.text)" } ?? name
    }
    return "\(name)(\(parts.joined(separator: ", ")))"
  }
}

extension Attribute {
  /// As written in the language.
  package var text: String {
    switch self {
    case .none: return "None"
    case .bool(let value): return value ? "True" : "False"
    case .integer(let value): return "\(value)"
    case .real(let value): return NumberFormat.shortest(value)
    case .integers(let values):
      return "(\(values.map(String.init).joined(separator: ", "))\(values.count == 1 ? "," : ""))"
    case .string(let text): return "\"\(text)\""
    case .index: return "..."
    }
  }

  /// As a value of the language.
  package var value: Value {
    switch self {
    case .none, .index: return .none
    case .bool(let value): return .truth(value)
    case .integer(let value): return .integer(value)
    case .real(let value): return .number(value)
    case .integers(let values): return .tuple(values.map { .integer($0) })
    case .string(let text): return .string(text)
    }
  }
}

/// One call of a builtin: its arguments in the order of the parameters, already of the kinds the
/// parameters ask for.
package struct Call {
  package let evaluator: Evaluator
  package let builtin: Builtin
  /// One value a parameter; what a variadic one took is a tuple.
  package let values: [Value]
  /// Where each argument stands, and as what it was written; nil for defaults.
  package let sources: [Argument?]
  package let span: Span
  /// Arguments under names that are no parameters, where the builtin takes them.
  package var names: [(name: String, value: Value)] = []
  /// As what these were written, in the same order.
  package var namedSources: [Argument] = []

  package subscript(position: Int) -> Value { values[position] }

  /// The text of an argument as written.
  package func text(_ position: Int) -> String? {
    sources[position].map { evaluator.source[$0.value.span] }
  }

  package func isGiven(_ position: Int) -> Bool { sources[position] != nil }

  package func isNone(_ position: Int) -> Bool {
    if case .none = values[position] { true } else { false }
  }

  package func tensor(_ position: Int) throws -> Variable {
    if let variable = try values[position].asTensor(evaluator.environment.structure) {
      return variable
    }
    throw mismatch(position)
  }

  package func tensors(_ position: Int) throws -> [Variable] {
    guard let items = try evaluator.tensors(values[position]) else { throw mismatch(position) }
    return items
  }

  package func integer(_ position: Int) throws -> Int {
    guard let value = values[position].integer else { throw mismatch(position, .integer) }
    return value
  }

  package func real(_ position: Int) throws -> Double {
    guard let value = values[position].real else { throw mismatch(position) }
    return value
  }

  package func bool(_ position: Int) throws -> Bool {
    try evaluator.truth(values[position], at: span)
  }

  package func string(_ position: Int) throws -> String {
    guard case .string(let text) = values[position] else { throw mismatch(position) }
    return text
  }

  /// Integers given as a tuple, a list or one alone; nil for None.
  package func integers(_ position: Int) throws -> [Int]? {
    if isNone(position) { return nil }
    guard let values = try evaluator.integers(values[position]) else { throw mismatch(position) }
    return values
  }

  package func list(_ position: Int) throws -> List {
    guard case .list(let list) = values[position] else { throw mismatch(position) }
    return list
  }

  /// The elements of a list, tuple, range, string or tensor.
  package func items(_ position: Int) throws -> [Value] {
    try evaluator.items(of: values[position], at: sources[position]?.span ?? span)
  }

  package func variadic(_ position: Int) -> [Value] {
    if case .tuple(let items) = values[position] { return items }
    return [values[position]]
  }

  /// An error at one argument.
  package func fail(
    _ position: Int, _ code: String, _ headline: String, notes: [String] = [], helps: [String] = []
  ) -> Diagnostic {
    evaluator.fail(
      Diagnostic(
        code, headline, primary: .init(sources[position]?.span ?? span), notes: notes, helps: helps)
    )
  }

  /// Not of the kind that is asked for; a parameter of any kind leaves that to the body.
  private func mismatch(_ position: Int, _ kind: Parameter.Kind? = nil) -> Diagnostic {
    let parameter = builtin.parameters[position]
    return evaluator.fail(
      .wrongKind(
        Parameter(parameter.name, kind ?? parameter.kind, parameter.summary), of: builtin,
        found: values[position],
        at: sources[position]?.span ?? span))
  }
}

extension Value {
  /// The whole number that a value is.
  package var integer: Int? {
    if case .object(let object) = self { return (object as? WholeNumber)?.small }
    guard case .tensor(let variable) = self, let value = variable.value.item else { return nil }
    return Int(exactly: value)
  }

  /// The number that a value is.
  package var real: Double? {
    if case .object(let object) = self { return object.number }
    guard case .tensor(let variable) = self else { return nil }
    return variable.value.item
  }
}
