extension DenseLayer {
  /// The sizes that inputs of these shapes imply, checked: x is [..., inputs], W [inputs, outputs]
  /// or, where `isTransposed`, [outputs, inputs].
  package init(
    x: Tensor, weights: Tensor, bias: Tensor, activation: Activation = .linear,
    isTransposed: Bool = false
  ) throws(TensorError) {
    guard x.shape.rank > 0 else { throw .rank(of: "x", expected: "1 or more", found: x.shape) }
    guard weights.shape.rank == 2 else { throw .rank(of: "W", expected: "2", found: weights.shape) }
    let (inputs, outputs) =
      isTransposed
      ? (weights.shape[1], weights.shape[0]) : (weights.shape[0], weights.shape[1])
    guard x.shape[x.shape.rank - 1] == inputs else {
      throw .innerSizes(x.shape, [inputs, outputs])
    }
    guard bias.shape == [outputs] else { throw .broadcast(bias.shape, [outputs]) }
    let dtype = promoted(x, weights)
    self.init(
      rows: inputs == 0 ? x.shape.array.dropLast().reduce(1, *) : x.count / inputs, inputs: inputs,
      outputs: outputs, activation: activation, isTransposed: isTransposed,
      dtype: dtype == .float32 ? .float32 : .float64)
  }

  /// activation(x W + b).
  package func values(x: Tensor, weights: Tensor, bias: Tensor) -> Tensor {
    Tensor(raw: x.shape.replacing(axis: x.shape.rank - 1, with: outputs), dtype: dtype) { out in
      x.withRaw(as: dtype) { x in
        weights.withRaw(as: dtype) { weights in
          bias.withRaw(as: dtype) { forward(x: x, weights: weights, bias: $0, into: out) }
        }
      }
    }
  }

  /// Gradients with respect to x, W and b; those not needed are nil.
  package func gradients(
    x: Tensor, weights: Tensor, bias: Tensor, output: Tensor, arriving: Tensor, needs: [Bool]
  ) -> [Tensor?] {
    let counts = (rows * inputs, weights.count, bias.count)
    let results = Buffer(count: counts.0 + counts.1 + counts.2 + arriving.count, dtype: dtype)
    let (weightsAt, biasAt) = (counts.0, counts.0 + counts.1)
    let gradient = results.at(biasAt + counts.2)
    arriving.withRaw(as: dtype) {
      gradient.copyMemory(from: $0, byteCount: arriving.count * dtype.stride)
    }
    x.withRaw(as: dtype) { x in
      weights.withRaw(as: dtype) { weights in
        output.withRaw(as: dtype) { output in
          backward(
            x: x, weights: weights, out: output, gradient: gradient,
            intoWeights: needs[1] ? results.at(weightsAt) : nil,
            intoBias: needs[2] ? results.at(biasAt) : nil, intoX: needs[0] ? results.at(0) : nil)
        }
      }
    }
    return [
      needs[0] ? results.tensor(x.shape) : nil,
      needs[1] ? results.tensor(weights.shape, at: weightsAt) : nil,
      needs[2] ? results.tensor(bias.shape, at: biasAt) : nil,
    ]
  }
}
