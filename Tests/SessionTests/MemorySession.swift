import Foundation
import Language
import Lessons
import Presentation
import Session

/// A session whose files, clock and screen are memory.
final class MemorySession {
  /// What the world outside holds and hears; the host's closures share it.
  final class World {
    var files: [String: [UInt8]] = [:]
    var shown: [Document] = []
    var progress: [String] = []
    /// Advances by this much at each look at the clock.
    var tick = 0.001
    var time = 0.0
    /// Called with every line of output while it is computed.
    var onOutput: (String) -> Void = { _ in }
  }

  let world = World()
  let session: Session
  let interrupts: UnsafeMutablePointer<Int32>

  init(
    files: [String: String] = [:], lessons: String? = nil,
    edit: @escaping (Editable) -> String? = { _ in nil }
  ) throws {
    let world = world
    world.files = files.mapValues { Array($0.utf8) }
    let interrupts = UnsafeMutablePointer<Int32>.allocate(capacity: 1)
    interrupts.initialize(to: 0)
    self.interrupts = interrupts
    var host = Host(
      read: { path throws(FileProblem) in
        guard let bytes = world.files[path] else {
          throw FileProblem(path: path, reason: "No such file or directory")
        }
        return bytes
      },
      write: { path, bytes throws(FileProblem) in
        guard !path.hasPrefix("/read-only/") else {
          throw FileProblem(path: path, reason: "Permission denied")
        }
        world.files[path] = bytes
      },
      append: { path, bytes throws(FileProblem) in
        world.files[path, default: []] += bytes
      },
      save: { path, bytes, policy throws(FileProblem) in
        guard !path.hasPrefix("/read-only/") else {
          throw FileProblem(path: path, reason: "Permission denied")
        }
        world.files[path] = bytes
      },
      list: { path throws(FileProblem) in
        if world.files[path] != nil { return [FoundFile(path)] }
        let found = world.files.keys.filter { $0.hasPrefix(path + "/") }.sorted()
        if found.isEmpty { throw FileProblem(path: path, reason: "No such file or directory") }
        return found.map { FoundFile($0) }
      },
      setAside: { path throws(FileProblem) in
        world.files[path + ".damaged-1"] = world.files.removeValue(forKey: path)
        return path + ".damaged-1"
      },
      stateDirectory: "state", lessonsDirectory: lessons,
      now: {
        world.time += world.tick
        return world.time
      },
      interrupts: UnsafePointer(interrupts),
      emit: { event in
        switch event {
        case .output(let document):
          world.shown.append(document)
          world.onOutput(Renderer().render(document))
        case .data(let text): world.shown.append(Document([.line(Words(text.trimmed))]))
        case .progress(let words, _): world.progress.append(words.plain)
        case .notice(let diagnostic): world.shown.append(diagnostic.document)
        }
      })
    host.entries = { folder in
      let paths = world.files.keys.filter { folder == "." || $0.hasPrefix(folder) }
      return paths.map { path in
        let rest = folder == "." ? path[...] : path.dropFirst(folder.count)
        return rest.firstIndex(of: "/").map { String(rest[...$0]) } ?? String(rest)
      }
    }
    host.edit = edit
    session = try Session(host: host, files: .script)
  }

  deinit { interrupts.deallocate() }

  /// Everything a person would see after typing a line: output, answer, then errors.
  @discardableResult
  func type(_ input: String) -> String {
    render(respond(input))
  }

  func respond(_ input: String) -> Response {
    world.shown = []
    world.progress = []
    return session.respond(to: input)
  }

  /// The output and the answer with what went wrong, as plain text.
  func render(_ response: Response) -> String {
    let renderer = Renderer()
    return world.shown.map(renderer.render).joined() + renderer.render(response.document)
      + response.diagnostics.map { renderer.render($0) }.joined()
  }

  /// The lines of JSON a text gives.
  func json(_ text: String) -> [String] {
    world.shown = []
    let response = session.evaluate(
      SourceText(name: "-e", text: text), as: .json(isExplained: false))
    return render(response).split(separator: "\n").map(String.init)
  }

  /// The reports on some files, as text, and whether all is well.
  func check(_ paths: [String]) throws -> (text: String, isFine: Bool) {
    var printer = CheckPrinter(.text)
    var text = printer.opening
    for file in try session.filesToCheck(paths) {
      text += printer.next(session.report(on: file.path))
    }
    return (text + printer.closing, printer.totals.exitCode == 0)
  }

  func text(of file: String) -> String? {
    world.files[file].map { String(decoding: $0, as: UTF8.self) }
  }
}
