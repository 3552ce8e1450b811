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
  package var limits: Limits
  package let interrupt: Interrupt
  package let output: Output
  /// Decimals that numbers are shown with.
  package var digits: Int
  /// Columns of the page that answers are laid out on.
  package var width: Int
  package var files: FileAccess
  /// Brackets make Python's lists, numbers in them too: a program that imports a module of Python's is
  /// written for that. Elsewhere a bracket of numbers is a tensor, as on a slide.
  package var bracketsMakeLists = false
  /// Whether what Python would have done otherwise is told; what an author wrote for a lesson is not.
  package var tellsOfPython = true

  /// What the generator starts with where no seed was set.
  package static let firstSeed: UInt64 = 0

  package init(
    _ environment: Environment, output: Output = Output(), interrupt: Interrupt = Interrupt(),
    limits: Limits = .none, digits: Int = 4, width: Int = 80, files: FileAccess = .none
  ) {
    self.environment = environment
    generator = SplitMix64(seed: EvaluationContext.firstSeed)
    self.limits = limits
    self.interrupt = interrupt
    self.output = output
    self.digits = digits
    self.width = width
    self.files = files
  }

  /// A context with the same library, limits, interrupt and format, in which nothing has happened:
  /// no variables, the generator at its start, no files.
  package func pristine(output: Output = Output()) -> EvaluationContext {
    let fresh = EvaluationContext(
      environment.pristine(), output: output, interrupt: interrupt, limits: limits, digits: digits,
      width: width)
    fresh.tellsOfPython = tellsOfPython
    return fresh
  }
}
