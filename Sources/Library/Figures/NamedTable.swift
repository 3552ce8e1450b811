import Autograd
import Language
import Presentation

/// Columns with names; a cell that is None is left for the student.
struct NamedTable: Figure {
  struct Column: Sendable, Equatable {
    let name: String
    let cells: [String?]
    let isNumeric: Bool
  }

  let title: String
  let columns: [Column]

  var kind: String { "table" }

  private var table: Table {
    let rows = columns.map(\.cells.count).max() ?? 0
    return Table(
      header: columns.map { Words($0.name, .strong) },
      rows: (0..<rows).map { row in
        columns.map { column in
          let cell = row < column.cells.count ? column.cells[row] : ""
          return cell.map { Words($0, .value) } ?? Words("…", .dim)
        }
      }, alignments: columns.map { $0.isNumeric ? .right : .left })
  }

  private var document: Document {
    Document((title.isEmpty ? [] : [.line(Words(title, .strong))]) + [.table(table)])
  }

  func lines(on page: FigurePage) -> [Words] {
    document.lines(width: page.width, unicode: page.unicode)
  }

  var markup: String { HTMLRenderer().fragment(document) }

  var data: [JSONValue.Member] {
    [.init("title", .string(title))]
      + columns.map { column in
        .init(column.name, .array(column.cells.map { $0.map { .string($0) } ?? .null }))
      }
  }

  var sentence: String {
    let rows = columns.map(\.cells.count).max() ?? 0
    let open = columns.flatMap(\.cells).count { $0 == nil }
    return "\(title.isEmpty ? "A table" : title) of \(rows) rows: "
      + columns.map(\.name).joined(separator: ", ") + "."
      + (open > 0 ? " Left open: \(open)." : "")
  }
}

extension Library {
  static let tables = [
    Builtin(
      "table", "Shows columns with names side by side; a cell that is None is left open.",
      examples: ["table(x=[1, 2, 3], square=[1, 4, None])"],
      parameters: [
        Parameter("title", .string, default: .string(""), "stands above the table")
      ], takesNames: true
    ) { call in
      guard !call.names.isEmpty else {
        throw call.evaluator.fail(
          Diagnostic(
            "not-drawn", "a table needs columns with names", primary: .init(call.span),
            helps: ["table(x=[1, 2, 3], square=[1, 4, 9])"]))
      }
      return call.draw(
        NamedTable(title: try call.string(0), columns: try call.names.map(call.column)))
    }
  ]
}

extension Call {
  fileprivate func column(_ column: (name: String, value: Value)) throws -> NamedTable.Column {
    let items = try evaluator.items(of: column.value.resolved, at: span).map(\.resolved)
    guard items.count <= 1000 else {
      throw evaluator.fail(
        Diagnostic(
          "too-large", "a table shows 1000 rows at most, not \(items.count)", primary: .init(span),
          helps: ["table(\(column.name)=\(column.name)[:20])"]))
    }
    let reals = items.map(\.real)
    let known = reals.compactMap { $0 }
    let isWhole = items.allSatisfy { item in
      if case .tensor(let variable) = item { !variable.value.dtype.isReal } else { true }
    }
    let notation = numbers.notation(for: known, isWhole ? .integer : .float)
    let cells = zip(items, reals).map { item, real -> String? in
      if case .none = item { return nil }
      if case .tensor(let variable) = item, variable.value.dtype != .bool, let real {
        return numbers.text(real, in: notation)
      }
      return evaluator.text(of: item)
    }
    let isNumeric = zip(items, reals).allSatisfy { item, real in
      if case .none = item { true } else { real != nil }
    }
    return NamedTable.Column(name: column.name, cells: cells, isNumeric: isNumeric)
  }
}
