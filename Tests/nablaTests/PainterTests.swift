import Presentation
import TestSupport
import Testing

@testable import nabla

/// What the painter writes makes a terminal show what it should.
struct PainterTests {
  private static let texts: [String] = [
    "x = 1", "θ̂ = ŷ + x̄ * h̃", "数学 数", "\n", "    return x\n", "0123456789", "a\tb", "e\u{301}",
    "👍🏽", " ", "", "long line that wraps and wraps and wraps again until it ends",
  ]

  private func scene(
    _ random: inout SeededGenerator, columns: Int
  ) -> Scene {
    var scene = Scene(columns: columns)
    scene.add("∇ ", style: "1;36")
    let count = Int.random(in: 0..<12, using: &random)
    let text = (0..<count).map { _ in Self.texts.randomElement(using: &random) ?? "" }.joined()
    let characters = Array(text)
    let cursor = Int.random(in: 0...characters.count, using: &random)
    for (index, character) in characters.enumerated() {
      if index == cursor { scene.markCursor(before: character) }
      scene.add(character, style: ["", "36", "1;35"].randomElement(using: &random) ?? "")
    }
    if cursor == characters.count { scene.markCursor(before: nil) }
    if Int.random(in: 0..<4, using: &random) == 0 {
      scene.addBelow([("below", "2"), ("a list of names that is wider than the window is", "")])
    }
    return scene
  }

  // Where one wide character fills a row, libvterm itself errs, and falls in a window of one column.
  @Test(arguments: [(3, 3), (3, 5), (7, 4), (20, 6), (80, 24)])
  func aTerminalShowsTheScene(_ columns: Int, _ rows: Int) throws {
    var random = SeededGenerator(seed: UInt64(columns))
    let screen = TestSupport.Screen(columns: columns, rows: rows)
    var painter = Painter()
    for number in 0..<400 {
      let scene = scene(&random, columns: columns)
      screen.receive(painter.paint(scene, height: rows).utf8)
      let visible = Self.visible(in: scene, rows: rows)
      let seen = Self.rows(of: screen, painter)
      #expect(
        visible.contains { $0.rows == seen && $0.cursor == screen.cursor.column },
        "scene \(number): \(seen) at \(screen.cursor), not \(visible.map(\.rows)) at \(scene.cursor)"
      )
      if number % 7 == 0 { screen.receive(painter.leave().utf8) }
    }
  }

  /// A wide character that has no room ends a row before the margin, and the terminal does not join it.
  @Test(arguments: [(40, 1), (10, 2), (9, 3), (4, 7), (20, 1), (18, 2), (19, 1)])
  func theCursorIsFoundInAWindowOfAnotherWidth(columns: Int, above: Int) {
    var scene = Scene(columns: 10)
    scene.add("∇ x数学数数学数学数数学数学")
    scene.markCursor(before: nil)
    var painter = Painter()
    _ = painter.paint(scene, height: 24)
    #expect(painter.rowsAboveCursor(wrappedAt: columns) == above)
  }

  @Test func whatFitsIsJoined() {
    var scene = Scene(columns: 10)
    scene.add("∇ 0123456789012345")
    scene.markCursor(before: nil)
    var painter = Painter()
    _ = painter.paint(scene, height: 24)
    #expect([40, 18, 10, 9, 5].map { painter.rowsAboveCursor(wrappedAt: $0) } == [0, 1, 1, 2, 3])
  }

  /// What may be seen of a scene: all of it, or as many rows as the window has around the cursor.
  private static func visible(
    in scene: Scene, rows: Int
  ) -> [(rows: [String], cursor: Int)] {
    let texts = scene.rows.map { row in
      String(row.cells.map(\.text).joined().reversed().drop { $0 == " " }.reversed())
    }
    let tops = 0...max(0, texts.count - rows)
    return tops.filter { ($0..<$0 + rows).contains(scene.cursor.row) }.map {
      (Array(texts[$0..<min(texts.count, $0 + rows)]), scene.cursor.column)
    }
  }

  private static func rows(of screen: TestSupport.Screen, _ painter: Painter) -> [String] {
    let lines = screen.lines + Array(repeating: "", count: screen.rows)
    let start = screen.cursor.row - painter.row
    return Array(lines[start..<start + painter.height])
  }

  /// One letter more at the end costs that letter, in a block of 40 lines too.
  @Test func aLetterCostsALetter() {
    func scene(_ end: String) -> Scene {
      var scene = Scene(columns: 80)
      scene.add((1...39).map { "x\($0) = \($0)\n" }.joined() + end)
      scene.markCursor(before: nil)
      return scene
    }
    var painter = Painter()
    _ = painter.paint(scene("y = 1"), height: 50)
    #expect(painter.paint(scene("y = 12"), height: 50) == "2")
    #expect(painter.paint(scene("y = 12"), height: 50) == "")
  }

  /// A terminal joins both rows when text is copied, as it went on by itself at the margin.
  @Test func aLongLineGoesOnWithoutALineEnd() {
    var scene = Scene(columns: 10)
    scene.add("0123456789abc")
    scene.markCursor(before: nil)
    var painter = Painter()
    #expect(!painter.paint(scene, height: 5).contains("\n"))
  }
}
