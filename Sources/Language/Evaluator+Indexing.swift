import Autograd
import Presentation
import Tensors

// `x[…]`: positions and slices go to the operation `index`, arrays of positions and masks to
// `take`, so that both are recorded and gradients reach the elements.

/// A subscript with its values.
enum EvaluatedSubscript {
  case value(Value, Span)
  case slice(Int?, Int?, step: Int?, Span)
  case ellipsis(Span)

  var span: Span {
    switch self {
    case .value(_, let span), .slice(_, _, step: _, let span), .ellipsis(let span): span
    }
  }

  /// The one position it names, if it does.
  var integer: Int? {
    if case .value(.object(let object), _) = self { return (object as? WholeNumber)?.small }
    guard case .value(.tensor(let variable), _) = self, variable.shape.isScalar,
      variable.value.dtype != .bool
    else { return nil }
    return Value.tensor(variable).integer
  }
}

extension [EvaluatedSubscript] {
  /// `x[i]` with a tuple `i` is `x[i[0], i[1], …]`, as NumPy has it.
  var spread: [EvaluatedSubscript] {
    guard count == 1, case .value(.tuple(let items), let span) = self[0] else { return self }
    return items.map { .value($0, span) }
  }
}

extension Evaluator {
  func evaluate(_ subscripts: [Subscript]) throws -> [EvaluatedSubscript] {
    try subscripts.map { part in
      switch part {
      case .slice(let lower, let upper, let step, let span):
        .slice(
          try lower.flatMap(bound), try upper.flatMap(bound), step: try step.flatMap(bound), span)
      case .at(let expression):
        if case .ellipsis = expression.form {
          .ellipsis(expression.span)
        } else {
          try subscripted(try evaluate(expression), expression.span)
        }
      }
    }
  }

  /// `x[i]` where `i` is what `__getitem__` was given for `a:b`.
  private func subscripted(_ value: Value, _ span: Span) throws -> EvaluatedSubscript {
    guard case .object(let object) = value, let slice = object as? SliceObject,
      case .slice(let start, let stop, let step) = try slice.item(Site(self, span))
    else { return .value(value, span) }
    return .slice(start, stop, step: step, span)
  }

  private func bound(_ expression: Expression) throws -> Int? {
    let value = try evaluate(expression)
    if case .none = value { return nil }
    if let whole = value.integer { return whole }
    if let number = value.real { throw fail(.indexNotWhole(number, at: expression.span)) }
    throw fail(.wrongIndex(value, at: expression.span))
  }

  func index(_ base: Expression, _ subscripts: [Subscript], at span: Span) throws -> Value {
    let value = try evaluate(base)
    return try index(value, try evaluate(subscripts), base: base.span, at: span)
  }

  func index(
    _ value: Value, _ subscripts: [EvaluatedSubscript], base: Span, at span: Span
  ) throws -> Value {
    switch value {
    case .tensor(let variable):
      let subscripts = subscripts.spread
      if let part = try part(of: variable, subscripts) { return part }
      return .tensor(try index(variable, subscripts, at: span))
    case .list(let list): return try index(list.items, subscripts, "the list", at: span, .list)
    case .tuple(let items): return try index(items, subscripts, "the tuple", at: span, .tuple)
    case .string(let text):
      return try index(
        text.map { .string(String($0)) }, subscripts, "the string", at: span, .string)
    case .range(let range):
      if subscripts.count == 1, let place = subscripts[0].integer {
        return .integer(
          range[try element(place, count: range.count, "the range", at: subscripts[0].span)])
      }
      guard let tensor = try value.asTensor(environment.structure) else { break }
      return .tensor(try index(tensor, subscripts, at: span))
    case .object(let object):
      if let dynamic = object.dynamic {
        let key = try key(subscripts, at: span)
        if let found = try dynamic.item(key, Site(self, span)) { return found.resolved }
        break
      }
      guard let count = object.count, subscripts.count == 1, let place = subscripts[0].integer
      else { break }
      let found = object.element(
        try element(place, count: count, object.summary, at: subscripts[0].span))
      if let found { return found }
    case .thing: return try index(value.resolved, subscripts, base: base, at: span)
    case .none, .function, .builtin, .method: break
    }
    throw fail(.notIndexable(value, at: base))
  }

  /// `value[key]` for whoever has both.
  package func element(of value: Value, at key: Value, _ span: Span) throws -> Value {
    try index(value.resolved, [try subscripted(key.resolved, span)], base: span, at: span)
  }

  /// An element of a list of things is the thing itself.
  private func part(of variable: Variable, _ subscripts: [EvaluatedSubscript]) throws -> Value? {
    guard variable.isList, subscripts.count == 1, let place = subscripts[0].integer,
      let parts = variable.thing?.elements, parts[0].shape.rank > 0 || parts[0].isArray
    else { return nil }
    return .tensor(
      parts[try element(place, count: parts.count, "the list", at: subscripts[0].span)])
  }

  private enum Sequence { case list, tuple, string }

  private func index(
    _ items: [Value], _ subscripts: [EvaluatedSubscript], _ what: String, at span: Span,
    _ kind: Sequence
  ) throws -> Value {
    guard subscripts.count == 1 else {
      if kind == .list, let tensor = try environment.structure.stacked(items) {
        return .tensor(try index(tensor, subscripts, at: span))
      }
      throw fail(.listIndex(at: span))
    }
    switch subscripts[0] {
    case .value(let value, let place):
      guard let position = value.integer else { throw fail(.listIndex(at: place)) }
      return items[try element(position, count: items.count, what, at: place)]
    case .slice(let start, let stop, let step, _):
      guard
        case .grid(let shape, let first, let steps)? = try? ([items.count] as Shape).placement(
          of: [.slice(start: start, stop: stop, step: step ?? 1)])
      else { throw fail(.listIndex(at: span)) }
      let picked = (0..<shape.count).map { items[first + $0 * steps[0]] }
      switch kind {
      case .list: return .list(List(picked))
      case .tuple: return .tuple(picked)
      case .string: return .string(picked.map { text(of: $0) }.joined())
      }
    case .ellipsis: throw fail(.listIndex(at: span))
    }
  }

  /// The position that an index counts, from the end if negative.
  func element(_ index: Int, count: Int, _ what: String, at span: Span) throws -> Int {
    guard index >= -count, index < count else {
      throw fail(.indexOutOfRange(index, count: count, what, at: span))
    }
    return index < 0 ? index + count : index
  }

  // MARK: - Tensors

  func index(
    _ variable: Variable, _ subscripts: [EvaluatedSubscript], at span: Span
  ) throws -> Variable {
    do {
      if let items = try plainItems(subscripts) { return try pick(variable, items) }
      return try take(variable, subscripts, at: span)
    } catch {
      throw worded(error, at: span, [])
    }
  }

  func pick(_ variable: Variable, _ items: [IndexItem]) throws -> Variable {
    let attributes = Attributes.one("items", .index(items))
    let picked =
      variable.isLiteral
      ? Variable(
        try environment.structure.index.evaluate([variable.value], attributes), literal: true)
      : try environment.structure.index(variable, attributes)
    picked.isList = variable.isList
    // An element of PyTorch's is a tensor as well, and shares its memory.
    if variable.isArray { picked.isArray = true }
    return picked
  }

  /// Positions and slices; nil if an array is among them.
  func plainItems(_ subscripts: [EvaluatedSubscript]) throws -> [IndexItem]? {
    var items: [IndexItem] = []
    items.reserveCapacity(subscripts.count)
    for part in subscripts {
      guard let item = try plainItem(part) else { return nil }
      items.append(item)
    }
    return items
  }

  private func plainItem(_ part: EvaluatedSubscript) throws -> IndexItem? {
    switch part {
    case .slice(let lower, let upper, let step, _):
      return .slice(start: lower, stop: upper, step: step ?? 1)
    case .ellipsis: return .ellipsis
    case .value(let value, let span):
      switch value {
      case .none: return .newAxis
      case .tensor(let variable) where variable.shape.isScalar && variable.value.dtype != .bool:
        guard let position = value.integer else {
          throw fail(.indexNotWhole(variable.value[flat: 0], at: span))
        }
        return .at(position)
      case .tensor, .list, .range, .tuple: return nil
      case .thing: return try plainItem(.value(value.resolved, span))
      case .object(let object as WholeNumber):
        return .at(object.small ?? (object.value < 0 ? .min : .max))
      case .object(let object) where object is SliceObject:
        return try (object as? SliceObject)?.item(Site(self, span))
      case .string, .function, .builtin, .method, .object:
        throw fail(.wrongIndex(value, at: span))
      }
    }
  }

  /// Arrays of positions: one beside full slices picks along its axis; several together pick
  /// element by element, as in NumPy. A mask picks where it holds.
  private func take(
    _ variable: Variable, _ subscripts: [EvaluatedSubscript], at span: Span
  ) throws -> Variable {
    var arrays: [(axis: Int, positions: Variable)] = []
    var items: [IndexItem] = []
    var axis = 0
    for part in subscripts {
      if let item = try plainItem(part) {
        items.append(item)
        if item == .ellipsis {
          axis = variable.shape.rank - (subscripts.count - items.count)
        } else if item != .newAxis {
          axis += 1
        }
        continue
      }
      guard case .value(let value, let place) = part else { continue }
      guard let positions = try value.asTensor(environment.structure) else {
        throw fail(.notTensor(value, at: place))
      }
      if positions.value.dtype == .bool, subscripts.count == 1 {
        return try select(variable, positions.value, at: place)
      }
      let indices =
        positions.value.dtype == .bool ? try trueOffsets(positions.value) : positions.value
      arrays.append((axis, Variable(indices, literal: true)))
      items.append(.slice(start: nil, stop: nil, step: 1))
      axis += 1
    }
    if arrays.count == 1, !items.contains(where: { if case .at = $0 { true } else { false } }) {
      let taken = try environment.structure.take(
        variable, arrays[0].positions, .one("axis", .integer(arrays[0].axis)))
      let isPlain = items.allSatisfy { $0 == .slice(start: nil, stop: nil, step: 1) }
      return isPlain || arrays[0].positions.shape.rank != 1
        ? taken : try environment.structure.index(taken, .one("items", .index(items)))
    }
    return try takeTogether(variable, arrays, items, at: span)
  }

  /// `x[rows, columns]` with arrays (and single positions) for the first axes.
  private func takeTogether(
    _ variable: Variable, _ arrays: [(axis: Int, positions: Variable)], _ items: [IndexItem],
    at span: Span
  ) throws -> Variable {
    var columns: [Tensor] = []
    var next = arrays.makeIterator()
    for item in items {
      switch item {
      case .at(let position): columns.append(Tensor(Double(position), dtype: .int64))
      case .slice(start: nil, stop: nil, step: 1):
        guard let array = next.next() else { throw fail(.mixedIndex(at: span)) }
        columns.append(array.positions.value)
      case .slice, .ellipsis, .newAxis: throw fail(.mixedIndex(at: span))
      }
    }
    let rank = variable.shape.rank
    guard columns.count <= rank else { throw TensorError.tooManyIndices(columns.count, rank: rank) }
    var shape = Shape.scalar
    for column in columns { shape = try shape.broadcast(with: column.shape) }
    let strides = variable.shape.strides
    let inner = columns.count < rank ? strides[columns.count - 1] : 1
    try make(shape.count, of: MemoryLayout<Double>.stride, at: span)
    var offsets = [Double](repeating: 0, count: shape.count)
    for (axis, column) in columns.enumerated() {
      let size = variable.shape[axis]
      let wide = try environment.structure.broadcast.evaluate(
        [column], .one("shape", .integers(shape.array)))
      for (place, position) in Poll.each(wide.elements.enumerated()) {
        guard let whole = Int(exactly: position), whole >= -size, whole < size else {
          throw TensorError.index(Int(exactly: position) ?? Int.max, size: size, axis: axis)
        }
        offsets[place] += Double((whole < 0 ? whole + size : whole) * (strides[axis] / inner))
      }
    }
    try Poll.check()
    let positions = Variable(Tensor(offsets, shape: shape, dtype: .int64), literal: true)
    if columns.count == rank { return try environment.structure.take(variable, positions) }
    let rest = (columns.count..<rank).map { variable.shape[$0] }
    let rows = try environment.structure.reshape(variable, .one("shape", .integers([-1] + rest)))
    return try environment.structure.take(rows, positions, .one("axis", .integer(0)))
  }

  private func select(_ variable: Variable, _ mask: Tensor, at span: Span) throws -> Variable {
    let positions = Variable(try trueOffsets(mask), literal: true)
    if mask.shape == variable.shape { return try environment.structure.take(variable, positions) }
    guard mask.shape.rank == 1, variable.shape.rank > 0, mask.shape[0] == variable.shape[0] else {
      throw fail(.maskShape(mask.shape, variable.shape, at: span))
    }
    return try environment.structure.take(variable, positions, .one("axis", .integer(0)))
  }

  private func trueOffsets(_ mask: Tensor) throws -> Tensor {
    let count = mask.count { $0 != 0 }
    let shape = try Shape(checking: [count])
    return mask.withElements { elements in
      Tensor(shape, dtype: .int64) { out in
        var next = 0
        for index in Poll.each(elements.indices) where elements[index] != 0 && next < count {
          out[next] = Double(index)
          next += 1
        }
      }
    }
  }

  // MARK: - Replacing elements

  /// The tensor with other elements at an index. The result has a history if the tensor or the new
  /// elements have one.
  func replacing(
    _ subscripts: [EvaluatedSubscript], of variable: Variable, with part: Variable, at span: Span
  ) throws -> Variable {
    do {
      let numbers = Tensor(variable.shape, dtype: .int64) { out in
        Poll.inChunks(out.count) { for place in $0 { out[place] = Double(place) } }
      }
      let places = try index(Variable(numbers, literal: true), subscripts, at: span)
      return try variable.replacing(places.value, with: part)
    } catch {
      throw worded(error, at: span, [])
    }
  }
}
