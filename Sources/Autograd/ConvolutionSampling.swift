import Tensors

// The calls on which convolutions are tested: stride, padding, dilation, groups, both channel
// orders, flipped, without batch or channel axis.
extension Operation {
  private struct Call {
    var input: [Int]
    var weight: [Int]
    var attributes: [(name: String, value: Attribute)] = []
    var hasBias = false
  }

  /// Shapes written for images; signals drop the first spatial size, volumes get one more.
  private static func calls(_ n: Int) -> [Call] {
    func fitted(_ sizes: [Int], depth: Int) -> [Int] {
      let outer = sizes.dropLast(2)
      if n == 1 { return outer + sizes.suffix(1) }
      return n == 2 ? sizes : outer + [depth] + sizes.suffix(2)
    }
    let calls = [
      Call(input: [3, 4], weight: [2, 3]),
      Call(input: [2, 2, 5, 4], weight: [3, 2, 2, 3], hasBias: true),
      Call(
        input: [2, 5, 6], weight: [2, 2, 2, 2],
        attributes: [("stride", .integer(3)), ("padding", .integer(1))], hasBias: true),
      Call(
        input: [1, 4, 5, 5], weight: [4, 2, 2, 2],
        attributes: [("dilation", .integer(2)), ("groups", .integer(2)), ("flip", .bool(true))]),
      Call(input: [2, 4, 4], weight: [2, 3, 3], attributes: [("padding", .string("same"))]),
    ]
    var result = calls.map { call in
      var fittedCall = call
      fittedCall.input = fitted(call.input, depth: 3)
      fittedCall.weight = fitted(call.weight, depth: 2)
      return fittedCall
    }
    if n == 2 {
      result.append(
        Call(
          input: [2, 4, 3, 2], weight: [3, 2, 2, 2],
          attributes: [("channels", .string("last")), ("stride", .integers([2, 1]))], hasBias: true)
      )
    }
    return result
  }

  static func convolutionSampling(_ n: Int) -> Sampling {
    let calls = calls(n)
    return Sampling(
      shapes: calls.map { call in
        let count = call.weight.count == n + 2 ? [call.weight[0]] : []
        return [call.input, call.weight] + (call.hasBias ? [count] : [])
      },
      attributes: calls.map { Attributes($0.attributes) })
  }

  /// The same calls for one of the gradients: shapes of its inputs, and the shape it gives.
  static func adjointSampling(
    _ n: Int, inputs: (ConvolutionLayout) -> [[Int]], shape: (ConvolutionLayout) -> Shape
  ) -> Sampling {
    var shapes: [[[Int]]] = []
    var attributes: [Attributes] = []
    for call in calls(n) {
      let (input, weight) = (Shape(unchecked: call.input), Shape(unchecked: call.weight))
      guard let layout = try? layout(n, input: input, weight: weight, Attributes(call.attributes))
      else { continue }
      shapes.append(inputs(layout))
      attributes.append(
        Attributes(call.attributes + [("shape", .integers(shape(layout).array))]))
    }
    return Sampling(shapes: shapes, attributes: attributes)
  }

  static func transposedSampling(_ n: Int) -> Sampling {
    let spatial = n == 3 ? [2, 2, 2] : [3, 2].prefix(n)
    return Sampling(
      shapes: [
        [[2, 2] + spatial, [2, 3] + spatial, [3]], [[4] + spatial, [4, 1] + spatial],
        [Array(spatial), Array(spatial)], [[2] + spatial + [2], [2] + spatial + [3], [3]],
      ],
      attributes: [
        Attributes([
          ("stride", .integer(2)), ("padding", .integer(1)), ("output_padding", .integer(1)),
        ]),
        Attributes([("groups", .integer(2)), ("dilation", .integer(2))]), .none,
        Attributes([("channels", .string("last")), ("stride", .integer(n == 3 ? 1 : 2))]),
      ])
  }
}
