import Synchronization

/// A name as a small number: two names are the same symbol exactly when they are canonically
/// equivalent texts (`ŷ` typed as one character or as `y` with a combining hat).
package struct Symbol: Hashable, Sendable {
  package let index: Int32

  /// The symbol of a name, composed to NFC; the same name gives the same symbol in every thread.
  package init(_ name: String) {
    index = Symbol.table.withLock { $0.index(of: name) }
  }

  package var name: String { Symbol.table.withLock { $0.names[Int(index)] } }

  private static let table = Mutex(Table())

  private struct Table {
    var names: [String] = []
    var indices: [String: Int32] = [:]

    init() {
      for keyword in Keyword.all { _ = index(of: keyword.rawValue) }
    }

    mutating func index(of name: String) -> Int32 {
      if let known = indices[name] { return known }
      let fresh = Int32(names.count)
      let composed = name.composed
      names.append(composed)
      indices[composed] = fresh
      return fresh
    }
  }

  /// Keywords are interned first, so that the lexer tells them by their index.
  var keyword: Keyword? {
    Int(index) < Keyword.all.count ? Keyword.all[Int(index)] : nil
  }
}

extension Symbol: ExpressibleByStringLiteral, CustomStringConvertible {
  package init(stringLiteral value: String) { self.init(value) }
  package var description: String { name }
}

extension Symbol {
  // Names that have a meaning of their own after a dot.
  static let transposed = Symbol("T"), shape = Symbol("shape"), grad = Symbol("grad")
  static let ndim = Symbol("ndim"), size = Symbol("size"), dtype = Symbol("dtype")
  static let data = Symbol("data")
  static let requiresGradient = Symbol("requires_grad")
}
