import Autograd
import Explain
import Presentation
import Tensors

/// A recorded computation as slips see it: which steps there are, what they are called, what lies
/// between the asked quantity and the root. Names and places depend on the structure alone, so that
/// the same slips are found when all given numbers are moved a little.
final class Structure {
  let replay: Replay
  let inquiry: Inquiry
  /// The place of the asked quantity, and whether a gradient by it is asked.
  let asked: Int
  let isGradient: Bool
  /// Of an update, what the gradient is multiplied with; of a gradient, what it would be.
  let rate: Tensor?
  /// Whether a gradient by the asked quantity passes there.
  let path: [Bool]
  let uses: [[Use]]
  private let origins: [WrittenOut.Origin]
  let symbols: Symbols
  /// The named quantity in whose statement each step happens.
  private let owners: [Int]

  var history: History { replay.history }
  var root: Int { history.count - 1 }

  /// Nil where the root was not computed from the asked quantity.
  init?(_ inquiry: Inquiry, rate: Variable?) {
    let written = WrittenOut(inquiry.root)
    let root = written.counterpart(of: inquiry.root)
    let asked = written.counterpart(of: inquiry.quantity)
    let replay = Replay(of: root) { Decimal.rounded($0, decimals: $1) }
    guard let place = replay.history.place(of: asked) else { return nil }
    self.inquiry = inquiry
    self.replay = replay
    self.asked = place
    var rate = rate
    if case .update(let written, _) = inquiry.kind { rate = written }
    if case .value = inquiry.kind { isGradient = false } else { isGradient = true }
    self.rate = rate?.value
    symbols = Symbols(under: root)
    origins = replay.history.quantities.map(written.origin)
    path = isGradient ? replay.history.path(from: place) : []
    uses = replay.history.allUses
    owners = Self.owners(in: replay.history, symbols)
  }

  /// The same computation of other numbers.
  private init(_ other: Structure, moved: Replay, rate: Tensor?) {
    (inquiry, replay, asked) = (other.inquiry, moved, other.asked)
    (isGradient, path, uses) = (other.isGradient, other.path, other.uses)
    (origins, owners, symbols) = (other.origins, other.owners, other.symbols)
    self.rate = rate
  }

  /// With every given number changed by a factor. Named steps keep their names.
  func moved(by factor: () -> Double) -> Structure? {
    var variation = Variation()
    for place in history.quantities.indices where isGiven(place) {
      variation.steps[place] = .constant(value(place).map { $0 * factor() })
    }
    guard let run = try? replay.run(variation) else { return nil }
    for (new, old) in zip(run.quantities, history.quantities) where new !== old {
      if let naming = old.naming { new.naming = naming }
    }
    let moved = Replay(of: run.root) { Decimal.rounded($0, decimals: $1) }
    guard moved.history.count == history.count else { return nil }
    return Structure(self, moved: moved, rate: rate.map { $0.map { $0 * factor() } })
  }

  /// The statement of each step: itself if it has a name, else the first that it goes into.
  private static func owners(in history: History, _ symbols: Symbols) -> [Int] {
    var owners = Array(history.quantities.indices)
    var isNamed = history.quantities.map { symbols.symbol(of: $0) != nil }
    isNamed[history.count - 1] = true
    for place in history.quantities.indices.reversed() {
      for input in history.inputs(of: place)
      where !isNamed[input] && owners[input] == input {
        owners[input] = owners[place]
      }
    }
    return owners
  }
}

// MARK: - Steps

extension Structure {
  var places: Range<Int> { history.quantities.indices }

  func operation(_ place: Int) -> Operation? { history.quantities[place].operation }
  func attributes(_ place: Int) -> Attributes { history.quantities[place].attributes }
  func inputs(_ place: Int) -> [Int] { Array(history.inputs(of: place)) }
  func value(_ place: Int) -> Tensor { history.quantities[place].value }
  func shape(_ place: Int) -> Shape { history.quantities[place].shape }
  func isLeaf(_ place: Int) -> Bool { history.quantities[place].isLeaf }
  func purpose(_ place: Int) -> Purpose? { operation(place)?.purpose }
  func form(_ place: Int) -> Form? { operation(place)?.form }

  /// A constant of the formula: 1, 2, 0.5, and what is made of such alone.
  func isLiteral(_ place: Int) -> Bool {
    let variable = history.quantities[place]
    if symbols.symbol(of: variable) != nil { return false }
    if variable.isLeaf { return variable.shape.isScalar }
    return inputs(place).allSatisfy(isLiteral)
  }

  /// A number that somebody gave.
  func isGiven(_ place: Int) -> Bool {
    isLeaf(place) && !isLiteral(place) && value(place).dtype.isReal
  }

  /// Steps that the author wrote, or that are written out for a layer.
  var written: [Int] { places.filter { !isLeaf($0) && origins[$0] == .author } }
  /// The same, and the steps inside losses.
  var writtenOrLoss: [Int] { places.filter { !isLeaf($0) && origins[$0] != .function } }
  /// All of them.
  var steps: [Int] { places.filter { !isLeaf($0) } }

  func isOnPath(_ place: Int) -> Bool { isGradient && path[place] }

  /// Inputs of a step through which the gradient passes.
  func pathSlots(_ place: Int) -> [Int] {
    guard isOnPath(place), place != asked else { return [] }
    return inputs(place).indices.filter { path[inputs(place)[$0]] }
  }

  /// Steps through which the gradient passes.
  func onPath(_ steps: [Int]) -> [Int] { steps.filter { !pathSlots($0).isEmpty } }

  func isProduct(_ place: Int) -> Bool {
    [.arithmetic(.multiply), .matrixProduct].contains(form(place))
  }

  /// The square of something, however it is written.
  func isSquare(_ place: Int) -> Bool {
    if purpose(place) == .square { return true }
    guard form(place) == .arithmetic(.power) else { return false }
    let exponent = inputs(place)[1]
    return isLiteral(exponent) && value(exponent).elements == [2]
  }
}

// MARK: - Names

extension Structure {
  /// Under which name a step is reported.
  func name(_ place: Int) -> String {
    let owner = owners[place]
    return owner == root && symbols.symbol(of: history.quantities[owner]) == nil
      ? rootText : label(owner)
  }

  private var rootText: String {
    if case .value = inquiry.kind { return inquiry.text }
    return "the loss"
  }

  /// How a quantity is written.
  func label(_ place: Int) -> String { symbols.text(of: history.quantities[place]) }

  func symbol(_ place: Int) -> String? { symbols.symbol(of: history.quantities[place]) }

  /// What lies behind operations that only move elements.
  func base(_ place: Int) -> Int {
    var place = place
    while symbol(place) == nil, let form = form(place), form.isMover || form == .itself {
      place = inputs(place)[0]
    }
    return place
  }

  /// Quantities with a name, in order of evaluation.
  var named: [Int] { places.filter { symbol($0) != nil } }

  /// Named quantities that a statement is made of.
  func operands(_ place: Int) -> [Int] {
    var found: [Int] = []
    var pending = inputs(place)
    while let next = pending.popLast() {
      if symbol(next) != nil {
        if !found.contains(next) { found.append(next) }
      } else {
        pending += inputs(next)
      }
    }
    return found.sorted()
  }

  /// What may be mistaken for a quantity: named quantities of its shape that are called alike, its
  /// activation or pre-activation, and where `isFar` what its statement and theirs are made of.
  func neighbors(_ place: Int, isFar: Bool) -> [Int] {
    guard let own = symbol(place) else { return [] }
    let alike = named.filter { other in
      other != place && symbol(other)!.stem == own.stem && symbol(other) != own
    }
    var found = alike
    for use in uses[place]
    where purpose(use.place)?.isActivation == true && symbol(use.place) != nil {
      found.append(use.place)
    }
    if purpose(place)?.isActivation == true { found.append(base(inputs(place)[0])) }
    if isFar {
      let own = operands(place)
      found += own + own.flatMap(operands)
    }
    return found.filter { $0 != place && symbol($0) != nil && shape($0) == shape(place) }
      .reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
  }

  /// A recipe for something computed from one quantity by moving its elements, made from another.
  func recipe(_ place: Int, with other: Int) -> Recipe<Int> {
    let base = base(place)
    if place == base { return .leaf(other) }
    guard let operation = operation(place) else { return .leaf(other) }
    return .applied(operation, attributes(place), [recipe(inputs(place)[0], with: other)])
  }
}

extension String {
  /// The letters of a name, without digits, indices and marks of number.
  fileprivate var stem: String {
    String(
      unicodeScalars.filter {
        !("0"..."9").contains($0) && !("₀"..."₉").contains($0)
          && !"⁽⁾⁰¹²³⁴⁵⁶⁷⁸⁹_".unicodeScalars.contains($0)
      }.map(Character.init))
  }
}

extension History {
  /// Of each quantity, whether a gradient by the one at a place passes there on its way from the root.
  func path(from place: Int) -> [Bool] {
    let depends = differentiable(by: place)
    var leads = [Bool](repeating: false, count: count)
    leads[count - 1] = true
    for later in quantities.indices.reversed() where leads[later] {
      guard quantities[later].operation?.isDifferentiable == true else { continue }
      for input in inputs(of: later) { leads[input] = true }
    }
    return zip(depends, leads).map { $0 && $1 }
  }

  /// Where each quantity is used.
  var allUses: [[Use]] {
    var uses = [[Use]](repeating: [], count: count)
    for place in quantities.indices {
      for (slot, input) in inputs(of: place).enumerated() { uses[input].append(Use(place, slot)) }
    }
    return uses
  }
}
