import Foundation

/// Values computed elsewhere, checked in with the scripts that made them.
enum Reference {
  static func json(_ name: String) throws -> Any {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    let data = try Data(contentsOf: folder.appending(path: "Fixtures/\(name).json"))
    return try JSONSerialization.jsonObject(with: data)
  }

  /// A step of a catalogue entry about training.
  static func training(_ entry: String, _ step: String) throws -> [Double] {
    guard let entries = try json("training") as? [String: [String: Any]],
      let value = entries[entry]?[step]
    else { throw Missing(name: "\(entry): \(step)") }
    return flattened(value)
  }

  static func flattened(_ value: Any) -> [Double] {
    if let list = value as? [Any] { return list.flatMap(flattened) }
    return (value as? NSNumber).map { [$0.doubleValue] } ?? []
  }

  struct Missing: Error { let name: String }
}
