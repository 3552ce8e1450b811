import Autograd
import Language
import Presentation

/// What the language knows from the start: every operation of the catalogue, and the builtins that
/// are no tensor operations.
package enum Library {
  package static let builtins: [Builtin] = compiled + Prelude.builtins

  /// Those that are not written in the language.
  private static let compiled = groups.flatMap(\.builtins)

  private static let groups: [(title: String, builtins: [Builtin])] =
    Catalogue.standard.groups.map { ($0.title, $0.operations.map(Builtin.init)) } + [
      ("making tensors", creation + initializers), ("networks", models + moduleParts),
      ("training", schedules + batching + fitting + sweeping), ("data", datasets + augmentations),
      ("information, sizes", information + windowSizes), ("gradients", gradients), ("slips", slips),
      (
        "Python",
        Builtin.core + Builtin.objects + Builtin.collections + Builtin.dictionaryMethods
          + Builtin.setMethods + Builtin.numerals + [Builtin.format] + core + sequences + texts
          + textMethods + parts + tensorMethods + universal
      ),
      ("changing in place", inPlace),
      ("pictures", curves + bars + heatmaps + fields + networks + windows + tables),
    ]

  /// The names of all functions, by what they are about.
  package static let contents: [(title: String, names: [String])] = {
    var contents = groups.map { ($0.title, $0.builtins.map(\.name)) }
    for (title, late) in Prelude.groups {
      let names = late.map(\.name)
      if let place = contents.firstIndex(where: { $0.0 == title }) {
        contents[place].1 += names
      } else {
        contents.append((title, names))
      }
    }
    return contents.map { ($0.0, $0.1.sorted()) }
  }()

  /// A fresh environment with everything in it; `more` is what higher layers add.
  package static func environment(
    adding more: [Builtin] = []
  ) throws(Environment.MissingOperation) -> Environment {
    try Environment(
      builtins: compiled + more, late: Prelude.late,
      constants: [
        ("pi", .number(Double.pi)), ("π", .number(Double.pi)), ("e", .number(2.718281828459045)),
        ("inf", .number(.infinity)), ("nan", .number(.nan)), ("__name__", .string("__main__")),
        ("Module", .object(ClassObject.module)), ("object", .object(ClassObject.object)),
        ("Tensor", .object(ClassObject.tensor)),
      ] + ClassObject.errors.map { ($0.name, .object($0)) }, modules: Namespaces())
  }
}
