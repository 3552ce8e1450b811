import Presentation

extension Diagnosis {
  /// What units do: none, too much, or all the same.
  static let units: [Diagnosis] = [dead, saturated, twins]

  private static let dead = Diagnosis(
    "dead-units", .after, threshold: "half of a layer giving 0 on every row",
    source: "SageMaker Debugger and BTTackler: more than 50 % of a layer inactive",
    causes: [
      .init(
        "A step too large threw the biases far below 0",
        tell: "run.rewind(), then fit with a tenth of the rate: do the units stay alive?"),
      .init(
        "The first weights or biases are far below 0",
        tell: "run.to(0); run.diagnose(): are they dead before the first step?"),
      .init(
        "The inputs are large and all on one side",
        tell: "fit with X - mean(X, axis=0): does the share fall?"),
      .init(
        "A function without a flat side would not die",
        tell: "put LeakyReLU() in the place of ReLU()"),
    ]
  ) { evidence in
    for (number, layer) in evidence.now.layers.enumerated() where layer.kind == .rectifier {
      let dead = layer.idle.indices.filter { layer.idle[$0] == 1 }
      let share = Double(dead.count) / Double(layer.idle.count)
      guard share >= 0.5 else { continue }
      var fact = Fact(
        "\(dead.count) of \(layer.idle.count) units of \(layer.name) give 0 on every row looked at",
        number: share)
      fact.layer = layer.name
      fact.units = dead
      fact.step = evidence.beginning(of: number) { layer in
        let those = dead.count { layer.idle.indices.contains($0) && layer.idle[$0] == 1 }
        return those * 2 >= layer.idle.count
      }
      return fact.drawn(chart("rows on which a unit gives 0", layer))
    }
    return nil
  }

  private static let saturated = Diagnosis(
    "saturated-units", .after,
    threshold:
      "half of the sums into sigmoid or tanh beyond ±\(Int(Look.edge)), while the loss is high",
    source: "DeepDiagnosis: more than 50 % beyond ±5; AutoTrainer: only where learning suffers",
    causes: [
      .init(
        "The inputs are far from 0",
        tell: "fit with (X - mean(X, axis=0)) / std(X, axis=0): does the share fall?"),
      .init(
        "The first weights are too large",
        tell: "run.to(0); run.diagnose(): are they saturated before the first step?"),
      .init(
        "The rate is too high", tell: "run.rewind(), then fit with a tenth of the rate"),
    ]
  ) { evidence in
    for (number, layer) in evidence.now.layers.enumerated() where layer.kind == .bounded {
      let share = layer.idle.reduce(0, +) / Double(layer.idle.count)
      guard share > 0.5 else { continue }
      func isSaturated(_ layer: Look.UnitLayer) -> Bool {
        layer.idle.reduce(0, +) > 0.5 * Double(layer.idle.count)
      }
      let begin = evidence.beginning(of: number, where: isSaturated)
      // Confident units at the end of a good run are no fault.
      guard evidence.suffers || begin == 0 else { continue }
      var fact = Fact(
        "\(Fact.percent(share)) of the sums into \(layer.name) lie beyond ±\(Int(Look.edge)), "
          + "where it is flat", number: share)
      fact.layer = layer.name
      fact.units = layer.idle.indices.filter { layer.idle[$0] > 0.5 }
      fact.step = begin
      return fact.drawn(chart("rows on which a unit is flat", layer))
    }
    return nil
  }

  private static let twins = Diagnosis(
    "twins", .after, threshold: "two units with the same sums on every row",
    source: "TheDeepChecker: equal weights; here equal sums, so that it holds for any layer",
    causes: [
      .init(
        "All weights began with the same number, so all got the same gradient",
        tell: "run.to(0) and look at the weights: are rows or columns equal?"),
      .init(
        "Weights were copied or tied", tell: "change one of them by hand: does the other follow?"),
    ]
  ) { evidence in
    for (number, layer) in evidence.now.layers.enumerated() where !layer.twins.isEmpty {
      // Dead rectifiers have sums of their own; only live ones are compared here.
      var fact = Fact(
        "\(layer.twins.count) of \(layer.idle.count) units of \(layer.name) have the sums of another "
          + "unit on every row: they are one unit", number: Double(layer.twins.count))
      fact.layer = layer.name
      fact.units = layer.twins
      fact.step = evidence.beginning(of: number) { !$0.twins.isEmpty }
      return fact
    }
    guard let look = evidence.looks.first, evidence.step > 0,
      let weight = look.matrices.first(where: \.isUniform),
      evidence.now.weights.contains(where: { $0.name == weight.name && $0.isUniform })
    else { return nil }
    var fact = Fact(
      "all rows or all columns of \(weight.name) are equal: its units are one unit", number: 1)
    fact.layer = weight.name
    fact.step = look.step
    return fact
  }

  private static func chart(_ title: String, _ layer: Look.UnitLayer) -> BarChart {
    BarChart(
      layer.idle.prefix(16).enumerated().map { BarChart.Bar("unit \($0)", $1) }, title: title,
      number: NumberFormat(digits: 2), width: 60)
  }
}

extension Evidence {
  /// The first step noted from which on a layer is as it is now.
  func beginning(of layer: Int, where matches: (Look.UnitLayer) -> Bool) -> Int {
    var first = now.step
    for look in looks.reversed() {
      guard look.layers.indices.contains(layer), matches(look.layers[layer]) else { break }
      first = look.step
    }
    return first
  }
}
