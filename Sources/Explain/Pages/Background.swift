import Autograd
import Presentation
import Tensors

extension Explainer {
  /// More quantities than this are not told above an explanation.
  private static let backgroundLimit = 24
  /// Rows and columns of a tensor that is told with its numbers.
  private static let backgroundSize = 8

  /// What an explanation rests on: the numbers that were given, and the forward pass.
  package func background(of root: Variable) -> Document {
    let names = Names(under: root, isReserved: isReserved)
    let told = names.history.quantities.filter {
      names.hasSymbol($0) && !$0.isNamedByLibrary && $0.naming != nil && !$0.isPart
    }
    guard told.count <= Self.backgroundLimit else { return Document() }
    let given = told.filter(\.isLeaf).sorted {
      $0.naming?.line ?? 0 < $1.naming?.line ?? 0
    }
    let computed = told.filter { !$0.isLeaf }
    var document = Document()
    func add(_ title: String, _ variables: [Variable]) {
      guard !variables.isEmpty else { return }
      document.append(.heading(level: 2, Words(title)))
      document.append(.worked(variables.map { line($0, names) }))
    }
    add("Given", given)
    add("Forward pass", computed)
    return document
  }

  /// `h = σ(s) = [0.79, 0.92]`
  private func line(_ variable: Variable, _ names: Names) -> WorkedLine {
    var steps: [WorkedLine.Step] = []
    if !variable.isLeaf {
      let formula = written(variable, names)
      steps.append(WorkedLine.Step(relation: "=", formula, role: .formula))
    }
    let shape = variable.shape
    let isShown = shape.rank <= 2 && shape.array.allSatisfy { $0 <= Self.backgroundSize }
    if isShown {
      steps.append(WorkedLine.Step(relation: "=", values(of: variable, names), role: .value))
    }
    return WorkedLine(
      label: names.symbol(of: variable) ?? "", steps: steps, note: isShown ? "" : shape.slide)
  }

  /// A number, a vector or a matrix.
  private func values(of variable: Variable, _ names: Names) -> WorkedFormula {
    let origin = names.origin(of: variable)
    let numbers = variable.value.elements.map { self.numbers.formula($0, origin) }
    guard variable.shape.count != 1 else { return numbers[0] }
    let width = max(1, variable.shape.array.last ?? 1)
    return .rows(
      stride(from: 0, to: numbers.count, by: width).map { start in
        Array(numbers[start..<min(start + width, numbers.count)])
      })
  }
}
