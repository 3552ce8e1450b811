import Language
import Presentation

// What the stage needs: a step before it runs, the state before a step, and marks that are verified.

extension Player {
  /// Whether a printed number agrees with what was computed.
  struct Finding: Equatable {
    enum Verdict: Equatable {
      case agrees
      /// What is computed instead, or why it cannot be told.
      case differs(String)
      /// Numbers were exchanged, so the mark speaks of others.
      case silent
    }

    let line: Int
    let verdict: Verdict
  }

  /// Runs the preparations of a step; what it shows itself comes with `finish`. The state before it is
  /// kept as it is now, so that what is typed at its code can be taken back.
  func prepare(_ number: Int) {
    moments.removeSubrange(min(shown[number].lowerBound, moments.count)...)
    reopened = nil
    for index in shown[number] {
      moments.append(now)
      if index == shown[number].last { break }
      current = index
      _ = show(lesson.steps[index])
    }
  }

  /// A prepared step before it has run: its code, or its question.
  func preview(_ number: Int) -> [Block] {
    guard let step = shown[number].last.map({ lesson.steps[$0] }) else { return [] }
    return ComputedProse(blocks: step.headings).filled(by: workspace) + listing(of: step)
  }

  /// Runs a prepared step and shows it whole; of a question the answer too.
  func finish(_ number: Int) -> [Block] {
    guard let last = shown[number].last else { return [] }
    current = last
    let question = presentQuestion.map { preview(number) + [.blank] + answerBlocks(of: $0) }
    return question ?? show(lesson.steps[last])
  }

  private func listing(of step: Step) -> [Block] {
    switch step.content {
    case .prose(let blocks): ComputedProse(blocks: blocks).filled(by: workspace)
    case .code(let code): code.listing
    case .quiz(let quiz): ask(quiz, facts: [])
    case .given: []
    case .experiments(let experiments): suggest(experiments)
    case .task(let task): ask(task, facts: [])
    }
  }

  /// Whether something comes to light when a step has run.
  func hasResult(_ number: Int) -> Bool {
    guard let step = shown[number].last.map({ lesson.steps[$0] }) else { return false }
    switch step.content {
    case .code, .quiz, .task: return true
    case .prose, .given, .experiments: return false
    }
  }

  /// The state before a step that has been reached, exactly.
  func rewind(to number: Int) {
    let first = shown[number].lowerBound
    guard moments.indices.contains(first) else { return }
    restore(moments[first])
    moments.removeSubrange(first...)
  }

  // MARK: - Verifying

  /// What a mark comes to, and what stands behind its number.
  func verify(_ mark: Mark, _ value: ComputedValue?, in code: CodeStep) -> Finding.Verdict {
    guard let value else { return .differs("nothing is computed here") }
    var evidence = MarkEvidence(exact: value)
    let places = mark.places(in: lesson.front)
    if mark.kind != .exact, let places, let slide = slideValue(of: mark, in: code, places) {
      evidence.slide[places] = slide
    }
    guard let failure = mark.failure(on: evidence, places: places, in: code.source) else {
      return .agrees
    }
    if isAltered || isTouched { return .silent }
    return .differs(
      mark.kind == .exact ? "computed " + value.rounded(likeOrFull: mark.value) : failure.headline)
  }

  /// The value of a mark's quantity when every named step is rounded.
  private func slideValue(of mark: Mark, in code: CodeStep, _ places: Int) -> ComputedValue? {
    guard let current, let number = code.marks.firstIndex(of: mark) else { return nil }
    let reference = slides[places] ?? Reference(lesson, like: workspace.context, rounding: places)
    slides[places] = reference
    let run = reference.workspace(before: current).trial { $0.run(code) }
    return run.values[number]
  }
}

extension ComputedValue {
  /// With two more decimals than the printed value where it has the same shape.
  fileprivate func rounded(likeOrFull printed: PrintedValue) -> String {
    let decimals = printed.numbers.reduce(0) { most, number in
      if case .decimals(let count) = number.precision { max(most, count) } else { most }
    }
    return rounded(to: .decimals(decimals + 3))
  }
}
