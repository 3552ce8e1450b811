/// Tensors as text: nested brackets, columns aligned, large ones elided in the middle with a
/// summary below.
package struct TensorFormat: Sendable {
  package var number: NumberFormat
  package var width: Int
  /// False writes the gap of an elided tensor as `...`.
  package var unicode: Bool
  /// A list, not an array: printed as Python does, every digit of each number is shown.
  package var isList = false
  /// False where the shape is said elsewhere.
  package var namesShape = true
  /// Above this many elements the middle of every long axis is left out.
  package static let threshold = 1000
  /// The same for this many rows.
  package static let maximumRows = 100
  /// A vector that does not fit into one line is wrapped up to this many elements; one that is
  /// printed as Python does always, and rows of matrices too.
  package static let wrappedElements = 200

  package init(_ number: NumberFormat = NumberFormat(), width: Int = 80, unicode: Bool = true) {
    self.number = number
    self.width = width
    self.unicode = unicode
  }

  package func text(
    _ elements: [Double], shape: [Int], _ kind: NumberFormat.Kind = .float, indent: Int = 0
  ) -> String {
    lines(elements, shape: shape, kind, indent: indent).joined(separator: "\n")
  }

  /// The lines of a row-major tensor. All but the first begin with `indent` spaces, so that they
  /// stand under a first line written after `name = `. Rank 0 is the number alone; a tensor
  /// without elements is `[]` with its shape unless it is a vector. Elements that do not fill the
  /// shape are shown as a vector.
  package func lines(
    _ elements: [Double], shape: [Int], _ kind: NumberFormat.Kind = .float, indent: Int = 0
  ) -> [String] {
    elements.withUnsafeBufferPointer { lines($0, shape: shape, kind, indent: indent) }
  }

  /// The same of elements that lie in the memory of somebody else.
  package func lines(
    _ elements: UnsafeBufferPointer<Double>, shape: [Int], _ kind: NumberFormat.Kind = .float,
    indent: Int = 0
  ) -> [String] {
    if shape.isEmpty, let only = elements.first { return [number.text(only, kind)] }
    if elements.isEmpty { return [namesShape && shape.count > 1 ? "[]  shape \(shape)" : "[]"] }
    let isWhole = shape.reduce(1) { $0.multipliedReportingOverflow(by: $1).partialValue }
    let shape = isWhole == elements.count && !shape.isEmpty ? shape : [elements.count]
    var picture = TensorPicture(
      format: self, elements: elements, shape: shape, kind: kind, indent: indent)
    let lines = picture.drawn() + (picture.isElided ? [summary(elements, shape: shape, kind)] : [])
    return lines.enumerated().map { index, line in
      index == 0 || line.isEmpty ? line : String(repeating: " ", count: indent) + line
    }
  }

  /// Shape, smallest, mean and largest element; elements that are not finite are counted apart.
  package func summary(
    _ elements: some Collection<Double>, shape: [Int], _ kind: NumberFormat.Kind = .float
  ) -> String {
    var parts = namesShape ? ["shape \(shape)"] : []
    if kind == .boolean {
      parts.append("\(elements.count { $0 != 0 }) of \(elements.count) True")
      return parts.joined(separator: ", ")
    }
    // In one pass and without a copy: there may be hundreds of millions.
    var (smallest, largest, total, count) = (Double.infinity, -Double.infinity, 0.0, 0)
    for element in elements where element.isFinite {
      (smallest, largest) = (min(smallest, element), max(largest, element))
      total += element
      count += 1
    }
    if count > 0 {
      let mean = total / Double(count)
      let number = number.display
      let notation = number.notation(for: [smallest, mean, largest])
      let ends = kind == .integer ? .integer : notation
      parts.append("min \(number.text(smallest, in: ends))")
      parts.append("mean \(kind == .integer ? number.text(mean) : number.text(mean, in: notation))")
      parts.append("max \(number.text(largest, in: ends))")
    }
    let odd = [
      ("nan", elements.count { $0.isNaN }), ("inf", elements.count { $0 == .infinity }),
      ("-inf", elements.count { $0 == -.infinity }),
    ]
    parts += odd.filter { $0.1 > 0 }.map { "\($0.1) \($0.0)" }
    return parts.joined(separator: ", ")
  }
}

/// Which elements of a tensor are shown, and where.
private struct TensorPicture {
  private let format: TensorFormat
  private let elements: UnsafeBufferPointer<Double>
  private let shape: [Int]
  private let indent: Int
  private let kind: NumberFormat.Kind
  /// Per axis, the positions shown; nil stands for the gap.
  private var axes: [[Int?]]
  private var notation: NumberFormat.Notation
  private(set) var isElided = false

  init(
    format: TensorFormat, elements: UnsafeBufferPointer<Double>, shape: [Int],
    kind: NumberFormat.Kind, indent: Int
  ) {
    self.format = format
    self.elements = elements
    self.shape = shape
    self.indent = indent
    self.kind = kind
    let rows = elements.count / max(1, shape.last ?? 1)
    if elements.count > TensorFormat.threshold || rows > TensorFormat.maximumRows {
      let edges = [3, 2].first { edge in
        shape.reduce(1) { $0 * min($1, 2 * edge) } <= TensorFormat.threshold
      }
      axes = shape.map { Self.positions($0, edge: edges ?? 1) }
      isElided = axes.contains { $0.contains(nil) }
    } else {
      axes = shape.map { Array(0..<$0) }
    }
    notation = .fixed
    let shown = shownElements(axis: 0, offset: 0)
    notation = format.number.notation(for: shown, kind)
    if notation == .python(nil), !format.isList {
      notation = .python(NumberFormat.numpyPrecision(for: shown))
    }
  }

  private var isPython: Bool { if case .python = notation { true } else { false } }

  private func element(_ offset: Int) -> Double {
    kind == .single ? Decimal.named(Float(elements[offset])) : elements[offset]
  }

  private static func positions(_ length: Int, edge: Int) -> [Int?] {
    length <= 2 * edge
      ? Array(0..<length) : Array(0..<edge) + [nil] + Array((length - edge)..<length)
  }

  private func shownElements(axis: Int, offset: Int) -> [Double] {
    axes[axis].compactMap { $0 }.flatMap { position -> [Double] in
      let next = offset * shape[axis] + position
      return axis + 1 == shape.count
        ? [element(next)] : shownElements(axis: axis + 1, offset: next)
    }
  }

  private var gap: String { format.unicode ? "…" : "..." }

  private func cell(_ offset: Int) -> String { format.number.text(element(offset), in: notation) }

  // MARK: - Lines

  mutating func drawn() -> [String] { shape.count == 1 ? vector() : matrices() }

  private mutating func vector() -> [String] {
    let line = "[" + axes[0].map { $0.map(cell) ?? gap }.joined(separator: ", ") + "]"
    if DisplayWidth.of(line) + indent <= format.width { return [line] }
    guard shape[0] > TensorFormat.wrappedElements, !isElided, !isPython else { return wrapped() }
    axes[0] = Self.positions(shape[0], edge: 3)
    isElided = true
    return vector()
  }

  /// A long vector over several lines, in columns.
  private func wrapped() -> [String] {
    let cells = axes[0].map { $0.map(cell) ?? gap }
    let column = cells.reduce(into: Column(1)) { $0.include(whole($1), of: DisplayWidth.of($1)) }
    let perLine = max(1, (format.width - indent - 2) / (column.total + 2))
    return stride(from: 0, to: cells.count, by: perLine).map { start in
      let row = cells[start..<min(start + perLine, cells.count)]
      let text = row.map { aligned($0, column) }.joined(separator: ", ")
      let isLast = start + perLine >= cells.count
      return (start == 0 ? "[" : " ") + text + (isLast ? "]" : ",")
    }
  }

  private mutating func matrices() -> [String] {
    var columns = columnWidths(rowOffsets(axis: 0, offset: 0))
    if columns.reduce(-2, { $0 + $1.total + 2 }) > room, !isPython { narrow(&columns) }
    var lines: [String] = []
    appendLines(axis: 0, offset: 0, columns: columns, opening: "", closing: "", to: &lines)
    return lines
  }

  /// Leaves out columns from the middle until a row fits; the first and the last stay.
  private mutating func narrow(_ widths: inout [Column]) {
    let last = shape.count - 1
    let columns = Array(zip(axes[last], widths)).filter { $0.0 != nil }
    var lead = 1
    var trail = 1
    func width(_ lead: Int, _ trail: Int) -> Int {
      (columns.prefix(lead) + columns.suffix(trail)).reduce(gap.count) { $0 + $1.1.total + 2 }
    }
    while lead + trail < columns.count {
      let next = lead > trail ? (lead, trail + 1) : (lead + 1, trail)
      if width(next.0, next.1) > room { break }
      (lead, trail) = next
    }
    guard lead + trail < columns.count else { return }
    isElided = true
    axes[last] = columns.prefix(lead).map(\.0) + [nil] + columns.suffix(trail).map(\.0)
    widths = columns.prefix(lead).map(\.1) + [Column(gap.count)] + columns.suffix(trail).map(\.1)
  }

  /// Where the shown rows begin, in the order they are shown.
  private func rowOffsets(axis: Int, offset: Int) -> [[Int]] {
    if axis == shape.count - 1 {
      return [axes[axis].compactMap { $0.map { offset * shape[axis] + $0 } }]
    }
    return axes[axis].compactMap { $0 }.flatMap {
      rowOffsets(axis: axis + 1, offset: offset * shape[axis] + $0)
    }
  }

  /// How wide the cells of a column are, before the point and from the point on.
  private struct Column {
    var whole: Int
    var fraction = 0

    init(_ whole: Int) { self.whole = whole }

    var total: Int { whole + fraction }

    mutating func include(_ whole: Int, of width: Int) {
      self.whole = max(self.whole, whole)
      fraction = max(fraction, width - whole)
    }
  }

  /// What stands before the point of a number with as many decimals as it needs; all of any other.
  private func whole(_ cell: String) -> Int {
    guard isPython else { return DisplayWidth.of(cell) }
    return cell.utf8.firstIndex { $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "e") }
      .map { cell.utf8.distance(from: cell.startIndex, to: $0) } ?? cell.utf8.count
  }

  private func columnWidths(_ rows: [[Int]]) -> [Column] {
    var columns = Array(repeating: Column(1), count: rows.first?.count ?? 0)
    for row in rows {
      for (index, offset) in row.enumerated() {
        let cell = cell(offset)
        columns[index].include(whole(cell), of: DisplayWidth.of(cell))
      }
    }
    guard let position = axes[shape.count - 1].firstIndex(of: nil) else { return columns }
    columns.insert(Column(gap.count), at: position)
    return columns
  }

  /// The lines of one slice, with the brackets that open and close around it.
  private func appendLines(
    axis: Int, offset: Int, columns: [Column], opening: String, closing: String,
    to lines: inout [String]
  ) {
    let lead = opening.isEmpty ? String(repeating: " ", count: axis) : opening
    if axis == shape.count - 1 {
      let cells = zip(axes[axis], columns).map { position, column in
        aligned(position.map { cell(offset * shape[axis] + $0) } ?? gap, column)
      }
      appendRow(cells, lead: lead + "[", closing: "]" + closing, to: &lines)
      return
    }
    let last = axes[axis].count - 1
    for (index, position) in axes[axis].enumerated() {
      if index > 0 {
        // One empty line more between slices for every axis above a matrix, as NumPy has it.
        lines += Array(repeating: "", count: shape.count - axis - 2)
      }
      guard let position else {
        lines.append(String(repeating: " ", count: axis + 1) + gap)
        continue
      }
      appendLines(
        axis: axis + 1, offset: offset * shape[axis] + position, columns: columns,
        opening: index == 0 ? lead + "[" : "", closing: index == last ? "]" + closing : ",",
        to: &lines)
    }
  }

  /// One row, over several lines where it is too long for one and nothing of it may be left out.
  private func appendRow(
    _ cells: [String], lead: String, closing: String, to lines: inout [String]
  ) {
    var line = lead
    var used = 0
    for (index, cell) in cells.enumerated() {
      let width = DisplayWidth.of(cell)
      if used > 0, used + 2 + width > room, isPython {
        lines.append(line + ",")
        line = String(repeating: " ", count: shape.count)
        used = 0
      }
      line += (used > 0 ? ", " : "") + cell
      used += width + (used > 0 ? 2 : 0)
    }
    lines.append(line + closing)
  }

  private var room: Int { format.width - indent - 2 * shape.count - 1 }

  private func aligned(_ cell: String, _ column: Column) -> String {
    let text = padded(cell, column.whole + DisplayWidth.of(cell) - whole(cell))
    return text + String(repeating: " ", count: max(0, column.total - DisplayWidth.of(text)))
  }

  private func padded(_ text: String, _ width: Int) -> String {
    String(repeating: " ", count: max(0, width - DisplayWidth.of(text))) + text
  }
}
