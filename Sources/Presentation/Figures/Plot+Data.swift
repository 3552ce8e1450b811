extension Plot {
  package var data: [JSONValue.Member] {
    [
      .init("title", .string(title)), .init("xlabel", .string(xLabel)),
      .init("ylabel", .string(yLabel)),
      .init(
        "series",
        .array(
          series.map { one in
            .object([
              .init("name", .string(one.name)),
              .init("style", .string(one.style == .line ? "line" : "points")),
              .init("x", .array(one.points.map { .number($0.x) })),
              .init("y", .array(one.points.map { .number($0.y) })),
            ])
          })),
    ]
  }

  /// Where each series begins, ends and is lowest.
  package var sentence: String {
    let names = series.map(\.name).filter { !$0.isEmpty }
    let subject = title.isEmpty ? (names.isEmpty ? "values" : names.joined(separator: ", ")) : title
    let parts = series.compactMap { one -> String? in
      let said = one.style == .line ? path(of: one) : spread(of: one)
      let name = series.count > 1 && !one.name.isEmpty ? "\(one.name): " : ""
      return said.map { name + $0 }
    }
    return parts.isEmpty ? emptyNote : "Plot of \(subject): " + parts.joined(separator: "; ") + "."
  }

  private func path(of one: Series) -> String? {
    let points = one.points.filter { $0.x.isFinite && $0.y.isFinite }
    guard let first = points.first, let last = points.last,
      let low = points.min(by: { $0.y < $1.y })
    else { return nil }
    let format = NumberFormat(digits: 4)
    let ends = "from \(format.text(first.y)) to \(format.text(last.y))"
    guard low.y < min(first.y, last.y) else { return ends }
    return ends + ", lowest \(format.text(low.y)) at \(format.text(low.x))"
  }

  private func spread(of one: Series) -> String? {
    let points = one.points.filter { $0.x.isFinite && $0.y.isFinite }
    guard let left = points.map(\.x).min(), let right = points.map(\.x).max(),
      let low = points.map(\.y).min(), let high = points.map(\.y).max()
    else { return nil }
    let format = NumberFormat(digits: 4)
    return "\(points.count) points, x from \(format.text(left)) to \(format.text(right)), "
      + "y from \(format.text(low)) to \(format.text(high))"
  }
}
