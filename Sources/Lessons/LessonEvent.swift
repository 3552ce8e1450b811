import Presentation

/// Something that happened in a lesson. Events are only ever added to a student's journal, one line
/// each, so that whatever ends the program, what was done before stays.
package enum LessonEvent: Sendable, Equatable {
  /// The lesson was opened; its steps, and what tells its text from another.
  case opened(lesson: String, steps: Int, fingerprint: String)
  /// A step was shown, counted from 1; by going on, or by a jump.
  case step(Int, isJump: Bool)
  /// Something of the student's ran.
  case input(String, Input)
  /// Another line of work was gone to, at this step.
  case branch(String, step: Int)
  /// An answer was judged; one that was wrong counts as an attempt.
  case answer(question: Int, text: String, outcome: String, counts: Bool)
  /// So many hints of a question have been read.
  case hint(question: Int, number: Int)
  case closed(question: Int, LessonProgress.Question.State)
  case finished

  package enum Input: String, Sendable {
    case ran
    /// It stopped with an error, and what it did before that stays.
    case failed
    /// The code of a task, which is kept as an answer too.
    case answer
  }
}

// MARK: - As lines of text

extension LessonEvent {
  /// The line of the journal, with its end.
  package var line: String { json.text + "\n" }

  private var json: JSONValue {
    switch self {
    case .opened(let lesson, let steps, let fingerprint):
      return ["lesson": .string(lesson), "steps": .int(steps), "text": .string(fingerprint)]
    case .step(let number, let isJump):
      return isJump ? ["step": .int(number), "jump": true] : ["step": .int(number)]
    case .input(let text, let kind):
      return kind == .ran
        ? ["input": .string(text)] : ["input": .string(text), "as": .string(kind.rawValue)]
    case .branch(let name, let step): return ["branch": .string(name), "step": .int(step)]
    case .answer(let question, let text, let outcome, let counts):
      return [
        "question": .int(question), "answer": .string(text), "outcome": .string(outcome),
        "attempt": .bool(counts),
      ]
    case .hint(let question, let number): return ["question": .int(question), "hint": .int(number)]
    case .closed(let question, let state):
      return ["question": .int(question), "is": .string(state.rawValue)]
    case .finished: return ["finished": true]
    }
  }

  /// Nil for a line that is no event.
  package init?(line: String) {
    guard let json = JSONValue(reading: line) else { return nil }
    if let lesson = json["lesson"]?.string, let steps = json["steps"]?.integer, steps >= 0 {
      self = .opened(lesson: lesson, steps: steps, fingerprint: json["text"]?.string ?? "")
    } else if let question = json["question"]?.integer, question > 0 {
      guard let event = LessonEvent(question: question, json) else { return nil }
      self = event
    } else if let name = json["branch"]?.string, let step = json["step"]?.integer, step >= 0 {
      self = .branch(name, step: step)
    } else if let number = json["step"]?.integer, number > 0 {
      self = .step(number, isJump: json["jump"]?.boolean ?? false)
    } else if let text = json["input"]?.string,
      let kind = Input(rawValue: json["as"]?.string ?? Input.ran.rawValue)
    {
      self = .input(text, kind)
    } else if json["finished"]?.boolean == true {
      self = .finished
    } else {
      return nil
    }
  }

  private init?(question: Int, _ json: JSONValue) {
    if let text = json["answer"]?.string, let outcome = json["outcome"]?.string {
      self = .answer(
        question: question, text: text, outcome: outcome,
        counts: json["attempt"]?.boolean ?? false)
    } else if let number = json["hint"]?.integer, number >= 0 {
      self = .hint(question: question, number: number)
    } else if let state = json["is"]?.string.flatMap(LessonProgress.Question.State.init) {
      self = .closed(question: question, state)
    } else {
      return nil
    }
  }
}

/// A journal as it was found.
package struct LessonJournal: Sendable {
  package private(set) var events: [LessonEvent] = []
  /// Lines that are no events.
  package private(set) var damaged = 0
  /// A last line without an end: what was being written when the program was killed.
  package private(set) var isCutOff = false

  package init(bytes: [UInt8]) {
    var lines = bytes.split(separator: 0x0A, omittingEmptySubsequences: false)
    isCutOff = lines.popLast()?.isEmpty == false
    for line in lines {
      if let text = String(validating: line, as: UTF8.self), let event = LessonEvent(line: text) {
        events.append(event)
      } else {
        damaged += 1
      }
    }
  }

  /// The events alone, as they are written.
  package var text: String { events.map(\.line).joined() }

  /// What it tells; nil where it does not say of which lesson.
  package var progress: LessonProgress? { LessonProgress(events) }
}
