import Tensors

extension Operation {
  /// The numbers of a leaf without its history, in the same memory: `w.data`.
  static let detaching = Operation(
    "detach", "Stands for the numbers of x; no gradient passes.",
    parameters: [Parameter("x", .tensor)], kernel: .unary { x, _ in x },
    rule: .undefined(because: "what was detached counts as a constant"), sharesElements: true,
    cell: { .element(input: 0, offset: $0.offset) })
}

extension Operation {
  /// NumPy's diagonal of a matrix: a view, which nothing can be written through.
  package static let diagonalView = Operation.rearrangement(
    "diagonal", "Looks at the diagonal of a matrix.",
    examples: [], parameters: [Parameter("offset", .integer, default: .integer(0), "which one")],
    sampling: .standard, sharesElements: true
  ) { shape, attributes throws(TensorError) in
    guard shape.rank == 2 else { throw .rank(of: "x", expected: "2", found: shape) }
    return try shape.diagonal(offset: attributes.integer("offset"))
  }
}

extension Variable {
  /// The value without history. Of a leaf that is held somewhere it shares the elements, as in PyTorch;
  /// of anything else it is a copy, which refuses to be changed in place.
  package func detachedView() throws -> Variable {
    if thing != nil, shape.rank > 0 || isArray, isLeaf || isArray && shape.rank > 0 && !learns {
      let view = try Operation.detaching(self)
      view.isFrozen = isArray
      return view
    }
    let copy = detached()
    copy.isDetachedCopy = thing != nil && shape.rank > 0
    // As PyTorch has it; a program of this language may go on to train what it has detached.
    (copy.isFrozen, copy.isArray) = (isArray, isArray)
    if copy.isDetachedCopy { thing?.tied.detached = ObjectIdentifier(self) }
    return copy
  }

  /// Whether there is a copy of these numbers which in PyTorch would share their memory.
  package var wasDetached: Bool { thing?.ties?.detached == ObjectIdentifier(self) }

  /// What PyTorch calls `requires_grad`: a leaf that is not left alone, or what was computed from one by
  /// operations that pass gradients on.
  package var learns: Bool {
    var seen: Set<ObjectIdentifier> = []
    var waiting = [self]
    while let next = waiting.popLast() {
      guard !next.isFrozen, next.value.dtype.isReal, seen.insert(ObjectIdentifier(next)).inserted
      else { continue }
      // `w = [1/3, 2/3]`: numbers of its own, though the program had to work them out.
      if next.isConstant, next.isList, !next.isLiteral, next.thing != nil { return true }
      guard let operation = next.operation else {
        if next.isLiteral { continue }
        return true
      }
      if operation.isDifferentiable { next.inputs.forEach { waiting.append($0) } }
    }
    return false
  }

  /// What PyTorch calls `is_leaf`.
  package var isPyTorchLeaf: Bool { isLeaf || operation === Operation.detaching || !learns }

  /// What `requires_grad = True` makes of the quantity: itself, or where nothing that it was computed
  /// from learns a leaf of its own.
  package func learning(_ learns: Bool) -> Variable {
    isFrozen = !learns
    guard learns, !self.learns, value.dtype.isReal else { return self }
    if let thing, thing.nature == .view {
      thing.learnApart()
      return thing.current
    }
    let leaf = Variable(value)
    (leaf.isArray, leaf.isList) = (isArray, isList)
    thing?.become(leaf)
    return leaf
  }
}
