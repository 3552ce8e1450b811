import Autograd
import Language
import Networks
import Tensors

/// The engine of the training commands under a run: for layers that connect everything with
/// everything, functions between them, and cross entropy of class numbers.
final class FitEngine {
  private let training: CompiledTraining
  private let layers: [Layer]
  private let model: Layer?
  private let data: RunData

  /// One that is at work already.
  init(_ training: CompiledTraining, _ data: RunData) {
    self.training = training
    self.data = data
    layers = []
    model = nil
  }

  /// Nil for a model, loss or data it does not know.
  init?(_ run: FitRun) {
    guard case .builtin(let loss) = run.loss, loss.name == "cross_entropy",
      case .object(let object) = run.model, let model = object as? Model,
      let data = LabeledData(run.data), let sizes = model.layer.denseSizes,
      sizes.first?.inputs == data.width, sizes.last?.outputs ?? 0 >= data.classes
    else { return nil }
    let parameters = model.layer.parameters.map(\.parameter)
    guard parameters.count == run.optimizer.parameters.count,
      zip(parameters, run.optimizer.parameters).allSatisfy({ $0 === $1 })
    else { return nil }
    let rows = run.data.isWhole ? data.rows : run.data.batch ?? data.rows
    let compiled = CompiledMLP(transposed: sizes, rows: rows)
    guard
      let training = CompiledTraining(
        compiled, data, optimizer: run.optimizer.optimizer,
        others: { CompiledMLP(transposed: sizes, rows: $0, sharing: compiled) })
    else { return nil }
    self.training = training
    self.model = model.layer
    layers = model.layer.all
    self.data = run.data
  }

  /// Losses of up to so many steps; none where the model is not what it was.
  func advance(from step: Int, by count: Int) throws -> [Double] {
    guard model.map({ $0.all.elementsEqual(layers) { $0 === $1 } }) ?? true else { return [] }
    return try training.advance(by: count) { data.order(of: step + $0) }
  }
}

extension Layer {
  /// The layers of a network of dense layers; nil for any other.
  fileprivate var denseSizes: [(inputs: Int, outputs: Int, activation: Activation)]? {
    guard kind.name == "Sequential" else {
      return kind.name == "Linear" ? denseSize.map { [$0] } : nil
    }
    var sizes: [(inputs: Int, outputs: Int, activation: Activation)] = []
    for (index, child) in children.map(\.layer).enumerated() {
      if index == 0, child.kind.name == "Flatten", child.attributes.integer("start_dim") == 1 {
        continue
      }
      if let size = child.denseSize {
        sizes.append(size)
        continue
      }
      let functions: [String: Activation] = ["Tanh": .tanh, "Sigmoid": .sigmoid, "ReLU": .relu]
      guard let function = functions[child.kind.name], let last = sizes.indices.last,
        sizes[last].activation == .linear
      else { return nil }
      sizes[last].activation = function
    }
    guard sizes.last?.activation == .linear else { return nil }
    return zip(sizes, sizes.dropFirst()).allSatisfy { $0.outputs == $1.inputs } ? sizes : nil
  }

  private var denseSize: (inputs: Int, outputs: Int, activation: Activation)? {
    guard kind.name == "Linear", attributes.bool("bias") else { return nil }
    return (attributes.integer("in_features"), attributes.integer("out_features"), .linear)
  }
}

extension LabeledData {
  /// The rows of a run, where their labels are class numbers.
  fileprivate init?(_ data: RunData) {
    let (x, y) = (data.x.value, data.y.value)
    guard x.shape.rank > 1, x.dtype != .float32, y.shape == [x.shape[0]], x.count > 0 else {
      return nil
    }
    // The rows are copied; where there is no room for that, the recorded way goes on without.
    guard (try? Memory.make(x.count + 4 * x.shape[0], of: MemoryLayout<Double>.stride)) != nil
    else {
      return nil
    }
    let numbers = y.elements
    guard numbers.allSatisfy({ $0 >= 0 && $0 < 1e6 && $0 == $0.rounded() }) else { return nil }
    let (elements, width) = (x.elements, x.count / x.shape[0])
    self.init(
      (0..<x.shape[0]).map { Array(elements[$0 * width..<($0 + 1) * width]) },
      labels: numbers.map { Int($0) }, classes: Int(numbers.max() ?? 0) + 1)
  }
}
