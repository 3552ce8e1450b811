import Presentation

// `import a.b as c` and `from a import b as c`: what other programs begin with. Which modules there
// are is the library's business.

extension Parser {
  mutating func parseImport() throws(Diagnostic) -> Statement.Form {
    if isAt(.from) { return .importing(try parseFromImport()) }
    advance()
    var imports: [Import] = []
    repeat {
      let module = try parseModule()
      // `import a.b` binds `a`, through which `a.b` is found.
      let root = String(module.path.prefix { $0 != "." })
      let bound = try parseAlias() ?? (Symbol(root), module.span)
      imports.append(
        Import(
          module: module.path, moduleSpan: module.span,
          bindsRoot: bound.span == module.span, target: importTarget(bound)))
    } while take(.comma)
    return .importing(imports)
  }

  private mutating func parseFromImport() throws(Diagnostic) -> [Import] {
    advance()
    let module = try parseModule()
    guard take(.import) else { throw unexpected(expected: "'import' after the module") }
    if isAt(.star) {
      let star = token.span
      advance()
      return [Import(module: module.path, moduleSpan: module.span, everythingAt: star)]
    }
    let isBracketed = take(.openRound)
    var imports: [Import] = []
    repeat {
      if isBracketed, isAt(.closeRound) { break }
      let member = try expectName("a name of '\(module.path)'")
      let bound = try parseAlias() ?? member
      imports.append(
        Import(
          module: module.path, moduleSpan: module.span, member: member.symbol,
          memberSpan: member.span, target: importTarget(bound)))
    } while take(.comma)
    if isBracketed { try expect(.closeRound, after: "the names") }
    return imports
  }

  /// `torch.nn`, or `.model` for a file beside this one.
  private mutating func parseModule() throws(Diagnostic) -> (path: String, span: Span) {
    let start = token.span.start
    var path = ""
    while isAt(.dot) || isAt(.ellipsis) {
      path += isAt(.dot) ? "." : "..."
      advance()
    }
    if !path.isEmpty, isAt(.import) { return (path, span(from: start)) }
    repeat {
      let part = try expectName("the name of a module").symbol.name
      path += (path.isEmpty || path.hasSuffix(".") ? "" : ".") + part
    } while take(.dot)
    return (path, span(from: start))
  }

  private mutating func parseAlias() throws(Diagnostic) -> (symbol: Symbol, span: Span)? {
    guard case .name(let word) = kind, word.name == "as" else { return nil }
    advance()
    return try expectName("a name after 'as'")
  }

  private mutating func importTarget(_ bound: (symbol: Symbol, span: Span)) -> Target {
    declare(bound.symbol)
    return Target(.name(makeName(bound.symbol)), bound.span)
  }
}
