import Autograd
import Presentation
import Tensors

/// Where a value is stored: a target whose parts have been evaluated, once, from left to right.
enum Place {
  case name(Name)
  case element(of: Value, [EvaluatedSubscript])
  case attribute(of: Value, Symbol)
}

extension Evaluator {
  /// The place that a target stands for; a tuple of targets is none.
  func place(of target: Target) throws -> Place {
    switch target.form {
    case .name(let name): return .name(name)
    case .index(let base, let subscripts):
      return .element(of: try evaluate(base), try evaluate(subscripts))
    case .attribute(let base, let name): return .attribute(of: try evaluate(base), name)
    case .tuple: throw fail(.severalTargets("an augmented assignment", at: target.span))
    }
  }

  /// What is there now.
  func value(at place: Place, of target: Target) throws -> Value {
    switch place {
    case .name(let name):
      guard let value = lookUp(name) else { throw fail(unknownName(name, at: target.span)) }
      return value
    case .element(let owner, let subscripts):
      return try index(owner, subscripts, base: target.baseSpan, at: target.span)
    case .attribute(let owner, let name):
      return try attribute(name, of: owner, target.baseSpan, at: target.span)
    }
  }

  func store(_ value: Value, at place: Place, _ span: Span) throws {
    switch place {
    case .name(let name): store(value, to: name)
    case .element(let owner, let subscripts):
      try storeElement(value, owner, subscripts, at: span)
    case .attribute(let owner, let name): try storeAttribute(value, owner, name, at: span)
    }
  }

  // MARK: - Elements

  /// `owner[subscripts] = value`
  private func storeElement(
    _ value: Value, _ owner: Value, _ subscripts: [EvaluatedSubscript], at span: Span
  ) throws {
    switch owner {
    case .list(let list): try store(value, in: list, subscripts, at: span)
    case .tensor(let variable):
      let subscripts = subscripts.spread
      if let list = try asList(variable, for: value, subscripts) {
        return try store(value, in: list, subscripts, at: span)
      }
      guard let part = try value.asTensor(environment.structure) else {
        throw fail(.elementNotNumber(value, at: span))
      }
      if let thing = variable.thing, thing.nature == .bracket, subscripts.count == 1,
        let position = subscripts[0].integer
      {
        let count = variable.shape[0]
        try thing.replace(
          element: try element(position, count: count, "the list", at: subscripts[0].span),
          by: part.quantity)
        return
      }
      try change(
        variable, to: try replacing(subscripts, of: variable, with: part, at: span), at: span)
    case .object(let object) where object.dynamic != nil:
      let key = try key(subscripts, at: span)
      guard try object.dynamic?.setItem(key, to: value.held, Site(self, span)) == true else {
        throw fail(.notChangeable(.object(object), at: span))
      }
    case .object(let object):
      guard let count = object.count, subscripts.count == 1, let position = subscripts[0].integer
      else { throw fail(.notChangeable(.object(object), at: span)) }
      let place = try element(position, count: count, object.summary, at: subscripts[0].span)
      let isStored: Bool
      do { isStored = try object.setElement(place, to: value) } catch {
        throw worded(error, at: span, [])
      }
      if !isStored { throw fail(.notChangeable(.object(object), at: span)) }
    case let other: throw fail(.notChangeable(other, at: span))
    }
  }

  /// The list that a row of numbers becomes for everybody who holds it, where one of its elements is
  /// to be of another kind; nil where the tensor can take the value.
  private func asList(
    _ variable: Variable, for value: Value, _ subscripts: [EvaluatedSubscript]
  ) throws -> List? {
    guard variable.isList, subscripts.count == 1, let thing = variable.thing else { return nil }
    if case .slice(let start, let stop, let step, _) = subscripts[0], step == nil || step == 1 {
      // `x[:0] = [3]` changes the length, which only a list can.
      let range = Evaluator.bounds(start, stop, count: variable.shape[0])
      guard let count = value.lengthAsList, count != range.count else { return nil }
      return try list(from: variable, thing)
    }
    guard subscripts[0].integer != nil else { return nil }
    if let part = try value.asTensor(environment.structure),
      part.shape.rank < variable.shape.rank,
      variable.shape.array.suffix(part.shape.rank) == part.shape.array[...],
      part.shape.rank == variable.shape.rank - 1
    {
      return nil
    }
    return try list(from: variable, thing)
  }

  /// Turns a row of numbers into a list of them, for everybody who holds it. A row of a matrix in
  /// brackets is one of its elements, so the matrix becomes a list of rows first.
  func list(from variable: Variable, _ thing: Thing) throws -> List {
    if let (matrix, _) = thing.rowOfBracket {
      // From then on the thing looks at its row in that list.
      _ = try list(from: matrix.current, matrix)
      _ = thing.current
    }
    if case .list(let known) = thing.value { return known }
    if let row = thing.wholeRow {
      let list = try list(from: row.current, row)
      thing.become(list: list, rows: list.rows)
      return list
    }
    let list = List(try elements(of: variable).map { .tensor($0) })
    thing.become(list: list, rows: list.rows)
    return list
  }

  private func store(
    _ value: Value, in list: List, _ subscripts: [EvaluatedSubscript], at span: Span
  ) throws {
    guard subscripts.count == 1 else { throw fail(.listIndex(at: span)) }
    if list.isReached(from: value) { throw fail(.containsItself(at: span)) }
    if let position = subscripts[0].integer {
      let place = try element(position, count: list.count, "the list", at: subscripts[0].span)
      list[place] = value
      return
    }
    guard case .slice(let start, let stop, let step, _) = subscripts[0] else {
      throw fail(.listIndex(at: span))
    }
    guard step == nil || step == 1 else {
      let places = try stepped(start, stop, step ?? 1, count: list.count, at: span)
      let new = try self.items(of: value, at: span)
      guard new.count == places.count else {
        throw fail(.unequalSlice(places.count, new.count, at: span))
      }
      for (place, item) in zip(places, new) { list[place] = item }
      return
    }
    let range = Evaluator.bounds(start, stop, count: list.count)
    var items = list.items
    items.replaceSubrange(range, with: try self.items(of: value, at: span))
    list.items = items
  }

  /// The positions that a slice stands for, in its order.
  func stepped(
    _ start: Int?, _ stop: Int?, _ step: Int, count: Int, at span: Span
  ) throws -> [Int] {
    let item = IndexItem.slice(start: start, stop: stop, step: step)
    guard
      case .grid(let shape, let first, let steps)? = try? ([count] as Shape).placement(of: [item])
    else { throw fail(.listIndex(at: span)) }
    return (0..<shape.count).map { first + $0 * steps[0] }
  }

  /// The positions that a slice of step 1 stands for.
  static func bounds(_ start: Int?, _ stop: Int?, count: Int) -> Range<Int> {
    func clamped(_ place: Int) -> Int { min(max(place < 0 ? place + count : place, 0), count) }
    let lower = clamped(start ?? 0)
    return lower..<max(lower, clamped(stop ?? count))
  }

  // MARK: - Attributes

  private func storeAttribute(
    _ value: Value, _ owner: Value, _ name: Symbol, at span: Span
  ) throws {
    if case .object(let object) = owner {
      if let dynamic = object.dynamic,
        try dynamic.store(value.held, to: name, Site(self, span))
      {
        return
      }
      do { if try object.setAttribute(name, to: value) { return } } catch {
        throw worded(error, at: span, [])
      }
    }
    if case .tensor(let variable) = owner {
      switch name {
      case .grad: return try storeGradient(value, of: variable, at: span)
      case .requiresGradient:
        try setLearning(of: variable, try truth(value, at: span), at: span)
        return
      case .data:
        guard let part = try value.asTensor(environment.structure) else {
          throw fail(.elementNotNumber(value, at: span))
        }
        // Other numbers for this tensor alone, and none for whom it shared memory with.
        let source = part.thing ?? Thing.view(of: part)
        if let thing = variable.thing, source === thing || source?.isPart(of: thing) == true {
          return
        }
        variable.thing?.leaveBase()
        if let thing = variable.thing, let source, part.shape == variable.shape,
          part.value.dtype == variable.value.dtype, thing.share(source)
        {
          return
        }
        if let thing = variable.thing, thing.nature == .own, part.shape == variable.shape {
          thing.moveTo(Variable(part.value))
        } else {
          try change(variable, to: part.detached(), at: span)
        }
        return
      default: break
      }
    }
    throw fail(.attributeNotAssignable(name.name, of: owner, at: span))
  }

  private func storeGradient(_ value: Value, of variable: Variable, at span: Span) throws {
    if case .none = value {
      variable.gradient = nil
      return
    }
    guard let gradient = try value.asTensor(environment.structure)?.value else {
      throw fail(.elementNotNumber(value, at: span))
    }
    guard gradient.shape == variable.shape else {
      let name = variable.naming?.name ?? "x"
      throw fail(
        Diagnostic(
          "gradient-shape", "a gradient of shape \(gradient.shape) for shape \(variable.shape)",
          primary: .init(span), helps: ["\(name).grad = zeros_like(\(name))"]))
    }
    variable.gradient = gradient
  }
}

extension List {
  /// The things of its elements, where all of them are some.
  fileprivate var rows: [Thing] {
    let things = storage.compactMap { item -> Thing? in
      if case .thing(let thing) = item { thing } else { nil }
    }
    return things.count == storage.count ? things : []
  }
}

extension Value {
  /// How many elements a list, tuple or bracket puts in place of a slice; nil for what is spread over it.
  fileprivate var lengthAsList: Int? {
    switch self {
    case .list(let list): list.count
    case .tuple(let items): items.count
    case .range(let range): range.count
    case .tensor(let variable): variable.isList ? variable.shape[0] : nil
    case .none, .string, .function, .builtin, .method, .object, .thing: nil
    }
  }
}

extension Diagnostic {
  fileprivate static func unequalSlice(_ count: Int, _ found: Int, at span: Span) -> Diagnostic {
    Diagnostic(
      "bad-argument", "a slice of \(count) elements cannot take \(found)", primary: Label(span))
  }
}

extension Value {
  /// Numbers written in brackets, or a part of such.
  var isBracket: Bool { if case .tensor(let variable) = self { variable.isList } else { false } }
}

extension Target {
  var isElement: Bool { if case .index = form { true } else { false } }

  /// What stands before the index or the dot.
  var baseSpan: Span {
    switch form {
    case .index(let base, _), .attribute(let base, _): base.span
    case .name, .tuple: span
    }
  }
}
