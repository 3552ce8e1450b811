import Foundation
import Yams

/// A worked example of the catalogue: what is given, and the exact value of every step.
struct CatalogueEntry {
  private let node: Node

  init(_ id: String) throws {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    let data = try Data(contentsOf: folder.appending(path: "Fixtures/gradients.yaml"))
    let entries = try Yams.compose(yaml: String(decoding: data, as: UTF8.self))?.sequence ?? []
    guard let found = entries.first(where: { $0["id"]?.string == id }) else {
      throw Missing(name: id)
    }
    node = found
  }

  struct Missing: Error { let name: String }

  /// The exact value of a step, flattened in row-major order.
  func exact(_ step: String) throws -> [Double] {
    guard let found = node["steps"]?.sequence?.first(where: { $0["name"]?.string == step }),
      let value = found["exact"]
    else { throw Missing(name: step) }
    return try numbers(value)
  }

  /// A given quantity as a literal of the language.
  func literal(_ name: String) throws -> String {
    guard let value = node["given"]?[name] else { throw Missing(name: name) }
    return try literal(value)
  }

  private func literal(_ value: Node) throws -> String {
    guard let items = value.sequence else { return "\(try numbers(value)[0])" }
    return "[" + (try items.map(literal)).joined(separator: ", ") + "]"
  }

  private func numbers(_ value: Node) throws -> [Double] {
    if let items = value.sequence { return try items.flatMap(numbers) }
    guard let number = value.float ?? value.int.map(Double.init) else {
      throw Missing(name: "a number")
    }
    return [number]
  }
}
