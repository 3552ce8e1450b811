import Language
import Presentation

/// Runs lessons in fresh variables and verifies what they claim.
package struct LessonChecker {
  /// Every run of a lesson is made like this one.
  package var context: EvaluationContext
  /// Lessons that may stand under `requires`; functions are known anyway.
  package var lessons: Set<String>

  package init(_ context: EvaluationContext, lessons: Set<String> = []) {
    self.context = context
    self.lessons = lessons
  }

  /// Reads and checks one file; a malformed one is reported, not checked.
  package func report(on source: SourceText) -> CheckReport {
    do {
      return report(on: try Lesson(parsing: source)).report
    } catch {
      var report = CheckReport(path: source.name)
      report.malformed = error.diagnostics
      return report
    }
  }

  /// The report, and the evidence for the marks behind it.
  package func report(on lesson: Lesson) -> (report: CheckReport, evidence: LessonEvidence) {
    if lesson.front.homework != nil, !lesson.variants.isEmpty {
      return reportOnVariants(of: lesson)
    }
    return reportOnOne(lesson.variant(nil))
  }

  /// A homework must hold with the numbers of every variant. What is wrong with all is said once.
  private func reportOnVariants(
    of homework: Lesson
  ) -> (report: CheckReport, evidence: LessonEvidence) {
    var result = CheckReport(path: homework.source.name)
    var evidence = LessonEvidence(front: homework.front)
    var told: Set<String> = []
    for name in homework.variants {
      let (report, found) = reportOnOne(homework.variant(name))
      evidence.entries += found.entries
      for var outcome in report.outcomes {
        if case .passed = outcome.status {
          outcome.subject += ", variant \(name)"
          result.outcomes.append(outcome)
        } else if told.insert("\(outcome.line) \(outcome.headline)").inserted {
          result.outcomes.append(outcome.of(variant: name))
        }
      }
    }
    return (result, evidence)
  }

  private func reportOnOne(
    _ lesson: Lesson
  ) -> (report: CheckReport, evidence: LessonEvidence) {
    var check = LessonCheck(lesson, checker: self)
    check.run()
    return (check.report, check.evidence)
  }

  /// Checks a script: its marks are those of a lesson of one block, without slide arithmetic except
  /// where a mark names the places.
  package func report(onScript source: SourceText) -> CheckReport {
    let result = Parser.parse(source)
    let reader = MarkReader(result.tree)
    var report = CheckReport(path: source.name)
    report.malformed = LessonError(result.diagnostics + reader.problems).diagnostics
    guard report.malformed.isEmpty else { return report }
    let code = CodeStep(tree: result.tree, attributes: [], marks: reader.marks)
    let front = FrontMatter(title: source.name, deck: "")
    let lesson = Lesson(source: source, front: front, steps: [Step(content: .code(code), line: 1)])
    report = self.report(on: lesson).report
    report.outcomes += shadows(in: code)
    return report
  }

  /// Functions of the library to which a script gives a meaning of its own before a mark: what the
  /// mark confirms then is not what readers take it for.
  private func shadows(in code: CodeStep) -> [CheckReport.Outcome] {
    let lastMarked = code.marks.map(\.statement).max() ?? -1
    return code.tree.statements.enumerated().flatMap { index, statement in
      index > lastMarked
        ? []
        : statement.assignedNames.filter { context.environment.builtin(Symbol($0)) != nil }.map {
          let line = code.source.position(of: statement.span.start).line
          return .init(
            line: line, subject: "names",
            status: .warned(
              Diagnostic(
                "lesson-shadow", "'\($0)' is no longer the library's function here",
                severity: .warning, source: code.source, primary: .init(statement.span),
                notes: ["the marks behind this line may go by it"],
                helps: ["choose another name, such as my_\($0)"])))
        }
    }
  }
}

extension CheckReport.Outcome {
  fileprivate var headline: String {
    switch status {
    case .passed: ""
    case .failed(let diagnostic), .warned(let diagnostic): diagnostic.headline
    }
  }

  /// With the variant in which it was found.
  fileprivate func of(variant name: String) -> CheckReport.Outcome {
    var result = self
    let note = "with the numbers of variant \(name)"
    switch status {
    case .passed: break
    case .failed(var diagnostic):
      diagnostic.notes.append(note)
      result.status = .failed(diagnostic)
    case .warned(var diagnostic):
      diagnostic.notes.append(note)
      result.status = .warned(diagnostic)
    }
    return result
  }
}

/// One lesson being checked.
private struct LessonCheck {
  let lesson: Lesson
  let checker: LessonChecker
  var report: CheckReport
  var evidence: LessonEvidence
  private var exact: Workspace
  private let shown = Shown()
  /// Runs under slide arithmetic that have not failed yet.
  private var slides: [Int: Workspace]

  init(_ lesson: Lesson, checker: LessonChecker) {
    self.lesson = lesson
    self.checker = checker
    report = CheckReport(path: lesson.source.name)
    evidence = LessonEvidence(front: lesson.front)
    let context = checker.context
    exact = Workspace(context.pristine())
    slides = Dictionary(
      uniqueKeysWithValues: lesson.roundings.map {
        ($0, Workspace(context.pristine(), rounding: $0))
      })
  }

  mutating func run() {
    checkRequirements()
    watch()
    for (index, step) in lesson.steps.enumerated() {
      check(prose: step.headings, line: step.line)
      switch step.content {
      case .prose(let blocks): check(prose: blocks, line: step.line)
      case .code(let code): guard check(code, line: step.line) else { return }
      case .quiz(let quiz):
        check(passages: [quiz.ask] + quiz.hints + [quiz.explanation ?? ""], line: quiz.line)
        var check = QuizCheck(quiz, in: lesson.source, with: exact)
        check.slides = slides
        check.run()
        report.outcomes += check.outcomes
      case .given: break
      case .experiments(let experiments): check(experiments, line: step.line)
      case .task(let task):
        check(passages: [task.ask] + task.hints + [task.explanation ?? ""], line: task.line)
        let student = Reference(lesson, like: checker.context).workspace(before: index)
        let room = TaskRoom(student: student, reference: exact)
        add(step.line, "task", TaskCheck.failure(of: task, in: lesson.source, room))
      }
    }
    checkStyle()
  }

  /// Notes whether the lesson draws and explains.
  private func watch() {
    exact.context.output.listen { [shown] event in
      switch event {
      case .printed(.figure(let figure)):
        shown.isPicture = shown.isPicture || figure.figure.kind != "table"
      case .page(_, about: let subject) where subject.function == "graph": shown.isPicture = true
      case .page(_, about: let subject) where subject.function == "explain":
        shown.isExplanation = true
      case .printed, .page, .echo, .progress, .notice: break
      }
    }
  }

  /// The rules that it breaks.
  private mutating func checkStyle() {
    let warnings =
      LessonStyle(lesson: lesson, shown: shown).warnings + lesson.nearMarks + lesson.unknownLaTeX
    report.outcomes += warnings.map { warning in
      .init(line: warning.position?.line ?? 1, subject: "lesson", status: .warned(warning))
    }
  }

  private mutating func add(_ line: Int, _ subject: String, _ failure: Diagnostic?) {
    report.outcomes.append(
      .init(line: line, subject: subject, status: failure.map { .failed($0) } ?? .passed))
  }

  /// Numbers in prose come out.
  private mutating func check(prose blocks: [Block], line: Int) {
    // A homework is released as it is written: a brace there is a brace.
    guard lesson.front.homework == nil else { return }
    for expression in ComputedProse(blocks: blocks).expressions {
      do throws(Diagnostic) {
        _ = try ComputedProse.text(of: expression, in: exact)
      } catch {
        let span = lesson.source.span(ofLine: line)
        add(line, "{\(expression)}", error.placed(at: span, in: lesson.source, "the prose"))
      }
    }
  }

  private mutating func check(passages: [String], line: Int) {
    for text in passages { check(prose: Markdown.passage(text).blocks, line: line) }
  }

  private mutating func checkRequirements() {
    for name in lesson.front.requires {
      let isLesson = checker.lessons.contains { $0 == name || $0.hasSuffix("/" + name) }
      guard !isLesson, !exact.knows(name) else { continue }
      let line = lesson.front.lines["requires"] ?? 1
      let help = Suggestion.help(for: name, in: checker.lessons)
      report.outcomes.append(
        .init(
          line: line, subject: "requires",
          status: .warned(
            Diagnostic(
              "lesson-requires", "'\(name)' is neither a lesson nor a function",
              severity: .warning, source: lesson.source,
              primary: .init(lesson.source.span(ofLine: line)),
              helps: [help ?? "name a lesson such as 02-max-pooling, or a function"]))))
    }
  }

  /// False when the code stopped, and with it the lesson.
  private mutating func check(_ code: CodeStep, line: Int) -> Bool {
    let run = exact.run(code)
    var slideValues: [Int: [ComputedValue?]] = [:]
    for (places, workspace) in slides {
      let slideRun = workspace.run(code)
      slideValues[places] = slideRun.values
      // Steps after this one would build on what is missing.
      if slideRun.failure != nil { slides[places] = nil }
    }
    for (index, mark) in code.marks.enumerated() {
      if run.failure != nil, run.values[index] == nil { continue }
      let entry = LessonEvidence.Entry(
        mark: mark, source: code.source, exact: run.values[index],
        slide: slideValues.compactMapValues { $0[index] })
      evidence.entries.append(entry)
      add(mark.line, "\(mark.kind.sign) \(mark.text)", evidence.failure(of: entry))
    }
    if code.marks.isEmpty || run.failure != nil { add(line, "nabla", run.failure) }
    return run.failure == nil
  }

  private mutating func check(_ experiments: Experiments, line: Int) {
    let failure = exact.trial { workspace -> Diagnostic? in
      do throws(Diagnostic) {
        for statement in experiments.tree.statements {
          _ = try workspace.run(statement, of: experiments.tree)
        }
        return nil
      } catch { return error }
    }
    add(line, "try", failure)
  }
}

extension Mark.Kind {
  /// The mark's opening as written.
  package var sign: String {
    switch self {
    case .exact: "#=>"
    case .slide(nil): "#~>"
    case .slide(let places?): "#~(\(places))>"
    case .erratum: "#!>"
    }
  }
}
