import Glibc
import Language
import Lessons
import Presentation
import Session

// What helps those who write lessons.

extension App {
  /// Shows which marks have other digits now, and writes them where that is wanted.
  func fixMarks(in paths: [String], seconds: Double) -> Response.Outcome {
    do {
      var count = 0
      for file in try session.filesToCheck(paths) where file.problem == nil {
        let (text, fixes) = try session.fixes(in: file.path)
        guard !fixes.isEmpty else { continue }
        for fix in fixes {
          printText("\(file.path):\(fix.line)\n- \(fix.old)\n+ \(fix.new)\n")
        }
        guard !asks || App.confirm("Write \(fixes.count) lines of '\(file.path)'? [y/N] ") else {
          continue
        }
        do throws(FileError) { try writeAtomically(Array(text.utf8), to: file.path) } catch {
          throw error.problem
        }
        count += fixes.count
      }
      printText("\(count) mark\(count == 1 ? "" : "s") written\n")
      return .fine
    } catch {
      return show(.failure(Session.diagnostics(of: error)))
    }
  }

  private var asks: Bool { terminal.isInputInteractive && terminal.isOutputInteractive }

  /// Checks what is saved, until Ctrl-C.
  func watch(_ paths: [String], seconds: Double) -> Response.Outcome {
    do {
      var seen: [String: Stamp] = [:]
      while true {
        let files = try session.filesToCheck(paths)
        let changed = files.filter { file in
          let stamp = Stamp(of: file.path)
          defer { seen[file.path] = stamp }
          return seen[file.path] != stamp
        }
        if !changed.isEmpty {
          if asks { printText("\u{1B}[H\u{1B}[2J") }
          _ = check(changed, as: .text, seconds: seconds, showsFirstOnly: true)
          if Interrupt.isRequested { return .interrupted }
          Terminal.warn("waiting for what is saved; Ctrl-C ends")
        }
        // A signal ends the wait.
        if poll(nil, 0, 300) < 0 || Interrupt.isRequested { return .interrupted }
      }
    } catch {
      return show(.failure(Session.diagnostics(of: error)))
    }
  }
}

/// What tells a saved file from what it was.
private struct Stamp: Equatable {
  var seconds = 0
  var nanoseconds = 0
  var size = 0
  var number: UInt = 0

  init(of path: String) {
    var status = stat()
    guard stat(path, &status) == 0 else { return }
    (seconds, nanoseconds) = (status.st_mtim.tv_sec, status.st_mtim.tv_nsec)
    (size, number) = (Int(status.st_size), UInt(status.st_ino))
  }
}
