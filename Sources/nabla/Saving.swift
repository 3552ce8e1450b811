import Glibc
import Language

// Files that somebody asked for: written where the policy allows it, never through a link, never over
// something that is no regular file, and over a file only when that was allowed.

/// A file to be written, and what it may replace.
struct Saving {
  let policy: FilePolicy
  /// Asks whoever sits at the terminal; nil where nobody does.
  let confirm: ((_ question: String) -> Bool)?

  /// More than a page or a drawing ever takes.
  static let largest = 256 << 20

  func write(_ bytes: [UInt8], to path: String) throws(FileProblem) {
    func refuse(_ reason: String, help: String? = nil) -> FileProblem {
      FileProblem(path: path, reason: reason, help: help)
    }
    guard bytes.count <= Saving.largest else {
      throw refuse("it would take \(bytes.count) bytes; \(Saving.largest) are allowed")
    }
    let name = String(lastComponent(of: path))
    guard !name.isEmpty, name != ".", name != "..", !path.utf8.contains(0) else {
      throw refuse("that is no name of a file", help: "name a file, such as page.html")
    }
    let folder = try openFolder(of: path)
    defer { close(folder) }
    switch try kind(of: name, in: folder, path) {
    case nil: try create(name, in: folder, bytes, path)
    case .regular?:
      guard mayReplace(path) else {
        throw refuse(
          "it is there already",
          help: policy.replacing == .ifConfirmed
            ? "name another file" : "name another file, or replace it with --force")
      }
      try replace(name, in: folder, bytes, path)
    case let other?: throw refuse("it is \(other.rawValue); only regular files are written")
    }
  }

  private func mayReplace(_ path: String) -> Bool {
    switch policy.replacing {
    case .never: false
    case .always: true
    case .ifConfirmed: confirm?("'\(path)' is there already. Replace it? [y/N] ") ?? false
    }
  }

  // MARK: - Folders

  /// The folder that a file is to lie in, opened without following a link out of where the policy
  /// allows writing.
  private func openFolder(of path: String) throws(FileProblem) -> Int32 {
    let written = expanded(path)
    if policy.isTyped(path) {
      let folder = open(parent(of: written), O_RDONLY | O_DIRECTORY | O_CLOEXEC)
      guard folder >= 0 else { throw missing(parent(of: written), path, errno) }
      return folder
    }
    for root in policy.writable {
      guard let steps = steps(from: root, to: parent(of: written)) else { continue }
      return try walk(steps, from: root, path)
    }
    throw FileProblem(
      path: path, reason: "it lies outside of the folders that may be written to",
      help: "--allow-write \(parent(of: written))")
  }

  /// The folders to pass from a root to a folder; nil where that does not lie beneath.
  private func steps(from root: String, to folder: String) -> [Substring]? {
    guard let base = absolute(root), let place = absolute(folder), place.starts(with: base) else {
      return nil
    }
    return Array(place.dropFirst(base.count))
  }

  /// The components of an absolute path, `.` and `..` taken out as they are written.
  private func absolute(_ path: String) -> [Substring]? {
    var result: [Substring] = []
    if !path.hasPrefix("/") {
      guard let here = getcwd(nil, 0) else { return nil }
      defer { free(here) }
      result = String(cString: here).split(separator: "/")
    }
    for step in path.split(separator: "/") where step != "." {
      if step == ".." { _ = result.popLast() } else { result.append(step) }
    }
    return result
  }

  private func walk(
    _ steps: [Substring], from root: String, _ path: String
  ) throws(FileProblem) -> Int32 {
    var folder = open(root, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard folder >= 0 else { throw missing(root, path, errno) }
    for (index, step) in steps.enumerated() {
      let next = openat(folder, String(step), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
      let code = errno
      close(folder)
      guard next >= 0 else {
        throw missing(steps[...index].joined(separator: "/"), path, code)
      }
      folder = next
    }
    return folder
  }

  private func missing(_ folder: String, _ path: String, _ code: Int32) -> FileProblem {
    switch code {
    case ENOENT:
      FileProblem(
        path: path, reason: "there is no folder '\(folder)', and none is made",
        help: "mkdir -p \(folder)")
    case ELOOP, ENOTDIR:
      FileProblem(
        path: path, reason: "'\(folder)' is a link or no folder; links are not followed",
        help: "--allow-write the folder that it leads to")
    default: FileProblem(path: path, reason: String(cString: strerror(code)))
    }
  }

  // MARK: - Files

  private func kind(
    of name: String, in folder: Int32, _ path: String
  ) throws(FileProblem) -> FileKind? {
    var status = stat()
    guard fstatat(folder, name, &status, AT_SYMLINK_NOFOLLOW) == 0 else {
      if errno == ENOENT { return nil }
      throw FileProblem(path: path, reason: String(cString: strerror(errno)))
    }
    return FileKind(status.st_mode)
  }

  /// A new file; should it have appeared meanwhile, that is an error.
  private func create(
    _ name: String, in folder: Int32, _ bytes: [UInt8], _ path: String
  ) throws(FileProblem) {
    let file = openat(folder, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o666)
    guard file >= 0 else { throw FileProblem(path: path, reason: String(cString: strerror(errno))) }
    try fill(file, name, in: folder, bytes, path)
  }

  /// At any moment the old or the new content is there as a whole; permissions stay.
  private func replace(
    _ name: String, in folder: Int32, _ bytes: [UInt8], _ path: String
  ) throws(FileProblem) {
    let temporary = ".\(name.prefix(200)).\(getpid()).tmp"
    unlinkat(folder, temporary, 0)
    let file = openat(
      folder, temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
    guard file >= 0 else { throw FileProblem(path: path, reason: String(cString: strerror(errno))) }
    var status = stat()
    if fstatat(folder, name, &status, AT_SYMLINK_NOFOLLOW) == 0 {
      fchmod(file, status.st_mode & 0o777)
    }
    try fill(file, temporary, in: folder, bytes, path)
    guard renameat(folder, temporary, folder, name) == 0 else {
      let code = errno
      unlinkat(folder, temporary, 0)
      throw FileProblem(path: path, reason: String(cString: strerror(code)))
    }
  }

  /// Writes an open file whole and closes it; what cannot be written whole goes.
  private func fill(
    _ file: Int32, _ name: String, in folder: Int32, _ bytes: [UInt8], _ path: String
  ) throws(FileProblem) {
    let isWritten = writeAll(bytes, to: file) && (fsync(file) == 0 || errno == EINVAL)
    var code = errno
    let isClosed = close(file) == 0
    if isWritten, !isClosed { code = errno }
    guard isWritten, isClosed else {
      unlinkat(folder, name, 0)
      throw FileProblem(path: path, reason: String(cString: strerror(code)))
    }
  }
}
