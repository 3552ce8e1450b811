import Tensors

/// Steps of a model and its optimizer worked out many at a time, in buffers of their own; the numbers
/// are those of the recorded computation, to the bit.
package final class CompiledTraining {
  private let model: any CompiledModel
  /// For batches of another size: the last of an epoch.
  private let makeModel: (_ rows: Int) -> any CompiledModel
  private var others: [Int: any CompiledModel] = [:]
  private let data: LabeledData
  private let source: ModelOptimizer
  private let optimizer: Optimizer
  /// Whether `model` holds all rows already.
  private let isLoaded: Bool

  /// The parameters of `optimizer` are those of the model's layout, in its order. `others` makes a
  /// model that shares the buffers, for another number of rows; `worker` is an optimizer that is at
  /// work in them already.
  package init?(
    _ model: any CompiledModel, _ data: LabeledData, optimizer source: ModelOptimizer,
    worker: Optimizer? = nil, others: @escaping (_ rows: Int) -> any CompiledModel
  ) {
    let shapes = model.layout.entries.map(\.shape)
    guard shapes == source.parameters.map(\.shape), let rule = source.optimizers.first?.rule,
      let optimizer = try? worker
        ?? Optimizer(rule, count: model.layout.count, dtype: model.parameters.dtype)
    else { return nil }
    self.model = model
    self.data = data
    self.source = source
    self.optimizer = optimizer
    makeModel = others
    isLoaded = model.rows == data.rows
    if isLoaded { model.load(Array(0..<data.rows), of: data) }
  }

  /// Whether everything learns, alike.
  package var isFitting: Bool {
    guard let first = source.optimizers.first else { return false }
    return source.parameters.allSatisfy { !$0.isFrozen && $0.value.dtype == model.parameters.dtype }
      && source.optimizers.allSatisfy { $0.time == first.time && $0.values == first.values }
  }

  /// Takes up to so many steps and gives their losses; ends before a loss that is no finite number.
  /// Where it throws, nothing has changed.
  package func advance(by count: Int, rows: (_ step: Int) -> [Int]?) throws -> [Double] {
    guard isFitting else { return [] }
    take()
    var losses: [Double] = []
    losses.reserveCapacity(count)
    for index in 0..<count {
      let model = loaded(rows(index))
      let loss = model.loss().loss
      guard loss.isFinite else { break }
      model.propagate()
      optimizer.step(parameters: model.parameters, gradients: model.gradients)
      losses.append(loss)
    }
    try Poll.checkNow()
    if !losses.isEmpty { try give() }
    return losses
  }

  private func loaded(_ rows: [Int]?) -> any CompiledModel {
    guard let rows else {
      if !isLoaded { model.load(Array(0..<data.rows), of: data) }
      return model
    }
    var chosen = model
    if rows.count != model.rows {
      chosen = others[rows.count] ?? makeModel(rows.count)
      others[rows.count] = chosen
    }
    chosen.load(rows, of: data)
    return chosen
  }

  /// Numbers, moments and settings as they are outside.
  private func take() {
    let layout = model.layout
    for (index, entry) in layout.entries.enumerated() {
      layout.store(source.parameters[index].value.elements, in: entry, of: model.parameters)
      let theirs = source.optimizers[index].moments
      for place in 0..<optimizer.rule.moments.count {
        let numbers = (0..<entry.shape.count).map { theirs[place * entry.shape.count + $0] }
        layout.store(numbers, in: entry, of: optimizer.moments, from: place * layout.count)
      }
    }
    optimizer.time = source.optimizers[0].time
    optimizer.values = source.optimizers[0].values
  }

  /// Puts the numbers of the buffers, moments and the count of steps to where they come from.
  package func give() throws {
    let layout = model.layout
    for (index, entry) in layout.entries.enumerated() {
      try source.parameters[index].set(layout.tensor(entry, of: model.parameters))
      let theirs = source.optimizers[index]
      theirs.time = optimizer.time
      for place in 0..<optimizer.rule.moments.count {
        let numbers = layout.tensor(entry, of: optimizer.moments, from: place * layout.count)
        theirs.moments.store(numbers.elements, at: place * entry.shape.count)
      }
    }
  }
}
