import Tensors

extension Operation {
  /// The numbers of a leaf without its history, in the same memory: `w.data`.
  fileprivate static let detaching = Operation(
    "detach", "Stands for the numbers of x; no gradient passes.",
    parameters: [Parameter("x", .tensor)], kernel: .unary { x, _ in x },
    rule: .undefined(because: "what was detached counts as a constant"), sharesElements: true,
    cell: { .element(input: 0, offset: $0.offset) })
}

extension Variable {
  /// The value without history. Of a leaf that is held somewhere it shares the elements, as in PyTorch;
  /// of anything else it is a copy, which refuses to be changed in place.
  package func detachedView() throws -> Variable {
    let isHeld = thing != nil && shape.rank > 0
    if isHeld, isLeaf { return try Operation.detaching(self) }
    let copy = detached()
    copy.isDetachedCopy = isHeld
    return copy
  }
}
