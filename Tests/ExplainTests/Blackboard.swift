import Autograd
import Explain
import Language
import Presentation
import Tensors
import Testing

/// A computation written down line by line, as the language will record it.
struct Blackboard {
  private var line = 0
  private var sources: [ObjectIdentifier: String] = [:]

  /// A quantity that is typed in.
  mutating func given(_ name: String, _ elements: [Double], _ sizes: [Int]) -> Variable {
    named(name, Variable(Tensor(elements, shape: Shape(unchecked: sizes))))
  }

  mutating func given(_ name: String, _ number: Double) -> Variable {
    named(name, Variable(number))
  }

  /// A quantity that was computed, with the expression as it was written.
  @discardableResult
  mutating func define(_ name: String, _ source: String? = nil, _ value: Variable) -> Variable {
    sources[ObjectIdentifier(value)] = source
    return named(name, value)
  }

  private mutating func named(_ name: String, _ variable: Variable) -> Variable {
    line += 1
    variable.naming = Naming(name: name, line: line)
    return variable
  }

  func explainer(digits: Int) -> Explainer {
    let sources = sources
    return Explainer(
      digits: digits, source: { sources[ObjectIdentifier($0)].map { .typed($0) } })
  }
}

func + (a: Variable, b: Variable) throws -> Variable { try Operation.add(a, b) }
func - (a: Variable, b: Variable) throws -> Variable { try Operation.subtract(a, b) }
func * (a: Variable, b: Variable) throws -> Variable { try Operation.multiply(a, b) }
func * (a: Double, b: Variable) throws -> Variable { try Operation.multiply(Variable(a), b) }
func / (a: Variable, b: Variable) throws -> Variable { try Operation.divide(a, b) }

precedencegroup PowerPrecedence {
  higherThan: MultiplicationPrecedence
}
infix operator ** : PowerPrecedence
func ** (a: Variable, b: Double) throws -> Variable { try Operation.power(a, Variable(b)) }
infix operator |> : AdditionPrecedence
/// Applies an operation of the catalogue by name.
func |> (a: Variable, name: String) throws -> Variable {
  guard let operation = Catalogue.standard[name] else { throw UnknownOperation(name: name) }
  return try operation(a)
}

struct UnknownOperation: Error { let name: String }

func call(_ name: String, _ inputs: [Variable], _ attributes: [(String, Attribute)] = []) throws
  -> Variable
{
  guard let operation = Catalogue.standard[name] else { throw UnknownOperation(name: name) }
  var filled = Attributes(attributes.map { (name: $0.0, value: $0.1) })
  for parameter in operation.parameters
  where !filled.values.contains(where: { $0.name == parameter.name }) {
    if let standard = parameter.standard { filled.values.append((parameter.name, standard)) }
  }
  return try operation(inputs, filled)
}

extension Document {
  var plain: String { Renderer(width: 80).render(self) }
}

/// A conversation at the prompt, for golden files.
struct Transcript {
  private(set) var text: String

  init(_ title: String) { text = "# \(title)\n" }

  mutating func say(_ prompt: String, _ document: Document) {
    AllForms.expect(of: document)
    text += "\n```\n∇ \(prompt)\n\(document.plain)```\n"
    for line in document.plain.split(separator: "\n") where line.count > 80 {
      Issue.record("wider than the page: \(line)")
    }
  }

  /// Works all printed equalities out again.
  func check(digits: Int) {
    let lines = PrintedLines(text, digits: digits)
    #expect(
      lines.checked > 5 && lines.mistakes.isEmpty, "\(lines.mistakes.joined(separator: "\n"))")
    #expect(lines.passedOver[.unreadable] == nil)
  }
}
