import Autograd
import Tensors

extension LayerKind {
  /// Layers made of layers.
  static let containers: [LayerKind] = [
    LayerKind(
      "Sequential", "Runs layers one after another.",
      notes: """
        Where a layer has several outputs, the first goes on; the last layer gives all of its own.
        """,
      examples: ["Sequential(Linear(2, 4), Tanh(), Linear(4, 2))"], isContainer: true
    ) { make throws(TensorError) in
      LayerPlan(
        flow: .chain, inputs: 1...Int.max,
        children: make.children.enumerated().map { ("\($0.offset)", $0.element) },
        outputShape: { layer, shape throws(TensorError) in
          var current = shape
          for child in layer.children { current = try child.layer.outputShape(for: current) }
          return current
        },
        forward: { layer, input in
          var current = input
          for (index, child) in layer.children.enumerated() {
            current = try child.layer(index == 0 ? input : [current[0]])
          }
          return current
        })
    },
    LayerKind(
      "Residual", "Adds what goes around a layer to what comes out of it: body(x) + shortcut(x).",
      notes:
        "Without a second layer the input itself goes around; a projection fits sizes that differ.",
      examples: ["Residual(Linear(4, 4))", "Residual(Linear(4, 2), Linear(4, 2))"],
      isContainer: true
    ) { make throws(TensorError) in
      guard (1...2).contains(make.children.count) else {
        throw .argument(
          "layers", found: "\(make.children.count) layers",
          expected: "a body and perhaps a shortcut")
      }
      return LayerPlan(
        flow: .parallel,
        children: Array(zip(["body", "shortcut"], make.children).map { ($0, $1) }),
        outputShape: { layer, shape throws(TensorError) in
          let body = try layer.children[0].layer.outputShape(for: shape)
          let around =
            layer.children.count > 1
            ? try layer.children[1].layer.outputShape(for: shape) : shape
          guard body == around else { throw .broadcast(body, around) }
          return body
        },
        forward: { layer, input in
          let body = try layer.children[0].layer(input[0])
          let around = layer.children.count > 1 ? try layer.children[1].layer(input[0]) : input[0]
          guard body.shape == around.shape else {
            throw TensorError.broadcast(body.shape, around.shape)
          }
          return [try Operation.add(body, around)]
        })
    },
    LayerKind(
      "EncoderDecoder",
      "Reads one sequence, and another starting from the state that the first one ends in.",
      notes: """
        The encoder is a recurrent layer, the decoder one with as many hidden units; more layers may \
        follow it in a Sequential. Takes what the encoder and what the decoder reads; one input \
        serves as both. Gives the decoder's outputs and its last state.
        """,
      examples: ["EncoderDecoder(GRU(3, 8), Sequential(GRU(2, 8), Linear(8, 2)))"],
      isContainer: true
    ) { make throws(TensorError) in
      guard make.children.count == 2 else {
        throw .argument(
          "layers", found: "\(make.children.count) layers", expected: "an encoder and a decoder")
      }
      return LayerPlan(
        flow: .parallel, inputs: 1...2,
        children: Array(zip(["encoder", "decoder"], make.children).map { ($0, $1) }),
        outputShape: { layer, shape throws(TensorError) in
          try layer.children[1].layer.outputShape(for: shape)
        },
        forward: { layer, input in
          let encoded = try layer.children[0].layer([input[0]])
          guard let last = encoded.dropFirst().first else {
            throw TensorError.argument(
              "encoder", found: layer.children[0].layer.kind.name, expected: "a recurrent layer")
          }
          return try layer.children[1].layer([input.count > 1 ? input[1] : input[0], last])
        })
    },
  ]
}
