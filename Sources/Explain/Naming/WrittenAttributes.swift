import Autograd
import Tensors

extension Attribute {
  /// As it is typed; nil for nothing.
  var text: String? {
    switch self {
    case .none: nil
    case .bool(let flag): flag ? "True" : "False"
    case .integer(let number): String(number)
    case .real(let number): NumberText(digits: 4).text(number, .constant)
    case .integers(let numbers):
      "(" + numbers.map(String.init).joined(separator: ", ") + (numbers.count == 1 ? ",)" : ")")
    case .string(let text): "\"\(text)\""
    case .index(let items): "[" + items.map(\.text).joined(separator: ", ") + "]"
    }
  }
}

extension IndexItem {
  var text: String {
    switch self {
    case .at(let index): return String(index)
    case .slice(let start, let stop, let step):
      let ends = [start, stop].map { $0.map(String.init) ?? "" }.joined(separator: ":")
      return step == 1 ? ends : ends + ":\(step)"
    case .ellipsis: return "..."
    case .newAxis: return "None"
    }
  }
}

extension Shape {
  /// As slides write it: `(3×2)`, `(3)`.
  var slide: String { "(" + array.map(String.init).joined(separator: "×") + ")" }
}

extension Attributes {
  /// i, of an index [i].
  var onlyIndex: Int? {
    guard case .index(let items)? = values.first?.value, items.count == 1,
      case .at(let index) = items[0]
    else { return nil }
    return index
  }
}
