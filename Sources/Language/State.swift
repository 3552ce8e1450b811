import Autograd
import Presentation
import Tensors

/// Everything that a later line can see, at one moment: variables and what they hold, results of inputs,
/// closures, stored gradients, frozen flags, models, optimizers, the random generator, the digits, and what the evaluator
/// remembers. Going on from it gives,
/// to the last bit, what was given before. Tensors are shared, so that a state is small.
package struct State {
  private let variables: [(name: Symbol, held: Value)]
  private let results: [Symbol: Value]
  private let contents: Contents
  private let memory: Evaluator.Memory

  fileprivate init(of evaluator: Evaluator) {
    memory = evaluator.memory
    variables = evaluator.environment.holdings
    results = evaluator.environment.results
    contents = Contents(of: variables.map(\.held) + results.values)
  }

  fileprivate func restore(in evaluator: Evaluator) {
    evaluator.environment.restore(variables, results: results)
    contents.restore()
    evaluator.memory = memory
  }
}

/// What can be reached from some values, and the random generators, at one moment: what a training
/// run goes back to while everything else stays.
package struct Capture {
  private let contents: Contents
  private let generator: SplitMix64
  private let foreignGenerators: ForeignGenerators?

  package init(of values: [Value], in context: EvaluationContext) {
    contents = Contents(of: values)
    generator = context.generator
    foreignGenerators = context.madeGenerators
  }

  package func restore(in context: EvaluationContext) {
    contents.restore()
    context.generator = generator
    context.madeGenerators = foreignGenerators
  }
}

/// What some values hold, and everything within reach of them.
private struct Contents {
  private let roots: [Value]
  private var things: [(Thing, Thing.Moment)] = []
  private var lists: [(List, [Value])] = []
  private var frames: [(Frame, [Value?])] = []
  private var objects: [(any LanguageObject, any Sendable)] = []
  /// Those of the quantities within reach that are not as they were made.
  private var quantities: [ObjectIdentifier: (Variable, Variable.Moment)] = [:]

  init(of roots: [Value]) {
    self.roots = roots
    var reach = Reach()
    reach.visit(roots)
    things = reach.things.map { ($0, $0.moment) }
    lists = reach.lists.map { ($0, $0.storage) }
    frames = reach.frames.map { ($0, $0.holdings) }
    objects = reach.objects.map { ($0, $0.snapshot()) }
    for variable in reach.variables {
      let moment = variable.moment
      if !moment.isFresh { quantities[ObjectIdentifier(variable)] = (variable, moment) }
    }
  }

  func restore() {
    for (object, state) in objects { object.restore(state) }
    for (list, storage) in lists { list.restore(storage) }
    for (frame, holdings) in frames { frame.restore(holdings) }
    for (thing, _) in things { thing.release() }
    for (thing, moment) in things { thing.restore(moment) }
    // Containers are as they were, so the same quantities are within reach.
    var reach = Reach()
    reach.visit(roots)
    for variable in reach.variables {
      variable.restore(quantities[ObjectIdentifier(variable)]?.1 ?? .fresh)
    }
    // Resetting a gradient lets go of the thing it was seen through.
    for (thing, moment) in things { thing.restore(moment) }
  }
}

extension Evaluator {
  package var state: State { State(of: self) }

  package func restore(_ state: State) { state.restore(in: self) }

  /// What the evaluator itself remembers between two inputs.
  struct Memory {
    let denominators: [Symbol]
    let steps: [Symbol: Step]
    let told: Set<Told>
    let generator: SplitMix64
    let foreignGenerators: ForeignGenerators?
    let numbers: NumberFormat
    let bracketsMakeLists: Bool
    let pausesRecording: Bool
    let sketch: (any Sendable)?
    weak var lastLoss: Variable?
    weak var lastOrigin: Variable?
  }

  fileprivate var memory: Memory {
    get {
      Memory(
        denominators: denominators, steps: steps, told: told, generator: context.generator,
        foreignGenerators: context.madeGenerators, numbers: context.numbers,
        bracketsMakeLists: context.bracketsMakeLists,
        pausesRecording: context.pausesRecording, sketch: context.sketch,
        lastLoss: lastLoss, lastOrigin: lastOrigin)
    }
    set {
      denominators = newValue.denominators
      steps = newValue.steps
      told = newValue.told
      context.generator = newValue.generator
      context.madeGenerators = newValue.foreignGenerators
      context.numbers = newValue.numbers
      context.bracketsMakeLists = newValue.bracketsMakeLists
      context.pausesRecording = newValue.pausesRecording
      context.sketch = newValue.sketch
      lastLoss = newValue.lastLoss
      lastOrigin = newValue.lastOrigin
      gradients = Gradients()
    }
  }
}

/// What can be reached from some values: everything that holds something, and the quantities held.
private struct Reach {
  private(set) var things: [Thing] = []
  private(set) var lists: [List] = []
  private(set) var frames: [Frame] = []
  private(set) var objects: [any LanguageObject] = []
  private(set) var variables: [Variable] = []
  private var seen: Set<ObjectIdentifier> = []
  private var waiting: [Value] = []

  mutating func visit(_ values: [Value]) {
    waiting = values
    while let value = waiting.popLast() { visit(value) }
  }

  private mutating func isNew(_ object: AnyObject) -> Bool {
    seen.insert(ObjectIdentifier(object)).inserted
  }

  private mutating func visit(_ value: Value) {
    switch value {
    case .tensor(let variable): variables.append(variable)
    case .thing(let thing): visit(thing)
    case .tuple(let items): waiting += items
    case .list(let list):
      guard isNew(list) else { return }
      lists.append(list)
      waiting += list.storage
    case .function(let function):
      guard isNew(function) else { return }
      waiting += function.defaults.compactMap { $0 }
      visit(function.enclosing)
    case .method(let method): waiting.append(method.held)
    case .object(let object):
      guard isNew(object) else { return }
      objects.append(object)
      waiting += object.heldValues
    case .none, .string, .range, .builtin: break
    }
  }

  private mutating func visit(_ thing: Thing) {
    guard isNew(thing) else { return }
    things.append(thing)
    variables.append(thing.variable)
    waiting += thing.reached.map { .thing($0) }
    if thing.nature == .list { waiting.append(thing.value) }
  }

  private mutating func visit(_ frame: Frame?) {
    var next = frame
    while let frame = next, isNew(frame) {
      frames.append(frame)
      waiting += frame.holdings.compactMap { $0 }
      next = frame.enclosing
    }
  }
}
