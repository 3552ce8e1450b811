import Glibc
import Language
import Session

/// The files beneath a folder, in order. Links that lead out of it are named and not followed,
/// folders that are reached a second time by a link are passed over, so that every listing ends.
struct Folder {
  private let root: String
  private(set) var files: [FoundFile] = []

  /// Deeper than anybody sorts lessons.
  private static let deepest = 32
  /// More than anybody looks through.
  private static let most = 100_000

  /// The path itself when it is no folder.
  init(_ path: String) {
    root = resolved(path)
    if FileKind(of: path) == .folder {
      collect(path, depth: 0)
    } else {
      files = [FoundFile(path)]
    }
  }

  private mutating func collect(_ folder: String, depth: Int) {
    guard depth < Folder.deepest else {
      return note(folder, "folders lie too deep in each other", isFolder: true)
    }
    guard let names = names(in: folder) else { return }
    for name in names where !name.hasPrefix(".") {
      let path = (folder.hasSuffix("/") ? folder : folder + "/") + name
      guard files.count < Folder.most else { return note(path, "there are too many files") }
      switch FileKind(of: path, followingLinks: false) {
      case .folder?: collect(path, depth: depth + 1)
      case .link?: follow(path)
      case .regular?, .pipe?, .device?, .socket?, nil: files.append(FoundFile(path))
      }
    }
  }

  /// A link to a file within the folder is another name of it; one to a folder within it is passed
  /// over, as that is listed anyway.
  private mutating func follow(_ path: String) {
    guard let kind = FileKind(of: path) else { return note(path, "it is a link to nothing") }
    let target = resolved(path)
    guard target == root || target.hasPrefix(root.hasSuffix("/") ? root : root + "/") else {
      return note(
        path, "it is a link out of the folder; such links are not followed",
        isFolder: kind == .folder)
    }
    if kind != .folder { files.append(FoundFile(path)) }
  }

  private mutating func note(_ path: String, _ reason: String, isFolder: Bool = false) {
    let problem = FileProblem(path: path, reason: reason)
    files.append(FoundFile(path, problem: problem, isFolder: isFolder))
  }

  private mutating func names(in folder: String) -> [String]? {
    guard let directory = opendir(folder) else {
      note(folder, String(cString: strerror(errno)), isFolder: true)
      return nil
    }
    defer { closedir(directory) }
    var names: [String] = []
    while let entry = readdir(directory), names.count < Folder.most {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name != ".", name != ".." { names.append(name) }
    }
    return names.sorted()
  }
}
