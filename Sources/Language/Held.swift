// What a name, an element of a list, an attribute or a default argument holds is not a value but a
// thing: two of them may hold the same one. `held` is what is stored, `resolved` what is read.

extension Value {
  /// The value that stands behind what a name or a list holds.
  @inline(__always)
  package var resolved: Value { self }
}

extension Evaluator {
  /// What a name or a list stores of a value.
  @inline(__always)
  package func held(_ value: Value) -> Value { value }
}
