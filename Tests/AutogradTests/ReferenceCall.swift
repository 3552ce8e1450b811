import Autograd
import Foundation
import Tensors
import Testing

/// One call as PyTorch computed it, with the gradients of a random arriving gradient. The files are
/// written by `script/reference.py` and `script/reference_convolution.py`.
struct ReferenceCall: Decodable, CustomTestStringConvertible, Sendable {
  struct Packed: Decodable, Sendable {
    let shape: [Int]
    let values: [Number]
    let dtype: String?
    var tensor: Tensor {
      Tensor(
        values.map(\.value), shape: Shape(unchecked: shape),
        dtype: dtype.flatMap(DType.init(rawValue:)) ?? .float64)
    }
  }

  /// A number, or a string for those JSON has no notation for.
  struct Number: Decodable, Sendable {
    let value: Double
    init(from decoder: Decoder) throws {
      let container = try decoder.singleValueContainer()
      if let number = try? container.decode(Double.self) {
        value = number
      } else {
        value = try #require(Double(container.decode(String.self)))
      }
    }
  }

  struct Setting: Decodable, Sendable {
    let attribute: Attribute
    init(from decoder: Decoder) throws {
      let container = try decoder.singleValueContainer()
      if let truth = try? container.decode(Bool.self) {
        attribute = .bool(truth)
      } else if let number = try? container.decode(Int.self) {
        attribute = .integer(number)
      } else if let word = try? container.decode(String.self) {
        attribute = .string(word)
      } else if let list = try? container.decode([Int].self) {
        attribute = .integers(list)
      } else if let index = try? container.decode([String: [Item]].self) {
        attribute = .index(index["index"]?.map(\.item) ?? [])
      } else {
        let real = try container.decode([String: String].self)
        attribute = .real(try #require(real["real"].flatMap(Double.init)))
      }
    }
  }

  /// One item of an index: a position, `...`, null for a new axis, or {"slice": [start, stop, step]}.
  struct Item: Decodable, Sendable {
    let item: IndexItem
    init(from decoder: Decoder) throws {
      let container = try decoder.singleValueContainer()
      if container.decodeNil() {
        item = .newAxis
      } else if let position = try? container.decode(Int.self) {
        item = .at(position)
      } else if (try? container.decode(String.self)) != nil {
        item = .ellipsis
      } else {
        let parts = try container.decode([String: [Int?]].self)["slice"] ?? []
        item = .slice(start: parts[0], stop: parts[1], step: parts[2] ?? 1)
      }
    }
  }

  let operation: String
  let inputs: [Packed]
  let attributes: [String: Setting]
  let output: Packed
  let arriving: Packed?
  let gradients: [Packed?]?

  var testDescription: String { "\(operation) \(inputs.map(\.shape)) \(attributes.keys.sorted())" }

  func arguments(for operation: Autograd.Operation) -> Attributes {
    Attributes(attributes.map { ($0.key, $0.value.attribute) }).filled(operation)
  }

  static let convolutions = read("pytorch_convolution.json")
  static let everythingElse = read("pytorch.json")

  private static func read(_ name: String) -> [ReferenceCall] {
    struct File: Decodable { let cases: [ReferenceCall] }
    let path = URL(filePath: #filePath).deletingLastPathComponent().appending(
      path: "Fixtures/\(name)")
    do {
      return try JSONDecoder().decode(File.self, from: Data(contentsOf: path)).cases
    } catch {
      Issue.record("\(name): \(error)")
      return []
    }
  }
}
