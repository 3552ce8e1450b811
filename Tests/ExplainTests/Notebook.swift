import Language
import Presentation
import Session
import Testing

/// A session with nothing around it.
final class Notebook {
  private let session: Session
  private let screen = Screen()
  private let renderer: Renderer

  private final class Screen {
    var shown: [Document] = []
  }

  /// Whether every page is tried in all the forms it has.
  private let triesAllForms: Bool

  init(width: Int = 80, unicode: Bool = true, triesAllForms: Bool = false) throws {
    self.triesAllForms = triesAllForms
    renderer = Renderer(width: width, unicode: unicode)
    let screen = screen
    session = try Session(
      host: Host(
        read: { path throws(FileProblem) in throw FileProblem(path: path, reason: "No such file") },
        write: { path, _ throws(FileProblem) in throw FileProblem(path: path, reason: "No disk") },
        append: { path, _ throws(FileProblem) in throw FileProblem(path: path, reason: "No disk") },
        save: { path, _, _ throws(FileProblem) in throw FileProblem(path: path, reason: "No disk")
        },
        list: { path throws(FileProblem) in throw FileProblem(path: path, reason: "No disk") },
        setAside: { path throws(FileProblem) in path }, stateDirectory: "state",
        lessonsDirectory: nil, now: { 0 }, interrupts: nil,
        emit: { if case .output(let document) = $0 { screen.shown.append(document) } }),
      width: width)
  }

  /// What a person would see after typing a line.
  func answer(_ line: String) -> String {
    screen.shown = []
    let response = session.respond(to: line)
    if triesAllForms { screen.shown.forEach { AllForms.expect(of: $0) } }
    return screen.shown.map(renderer.render).joined() + renderer.render(response.document)
      + response.diagnostics.map { renderer.render($0) }.joined()
  }
}
