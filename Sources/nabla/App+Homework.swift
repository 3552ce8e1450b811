import Glibc
import Grading
import Language
import Presentation
import Session

extension App {
  /// Begins a lesson or a homework in the current folder.
  func begin(_ kind: Scaffold, named name: String, replacing: Bool) -> Response.Outcome {
    do {
      let text = try kind.text(named: name)
      try FolderWriter(".", replacing: replacing).write(text, to: name + ".md")
      Terminal.warn("\(name).md is there; 'nabla check \(name).md' verifies it")
      return .fine
    } catch {
      return show(.failure(Session.diagnostics(of: error)))
    }
  }

  // MARK: - Release

  func release(_ options: ReleaseHomework) -> Response.Outcome {
    do {
      let assignment = try session.assignment(options.assignment)
      let roster = try options.roster.map { try session.roster($0, of: assignment) }
      if let entries = roster?.entries, let folder = options.out {
        let writer = try FolderWriter(folder, replacing: options.force)
        for entry in entries {
          let variant = assignment.variant(of: entry.student, roster: roster)
          let release = Release(of: assignment, student: entry.student, variant: variant)
          try writer.write(release.text, to: FileName.safe(entry.student) + ".md")
        }
        Terminal.warn("\(entries.count) releases of \(assignment.id) in \(folder)")
        return .fine
      }
      guard options.student != nil || assignment.variants.isEmpty else {
        throw Diagnostic(
          "release", "each student has other numbers, so it must be said whose this is",
          helps: ["--student ID", "--roster class.csv --out DIR"])
      }
      let variant = options.student.flatMap { assignment.variant(of: $0) }
      let release = Release(of: assignment, student: options.student, variant: variant)
      if let folder = options.out {
        let name = FileName.safe(options.student ?? assignment.id) + ".md"
        try FolderWriter(folder, replacing: options.force).write(release.text, to: name)
      } else {
        printText(release.text)
      }
      return .fine
    } catch {
      return show(.failure(Session.diagnostics(of: error)))
    }
  }

  // MARK: - Grade

  func grade(_ options: GradeHomework) -> Response.Outcome {
    do {
      let assignment = try session.assignment(options.assignment)
      let run = GradingRun(
        assignment: assignment,
        grader: try session.grader(of: assignment, isolation: Confinement.outcome),
        roster: try options.roster.map { try session.roster($0, of: assignment) },
        units: try GradingRun.units(options.paths, list: session.host.list),
        jobs: options.jobs, read: session.host.read)
      let earlier = try options.regrade.map { try earlierGrades(in: $0) }
      let gradebook = try options.into.map { path in
        try Gradebook(
          try read(path), name: path, column: options.column, for: assignment)
      }
      let writer = try options.out.map { try FolderWriter($0, replacing: options.force) }
      // Where a gradebook or a report is wanted, nothing else goes to standard output.
      let streams = gradebook == nil && earlier == nil && writer == nil
      var printer = GradePrinter(
        options.format, assignment: assignment, renderer: screen.output,
        isClass: run.units.count > 1)
      if streams { printText(try printer.opening()) }
      var grades: [Grade] = []
      let isInterrupted = run.run { grade in
        grades.append(grade)
        if streams { printText(printer.part(grade)) }
      }
      if isInterrupted { return .interrupted }
      if streams { printText(printer.closing(grades)) }
      try finish(options, grades, assignment, gradebook, earlier, writer)
      for notice in run.notices(on: grades) { Terminal.warn(notice) }
      return grades.allSatisfy { $0.points == $0.maximum } ? .fine : .fellShort
    } catch {
      return show(.failure(Session.diagnostics(of: error)))
    }
  }

  private func read(_ path: String) throws -> [UInt8] {
    do throws(FileProblem) { return try session.host.read(path) } catch {
      throw error.diagnostic("read")
    }
  }

  /// An earlier result in JSON.
  private func earlierGrades(in path: String) throws -> [Grade] {
    let lines = String(decoding: try read(path), as: UTF8.self).split(whereSeparator: \.isNewline)
    return try lines.enumerated().map { index, line in
      guard let json = try? JSONReader.value(of: String(line)), let grade = Grade(json) else {
        throw Diagnostic(
          "regrade", "line \(index + 1) of '\(path)' is no result of 'nabla grade --format json'")
      }
      return grade
    }
  }

  /// What is written once everything is graded.
  private func finish(
    _ options: GradeHomework, _ grades: [Grade], _ assignment: Assignment, _ gradebook: Gradebook?,
    _ earlier: [Grade]?, _ writer: FolderWriter?
  ) throws {
    if let writer {
      let files = GradeFiles(grades, of: assignment, format: options.format).files
      for (name, text) in files { try writer.write(text, to: name) }
      Terminal.warn("\(files.count) files in \(options.out ?? "")")
    }
    if let gradebook, let path = options.into {
      let filled = gradebook.filled(with: grades, maximum: assignment.maximum)
      if let writer {
        try writer.write(filled.bytes, to: String(lastComponent(of: path)))
      } else if !writeAll(filled.bytes, to: STDOUT_FILENO) {
        throw Diagnostic("write", "cannot write to standard output")
      }
      for notice in filled.notices.sorted() { Terminal.warn(notice) }
    } else if writer != nil, earlier == nil {
      screen.show(GradeReport(grades, of: assignment).document)
    }
    if let earlier { screen.show(Regrade(before: earlier, after: grades).document) }
  }
}
