import Tensors

/// A thing that names, elements of lists, attributes and closures hold: two of them may hold the same
/// one. Its numbers at one moment are a `Variable`, which never changes; a change in place gives the
/// thing another one. What was computed from the earlier one keeps it.
///
/// A value on its way through an expression is a variable; as long as it is what a thing stands for, its
/// `thing` leads back to it, so that `b = a` and `f(a)` hold the same one as `a`.
package final class Thing {
  package internal(set) var variable: Variable
  package internal(set) var nature = Nature.own
  /// What few things have; a training loop makes and drops things all the time.
  var ties: Ties?

  /// What ties a thing to others.
  final class Ties {
    /// The things of a list's elements, in order; of what has become a list those that were its rows.
    var parts: [Thing] = []
    /// What the parts stood for when `variable` was made of them.
    var seenParts: [Variable] = []
    /// The thing whose elements these are, and how they were picked.
    var base: Thing?
    var path: [ViewStep] = []
    /// What `base` stood for when `variable` was computed from it.
    var seen: Variable?
    /// How often other numbers took the place of the thing's (`w.data = …`), and what was there before.
    var generation = 0
    /// Of a view, how often that had happened to its base.
    var baseGeneration = 0
    /// Its gradient was asked for (`retain_grad`).
    var keepsGradient = false
    /// A part of what learns, taken while nothing was recorded.
    var isUnrecordedPart = false
    /// Of what `detach` has made a copy.
    var detached: ObjectIdentifier?
    var former: Variable?
    /// The gradient that `w.grad` gives, once it was asked for, and of which thing this is the gradient.
    var gradientThing: Thing?
    weak var owner: Thing?
    /// What the thing has become when it is no tensor any more: a list that was given an element of
    /// another kind.
    var list: AnyObject?
  }

  package enum Nature: UInt8 {
    /// Numbers of its own.
    case own
    /// Elements of another thing.
    case view
    /// A list written in brackets around things.
    case bracket
    /// The gradient that `backward()` adds up for another thing.
    case gradient
    /// No tensor any more.
    case list
  }

  /// The thing that a value is: the one it came from, or a new one.
  package static func of(_ variable: Variable) -> Thing {
    if let thing = variable.thing { return thing }
    return Thing.view(of: variable) ?? Thing.bracket(of: variable) ?? Thing(variable)
  }

  /// A thing with numbers of its own.
  package init(_ variable: Variable) {
    self.variable = variable
    variable.thing = self
  }

  // The one who is pointed to takes the pointer back, and nobody else's.
  deinit { release() }

  /// Stands for nothing until it is restored: of several things that changed their quantities none may
  /// take what another stands for.
  @inline(__always)
  package func release() { if variable.thing === self { variable.thing = nil } }

  /// What the thing stands for now.
  @inline(__always)
  package var current: Variable {
    nature == .own ? variable : refreshed()
  }

  /// Lets the thing stand for another quantity that nothing else does; views of it follow.
  package func become(_ next: Variable) {
    guard next !== variable else { return }
    precondition(next.thing == nil)
    next.adoptLabels(of: variable)
    next.isFrozen = variable.isFrozen
    // What has taken other numbers learns no more than what it was computed from did.
    if next.isLeaf, variable.isArray, !variable.isLeaf, !variable.learns { next.isFrozen = true }
    next.isArray = variable.isArray
    next.isList = variable.isList
    next.isParameter = variable.isParameter
    variable.isSuperseded = true
    point(to: next)
    ties?.owner?.variable.gradient = next.value
  }

  /// Takes other numbers, not in the same memory: who looked at the old ones keeps them.
  package func moveTo(_ next: Variable) {
    let ties = tied
    ties.generation += 1
    ties.former = variable
    become(next)
  }

  /// Holds something else from now on: an assignment, where nothing but one name holds the thing.
  @inline(__always)
  package func reuse(for next: Variable) {
    point(to: next)
  }

  @inline(__always)
  func point(to next: Variable) {
    release()
    variable = next
    next.thing = self
  }

  /// Lets every holder hold a list. Whoever looks at one of its rows looks at the thing of that row from
  /// then on.
  package func become(list: AnyObject, rows: [Thing]) {
    nature = .list
    tied.list = list
    (tied.parts, tied.base, tied.path, tied.seen) = (rows, nil, [], nil)
    for row in rows where row.isPart(of: self) { row.leaveBase() }
    tied.seenParts = rows.map(\.variable)
  }

  /// Its ties, made when they are first needed.
  var tied: Ties {
    if let ties { return ties }
    let made = Ties()
    ties = made
    return made
  }

  /// What the thing has become when it is no tensor any more.
  package var list: AnyObject? { ties?.list }

  private func refreshed() -> Variable {
    switch nature {
    case .own, .list: break
    case .view: followBase()
    case .bracket: followParts()
    case .gradient: followOwner()
    }
    return variable
  }
}
