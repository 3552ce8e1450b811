import Autograd
import Presentation
import Tensors

// What was given, or holds a result without a history.

extension ValuePage {
  mutating func describeLeaf(_ variable: Variable, _ cells: [Int]?) {
    let symbol = names.symbol(of: variable) ?? .words("")
    if let working = explainer.working(variable) {
      let step = explainer.step(working, to: variable, symbol, cells: cells)
      return step.blocks.forEach { document.append($0) }
    }
    let all = cells ?? Array(0..<variable.shape.count)
    let written = writtenComputation(of: variable)
    let note = leafNote(variable, isComputed: written != nil)
    if let written {
      let shape = variable.shape.isScalar ? "" : variable.shape.slide
      let header = Header(symbol: symbol, expression: written, shapes: shape)
      document.append(.worked([header.line]))
      if !all.isEmpty, !variable.carriesGradient {
        document.blocks += explainer.prose(
          "(numbers without a recorded history)", indent: 2)
      }
    } else if all.count != 1 {
      document.append(
        .line(Words(symbol.text, .name) + Words("  \(variable.shape.slide)  \(note)", .dim)))
    }
    if all.isEmpty { document.append(.line(Words("  no elements", .dim))) }
    var left = all[...]
    for offset in shownCells(of: all) where offset < variable.shape.count {
      let skipped = left.prefix { $0 != offset }.count
      if skipped > 0 { elision(skipped) }
      left = left.dropFirst(skipped + 1)
      let beside = all.count == 1 ? Words("    \(note)", .dim) : Words("")
      let label = Names.indexed(symbol, variable.shape, offset).text
      let text = text(ofLeaf: variable, offset)
      let isItself = text.comparable == label.comparable
      document.append(
        .line(Words(label, .name) + Words(isItself ? "" : " = \(text)") + beside))
    }
  }

  /// What was written where a leaf got its name, if it was more than numbers: a leaf can hold a
  /// result, such as a gradient, an updated weight, a detached quantity.
  private func writtenComputation(of variable: Variable) -> WorkedFormula? {
    explainer.source(variable).flatMap { written in
      let text = written.text
      let isNumber = Double(text) != nil || ["True", "False"].contains(text)
      return text.contains(where: \.isLetter) && !isNumber ? written : nil
    }
  }

  private func leafNote(_ variable: Variable, isComputed: Bool) -> String {
    let line = variable.naming?.line ?? 0
    let place = line > 0 ? " in line \(line)" : ""
    if isComputed { return "computed" + place }
    if variable.carriesGradient { return "a gradient" + place }
    return variable.naming != nil || variable.isLiteral
      ? "given" + place : "no history recorded"
  }

  private func text(ofLeaf variable: Variable, _ offset: Int) -> String {
    let number = variable.value[flat: offset]
    if variable.value.dtype == .bool { return number == 0 ? "False" : "True" }
    return worker.numbers.text(number, names.origin(of: variable))
  }
}
