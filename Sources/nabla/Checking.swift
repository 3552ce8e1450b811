import Glibc
import Lessons
import Presentation
import Session

/// Checks files in processes of their own, two at a time, and prints their reports in order as they
/// come. A file that never ends, takes all memory or crashes the process is one failed report.
struct Checking {
  let files: [FoundFile]
  /// How long a file may be computed; its process sees to that.
  let seconds: Double
  var printer: CheckPrinter
  /// Prints the report on a path, with its counts before it.
  let report: (String) -> Void

  private static let jobs = 2

  /// What one file came to, as it is printed.
  private struct Result {
    let part: String
    let totals: CheckTotals
  }

  /// - Returns: the exit code.
  mutating func run() -> Int32 {
    printText(printer.opening)
    let (files, report) = (files, report)
    let copies = ProcessCopies(count: files.count, jobs: Checking.jobs, seconds: seconds) { index in
      report(files[index].path)
    }
    let isInterrupted = copies.run(skipping: { files[$0].problem != nil }) { index, ending in
      let result = result(index, ending)
      printText(printer.next(result.part, result.totals))
    }
    printText(printer.closing)
    return isInterrupted ? 130 : printer.totals.exitCode
  }

  // MARK: - Results

  /// The first line of a report's process has the counts, the rest is the report.
  private func result(_ index: Int, _ ending: ProcessCopies.Ending) -> Result {
    let file = files[index]
    if let problem = file.problem {
      return result(CheckReport(path: problem.path, failure: problem.diagnostic("read")))
    }
    switch ending {
    case .done(let output):
      if let end = output.firstIndex(of: 0x0A),
        let totals = CheckTotals(text: String(decoding: output[..<end], as: UTF8.self))
      {
        return Result(part: String(decoding: output[(end + 1)...], as: UTF8.self), totals: totals)
      }
      return failure(file, "its process said nothing", help: Checking.report)
    case .late:
      return failure(
        file, "it was still running after \(Int(seconds)) s",
        help: "nabla check --seconds \(Int(10 * seconds)) \(file.path)")
    case .outOfMemory:
      return failure(file, "the system ended its process, most likely for want of memory")
    case .code(let code):
      return failure(file, "its process ended with code \(code)", help: Checking.report)
    case .signal(let signal):
      return failure(file, "its process ended with signal \(signal)", help: Checking.report)
    case .notStarted: return failure(file, "no process could be started to check it")
    }
  }

  private static let report = "this is a mistake in nabla; please report it with the file"

  private func failure(_ file: FoundFile, _ reason: String, help: String? = nil) -> Result {
    let diagnostic = Diagnostic(
      "check-process", "'\(file.path)' could not be checked", notes: [reason],
      helps: help.map { [$0] } ?? [])
    return result(CheckReport(path: file.path, failure: diagnostic))
  }

  private func result(_ report: CheckReport) -> Result {
    Result(part: printer.part(report), totals: CheckTotals(report))
  }
}
