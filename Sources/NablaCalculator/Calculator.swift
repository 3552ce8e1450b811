import Language
import Presentation
import Session

/// The language for other programs: texts in, answers out. Names stay from one text to the next, and
/// no file is read or written. What a program of somebody else's may use is bounded as on the command
/// line.
///
///     let calculator = try Calculator()
///     calculator.evaluate("w = 0.5; E = (w - 1)**2; ∂E/∂w").text   // "-1.0\n"
///
/// One calculator is used by one thread at a time.
public final class Calculator {
  /// What one text gave.
  public struct Answer: Sendable, Equatable {
    /// What was shown and printed, every line of it ended.
    public let text: String
    /// What went wrong, worded for people, with the place; nil if nothing did.
    public let error: String?
  }

  /// How much a text may use; nil is unlimited.
  public struct Bounds: Sendable {
    /// Statements, loop rounds and calls.
    public var steps: Int?
    public var seconds: Double?
    /// Bytes that tensors, texts and lists hold.
    public var memory: Int?
    /// Characters shown.
    public var output: Int?

    public init(
      steps: Int? = nil, seconds: Double? = nil, memory: Int? = nil, output: Int? = nil
    ) {
      self.steps = steps
      self.seconds = seconds
      self.memory = memory
      self.output = output
    }
  }

  private let session: Session
  private let page: Page
  private let renderer: Renderer

  /// - Parameter width: columns of what is shown.
  /// - Throws: never, unless the library itself is broken.
  public init(within bounds: Bounds = Bounds(), width: Int = 80) throws {
    let page = Page()
    self.page = page
    renderer = Renderer(width: width)
    let limits = Limits(
      steps: bounds.steps, memory: bounds.memory, seconds: bounds.seconds, output: bounds.output)
    session = try Session(host: .without(page), limits: limits, width: width)
  }

  /// Runs a text and shows the values of its expressions. What ran before an error stays.
  public func evaluate(_ text: String) -> Answer {
    page.blocks = []
    let response = session.evaluate(SourceText(name: "<text>", text: text), as: .expressions)
    let problems = response.diagnostics.map(renderer.render)
    return Answer(
      text: renderer.render(Document(page.blocks) + response.document),
      error: problems.isEmpty ? nil : problems.joined())
  }
}

/// Where what is shown is gathered.
private final class Page {
  var blocks: [Block] = []
}

extension Host {
  /// A host without files and clock.
  fileprivate static func without(_ page: Page) -> Host {
    func refusal(_ path: String) -> FileProblem {
      FileProblem(path: path, reason: "no files are read or written here")
    }
    return Host(
      read: { path throws(FileProblem) in throw refusal(path) },
      write: { path, _ throws(FileProblem) in throw refusal(path) },
      append: { path, _ throws(FileProblem) in throw refusal(path) },
      save: { path, _, _ throws(FileProblem) in throw refusal(path) },
      list: { path throws(FileProblem) in throw refusal(path) },
      setAside: { path throws(FileProblem) in throw refusal(path) },
      now: { 0 },
      emit: { event in
        switch event {
        case .output(let document): page.blocks += document.blocks
        case .data(let text): page.blocks.append(.line(Words(text)))
        case .notice(let diagnostic): page.blocks += diagnostic.document.blocks
        case .progress: break
        }
      })
  }
}
