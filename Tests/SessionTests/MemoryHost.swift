import Presentation
import Session

/// A world of memory for sessions under test: files in a dictionary, a clock that stands still.
final class MemoryHost {
  var files: [String: String] = [:]
  /// What was shown while computing, in order.
  private(set) var events: [Event] = []
  var interrupts: UnsafePointer<Int32>?
  var lessonsDirectory: String?

  func session(width: Int = 80) throws -> Session {
    try Session(
      host: Host(
        read: { [self] path throws(FileProblem) in
          guard let text = files[path] else {
            throw FileProblem(path: path, reason: "No such file")
          }
          return Array(text.utf8)
        },
        write: { [self] path, bytes throws(FileProblem) in
          files[path] = String(decoding: bytes, as: UTF8.self)
        },
        list: { [self] path throws(FileProblem) in
          if files[path] != nil { return [path] }
          let found = files.keys.filter { $0.hasPrefix(path + "/") }.sorted()
          guard !found.isEmpty else { throw FileProblem(path: path, reason: "No such file") }
          return found
        },
        setAside: { [self] path throws(FileProblem) in
          files[path + ".damaged-1"] = files.removeValue(forKey: path)
          return path + ".damaged-1"
        },
        stateDirectory: "state", lessonsDirectory: lessonsDirectory, now: { 0 },
        interrupts: interrupts, emit: { [self] in events.append($0) }), width: width)
  }

  /// What a person would see of one input, line by line, without color.
  func answer(of session: Session, to input: String) -> [String] {
    events = []
    let response = session.respond(to: input)
    let renderer = Renderer()
    var text = ""
    for event in events {
      switch event {
      case .output(let document): text += renderer.render(document)
      case .notice(let diagnostic): text += renderer.render(diagnostic)
      case .progress: break
      }
    }
    text += renderer.render(response.document)
    for diagnostic in response.diagnostics { text += renderer.render(diagnostic) }
    return text.split(separator: "\n", omittingEmptySubsequences: false).dropLast().map(String.init)
  }
}
