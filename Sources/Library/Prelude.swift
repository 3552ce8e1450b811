import Language
import Presentation

/// The part of the library that is written in the language: what its other parts can say. A
/// definition is read when its name is first used.
enum Prelude {
  /// The texts, one for each file in the folder `Prelude`, and what help lists them under.
  private static let files: [(title: String, text: [UInt8])] = [
    ("activations", PackageResources.Activations_nabla),
    ("measures", PackageResources.Measures_nabla),
    ("networks", PackageResources.Networks_nabla), ("shapes", PackageResources.Tensors_nabla),
  ]

  static let late = groups.flatMap(\.late)

  /// By file, one definition after another.
  static let groups: [(title: String, late: [LateBuiltin])] = files.map {
    ($0.title, definitions(in: $0.text))
  }

  /// Found by the lines that begin with `def`.
  /// `module` is put before their names.
  static func definitions(
    in file: [UInt8], of module: String? = nil, takingAnything: Bool = false
  ) -> [LateBuiltin] {
    let starts = starts(in: file)
    let prefix = module.map { $0 + "." } ?? ""
    return zip(starts, starts.dropFirst() + [file.count]).map { start, end in
      let word = file[(start + 4)...].prefix { $0 != UInt8(ascii: "(") }
      let name = prefix + String(decoding: word, as: UTF8.self)
      return LateBuiltin(name: name) {
        builtin(
          String(decoding: file[start..<end], as: UTF8.self), named: name,
          takingAnything: takingAnything)
      }
    }
  }

  private static func starts(in file: [UInt8]) -> [Int] {
    let mark = Array("\ndef ".utf8)
    return file.indices.filter { index in
      file[index] == mark[0] && file[index...].starts(with: mark)
    }.map { $0 + 1 }
  }

  /// All of them, for tests and lists.
  static let builtins: [Builtin] = late.map { $0.make() }

  private static func builtin(
    _ text: String, named name: String, takingAnything: Bool
  ) -> Builtin {
    let source = SourceText(name: SourceText.libraryName, text: text)
    let parsed = Parser.parse(source, ofLibrary: true)
    guard case .function(_, let definition)? = parsed.tree.statements.first?.form else {
      // Tests read every definition, so this text is never shown.
      return Builtin(name, "Could not be read.") { call in
        throw call.evaluator.fail(
          parsed.diagnostics.first ?? Diagnostic("internal", "no definition"))
      }
    }
    return Builtin(definition, of: source, named: name, takesAnything: takingAnything)
  }
}
