import Autograd
import Language
import Networks

extension Builtin {
  /// The function that a declaration is in the language. `leading` are arguments that come before
  /// its settings.
  convenience init(
    _ declaration: some Declaration, suffix: String = "", taking leading: [Parameter] = [],
    then trailing: [Parameter] = [], body: @escaping @Sendable (Call, Attributes) throws -> Value
  ) {
    let settings = declaration.parameters
    self.init(
      declaration.name + suffix, aliases: declaration.aliases.map { $0 + suffix },
      declaration.summary, notes: declaration.notes, examples: declaration.examples,
      parameters: leading + settings + trailing
    ) { call in try body(call, try call.attributes(settings, from: leading.count)) }
  }
}

extension Call {
  /// The arguments from a position on as settings of a declaration.
  func attributes(_ parameters: [Parameter], from first: Int) throws -> Attributes {
    var result: [(name: String, value: Attribute)] = []
    for (offset, parameter) in parameters.enumerated() where isGiven(first + offset) {
      let position = first + offset
      if isNone(position) { continue }
      switch parameter.kind {
      case .integer: result.append((parameter.name, .integer(try integer(position))))
      case .real: result.append((parameter.name, .real(try real(position))))
      case .bool: result.append((parameter.name, .bool(try bool(position))))
      case .string, .choice: result.append((parameter.name, .string(try string(position))))
      case .integers, .axes, .any, .tensor, .tensors, .function:
        if case .string(let text) = self[position] {
          result.append((parameter.name, .string(text)))
        } else if let number = self[position].integer {
          result.append((parameter.name, .integer(number)))
        } else if let numbers = try integers(position) {
          result.append((parameter.name, .integers(numbers)))
        }
      }
    }
    return Attributes(result)
  }
}
