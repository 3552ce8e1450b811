import Autograd
import Presentation
import Tensors

// Weights and biases of layers by the letters of books, numbered in the order of their use: W₁, b₁,
// W₂, b₂; γ and β where each feature has a number of its own.

extension Names {
  /// One layer's parameters, as far as a computation uses them.
  private struct Layer {
    var weight: Variable?
    var bias: Variable?

    var letters: (weight: String, bias: String) {
      weight?.shape.rank == 1 && bias != nil ? ("γ", "β") : ("W", "b")
    }
  }

  func nameParameters() {
    let layers = self.layers
    var counts: [String: Int] = [:]
    for layer in layers { counts[layer.letters.weight, default: 0] += 1 }
    var numbers: [String: Int] = [:]
    for layer in layers {
      let letters = layer.letters
      numbers[letters.weight, default: 0] += 1
      let mark =
        counts[letters.weight] == 1 ? "" : Subscript.text(numbers[letters.weight] ?? 0)
      if let weight = layer.weight, weight.isOfLayer { name(weight, letters.weight + mark) }
      if let bias = layer.bias, bias.isOfLayer { name(bias, letters.bias + mark) }
    }
  }

  private func name(_ variable: Variable, _ symbol: String) {
    var symbol = symbol
    while isUsed(symbol) || isReserved(symbol) { symbol += "′" }
    set(.name(symbol), for: variable)
    parameters.insert(symbol)
  }

  /// In order of use; those whose weights the writer named count too.
  private var layers: [Layer] {
    var layers: [Layer] = []
    var seen: Set<ObjectIdentifier> = []
    func isNew(_ variable: Variable) -> Bool { seen.insert(ObjectIdentifier(variable)).inserted }
    for quantity in history.quantities where !quantity.isLeaf {
      let inputs = quantity.inputs.array.map(\.unmoved)
      if quantity.operation?.form == .layer, inputs.count == 3 {
        if isNew(inputs[1]) {
          layers.append(Layer(weight: inputs[1], bias: isNew(inputs[2]) ? inputs[2] : nil))
        }
        continue
      }
      for parameter in inputs where parameter.isOfLayer && isNew(parameter) {
        if !parameter.isBias {
          layers.append(Layer(weight: parameter))
        } else if let last = layers.last, last.bias == nil {
          layers[layers.count - 1].bias = parameter
        } else {
          layers.append(Layer(bias: parameter))
        }
      }
    }
    return layers
  }
}

extension Variable {
  fileprivate static let weightName = "weight"
  fileprivate static let biasName = "bias"

  /// Whether it is a layer's weight or bias, and nobody gave it another name.
  var isOfLayer: Bool {
    guard isLeaf, let naming, naming.line == 0 else { return false }
    return naming.name == Self.weightName || naming.name == Self.biasName
  }

  fileprivate var isBias: Bool { naming?.name == Self.biasName }

  /// The quantity behind operations that only give its elements another place.
  fileprivate var unmoved: Variable {
    var current = self
    while let form = current.operation?.form, form.isMover, current.inputs.count > 0 {
      current = current.inputs[0]
    }
    return current
  }
}
