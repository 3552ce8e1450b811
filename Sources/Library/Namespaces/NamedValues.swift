import Language

/// Several values with names, as `torch.max(x, 1)` gives them: unpacked like a tuple, or
/// `.values` and `.indices`.
final class NamedValues: LanguageObject {
  private let names: [String]
  private let values: [Value]

  init(_ values: KeyValuePairs<String, Value>) {
    names = values.map(\.key)
    self.values = values.map(\.value.held)
  }

  var summary: String { "(\(names.joined(separator: ", ")))" }
  var attributeNames: [String] { names }
  func attribute(_ name: Symbol) -> Value? { names.firstIndex(of: name.name).flatMap(element) }
  var heldValues: [Value] { values }
  var count: Int? { values.count }
  func element(_ index: Int) -> Value? {
    values.indices.contains(index) ? values[index].resolved : nil
  }
}
