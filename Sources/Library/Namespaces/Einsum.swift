import Autograd
import Language
import Tensors

extension Call {
  /// `einsum("ij,jk->ik", a, b)`: every operand gets an axis for each letter, all are multiplied, and
  /// the letters that the result lacks are summed over. Two operands that share a sum are a matrix
  /// product where that is possible.
  func einsum() throws -> Value {
    let operands = try variadic(1).map { value in
      guard let tensor = try value.asTensor(evaluator.environment.structure) else {
        throw fail(1, "wrong-kind", "einsum takes arrays, not \(value.kindText)")
      }
      return tensor
    }
    let text = try string(0).filter { $0 != " " }
    let (names, result) = try letters(of: text, operands)
    let all = names.reduce(into: [Character]()) { all, letters in
      for letter in letters where !all.contains(letter) { all.append(letter) }
    }
    let summed = all.filter { !result.contains($0) }
    var product = try spread(operands[0], names[0], over: result + summed)
    for (operand, letters) in zip(operands, names).dropFirst() {
      product = try Operation.multiply(product, spread(operand, letters, over: result + summed))
    }
    guard !summed.isEmpty else { return .tensor(product) }
    let axes = Array(result.count..<(result.count + summed.count))
    return .tensor(try Operation.sum(product, .one("axis", .integers(axes))))
  }

  private func letters(
    of text: String, _ operands: [Variable]
  ) throws -> (operands: [[Character]], result: [Character]) {
    let sides = text.split(separator: "-", omittingEmptySubsequences: false)
    let names = sides[0].split(separator: ",", omittingEmptySubsequences: false).map(Array.init)
    let isNamed = text.allSatisfy { $0.isLetter || $0 == "," || $0 == "-" || $0 == ">" }
    guard isNamed, names.count == operands.count,
      zip(names, operands).allSatisfy({ $0.count == $1.shape.rank && Set($0).count == $0.count })
    else {
      throw fail(
        0, "bad-argument", "\"\(text)\" does not name the axes of these arrays",
        notes: ["shapes " + operands.map { "\($0.shape)" }.joined(separator: ", ")],
        helps: ["einsum(\"ij,jk->ik\", A, B)"])
    }
    let flat = names.flatMap { $0 }
    if sides.count > 1 {
      let result = Array(sides[1].drop { $0 == ">" })
      guard Set(result).count == result.count, result.allSatisfy(flat.contains) else {
        throw fail(0, "bad-argument", "the result of \"\(text)\" names an axis twice or a new one")
      }
      return (names, result)
    }
    // Without a result: the letters that occur once, in order of the alphabet.
    return (names, flat.filter { letter in flat.count { $0 == letter } == 1 }.sorted())
  }

  /// An operand with one axis a letter, of size 1 where it has none.
  private func spread(
    _ operand: Variable, _ letters: [Character], over all: [Character]
  ) throws -> Variable {
    let order = all.compactMap { letters.firstIndex(of: $0) }
    let turned =
      order == Array(order.indices)
      ? operand : try Operation.transpose(operand, .one("axes", .integers(order)))
    return try turned.reshaped(
      all.map { letter in letters.firstIndex(of: letter).map { operand.shape[$0] } ?? 1 })
  }
}
