import Autograd

/// How the quantities of one computation are written, for whoever speaks of them outside a page.
package struct Symbols {
  private let names: Names

  package init(under root: Variable) { names = Names(under: root) }

  /// The symbol of a quantity with a name: `h`, `h⁽²⁾`.
  package func symbol(of variable: Variable) -> String? {
    names.symbol(of: variable)?.text
  }

  /// The symbol, or what it is computed by: `1 − β1`.
  package func text(of variable: Variable) -> String {
    symbol(of: variable) ?? Notation(names: names, levels: 2).text(of: variable)
  }
}
