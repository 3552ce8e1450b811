import Autograd
import Networks
import Tensors

extension Workload {
  /// W2 by the training command, and W3: recurrent cells with 16 hidden units counting the ones in 32
  /// sequences of bits, Adam.
  static let training =
    [DType.float64, .float32].map { dtype in
      Workload("W2 xor command \(dtype)") {
        let options: [(String, Attribute)] = [
          ("dtype", .string(dtype.rawValue)), ("steps", .integer(100_000_000)),
        ]
        let run = try TrainingTask["xor"]?.trainer(Attributes(options))
        return { run?.advance(by: $0) }
      }
    }
    + [5, 20].flatMap { length in
      Cell.allCases.flatMap { cell in
        [DType.float32, .float64].map { bitSum(length, cell, $0) }
      }
    }

  private static func bitSum(_ length: Int, _ cell: Cell, _ dtype: DType) -> Workload {
    Workload("W3 bitsum L=\(length) \(cell) \(dtype)") {
      var generator = SplitMix64(seed: 1)
      let model = CompiledSequenceClassifier(
        bits(length, &generator), cell: cell, hidden: 16, dtype: dtype, generator: &generator)
      guard let adam = UpdateRule["adam"] else { return { _ in } }
      let optimizer = try Optimizer(
        adam, Attributes([("lr", .real(0.01))]), count: model.layout.count, dtype: dtype)
      return { steps in
        for _ in 0..<steps {
          _ = model.loss()
          model.propagate()
          optimizer.step(parameters: model.parameters, gradients: model.gradients)
        }
      }
    }
  }

  private static func bits(_ length: Int, _ generator: inout SplitMix64) -> LabeledData {
    let rows = (0..<32).map { _ in (0..<length).map { _ in Double(generator.integer(below: 2)) } }
    return LabeledData(rows, labels: rows.map { Int($0.reduce(0, +)) }, classes: length + 1)
  }
}
