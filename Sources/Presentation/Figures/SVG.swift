/// An SVG picture being put together, in the colors of its surroundings. Coordinates are pixels, y
/// down.
package struct SVG: Sendable {
  package let width: Double
  package let height: Double
  private var parts: [String] = []

  package init(width: Double, height: Double) {
    self.width = width
    self.height = height
  }

  package enum Anchor: String, Sendable { case start, middle, end }

  package mutating func line(
    _ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, color: String = "currentColor",
    width: Double = 1, opacity: Double = 1
  ) {
    parts.append(
      "<path d=\"M\(text(x1)),\(text(y1))L\(text(x2)),\(text(y2))\" fill=\"none\" "
        + "stroke=\"\(color)\" stroke-width=\"\(text(width))\" opacity=\"\(text(opacity))\"/>")
  }

  package mutating func path(
    _ points: [(x: Double, y: Double)], color: String = "currentColor", width: Double = 2
  ) {
    guard let first = points.first else { return }
    let rest = points.dropFirst().map { "L\(text($0.x)),\(text($0.y))" }.joined()
    parts.append(
      "<path d=\"M\(text(first.x)),\(text(first.y))\(rest)\" fill=\"none\" stroke=\"\(color)\" "
        + "stroke-width=\"\(text(width))\"/>")
  }

  package mutating func rectangle(
    _ x: Double, _ y: Double, _ width: Double, _ height: Double, fill: String = "none",
    stroke: String = "none", strokeWidth: Double = 1
  ) {
    parts.append(
      "<rect x=\"\(text(x))\" y=\"\(text(y))\" width=\"\(text(width))\" height=\"\(text(height))\" "
        + "fill=\"\(fill)\" stroke=\"\(stroke)\" stroke-width=\"\(text(strokeWidth))\"/>")
  }

  package mutating func circle(
    _ x: Double, _ y: Double, radius: Double, fill: String = "none", stroke: String = "none"
  ) {
    parts.append(
      "<circle cx=\"\(text(x))\" cy=\"\(text(y))\" r=\"\(text(radius))\" fill=\"\(fill)\" "
        + "stroke=\"\(stroke)\"/>")
  }

  package mutating func text(
    _ content: String, _ x: Double, _ y: Double, anchor: Anchor = .start, isBold: Bool = false,
    size: Double = 13, color: String = "currentColor"
  ) {
    parts.append(
      "<text x=\"\(text(x))\" y=\"\(text(y))\" text-anchor=\"\(anchor.rawValue)\" "
        + "font-size=\"\(text(size))\" fill=\"\(color)\""
        + (isBold ? " font-weight=\"bold\"" : "") + ">\(XMLText.visible(content))</text>")
  }

  /// The mark of a series or class, as `Marks` has them.
  package mutating func mark(_ number: Int, _ x: Double, _ y: Double) {
    let color = Marks.color(number)
    switch number % 5 {
    case 0: circle(x, y, radius: 4, fill: color)
    case 3: circle(x, y, radius: 4, stroke: color)
    case 1:
      line(x - 5, y, x + 5, y, color: color, width: 2)
      line(x, y - 5, x, y + 5, color: color, width: 2)
    case 2:
      line(x - 4, y - 4, x + 4, y + 4, color: color, width: 2)
      line(x - 4, y + 4, x + 4, y - 4, color: color, width: 2)
    default: rectangle(x - 4, y - 4, 8, 8, fill: color)
    }
  }

  /// The whole picture; `title` is what someone hears who cannot see it.
  package func text(title: String) -> String {
    """
    <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(text(width)) \(text(height))" \
    width="\(text(width))" height="\(text(height))" role="img" font-size="13" \
    font-family="sans-serif" fill="currentColor">
    <title>\(XMLText.visible(title))</title>
    \(parts.joined(separator: "\n"))
    </svg>
    """
  }

  private func text(_ number: Double) -> String {
    let text = NumberFormat(digits: 1).fixed(number.isFinite ? number : 0)
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }
}
