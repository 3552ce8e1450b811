import Language
import Lessons
import Presentation

// `nabla check`: which files there are, and the report on one of them. The rim runs the reports, each
// in a process of its own, and prints them.

extension Session {
  /// The lessons and scripts under some paths; without paths, all lessons.
  package func filesToCheck(_ paths: [String]) throws -> [FoundFile] {
    try (paths.isEmpty ? [lessonsFolder()] : paths).flatMap { path -> [FoundFile] in
      let found = try host.list(path)
      if found.map(\.path) == [path] { return found }
      let checked = found.filter { $0.path.isLesson || $0.path.isScript || $0.isFolder }
      guard !checked.isEmpty else {
        throw Diagnostic(
          "nothing-to-check", "'\(path)' holds no lesson (.md) and no script (.nabla)",
          helps: ["nabla check lessons"])
      }
      return checked
    }
  }

  /// Runs a lesson or script and verifies its marks. Whatever is wrong with the file is in the report.
  /// - Parameter seconds: after how much computing the caller interrupts it, if it does.
  package func report(on path: String, seconds: Double? = nil) -> CheckReport {
    do {
      let source = SourceText(name: path, text: try text(of: host.read(path), path: path))
      let checker = LessonChecker(own.context.pristine(), lessons: knownLessons)
      var report = path.isScript ? checker.report(onScript: source) : checker.report(on: source)
      if report.isSound, let lesson = try? Lesson(parsing: source), lesson.front.homework != nil {
        report.outcomes += homeworkOutcomes(of: lesson)
      }
      return seconds.map { report.stopped(after: $0) } ?? report
    } catch {
      return CheckReport(path: path, failure: error.diagnostic("read"))
    }
  }

  /// The printed numbers of a lesson that do not agree, with the slips that give them.
  package func slips(on path: String) throws -> SlideSlips {
    let source = SourceText(name: path, text: try text(of: host.read(path), path: path))
    return try SlideSlips.reading(source, in: own.context)
  }

  /// The text of a lesson with the marks whose digits have changed written anew, and which those are.
  package func fixes(in path: String) throws -> (text: String, fixes: [MarkFix]) {
    let source = SourceText(name: path, text: try text(of: host.read(path), path: path))
    guard !path.isScript else { return (source.text, []) }
    let checker = LessonChecker(own.context.pristine(), lessons: knownLessons)
    let evidence = checker.report(on: try Lesson(parsing: source)).evidence
    return MarkFix.fixed(source.text, by: evidence)
  }

  /// The page of a deck as it stands beside its lessons.
  package func deckPage(_ name: String) throws -> String {
    let checker = LessonChecker(own.context.pristine(), lessons: knownLessons)
    return try DeckPage(of: name, in: lessonCatalogue(), checker: checker).text
  }

  /// What may stand under `requires`, by the names of files alone.
  private var knownLessons: Set<String> {
    guard let folder = host.lessonsDirectory, let found = try? host.list(folder) else { return [] }
    return Set(
      found.map(\.path).filter(\.isLesson).flatMap { path in
        let slug = Lesson.slug(ofPath: path)
        let deck = path.split(separator: "/").dropLast().last ?? ""
        return [slug, "\(deck)/\(slug)"]
      })
  }
}

extension CheckReport {
  /// With what an interrupt means where it comes after a time.
  fileprivate func stopped(after seconds: Double) -> CheckReport {
    var report = self
    for (index, outcome) in outcomes.enumerated() {
      guard case .failed(let problem) = outcome.status, problem.code == "interrupted" else {
        continue
      }
      let time = { (number: Double) in
        Int(exactly: number).map { "\($0)" } ?? NumberFormat.shortest(number)
      }
      report.outcomes[index].status = .failed(
        Diagnostic(
          "time-limit", "stopped after \(time(seconds)) seconds", source: problem.source,
          primary: problem.primary,
          helps: ["nabla check --seconds \(time(10 * seconds)) \(path)"]))
    }
    return report
  }
}

extension String {
  /// A README tells about the lessons beside it.
  var isLesson: Bool {
    hasSuffix(".md") && split(separator: "/").last?.lowercased() != "readme.md"
  }

  var isScript: Bool { hasSuffix(".nabla") }
}
