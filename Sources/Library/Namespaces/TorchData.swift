import Autograd
import Glibc
import Language
import Networks
import Tensors

extension NamespaceTable {
  static let utilities: [NamespaceTable] = [
    NamespaceTable(path: "torch.utils", summary: "data", modules: ["data": "torch.utils.data"]),
    NamespaceTable(
      path: "torch.utils.data", summary: "data sets and batches", same: "object",
      renamed: ["Dataset": "object"], builtins: { [tensors, loader, split] }),
    NamespaceTable(
      path: "torch.nn.utils", summary: "gradients and sequences",
      builtins: { [clipNorm("clip_grad_norm_"), clipNorm("clip_grad_norm"), clipValue] },
      absent: ["rnn": "run sequences of one length at a time"]),
  ]

  private static let tensors = Builtin(
    "torch.utils.data.TensorDataset", "Makes a data set of tensors with as many rows each.",
    examples: ["len(TensorDataset([1, 2], [3, 4]))  # 2"],
    parameters: [Parameter("tensors", .any, variadic: true, "the tensors")]
  ) { call in
    let parts = try call.variadic(0).map { value in
      guard let part = try value.asTensor(call.evaluator.environment.structure), part.shape.rank > 0
      else {
        throw call.fail(0, "wrong-kind", "a data set is made of tensors, not of \(value.kindText)")
      }
      return part
    }
    guard let rows = parts.first?.shape[0], parts.allSatisfy({ $0.shape[0] == rows }) else {
      throw call.fail(0, "bad-argument", "the tensors of a data set have as many rows each")
    }
    return .object(Rows(parts))
  }

  private static let loader = Builtin(
    "torch.utils.data.DataLoader", "Takes a data set apart into batches, for a loop.",
    notes: "With a seed set by torch.manual_seed the order is PyTorch's.",
    examples: ["[len(b) for b in DataLoader([1, 2, 3], batch_size=2)]  # [2, 1]"],
    parameters: [
      Parameter("dataset", .any, "a data set, a list or a tensor"),
      Parameter("batch_size", .integer, default: .integer(1), "rows of a batch"),
      Parameter("shuffle", .bool, default: .bool(false), "another order in every pass"),
    ]
      + ["sampler", "batch_sampler", "num_workers", "collate_fn", "pin_memory"].map {
        .idle($0)
      } + [Parameter("drop_last", .bool, default: .bool(false), "leave a smaller last batch out")]
  ) { call in
    for position in [3, 4, 6] where !call.isNone(position) {
      throw call.fail(
        position, "bad-argument", "'\(call.builtin.parameters[position].name)' is not here")
    }
    let size = try call.integer(1)
    guard size > 0 else { throw call.fail(1, "bad-argument", "a batch has at least one row") }
    return .object(
      Loader(call[0], size: size, shuffles: try call.bool(2), dropsLast: try call.bool(8)))
  }

  private static let split = Builtin(
    "torch.utils.data.random_split",
    "Takes a data set apart at random, by numbers or shares of rows.",
    examples: ["[len(part) for part in random_split(list(range(5)), [3, 2])]  # [3, 2]"],
    parameters: [
      Parameter("dataset", .any, "a data set"), Parameter("lengths", .tensor, "rows of each part"),
      .idle("generator", matters: true),
    ]
  ) { call in
    let site = Site(call.evaluator, call.span)
    let total = try Samples.count(call[0], site)
    var lengths = try call.tensor(1).value.elements
    if abs(lengths.reduce(0, +) - 1) < 1e-9, total != 1 {
      lengths = lengths.map { ($0 * Double(total)).rounded(.down) }
      for index in 0..<max(total - Int(lengths.reduce(0, +)), 0) {
        lengths[index % lengths.count] += 1
      }
    }
    guard lengths.allSatisfy({ $0 >= 0 }), Int(lengths.reduce(0, +)) == total else {
      throw call.fail(1, "bad-argument", "these parts do not make \(total) rows")
    }
    let order = call.torchGenerator.permutation(of: total)
    var start = 0
    return .list(
      List(
        lengths.map { length in
          defer { start += Int(length) }
          return .object(Part(of: call[0], Array(order[start..<(start + Int(length))])))
        }))
  }

  private static let parameters = Parameter(
    "parameters", .any, "model.parameters(), or a list of tensors")

  private static func clipNorm(_ name: String) -> Builtin {
    Builtin(
      "torch.nn.utils." + name,
      "Scales gradients down together where they are longer than a number.",
      examples: [
        Example(stringLiteral: "w = 3.0; E = w**2; E.backward(); \(name)([w], 1.0); w.grad  # 1")
      ],
      parameters: [
        parameters, Parameter("max_norm", .real, "the longest they may be"),
        Parameter("norm_type", .real, default: .real(2), "the power p of the length"),
      ]
    ) { call in
      let held = try call.optimized(0, by: UpdateRule.standard[0])
      let power = try call.real(2)
      var (largest, total) = (0.0, 0.0)
      for gradient in held.compactMap(\.gradient) {
        gradient.withElements { elements in
          for element in Poll.each(elements, steps: 16) {
            largest = max(largest, abs(element))
            total += pow(abs(element), power)
          }
        }
      }
      try Poll.check()
      let length = power.isInfinite ? largest : pow(total, 1 / power)
      let scale = min(1, try call.real(1) / (length + 1e-6))
      if scale < 1 { for one in held { one.gradient = one.gradient?.map { $0 * scale } } }
      return .number(length)
    }
  }

  private static let clipValue = Builtin(
    "torch.nn.utils.clip_grad_value_", "Cuts gradients off at a number and at minus the number.",
    examples: ["w = 3.0; E = w**2; E.backward(); clip_grad_value_([w], 2.0); w.grad  # 2"],
    parameters: [parameters, Parameter("clip_value", .real, "the largest they may be")]
  ) { call in
    let bound = try call.real(1)
    for one in try call.optimized(0, by: UpdateRule.standard[0]) {
      one.gradient = one.gradient?.map { min(max($0, -bound), bound) }
    }
    return .none
  }
}

/// The rows of some tensors as a data set: row i of each, as a tuple.
final class Rows: LanguageObject {
  private let held: [Value]

  init(_ tensors: [Variable]) { held = tensors.map { Value.tensor($0).held } }

  var tensors: [Variable] {
    held.compactMap { if case .tensor(let variable) = $0.resolved { variable } else { nil } }
  }
  var summary: String { "a data set of \(count ?? 0) rows" }
  var attributeNames: [String] { ["tensors"] }
  var heldValues: [Value] { held }
  func attribute(_ name: Symbol) -> Value? {
    name.name == "tensors" ? .tuple(held.map(\.resolved)) : nil
  }
  var count: Int? { tensors.first?.shape[0] }
  func element(_ index: Int) -> Value? {
    let rows = tensors.compactMap { try? $0.element(index) }
    return rows.count == held.count ? .tuple(rows.map { .tensor($0) }) : nil
  }

  /// Several rows at once.
  func batch(_ places: [Int]) throws -> Value {
    .tuple(try tensors.map { .tensor(try $0.picked(places, shape: [places.count])) })
  }
}

/// Some samples of a data set.
final class Part: DynamicObject {
  private let whole: Value
  private let places: [Int]

  init(of whole: Value, _ places: [Int]) {
    self.whole = whole.held
    self.places = places
  }

  var summary: String { "\(places.count) rows of a data set" }
  var typeName: String { "Subset" }
  var attributeNames: [String] { ["indices"] }
  var heldValues: [Value] { [whole] }
  func attribute(_ name: Symbol) -> Value? { name.name == "indices" ? .whole(places) : nil }
  func length(_ site: Site) -> Int? { places.count }
  func item(_ key: Value, _ site: Site) throws -> Value? {
    guard let index = key.integer, places.indices.contains(index) else { return nil }
    return try Samples.item(places[index], of: whole.resolved, site)
  }
  func iterate(_ site: Site, _ body: (Value) throws -> Bool) throws -> Bool {
    for place in places where try !body(Samples.item(place, of: whole.resolved, site)) { break }
    return true
  }
}

/// How samples are taken out of anything that has some.
enum Samples {
  static func count(_ data: Value, _ site: Site) throws -> Int {
    guard let count = try site.evaluator.libraryCall("len", [data], at: site.span).integer else {
      throw site.fail("wrong-kind", "\(data.kindText) is no data set")
    }
    return count
  }

  static func item(_ index: Int, of data: Value, _ site: Site) throws -> Value {
    switch data {
    case .object(let object):
      if let dynamic = object.dynamic, let found = try dynamic.item(.integer(index), site) {
        return found
      }
      if let found = object.element(index) { return found }
    case .tensor(let variable): return .tensor(try variable.element(index))
    case .list(let list) where index < list.count: return list[index]
    case .tuple(let items) where index < items.count: return items[index]
    default: break
    }
    throw site.fail("wrong-kind", "\(data.kindText) has no sample \(index)")
  }

  /// Samples beside each other: numbers and tensors in one tensor, tuples part by part.
  static func joined(_ samples: [Value], _ site: Site) throws -> Value {
    if case .tuple(let first)? = samples.first {
      return .tuple(
        try first.indices.map { place in
          try joined(
            samples.map { sample in
              guard case .tuple(let parts) = sample, parts.count == first.count else {
                throw site.fail("wrong-kind", "the samples have different parts")
              }
              return parts[place]
            }, site)
        })
    }
    guard let batch = try site.evaluator.environment.structure.stacked(samples) else {
      return .list(List(samples))
    }
    return .tensor(batch)
  }
}

/// The batches of a data set, in another order in every pass where it shuffles.
final class Loader: DynamicObject {
  private let data: Value
  private let size: Int
  private let shuffles, dropsLast: Bool

  init(_ data: Value, size: Int, shuffles: Bool, dropsLast: Bool) {
    self.data = data.held
    self.size = size
    self.shuffles = shuffles
    self.dropsLast = dropsLast
  }

  var summary: String { "batches of up to \(size) rows" }
  var typeName: String { "DataLoader" }
  var attributeNames: [String] { ["dataset", "batch_size"] }
  var heldValues: [Value] { [data] }
  func attribute(_ name: Symbol) -> Value? {
    switch name.name {
    case "dataset": data.resolved
    case "batch_size": .integer(size)
    default: nil
    }
  }
  func truth(_ site: Site) -> Bool { true }

  func length(_ site: Site) throws -> Int? {
    let count = try Samples.count(data.resolved, site)
    return dropsLast ? count / size : (count + size - 1) / size
  }

  func iterate(_ site: Site, _ body: (Value) throws -> Bool) throws -> Bool {
    let count = try Samples.count(data.resolved, site)
    let order = order(count, site)
    for start in stride(from: 0, to: count, by: size) {
      let places = Array(order[start..<min(start + size, count)])
      if dropsLast, places.count < size { break }
      if try !body(batch(places, site)) { break }
    }
    return true
  }

  /// PyTorch draws a seed for its workers in every pass, and one for the order where it shuffles.
  private func order(_ count: Int, _ site: Site) -> [Int] {
    _ = site.evaluator.context.foreignGenerators.torch.wide()
    guard shuffles else { return Array(0..<count) }
    var generator = TorchGenerator(seed: site.evaluator.context.foreignGenerators.torch.wide())
    return generator.permutation(of: count)
  }

  private func batch(_ places: [Int], _ site: Site) throws -> Value {
    switch data.resolved {
    case .object(let object):
      if let rows = object as? Rows { return try rows.batch(places) }
    case .tensor(let variable):
      return .tensor(try variable.picked(places, shape: [places.count]))
    default: break
    }
    return try Samples.joined(
      places.map { try Samples.item($0, of: data.resolved, site) }, site)
  }
}
