import Autograd
import Presentation
import Tensors

// Elements that are handed out one by one, each when it is asked for: of what is looped over in a
// generator, and by `zip`, `enumerate`, `map` and `filter`.

/// Something that hands out elements one by one, each when it is asked for.
package protocol ElementSource: DynamicObject {
  /// The next element; nil where there is no more.
  func next(_ site: Site) throws -> Value?
}

extension ElementSource {
  package var attributeNames: [String] { ["__next__"] }
  package func truth(_ site: Site) -> Bool { true }
  package func iterate(_ site: Site, _ body: (Value) throws -> Bool) throws -> Bool {
    while let item = try next(site) {
      if site.evaluator.interrupt.isSet { throw site.evaluator.interrupted(at: site.span) }
      if try !body(item) { break }
    }
    return true
  }
}

/// The elements of a value, which are taken one at a time.
package struct Elements {
  private enum Origin {
    case range(IntegerRange)
    case list(List)
    case tensor(Rows)
    case items([Value])
    case source(any ElementSource)
    /// An object with `__next__`.
    case instance(Instance)
  }

  private let origin: Origin
  private var position = 0

  package init(_ value: Value, _ evaluator: Evaluator, at span: Span) throws {
    switch value.resolved {
    case .range(let range): origin = .range(range)
    case .list(let list): origin = .list(list)
    case .tensor(let variable) where variable.shape.rank > 0:
      origin = .tensor(Rows(variable))
    case .object(let source as any ElementSource): origin = .source(source)
    case .object(let instance as Instance) where instance.type.find("__iter__") != nil:
      let made = try instance.special("__iter__", [], Site(evaluator, span)) ?? Value.none
      if case .object(let iterator as Instance) = made, iterator.type.find("__next__") != nil {
        origin = .instance(iterator)
      } else {
        origin = try Elements(made, evaluator, at: span).origin
      }
    default: origin = .items(try evaluator.items(of: value, at: span))
    }
  }

  package var heldValues: [Value] {
    switch origin {
    case .range: []
    case .list(let list): [.list(list)]
    case .tensor(let rows): [rows.thing.map { .thing($0) } ?? .tensor(rows.variable)]
    case .items(let items): items
    case .source(let source): [.object(source)]
    case .instance(let instance): [.object(instance)]
    }
  }

  package mutating func next(_ evaluator: Evaluator, at span: Span) throws -> Value? {
    position += 1
    let place = position - 1
    switch origin {
    case .range(let range):
      guard place < range.count else { return nil }
      return .tensor(Variable(Tensor(Double(range[place]), dtype: .int64), literal: true))
    case .list(let list): return place < list.count ? list[place] : nil
    case .tensor(let rows): return try evaluator.element(of: rows, at: place)
    case .items(let items): return place < items.count ? items[place].resolved : nil
    case .source(let source): return try source.next(Site(evaluator, span))
    case .instance(let instance):
      do { return try instance.special("__next__", [], Site(evaluator, span)) } catch let error
        as Diagnostic where evaluator.isError(error, "StopIteration")
      {
        return nil
      }
    }
  }
}

/// What `zip`, `enumerate`, `map` and `filter` give: each element is made of the next ones of what
/// they go through.
package final class Pipe: ElementSource {
  /// Of the elements and their number; nil where there is none of them.
  package typealias Step = (_ items: [Value], _ position: Int, Site) throws -> Value?

  package let typeName: String
  private let step: Step
  private var origins: [Elements]
  private var position = 0

  package init(
    _ typeName: String, over values: [Value], _ site: Site, _ step: @escaping Step
  ) throws {
    self.typeName = typeName
    self.step = step
    origins = try values.map { try Elements($0, site.evaluator, at: site.span) }
  }

  package var summary: String { "what \(typeName) gives" }
  package var heldValues: [Value] { origins.flatMap(\.heldValues) }

  package func next(_ site: Site) throws -> Value? {
    guard !origins.isEmpty else { return nil }
    // One may go through another, and that through another.
    try site.evaluator.checkDepth(typeName, at: site.span)
    while true {
      if Poll.spend(1 << 10) { throw site.evaluator.interrupted(at: site.span) }
      var items: [Value] = []
      for index in origins.indices {
        guard let item = try origins[index].next(site.evaluator, at: site.span) else { return nil }
        items.append(item)
      }
      position += 1
      if let made = try step(items, position - 1, site) { return made }
    }
  }

  package func text(isShort: Bool, _ site: Site) -> String { "<\(typeName) object>" }

  private struct Moment: @unchecked Sendable {
    let origins: [Elements]
    let position: Int
  }

  package func snapshot() -> any Sendable { Moment(origins: origins, position: position) }
  package func restore(_ state: any Sendable) {
    guard let moment = state as? Moment else { return }
    (origins, position) = (moment.origins, moment.position)
  }
}

extension Value {
  /// Whether its elements are handed out once, each when it is asked for.
  package var isElementSource: Bool {
    guard case .object(let object) = self else { return false }
    return object is any ElementSource
      || (object as? Instance).map { $0.type.find("__iter__") != nil } == true
  }
}
