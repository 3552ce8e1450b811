import Autograd
import Networks
import Tensors

extension Workload {
  /// W2 by the training command, and W3: recurrent cells with 16 hidden units counting the ones in 32
  /// sequences of bits, Adam.
  static func training() throws -> [Workload] {
    guard let xor = TrainingTask["xor"], let adam = UpdateRule["adam"] else { return [] }
    var workloads: [Workload] = []
    for dtype in [DType.float64, .float32] {
      let run = try xor.trainer(
        Attributes([("dtype", .string(dtype.rawValue)), ("steps", .integer(100_000_000))]))
      workloads.append(Workload(name: "W2 xor command \(dtype)") { run.advance(by: $0) })
    }
    for length in [5, 20] {
      for cell in Cell.allCases {
        for dtype in [DType.float32, .float64] {
          var generator = SplitMix64(seed: 1)
          let model = CompiledSequenceClassifier(
            bits(length, &generator), cell: cell, hidden: 16, dtype: dtype, generator: &generator)
          let optimizer = try Optimizer(
            adam, Attributes([("lr", .real(0.01))]), count: model.layout.count, dtype: dtype)
          workloads.append(
            Workload(name: "W3 bitsum L=\(length) \(cell) \(dtype)") { steps in
              for _ in 0..<steps {
                _ = model.loss()
                model.propagate()
                optimizer.step(parameters: model.parameters, gradients: model.gradients)
              }
            })
        }
      }
    }
    return workloads
  }

  private static func bits(_ length: Int, _ generator: inout SplitMix64) -> LabeledData {
    let rows = (0..<32).map { _ in (0..<length).map { _ in Double(generator.integer(below: 2)) } }
    return LabeledData(rows, labels: rows.map { Int($0.reduce(0, +)) }, classes: length + 1)
  }
}
