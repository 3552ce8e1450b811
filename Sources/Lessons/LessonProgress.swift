/// How far a student has come in a lesson, and what brought the variables to where they are: what
/// the events of the journal come to.
package struct LessonProgress: Sendable, Equatable {
  package struct Question: Sendable, Equatable {
    package enum State: String, Sendable, CaseIterable { case open, right, revealed, skipped }

    package var state = State.open
    /// Answers that were understood and wrong.
    package var attempts = 0
    package var hints = 0
    /// What was typed, in order, with what became of it.
    package var answers: [Attempt] = []

    package init() {}
  }

  package struct Attempt: Sendable, Equatable {
    package var text: String
    package var outcome: String
  }

  /// What leads to the present state when it is done once more.
  package enum Deed: Sendable, Equatable {
    case step(Int, isJump: Bool)
    case input(String)
    case branch(String)
  }

  /// `deck/slug`
  package var lesson: String
  package var steps: Int
  /// What tells the lesson's text from what it was or will be.
  package var fingerprint = ""
  /// The furthest step shown.
  package private(set) var step = 0
  /// The step shown last; 0 at the beginning, and once the lesson is over.
  package private(set) var place = 0
  /// By the number of the question in the lesson, from 1.
  package private(set) var questions: [Int: Question] = [:]
  /// Whether the end was reached at some time; that stays so.
  package private(set) var isFinished = false
  /// What the student typed, by the step it was typed at, in order.
  package private(set) var inputs: [Int: [String]] = [:]
  package private(set) var deeds: [Deed] = []

  package init(lesson: String, steps: Int) {
    self.lesson = lesson
    self.steps = steps
  }

  /// Nil where no event says of which lesson they are.
  package init?(_ events: [LessonEvent]) {
    guard case .opened(let lesson, let steps, _)? = events.first else { return nil }
    self.init(lesson: lesson, steps: steps)
    for event in events { apply(event) }
  }

  package mutating func apply(_ event: LessonEvent) {
    switch event {
    case .opened(let lesson, let steps, let fingerprint):
      open(lesson, steps, fingerprint)
    case .step(let number, let isJump):
      step = max(step, number)
      place = number
      forget(from: number)
      deeds.append(.step(number, isJump: isJump))
    case .input(let text, let kind):
      deeds.append(.input(text))
      if kind == .ran { inputs[place, default: []].append(text) }
    case .branch(let name, let step):
      deeds.append(.branch(name))
      place = step
    case .answer(let question, let text, let outcome, let counts):
      questions[question, default: .init()].answers.append(.init(text: text, outcome: outcome))
      if counts { questions[question, default: .init()].attempts += 1 }
    case .hint(let question, let number):
      questions[question, default: .init()].hints = number
    case .closed(let question, let state):
      questions[question, default: .init()].state = state
    case .finished:
      isFinished = true
      (place, deeds) = (0, [])
    }
  }

  /// Another text of the lesson may have other steps: its variables are not led to by what was done
  /// in the one before.
  private mutating func open(_ lesson: String, _ steps: Int, _ fingerprint: String) {
    if fingerprint != self.fingerprint, !deeds.isEmpty {
      place = min(place, steps)
      deeds = place > 0 ? [.step(place, isJump: true)] : []
    }
    (self.lesson, self.steps, self.fingerprint) = (lesson, steps, fingerprint)
    step = min(step, steps)
  }

  /// A step that is shown again has the variables from before it: what was done there and later led
  /// nowhere. Lines of work that were left keep theirs.
  private mutating func forget(from number: Int) {
    let isPlain = deeds.allSatisfy { if case .branch = $0 { false } else { true } }
    guard isPlain else { return }
    let first = deeds.firstIndex {
      if case .step(let past, _) = $0 { past >= number } else { false }
    }
    if let first { deeds.removeSubrange(first...) }
  }
}

extension Lesson {
  /// What tells the text from another (FNV-1a).
  package var fingerprint: String {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in source.text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    return String(hash, radix: 16)
  }
}
