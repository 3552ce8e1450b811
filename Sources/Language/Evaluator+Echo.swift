import Presentation
import Tensors

// What the prompt and a lesson show for a statement: names with their values.

extension NumberFormat.Kind {
  package init(_ dtype: DType) {
    switch dtype {
    case .float64: self = .float
    case .float32: self = .single
    case .int64: self = .integer
    case .bool: self = .boolean
    }
  }
}

extension Evaluator {
  /// The lines for what a statement gave; none where it ends in `;`, or has no value to show. Numbers
  /// have the decimals of a display, or `decimals` where those are more.
  package func echo(_ result: StatementResult, decimals: Int = 0) -> [Block] {
    if result.isSilent { return [] }
    switch result.kind {
    case .definition, .other: return []
    case .expression, .assignment, .update:
      return result.values.flatMap { name, value -> [Block] in
        if name == nil, case .none = value { return [] }
        if name == nil, case .object(let object) = value, !object.isEchoed { return [] }
        output.finishLine()
        return lines(value, named: name?.name, decimals: decimals)
      }
    }
  }

  /// `s1 = [1.3500, 2.4500, -1.6500]   [3]`: the name, the value aligned beneath it, the shape.
  package func lines(_ value: Value, named name: String? = nil, decimals: Int = 0) -> [Block] {
    let numbers = NumberFormat(digits: max(numberFormat.digits, decimals))
    let prefix = name.map { Words($0, .name) + " = " } ?? ""
    guard case .tensor(let variable) = value else {
      let text = ValueText(numbers: numbers, isDisplay: true, evaluator: self).text(value)
      return text.split(separator: "\n", omittingEmptySubsequences: false).enumerated().map {
        .line(($0.offset == 0 ? prefix : "") + Words(String($0.element), .value))
      }
    }
    let tensor = variable.withoutResidues
    let indent = DisplayWidth.of(prefix.plain)
    var format = TensorFormat(numbers, width: context.width)
    format.namesShape = false
    let lines = tensor.withElements {
      format.lines(
        $0, shape: tensor.shape.array, NumberFormat.Kind(tensor.dtype), indent: indent)
    }
    var blocks: [Block] = []
    for (index, line) in lines.enumerated() {
      var words = (index == 0 ? prefix : "") + Words(line, .value)
      if index == lines.count - 1, tensor.shape.rank > 0 {
        words += Words("   \(tensor.shape)", .shape)
      }
      blocks.append(.line(words))
    }
    return blocks
  }
}
