import Autograd
import Presentation

extension Explainer {
  /// The same graph as an SVG picture: inputs on the left, the result on the right, a column for each
  /// distance from the inputs.
  package func svg(_ variable: Variable, name: String? = nil) -> String {
    let graph = Graph(of: variable, name: name)
    return GraphDrawing(graph) { lines(of: $0, in: graph) }.text
  }
}

/// Boxes in columns, joined by curves.
private struct GraphDrawing {
  private static let lineHeight = 16
  private static let gap = 40

  private struct Box {
    var x = 0
    var y = 0
    let width: Int
    let height: Int
    let lines: [String]
    let isLeaf: Bool
  }

  private let boxes: [Box]
  private let links: [(from: Int, to: Int)]
  private let title: String
  private let size: (width: Int, height: Int)

  init(_ graph: Graph, _ lines: (GraphNode) -> [String]) {
    var boxes = graph.nodes.map { node in
      let texts = lines(node)
      let columns = texts.map(\.count).max() ?? 1
      return Box(
        width: columns * 8 + 16, height: texts.count * Self.lineHeight + 12, lines: texts,
        isLeaf: node.inputs.isEmpty)
    }
    let links = graph.nodes.enumerated().flatMap { index, node in
      node.inputs.map { (from: $0, to: index) }
    }
    // A leaf stands just left of its first user, everything else right of all its inputs.
    var columns = [Int](repeating: 0, count: boxes.count)
    for (index, node) in graph.nodes.enumerated() {
      columns[index] = node.inputs.reduce(0) { max($0, columns[$1] + 1) }
    }
    for (index, node) in graph.nodes.enumerated() where node.inputs.isEmpty {
      let users = links.filter { $0.from == index }.map { columns[$0.to] }
      columns[index] = max(0, (users.min() ?? 1) - 1)
    }
    var right = 0
    var bottom = 0
    for column in 0...(columns.max() ?? 0) {
      let members = columns.indices.filter { columns[$0] == column }
      var down = Self.gap / 2
      var widest = 0
      for member in members { widest = max(widest, boxes[member].width) }
      for member in members {
        boxes[member].x = right + Self.gap / 2 + (widest - boxes[member].width) / 2
        boxes[member].y = down
        down += boxes[member].height + Self.gap / 2
      }
      right += widest + Self.gap
      bottom = max(bottom, down)
    }
    self.boxes = boxes
    self.links = links
    title = "The computation of \(graph.nodes.last?.label ?? "")"
    size = (right, bottom)
  }

  var text: String {
    var result = """
      <svg xmlns="http://www.w3.org/2000/svg" width="\(size.width)" height="\(size.height)" \
      viewBox="0 0 \(size.width) \(size.height)" font-family="sans-serif" font-size="13" role="img">
      <title>\(XMLText.visible(title))</title>
      <rect width="100%" height="100%" fill="#fff"/>

      """
    for link in links {
      let (a, b) = (boxes[link.from], boxes[link.to])
      let (x1, y1, x2, y2) = (a.x + a.width, a.y + a.height / 2, b.x, b.y + b.height / 2)
      let middle = (x1 + x2) / 2
      result +=
        "<path d=\"M\(x1),\(y1) C\(middle),\(y1) \(middle),\(y2) \(x2),\(y2)\" fill=\"none\" stroke=\"#888\"/>\n"
    }
    for box in boxes {
      result +=
        "<rect x=\"\(box.x)\" y=\"\(box.y)\" width=\"\(box.width)\" height=\"\(box.height)\" "
      result +=
        "rx=\"\(box.isLeaf ? 10 : 3)\" fill=\"\(box.isLeaf ? "#eef6ee" : "#eef2fa")\" stroke=\"#555\"/>\n"
      for (number, line) in box.lines.enumerated() {
        let y = box.y + 18 + number * Self.lineHeight
        let weight = number == 0 ? " font-weight=\"bold\"" : ""
        result += "<text x=\"\(box.x + box.width / 2)\" y=\"\(y)\" text-anchor=\"middle\"\(weight)>"
        result += "\(XMLText.visible(line))</text>\n"
      }
    }
    return result + "</svg>\n"
  }
}
