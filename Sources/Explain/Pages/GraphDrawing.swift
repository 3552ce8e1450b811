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

/// Boxes in columns, joined by arrows. An arrow over several columns has a lane of its own in each of
/// those between, so that none runs behind a box.
private struct GraphDrawing {
  private static let lineHeight = 16
  private static let gap = 40
  /// The height of a lane, and of the space beneath it.
  private static let lane = 10

  private struct Box {
    var x = 0
    var y = 0
    let width: Int
    let height: Int
    let lines: [String]
    let isLeaf: Bool
  }

  private struct Link {
    let from: Int
    let to: Int
    /// Where it passes the columns between.
    var lanes: [(column: Int, y: Int)] = []
  }

  private let boxes: [Box]
  private let links: [Link]
  private let places: [Int]
  /// Left and right of each column.
  private let columns: [(left: Int, right: Int)]
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
    var links = graph.nodes.enumerated().flatMap { index, node in
      node.inputs.map { Link(from: $0, to: index) }
    }
    let places = Self.columns(of: graph)
    var columns: [(left: Int, right: Int)] = []
    var (right, bottom) = (0, 0)
    for column in 0...(places.max() ?? 0) {
      let members = places.indices.filter { places[$0] == column }
      let widest = members.map { boxes[$0].width }.max() ?? 0
      var down = Self.gap / 2
      for member in members {
        boxes[member].x = right + Self.gap / 2 + (widest - boxes[member].width) / 2
        boxes[member].y = down
        down += boxes[member].height + Self.gap / 2
      }
      for index in links.indices
      where places[links[index].from] < column && column < places[links[index].to] {
        links[index].lanes.append((column, down))
        down += Self.lane
      }
      columns.append((right + Self.gap / 2, right + Self.gap / 2 + widest))
      right += widest + Self.gap
      bottom = max(bottom, down)
    }
    self.boxes = boxes
    self.links = links
    self.places = places
    self.columns = columns
    title = "The computation of \(graph.nodes.last?.label ?? "")"
    size = (right, bottom)
  }

  /// A leaf stands just left of its first user, everything else right of all its inputs.
  private static func columns(of graph: Graph) -> [Int] {
    var columns = [Int](repeating: 0, count: graph.nodes.count)
    var users = [Int?](repeating: nil, count: graph.nodes.count)
    for (index, node) in graph.nodes.enumerated() {
      columns[index] = node.inputs.reduce(0) { max($0, columns[$1] + 1) }
      for input in node.inputs { users[input] = min(users[input] ?? .max, columns[index]) }
    }
    for (index, node) in graph.nodes.enumerated() where node.inputs.isEmpty {
      columns[index] = max(0, (users[index] ?? 1) - 1)
    }
    return columns
  }

  /// Straight through columns, in curves between them.
  private func path(_ link: Link) -> String {
    let (a, b) = (boxes[link.from], boxes[link.to])
    var y = a.y + a.height / 2
    var x = columns[places[link.from]].right
    var path = "M\(a.x + a.width),\(y) H\(x)"
    let stops: [(left: Int, right: Int, y: Int)] =
      link.lanes.map { (left: columns[$0.column].left, right: columns[$0.column].right, y: $0.y) }
      + [(columns[places[link.to]].left, b.x - Self.head, b.y + b.height / 2)]
    for stop in stops {
      let middle = (x + stop.left) / 2
      path += " C\(middle),\(y) \(middle),\(stop.y) \(stop.left),\(stop.y)"
      (x, y) = (max(stop.left, stop.right), stop.y)
      if stop.right > stop.left { path += " H\(stop.right)" }
    }
    return path
  }

  /// The length of an arrow's head.
  private static let head = 7

  private func arrow(_ link: Link) -> String {
    let box = boxes[link.to]
    let (x, y) = (box.x, box.y + box.height / 2)
    return "<path d=\"\(path(link))\" fill=\"none\" stroke=\"#888\"/>\n"
      + "<polygon points=\"\(x),\(y) \(x - Self.head),\(y - 4) \(x - Self.head),\(y + 4)\" "
      + "fill=\"#888\"/>\n"
  }

  var text: String {
    var result = """
      <svg xmlns="http://www.w3.org/2000/svg" width="\(size.width)" height="\(size.height)" \
      viewBox="0 0 \(size.width) \(size.height)" font-family="sans-serif" font-size="13" role="img">
      <title>\(XMLText.visible(title))</title>
      <rect width="100%" height="100%" fill="#fff"/>

      """
    for link in links { result += arrow(link) }
    for box in boxes {
      result +=
        "<rect x=\"\(box.x)\" y=\"\(box.y)\" width=\"\(box.width)\" height=\"\(box.height)\" "
      result +=
        "rx=\"\(box.isLeaf ? 10 : 3)\" fill=\"\(box.isLeaf ? "#eef6ee" : "#eef2fa")\" stroke=\"#555\"/>\n"
      for (number, line) in box.lines.enumerated() {
        let y = box.y + 18 + number * Self.lineHeight
        let weight = number == 0 ? " font-weight=\"bold\"" : ""
        result += "<text x=\"\(box.x + box.width / 2)\" y=\"\(y)\" text-anchor=\"middle\"\(weight) "
        result += "fill=\"#111\">\(XMLText.visible(line))</text>\n"
      }
    }
    return result + "</svg>\n"
  }
}
