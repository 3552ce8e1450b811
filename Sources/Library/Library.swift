import Autograd
import Language
import Presentation

/// What the language knows from the start: every operation of the catalogue, and the builtins that
/// are no tensor operations.
package enum Library {
  package static let builtins: [Builtin] = compiled + Prelude.builtins

  /// Those that are not written in the language.
  private static let compiled: [Builtin] =
    Catalogue.standard.operations.map(Builtin.init) + Builtin.core + core + sequences + texts
    + creation + parts + models + gradients + information + windowSizes + schedules + initializers
    + datasets + augmentations + batching

  /// A fresh environment with everything in it; `more` is what higher layers add.
  package static func environment(
    adding more: [Builtin] = []
  ) throws(Environment.MissingOperation) -> Environment {
    try Environment(
      builtins: compiled + more, late: Prelude.late,
      constants: [
        ("pi", .number(Double.pi)), ("π", .number(Double.pi)), ("e", .number(2.718281828459045)),
        ("inf", .number(.infinity)), ("nan", .number(.nan)),
        (RandomState.name, .object(RandomState())),
      ])
  }
}
