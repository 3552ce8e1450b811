import Testing

@testable import nabla

struct ChangesTests {
  private func type(_ text: String, _ changes: inout Changes, after start: String = "") -> Snapshot
  {
    var typed = Array(start.unicodeScalars.map(\.value))
    for scalar in text.unicodeScalars {
      typed.append(scalar.value)
      changes.note(Snapshot(text: typed, cursor: typed.count))
    }
    return Snapshot(text: typed, cursor: typed.count)
  }

  @Test func undoGoesBackByWordsAndRedoForward() {
    var changes = Changes()
    let end = type("ab cd", &changes)
    let first = changes.back(from: end)
    #expect(first.map { String(scalars: $0.text) } == "ab ")
    let second = first.flatMap { changes.back(from: $0) }
    #expect(second?.text == [])
    #expect(second.flatMap { changes.back(from: $0) } == nil)
    let again = second.flatMap { changes.forward(from: $0) }
    #expect(again == first)
    #expect(again.flatMap { changes.forward(from: $0) } == end)
  }

  @Test func whatIsTypedAfterUndoEndsRedo() {
    var changes = Changes()
    let end = type("a b", &changes)
    let back = changes.back(from: end)
    _ = type("c", &changes, after: back.map { String(scalars: $0.text) } ?? "")
    #expect(changes.forward(from: end) == nil)
  }

  @Test func textsCutOutInARowAreOne() {
    var ring = KillRing()
    ring.add([1, 2], isBefore: true)
    ring.isGoingOn = true
    ring.add([3], isBefore: true)
    ring.add([4], isBefore: false)
    #expect(ring.texts == [[3, 1, 2, 4]])
    ring.isGoingOn = false
    ring.add([5], isBefore: false)
    #expect(ring.texts == [[3, 1, 2, 4], [5]])
  }
}
