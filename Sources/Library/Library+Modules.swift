import Language

extension Library {
  /// Every module that can be imported, with what it is for and its names.
  package static var modules: [(path: String, summary: String, names: [String])] {
    NamespaceTable.all.map { table in
      (table.path, table.summary, Set(table.rows.map(\.name)).sorted())
    }
  }
}

extension Environment {
  /// The function of a dotted name, `np.std` or `torch.nn.Linear`: of a variable that holds a module,
  /// or of the module itself.
  package func moduleFunction(_ name: String) -> Builtin? {
    var parts = name.split(separator: ".").map(String.init)
    guard parts.count > 1, let last = parts.popLast() else { return nil }
    var value: Value?
    if case .object(let object)? = variable(Symbol(parts[0])), object is any ImportedModule {
      value = .object(object)
    } else {
      value = module(parts[0]).map { .object($0) }
    }
    for part in parts.dropFirst() + [last] {
      guard case .object(let object)? = value else { return nil }
      value = object.attribute(Symbol(part))
    }
    guard case .builtin(let builtin)? = value else { return nil }
    return builtin
  }
}
