import Autograd
import Presentation

// What `value.name(…)` calls. Strings, lists and tensors have methods of their own, builtins named like
// `str.split`; any other builtin is a method of its first argument. Where NumPy and PyTorch mean
// different things by a method of a tensor, it is what the library does that a program imports.

extension Environment {
  func method(_ name: Symbol, of value: Value) -> Builtin? {
    for prefix in value.methodPrefixes {
      if let own = methods(prefix)[name] { return own }
    }
    return builtin(name)
  }

  private func methods(_ prefix: String) -> [Symbol: Builtin] {
    if let known = ownMethods[prefix] { return known }
    var found: [Symbol: Builtin] = [:]
    for symbol in builtinNames where symbol.name.hasPrefix(prefix) {
      found[Symbol(String(symbol.name.dropFirst(prefix.count)))] = builtin(symbol)
    }
    ownMethods[prefix] = found
    return found
  }

  /// Which of two libraries a program imports, by the variables that stand for them.
  var importedLibraries: (numpy: Bool, torch: Bool) {
    var found = (numpy: false, torch: false)
    for (_, value) in variables {
      let path: String
      switch value {
      case .object(let object): path = (object as? any ImportedModule)?.path ?? ""
      case .builtin(let builtin): path = builtin.name
      default: continue
      }
      if path == "numpy" || path.hasPrefix("numpy.") { found.numpy = true }
      if path == "torch" || path.hasPrefix("torch.") { found.torch = true }
    }
    return found
  }
}

extension Evaluator {
  /// PyTorch's method of a tensor where it means something else than NumPy's, in a program that
  /// imports PyTorch. Where it imports both, keywords decide (`dim=`, `axis=`); otherwise it is
  /// PyTorch's, and that is told.
  func torchMethod(
    _ name: Symbol, _ arguments: [Argument], at span: Span
  ) -> Builtin? {
    guard !environment.loadedModules.isEmpty,
      case .builtin(let method)? = environment.module("torch.Tensor")?.attribute(name)
    else { return nil }
    let imported = environment.importedLibraries
    guard imported.torch else { return nil }
    let keywords = arguments.compactMap { $0.keyword?.name }
    guard imported.numpy, !keywords.contains(where: Self.torchKeywords.contains) else {
      return method
    }
    if keywords.contains(where: Self.numpyKeywords.contains) { return nil }
    if Self.differing.contains(name.name)
      || (Self.differingWithArguments.contains(name.name) && !arguments.isEmpty)
    {
      tell(
        once: "two-libraries", at: span, "'\(name.name)' means here what it means in PyTorch",
        notes: ["NumPy and PyTorch differ, and both are imported"],
        helps: ["np.\(name.name)(x, …) for NumPy's, torch.\(name.name)(x, …) for PyTorch's"])
    }
    return method
  }

  private static let torchKeywords: Set = [
    "dim", "keepdim", "unbiased", "correction", "descending",
  ]
  private static let numpyKeywords: Set = ["axis", "keepdims", "ddof", "dtype"]
  /// Both libraries have these methods, and they give something else.
  private static let differing: Set = ["std", "var", "repeat", "sort", "nonzero"]
  private static let differingWithArguments: Set = ["max", "min", "transpose"]
}
