import Autograd
import Language
import Presentation

/// Units in layers with wires between them, and the numbers on both.
struct Network: Figure {
  struct Layer: Sendable, Equatable {
    let name: String
    let count: Int
    /// One number a unit, where they are known.
    let values: [Double]?
  }

  let title: String
  let layers: [Layer]
  /// `weights[l]` leads from layer l to l + 1: a row for each unit it comes from.
  let weights: [Grid]
  let number: NumberFormat

  var kind: String { "network" }

  /// More units than this are told, not drawn.
  private static let most = 8

  private func label(_ layer: Layer, _ unit: Int) -> String {
    let name = layer.count == 1 ? layer.name : layer.name + subscripted(unit + 1)
    return layer.values.map { "\(name) = \(number.text($0[unit]))" } ?? name
  }

  private func subscripted(_ number: Int) -> String {
    String(
      String.UnicodeScalarView(
        String(number).unicodeScalars.compactMap { Unicode.Scalar($0.value - 0x30 + 0x2080) }))
  }

  // MARK: - Lines

  func lines(on page: FigurePage) -> [Words] {
    let heading = title.isEmpty ? [] : [Words(title, .strong)]
    let isDrawn =
      layers.allSatisfy { $0.count <= Self.most } && layers.count * 14 <= page.width
    guard isDrawn else { return heading + [sizes(page)] }
    let labels = layers.map { layer in (0..<layer.count).map { label(layer, $0) } }
    let widths = labels.map { $0.map(DisplayWidth.of).max() ?? 0 }
    let gap = min(
      24, (page.width - widths.reduce(0, +) - 2 * (layers.count - 1)) / max(1, layers.count - 1))
    guard gap >= 6 else { return heading + [sizes(page)] }
    let height = (layers.map(\.count).max() ?? 1) * 4 - 3
    var canvas = Canvas(
      columns: widths.reduce(0, +) + (gap + 2) * (layers.count - 1), rows: height,
      isBraille: page.unicode)
    let starts = layers.indices.map { widths[..<$0].reduce(0, +) + (gap + 2) * $0 }
    for index in weights.indices {
      draw(
        weights[index], from: (starts[index] + widths[index] + 1, layers[index].count),
        to: (starts[index + 1] - 1, layers[index + 1].count), on: &canvas)
    }
    for (index, names) in labels.enumerated() {
      for (unit, name) in names.enumerated() {
        canvas.write(
          name, column: starts[index], row: row(of: unit, of: names.count, height), .strong)
      }
    }
    return heading + (0..<height).map { canvas.words(row: $0) }
  }

  private func sizes(_ page: FigurePage) -> Words {
    let arrow = page.symbol(" → ", " -> ")
    return Words(layers.map { "\($0.name): \($0.count)" }.joined(separator: arrow))
  }

  /// Layers are centered; their units keep four rows of distance.
  private func row(of unit: Int, of count: Int, _ height: Int) -> Int {
    (height - (count * 4 - 3)) / 2 + unit * 4
  }

  private func draw(
    _ weights: Grid, from: (column: Int, count: Int), to: (column: Int, count: Int),
    on canvas: inout Canvas
  ) {
    let scale = (canvas.dotColumns / canvas.columns, canvas.dotRows / canvas.rows)
    var taken: Set<[Int]> = []
    var labels: [(text: String, column: Int, row: Int)] = []
    for source in 0..<from.count {
      for target in 0..<to.count {
        let (y0, y1) = (
          row(of: source, of: from.count, canvas.rows), row(of: target, of: to.count, canvas.rows)
        )
        canvas.line(
          from: (from.column * scale.0, y0 * scale.1 + scale.1 / 2),
          to: (to.column * scale.0, y1 * scale.1 + scale.1 / 2), Canvas.Mark(".", .dim))
        let text = number.text(weights[source, target])
        let shares =
          (source + target) % 2 == 0 ? [0.3, 0.6, 0.45, 0.15, 0.75] : [0.6, 0.3, 0.75, 0.45, 0.15]
        let places = shares.map { share -> (Int, Int) in
          let column = Double(from.column) + share * Double(to.column - from.column)
          return (
            Int(column) - text.count / 2, Int((Double(y0) + share * Double(y1 - y0)).rounded())
          )
        }
        let free = places.first { column, row in
          (column - 1...column + text.count).allSatisfy { !taken.contains([$0, row]) }
            && column > from.column && column + text.count < to.column
        }
        guard let (column, row) = free else { continue }
        for place in column..<column + text.count { taken.insert([place, row]) }
        labels.append((text, column, row))
      }
    }
    for label in labels { canvas.write(label.text, column: label.column, row: label.row, .series1) }
  }

  // MARK: - Elsewhere

  var markup: String {
    let most = min(layers.map(\.count).max() ?? 1, 16)
    let (step, high) = (180.0, Double(max(most, 2)) * 70)
    var svg = SVG(width: step * Double(layers.count), height: high + 40)
    if !title.isEmpty { svg.text(title, 8, 18, isBold: true) }
    func place(_ layer: Int, _ unit: Int) -> (x: Double, y: Double) {
      let count = min(layers[layer].count, 16)
      return (
        step * (Double(layer) + 0.5),
        30 + high / 2 + (Double(unit) - Double(count - 1) / 2) * min(70, high / Double(count))
      )
    }
    for (index, grid) in weights.enumerated() {
      for source in 0..<min(grid.rows, 16) {
        for target in 0..<min(grid.columns, 16) {
          let (from, to) = (place(index, source), place(index + 1, target))
          svg.line(from.x + 26, from.y, to.x - 26, to.y, opacity: 0.5)
          let share = (source + target) % 2 == 0 ? 0.35 : 0.65
          if grid.rows * grid.columns <= 64 {
            svg.text(
              number.text(grid[source, target]), from.x + 26 + share * (to.x - from.x - 52),
              from.y + share * (to.y - from.y) - 3, anchor: .middle, size: 11, color: Marks.color(0)
            )
          }
        }
      }
    }
    for (index, layer) in layers.enumerated() {
      for unit in 0..<min(layer.count, 16) {
        let at = place(index, unit)
        svg.circle(at.x, at.y, radius: 24, fill: "#ffffff", stroke: "#444")
        let name = layer.count == 1 ? layer.name : layer.name + subscripted(unit + 1)
        svg.text(name, at.x, at.y - (layer.values == nil ? -4 : 3), anchor: .middle, color: "#000")
        if let values = layer.values {
          svg.text(
            number.text(values[unit]), at.x, at.y + 13, anchor: .middle, size: 11, color: "#000")
        }
      }
    }
    return svg.text(title: sentence)
  }

  var data: [JSONValue.Member] {
    [
      .init(
        "layers",
        .array(
          layers.map { layer in
            .object([
              .init("name", .string(layer.name)), .init("units", .int(layer.count)),
              .init("values", layer.values.map { .array($0.map { .number($0) }) } ?? .null),
            ])
          })),
      .init(
        "weights",
        .array(
          weights.map {
            $0.values.count <= Grid.largest ? $0.data : .string("\($0.rows)×\($0.columns)")
          })),
    ]
  }

  var sentence: String {
    let sizes = layers.map { "\($0.name) with \($0.count) unit\($0.count == 1 ? "" : "s")" }
    let wires = weights.map { $0.rows * $0.columns }.reduce(0, +)
    return "\(title.isEmpty ? "A network" : title): \(sizes.joined(separator: ", then ")); "
      + "\(wires) weights."
  }
}

extension Library {
  static let networks = [
    Builtin(
      "network", "Draws layers of units with the numbers on their wires.",
      notes: "Weights have a row for each unit they come from, [inputs, outputs].",
      examples: [
        "network([[1.0, 0.5], [2.0, -1.0]])",
        "x = [1.0, 2.0]; W = [[1.0, 0.5], [2.0, -1.0]]; network(W, values=[x, x @ W], names=(\"x\", \"c\"))",
      ],
      parameters: [
        Parameter("weights", .any, variadic: true, "a matrix for each step to the next layer"),
        Parameter(
          "values", .any, default: Attribute.none, "the numbers of the units, layer by layer"),
        Parameter("names", .any, default: Attribute.none, "a letter for each layer"), .title,
      ]
    ) { call in call.draw(try call.network) }
  ]
}

extension Call {
  fileprivate var network: Network {
    get throws {
      let example = "network([[1.0, 0.5], [2.0, -1.0]])"
      var weights = try variadic(0).map { try grid($0, 0, example, largest: 1 << 24) }
      guard !weights.isEmpty else {
        throw fail(0, "not-drawn", "a network needs a matrix of weights", helps: [example])
      }
      let values =
        isNone(1) ? [] : try items(1).map { try vector($0, 1, "network(W, values=[x, y])") }
      // A vector leads to one unit, or from one.
      for index in weights.indices where weights[index].rows == 1 {
        let before = index > 0 ? weights[index - 1].columns : values.first?.count
        let grid = weights[index]
        if let before, before == grid.columns, before > 1 {
          weights[index] = Grid(rows: grid.columns, columns: 1, values: grid.values)
        }
      }
      let counts = [weights[0].rows] + weights.map(\.columns)
      for (index, pair) in zip(weights, weights.dropFirst()).enumerated()
      where pair.0.columns != pair.1.rows {
        throw fail(
          0, "not-drawn",
          "the weights do not fit: step \(index) leads to \(pair.0.columns) units, step \(index + 1) from \(pair.1.rows)",
          notes: ["a row for each unit that a wire comes from"], helps: [example])
      }
      if !values.isEmpty, values.map(\.count) != counts {
        throw fail(
          1, "not-drawn", "the values do not fit layers of \(counts) units",
          notes: ["they have \(values.map(\.count))"], helps: ["network(W, values=[x, x @ W])"])
      }
      let standard =
        ["x"]
        + (1..<counts.count).map { layer in
          layer == counts.count - 1
            ? "y" : counts.count == 3 ? "h" : ["g", "h", "k", "m"][(layer - 1) % 4]
        }
      let given = try texts(2)
      let layers = counts.indices.map { index in
        Network.Layer(
          name: index < given.count ? given[index] : standard[index], count: counts[index],
          values: values.isEmpty ? nil : values[index])
      }
      return Network(title: try string(3), layers: layers, weights: weights, number: numbers)
    }
  }
}
