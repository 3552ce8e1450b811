extension String {
  /// The text with some of its scalars spelled another way: what escaping is, each format with its
  /// own table. Nil leaves a scalar as it is.
  package func spelled(_ spelling: (Unicode.Scalar) -> String?) -> String {
    var result = ""
    for scalar in unicodeScalars {
      if let other = spelling(scalar) {
        result += other
      } else {
        result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}
