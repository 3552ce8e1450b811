import Presentation
import Tensors

/// What an evaluation happens in: its variables, its random generator, what it may use, where its
/// output goes, how numbers are shown, and what it may do with files. The shell, a script, `-e`, a
/// lesson, a check and the reference answers of a quiz each make one of their own; no evaluator
/// works without.
package final class EvaluationContext {
  package let environment: Environment
  /// Where random numbers come from. A value: whoever keeps it can go on from it again.
  package var generator: SplitMix64
  /// Where the random numbers of imported modules come from; made when first asked for.
  package var foreignGenerators: ForeignGenerators {
    get { madeGenerators ?? ForeignGenerators() }
    _modify {
      if madeGenerators == nil { madeGenerators = ForeignGenerators() }
      yield &madeGenerators!
    }
  }
  var madeGenerators: ForeignGenerators?
  package var limits: Limits
  package let interrupt: Interrupt
  package let output: Output
  /// How numbers are written: at the decimals that were asked for, if any were.
  package var numbers: NumberFormat
  /// Columns of the page that answers are laid out on.
  package var width: Int
  package var files: FileAccess
  /// Brackets make Python's lists, numbers in them too: a program that imports a module of Python's is
  /// written for that. Elsewhere a bracket of numbers is a tensor, as on a slide.
  package var bracketsMakeLists = false
  /// `torch.set_grad_enabled(False)`: nothing is recorded until it is said otherwise.
  package var pausesRecording = false
  /// Whether what Python would have done otherwise is told; what an author wrote for a lesson is not.
  package var tellsOfPython = true
  /// Whether it is told where brackets are vectors and Python's lists would do something else.
  package var tellsOfBrackets = true
  /// What a module of pictures keeps until it is shown: a value, which goes back with the state.
  package var sketch: (any Sendable)?
  let allotment = Allotment()

  /// What the generator starts with where no seed was set.
  package static let firstSeed: UInt64 = 0

  package init(
    _ environment: Environment, output: Output = Output(), interrupt: Interrupt = Interrupt(),
    limits: Limits = .none, numbers: NumberFormat = .python, width: Int = 80,
    files: FileAccess = .none
  ) {
    self.environment = environment
    generator = SplitMix64(seed: EvaluationContext.firstSeed)
    self.limits = limits
    self.interrupt = interrupt
    self.output = output
    self.numbers = numbers
    self.width = width
    self.files = files
  }

  /// Decimals of what is shown; setting them asks for them.
  package var digits: Int {
    get { numbers.digits }
    set { numbers = NumberFormat(digits: newValue) }
  }

  /// What code leaves for the code behind it, besides variables.
  package struct Trail: Sendable {
    fileprivate var generator = SplitMix64(seed: EvaluationContext.firstSeed)
    fileprivate var foreignGenerators: ForeignGenerators?
    fileprivate var bracketsMakeLists = false
    fileprivate var pausesRecording = false

    /// Nothing has run.
    package init() {}
  }

  package var trail: Trail {
    get {
      var trail = Trail()
      trail.generator = generator
      trail.foreignGenerators = madeGenerators
      trail.bracketsMakeLists = bracketsMakeLists
      trail.pausesRecording = pausesRecording
      return trail
    }
    set {
      generator = newValue.generator
      madeGenerators = newValue.foreignGenerators
      bracketsMakeLists = newValue.bracketsMakeLists
      pausesRecording = newValue.pausesRecording
    }
  }

  /// A context with the same library, limits, interrupt and format, in which nothing has happened:
  /// no variables, the generator at its start, no files.
  package func pristine(output: Output = Output()) -> EvaluationContext {
    let fresh = EvaluationContext(
      environment.pristine(), output: output, interrupt: interrupt, limits: limits,
      numbers: numbers,
      width: width)
    fresh.tellsOfPython = tellsOfPython
    return fresh
  }
}
