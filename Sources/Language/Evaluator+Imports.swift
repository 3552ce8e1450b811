import Presentation

/// The modules that `import` finds. The library makes them; the language knows none by name.
package protocol ModuleLibrary: Sendable {
  /// The names of a module, `torch.nn`; nil if there is no such module here.
  func module(_ path: String, in environment: Environment) -> (any ImportedModule)?
  /// What does here what a module that is missing does in Python; nil if nothing is known.
  func counterpart(of path: String) -> String?
  /// Modules that can be imported, for suggestions.
  var paths: [String] { get }
}

/// What a module's name stands for.
package protocol ImportedModule: LanguageObject {
  /// `torch.nn`
  var path: String { get }
  /// What `from module import *` gives that is not known without it.
  var starNames: [Symbol] { get }
}

extension Evaluator {
  /// Binds what one part of an import statement names.
  func bind(_ item: Import) throws {
    let module = try importedModule(item.module, at: item.moduleSpan)
    // From here on the program is one of Python's: `[1, 2] + [3]` joins, and arrays are made by name.
    context.bracketsMakeLists = true
    if item.isEverything {
      for name in module.starNames {
        if let value = module.attribute(name) { environment.assign(name, value) }
      }
    }
    guard let target = item.target else { return }
    let value: Value
    if let member = item.member {
      value = try attribute(member, of: .object(module), item.moduleSpan, at: item.memberSpan)
    } else if item.bindsRoot {
      let root = String(item.module.prefix { $0 != "." })
      value = .object(try importedModule(root, at: item.moduleSpan))
    } else {
      value = .object(module)
    }
    try assign(held(value), to: target, from: nil)
  }

  private func importedModule(_ path: String, at span: Span) throws -> any ImportedModule {
    if let module = environment.module(path) { return module }
    throw fail(
      .unknownModule(
        path, known: environment.modulePaths, help: environment.moduleCounterpart(of: path),
        at: span))
  }
}

extension Evaluator {
  /// What the imports of a program ask for and is not here. A reader of a pasted program wants all of
  /// it at once, before the first line runs; an import inside `try` has its own way out.
  package func missingImports(of tree: SyntaxTree) -> [Diagnostic] {
    let imports = tree.statements.flatMap { statement in
      if case .importing(let items) = statement.form { items } else { [Import]() }
    }
    var missing: Set<String> = []
    return imports.compactMap { item in
      if missing.contains(item.module) { return nil }
      do {
        let module = try importedModule(item.module, at: item.moduleSpan)
        if let member = item.member {
          _ = try attribute(member, of: .object(module), item.moduleSpan, at: item.memberSpan)
        }
        return nil
      } catch var diagnostic as Diagnostic {
        diagnostic.source = tree.source
        if environment.module(item.module) == nil { missing.insert(item.module) }
        return diagnostic
      } catch {
        return nil
      }
    }
  }
}

extension Environment {
  /// The module of a path, made when it is first imported.
  package func module(_ path: String) -> (any ImportedModule)? {
    if let known = loadedModules[path] { return known }
    let made = modules?.module(path, in: self)
    loadedModules[path] = made
    return made
  }

  var modulePaths: [String] { modules?.paths ?? [] }
  func moduleCounterpart(of path: String) -> String? { modules?.counterpart(of: path) }
}
