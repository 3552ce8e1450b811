import Autograd
import Presentation
import Tensors

// The gradient of what was picked, stacked or joined: elements of one gradient at places of another.

/// Elements of a quantity and where they stand in a tensor of zeros.
private struct Placement {
  let source: Variable
  /// For each element of the source its place; nil where it is left out.
  var places: [Int?]

  init(whole source: Variable) {
    self.source = source
    places = Array(0..<source.shape.count)
  }

  mutating func move(_ place: (Int) -> Int?) { places = places.map { $0.flatMap(place) } }
}

extension Notation {
  /// Larger gradients are written as the operations they are.
  private static let placeLimit = 4_096

  /// `−1/p[2] at [2], 0 elsewhere`; of several the sum. nil where nothing was put in places.
  func placed(_ variable: Variable, _ levels: Int) -> Term? {
    guard let form = variable.operation?.form,
      form == .placing || isDerivative && form.isRearranging,
      variable.shape.count <= Self.placeLimit
    else { return nil }
    let parts = placements(of: variable, levels)
    if parts.count == 1, parts[0].source === variable {
      return form == .taking ? taken(variable, levels) : nil
    }
    let terms = parts.map { written($0, in: variable, levels) }
    return terms.isEmpty ? .constant(0) : terms.count == 1 ? terms[0] : .sum(terms)
  }

  /// What stands at which block of a tensor that is 0 elsewhere; nil where there is more to it.
  func blocks(of variable: Variable) -> [(place: String, term: Term)]? {
    guard
      variable.operation?.form == .placing || variable.operation?.form.isRearranging == true
        || variable.operation?.form == .arithmetic(.add), variable.shape.count <= Self.placeLimit
    else { return nil }
    let parts = placements(of: variable, levels)
    if parts.contains(where: { $0.source === variable }) { return nil }
    var found: [(place: String, term: Term)] = []
    for part in parts {
      let places = part.places.compactMap { $0 }
      guard places.count == part.places.count, places.count < variable.shape.count,
        let block = Self.block(of: places, in: variable.shape)
      else { return nil }
      found.append((block, term(part.source, levels)))
    }
    return found
  }

  /// A block of elements: `∂E/∂z[1:3,1:3]`.
  private func taken(_ variable: Variable, _ levels: Int) -> Term? {
    let whole = variable.inputs[0]
    guard let picked = variable.pickedPlaces, picked.count == variable.shape.count,
      let block = Self.block(of: picked, in: whole.shape)
    else { return nil }
    return opaque(.part(formula(term(whole, levels)), block), variable)
  }

  /// Single elements put at different places of a short vector: `[2.5·(θ[0] + 6), 2·(θ[1] − 8)]`.
  func elementwise(_ variable: Variable, _ levels: Int) -> Term? {
    guard variable.shape.rank == 1, variable.shape.count <= 6 else { return nil }
    let zero = WorkedFormula.number("0")
    var elements = [WorkedFormula](repeating: zero, count: variable.shape.count)
    var pending = [variable]
    while let next = pending.popLast() {
      guard names.symbol(of: next) == nil, let operation = next.operation else { return nil }
      if operation.form == .arithmetic(.add) {
        pending += next.inputs.array
      } else if operation.form == .placing, next.inputs[1].value.count == 1,
        let place = Int(exactly: next.inputs[1].value[flat: 0]), elements[place] == zero
      {
        elements[place] = formula(term(next.inputs[0], levels))
      } else {
        return nil
      }
    }
    return opaque(.rows([elements]), variable)
  }

  /// Whether vectors, or the rows of matrices, are joined.
  func isRowwise(_ joined: Variable) -> Bool {
    let axis = joined.attributes.integer("axis")
    return axis == -1 || axis == joined.shape.rank - 1
  }

  /// `[h, x]`: vectors, or the rows of matrices, one after the other.
  func sideBySide(_ joined: Variable, _ levels: Int) -> Term {
    let parts = joined.inputs.array.flatMap { input -> [WorkedFormula] in
      let part = formula(term(input, levels))
      if case .rows(let rows) = part, rows.count == 1, input.shape.rank == 1 { return rows[0] }
      return [part]
    }
    return opaque(.rows([parts]), joined)
  }

  /// Numbers without a name, seen through operations that move them.
  func isLiteral(_ variable: Variable) -> Bool {
    if names.hasSymbol(variable) { return false }
    guard let operation = variable.operation else { return true }
    return (operation.form.isMover || operation.form == .picking)
      && isLiteral(variable.inputs[0])
  }

  /// What a tensor is put together from; itself where that is all there is to say.
  private func placements(of variable: Variable, _ levels: Int) -> [Placement] {
    let whole = [Placement(whole: variable)]
    guard let operation = variable.operation, levels > 0 else { return whole }
    func inner(_ index: Int) -> [Placement] {
      let input = variable.inputs[index]
      return names.symbol(of: input) == nil
        ? placements(of: input, levels - 1) : [Placement(whole: input)]
    }
    func moved(_ parts: [Placement], _ place: (Int) -> Int?) -> [Placement] {
      parts.compactMap { part in
        var part = part
        part.move(place)
        return part.places.allSatisfy { $0 == nil } ? nil : part
      }
    }
    switch operation.form {
    case .arithmetic(.add) where variable.inputs.array.allSatisfy({ $0.shape == variable.shape }):
      return inner(0) + inner(1)
    case .placing:
      let targets = variable.inputs[1].value.elements
      return moved(inner(0)) { Int(exactly: targets[$0]) }
    case let form where form.isRearranging:
      let parts = inner(0)
      if parts.count == 1, parts[0].source === variable.inputs[0] { return whole }
      guard let picked = variable.pickedPlaces, Set(picked).count == picked.count else {
        return whole
      }
      let back = Dictionary(uniqueKeysWithValues: zip(picked, picked.indices))
      return moved(parts) { back[$0] }
    default: return whole
    }
  }

  private func written(_ part: Placement, in target: Variable, _ levels: Int) -> Term {
    let kept = part.places.indices.filter { part.places[$0] != nil }
    let places = part.places.compactMap { $0 }
    let isWhole = kept.count == part.places.count
    let source = term(part.source, levels)
    let covers = places == Array(0..<target.shape.count)
    if isWhole, covers { return source }
    var picked = formula(source)
    if !isWhole {
      let parts = Self.parts(kept, of: part.source.shape)
      picked = .part(picked, parts[0])
      let rest = parts.dropFirst().map { ", [\($0)]" }.joined()
      if !rest.isEmpty { picked = .phrase([picked, .words(rest)]) }
    }
    if covers { return opaque(picked, target) }
    if case .phrase = picked { picked = .enclosed("(", picked, ")") }
    let place = Self.parts(places, of: target.shape).map { "[\($0)]" }.joined(separator: ", ")
    return opaque(.phrase([picked, .words(" at \(place), 0 elsewhere")]), target)
  }

  /// `1:3`; places that are no block, in order, each by itself.
  private static func parts(_ offsets: [Int], of shape: Shape) -> [String] {
    if let block = block(of: offsets, in: shape) { return [block] }
    let listed = offsets.prefix(4).map { offset in
      shape.coordinates(of: offset).map(String.init).joined(separator: ",")
    }
    return listed + (offsets.count > 4 ? ["…"] : [])
  }

  /// `1` for a row, `0:2,3`; nil for places that are no block or not in order.
  private static func block(of offsets: [Int], in shape: Shape) -> String? {
    let coordinates = offsets.map { shape.coordinates(of: $0) }
    let axes = shape.axes.map { axis in Set(coordinates.map { $0[axis] }).sorted() }
    guard axes.reduce(1, { $0 * $1.count }) == offsets.count,
      zip(offsets, offsets.dropFirst()).allSatisfy({ $0 < $1 })
    else { return nil }
    var ranges = axes.enumerated().compactMap { range($0.element, of: shape[$0.offset]) }
    guard ranges.count == axes.count else { return nil }
    while ranges.count > 1, ranges.last == ":" { ranges.removeLast() }
    return ranges.joined(separator: ",")
  }

  /// `2`, `:`, `1:3`, `0:6:2`; nil for places that are no range.
  private static func range(_ places: [Int], of size: Int) -> String? {
    guard let first = places.first, let last = places.last else { return nil }
    if places.count == 1 { return size == 1 ? ":" : String(first) }
    if places.count == size { return ":" }
    let step = places[1] - first
    guard zip(places, places.dropFirst()).allSatisfy({ $1 - $0 == step }) else { return nil }
    return "\(first):\(last + 1)" + (step == 1 ? "" : ":\(step)")
  }
}
