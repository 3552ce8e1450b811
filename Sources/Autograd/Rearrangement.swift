import Tensors

extension Operation {
  /// An operation that moves elements and computes nothing: the placement says where each comes
  /// from, and value, both gradient rules and the cell follow from it.
  static func rearrangement(
    _ name: String, aliases: [String] = [], _ summary: String, form: Form = .call,
    notes: Notes = "",
    examples: [Example], parameters: [Parameter], sampling: Sampling, sharesElements: Bool = false,
    placement: @escaping @Sendable (Shape, Attributes) throws(TensorError) -> Placement
  ) -> Operation {
    Operation(
      name, aliases: aliases, summary, form: form, notes: notes, examples: examples,
      parameters: [Parameter("x", .tensor, "the tensor")] + parameters,
      kernel: .unary { x, attributes throws(TensorError) in
        x.placed(try placement(x.shape, attributes))
      },
      rule: .recorded { call in
        let shape = call.inputs[0].shape
        return Contributions(
          try movedBack(call.gradient, placement(shape, call.attributes), to: shape))
      },
      fastRule: { call throws(TensorError) in
        let shape = call.inputs[0].shape
        return Contributions(
          call.gradient.placedBack(try placement(shape, call.attributes), to: shape))
      },
      sampling: sampling, sharesElements: sharesElements,
      cell: { request in
        (try? placement(request.inputs[0].shape, request.attributes))?.cell(request)
      })
  }

  /// A gradient moved back along a placement, recorded.
  static func movedBack(
    _ gradient: Variable, _ placement: Placement, to shape: Shape
  ) throws -> Variable {
    let offsets = placement.offsets(input: shape)
    if case .onto = placement {
      return try take([gradient, indices(offsets, shape: shape)])
    }
    return try scatterAdd(
      [gradient, indices(offsets, shape: gradient.shape)], .one("shape", .integers(shape.array)))
  }

  /// Offsets as a constant of the graph.
  static func indices(_ offsets: [Int], shape: Shape) -> Variable {
    Variable(Tensor(offsets.map(Double.init), shape: shape, dtype: .int64))
  }
}

extension Placement {
  /// The input element behind an output cell, or 0.
  func cell(_ request: CellRequest) -> Formula {
    switch self {
    case .grid(_, let start, let steps):
      .element(input: 0, offset: zip(request.coordinates, steps).reduce(start) { $0 + $1.0 * $1.1 })
    case .list(_, let offsets): .element(input: 0, offset: offsets[request.offset])
    case .onto:
      offsets(input: request.inputs[0].shape).firstIndex(of: request.offset)
        .map { .element(input: 0, offset: $0) } ?? 0
    }
  }
}
