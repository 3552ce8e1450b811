import Presentation

/// What an evaluation may do with files, as data; the rim of the program sees to it that nothing
/// else happens.
package struct FilePolicy: Sendable, Equatable {
  /// Folders beneath which files may be written; nothing outside of them.
  package var writable: [String]
  /// What happens to a file that is there already.
  package var replacing: Replacing
  /// The text a person typed: a path that stands in it was named by that person, so it may lie
  /// anywhere. Nil where nobody typed.
  package var typed: String?

  package enum Replacing: Sendable, Equatable { case never, ifConfirmed, always }

  package init(writable: [String] = [], replacing: Replacing = .never, typed: String? = nil) {
    self.writable = writable
    self.replacing = replacing
    self.typed = typed
  }

  /// Lessons, checks, quizzes, homework.
  package static let none = FilePolicy()
  /// Scripts: the current folder and below, new files only.
  package static let script = FilePolicy(writable: ["."])
  /// The shell: what the person there names, who is asked before a file is replaced; what a program
  /// names, as a script.
  package static let shell = FilePolicy(writable: ["."], replacing: .ifConfirmed, typed: "")

  /// Whether a path was named by the person at the prompt.
  package func isTyped(_ path: String) -> Bool {
    typed.map { !path.isEmpty && $0.contains(path) } ?? false
  }
}

/// The files of an evaluation: the policy, and the rim that acts under it.
package struct FileAccess {
  package typealias Writer =
    (_ path: String, _ bytes: [UInt8], FilePolicy) throws(FileProblem) -> Void

  package var policy: FilePolicy
  private let writer: Writer

  package init(_ policy: FilePolicy, writer: @escaping Writer) {
    self.policy = policy
    self.writer = writer
  }

  /// Nothing is read, nothing is written.
  package static var none: FileAccess {
    FileAccess(.none) { path, _, _ throws(FileProblem) in
      throw FileProblem(path: path, reason: "no files are written from here")
    }
  }

  /// Whether there is any place for a new file.
  package var writes: Bool { !policy.writable.isEmpty || policy.typed != nil }

  package func write(text: String, to path: String) throws(Diagnostic) {
    do throws(FileProblem) { try writer(path, Array(text.utf8), policy) } catch {
      throw error.diagnostic("write")
    }
  }
}

/// Why a file could not be read or written, in the words of the system or of the policy.
package struct FileProblem: Error, Equatable, Sendable {
  package let path: String
  package let reason: String
  /// What can be typed to have it allowed.
  package let help: String?

  package init(path: String, reason: String, help: String? = nil) {
    self.path = path
    self.reason = reason
    self.help = help
  }

  package func diagnostic(_ doing: String) -> Diagnostic {
    Diagnostic(
      "file", "cannot \(doing) '\(path)'", notes: [reason], helps: help.map { [$0] } ?? [])
  }
}
