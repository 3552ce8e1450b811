import Presentation

/// What the stage tells the second terminal: where it is, and since when.
package struct StageSignal: Sendable, Equatable {
  package var step: Int
  package var face: Stage.Face
  /// By the clock on the wall, in seconds; nil before the first key.
  package var start: Double?
  package var planned: Double?
  package var stepStart: Double
  package var rehearsed: Double?
  package var differing: Int
  package var hasEnded = false

  package init(_ stage: Stage, at now: Double) {
    (step, face) = (stage.step, stage.face)
    start = stage.clock.start
    planned = stage.clock.left(at: now).map { $0 + stage.clock.elapsed(at: now) }
    stepStart = now - stage.clock.here(at: now)
    rehearsed = stage.clock.rehearsedHere
    differing = stage.differing.count
  }

  package var text: String {
    let number = { (value: Double?) in value.map { JSONValue.number($0) } ?? .null }
    return JSONValue.object([
      .init("step", .int(step)), .init("face", .string(face.rawValue)),
      .init("start", number(start)), .init("planned", number(planned)),
      .init("stepStart", .number(stepStart)), .init("rehearsed", number(rehearsed)),
      .init("differing", .int(differing)), .init("ended", .bool(hasEnded)),
    ]).text + "\n"
  }

  package init?(text: String) {
    guard let json = JSONValue(reading: text), let step = json["step"]?.integer,
      let face = json["face"]?.string.flatMap(Stage.Face.init),
      let stepStart = json["stepStart"]?.double
    else { return nil }
    (self.step, self.face, self.stepStart) = (step, face, stepStart)
    start = json["start"]?.double
    planned = json["planned"]?.double
    rehearsed = json["rehearsed"]?.double
    differing = json["differing"]?.integer ?? 0
    hasEnded = json["ended"]?.boolean ?? false
  }
}

/// The presenter's own terminal: the notes of the step on stage, the next step, and the time.
package struct StageNotes {
  let lesson: Lesson

  package init(_ lesson: Lesson) { self.lesson = lesson }

  /// - Parameter signal: what the stage said last; nil while there is none.
  package func screen(_ signal: StageSignal?, size: Stage.Size, at now: Double) -> [Words] {
    guard let signal, !signal.hasEnded else {
      return fitted(
        [.paragraph(Words(signal == nil ? "waiting for the stage …" : "the talk is over", .note))],
        size)
    }
    let shown = lesson.shownSteps
    var blocks: [Block] = [clock(signal, at: now), .blank]
    let here = Words("\(signal.step + 1)/\(shown.count)  ", .strong)
    blocks.append(.hanging(here + Words(lesson.opening(ofShown: signal.step)), indent: 4))
    for note in lesson.notes(signal.step) { blocks += Markdown.document(note).blocks }
    if lesson.notes(signal.step).isEmpty { blocks.append(.paragraph(Words("no notes", .dim))) }
    blocks.append(.blank)
    if signal.face == .code {
      blocks.append(.paragraph(Words("Then: its result", .note)))
    } else if signal.step + 1 < shown.count {
      let text = lesson.opening(ofShown: signal.step + 1)
      blocks.append(.hanging(Words("Then: ", .note) + Words(text), indent: 6))
      for note in lesson.notes(signal.step + 1) {
        blocks.append(.paragraph(Words(note, .dim)))
      }
    } else {
      blocks.append(.paragraph(Words("That was the last step.", .note)))
    }
    return fitted(blocks, size)
  }

  private func clock(_ signal: StageSignal, at now: Double) -> Block {
    let elapsed = signal.start.map { now - $0 } ?? 0
    var words = Words(StageClock.text(elapsed), .strong)
    if let planned = signal.planned {
      let left = planned - elapsed
      words += Words("   left \(StageClock.text(left))", left < 0 ? .bad : .plain)
    }
    words += Words("   step \(StageClock.text(max(0, now - signal.stepStart)))")
    if let rehearsed = signal.rehearsed {
      words += Words(" of \(StageClock.text(rehearsed))", .dim)
    }
    if signal.differing > 0 { words += Words("   ✗\(signal.differing)", .bad) }
    return .hanging(words, indent: 2)
  }

  private func fitted(_ blocks: [Block], _ size: Stage.Size) -> [Words] {
    let rows = Document(blocks).lines(width: size.columns, unicode: true).prefix(size.rows)
    return rows.map { $0.cut(columns: size.columns) }
      + Array(repeating: Words(""), count: size.rows - rows.count)
  }
}

extension Lesson {
  /// What a step begins with, on one line.
  func opening(ofShown number: Int) -> String {
    let shown = shownSteps
    guard shown.indices.contains(number), let last = shown[number].last else { return "" }
    return steps[last].opening
  }
}
