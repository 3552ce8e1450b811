import Glibc

/// A file operation that failed: what was tried, on which path, and the reason.
struct FileError: Error, Equatable {
  enum Action: String {
    case read, write
    case create = "create the folder"
    case rename
  }
  var action: Action
  var path: String
  var reason: String

  /// With the system's reason.
  init(action: Action, path: String, code: Int32) {
    self.init(action: action, path: path, reason: String(cString: strerror(code)))
  }

  init(action: Action, path: String, reason: String) {
    self.action = action
    self.path = path
    self.reason = reason
  }

  var message: String { "cannot \(action.rawValue) '\(path)': \(reason)" }
}

/// What stands under a name.
enum FileKind: String {
  case regular = "a regular file"
  case folder = "a folder"
  case link = "a link"
  case pipe = "a FIFO"
  case device = "a device"
  case socket = "a socket"

  init(_ mode: mode_t) {
    switch mode & S_IFMT {
    case S_IFREG: self = .regular
    case S_IFDIR: self = .folder
    case S_IFLNK: self = .link
    case S_IFIFO: self = .pipe
    case S_IFSOCK: self = .socket
    default: self = .device
    }
  }

  /// What a path leads to; nil when there is nothing.
  init?(of path: String, followingLinks: Bool = true) {
    var status = stat()
    guard (followingLinks ? stat(path, &status) : lstat(path, &status)) == 0 else { return nil }
    self.init(status.st_mode)
  }
}

/// The largest file that is read, in bytes.
let largestFile = 256 << 20

/// The folder for history and progress: `$XDG_STATE_HOME/nabla`, or `~/.local/state/nabla`; none
/// when there is no home either. A relative path in the variable does not count, as the standard
/// for it says.
func stateDirectory(_ environment: (String) -> String? = environmentVariable) -> String? {
  if let base = environment("XDG_STATE_HOME"), base.hasPrefix("/") { return base + "/nabla" }
  if let home = environment("HOME"), home.hasPrefix("/") { return home + "/.local/state/nabla" }
  guard let entry = getpwuid(getuid()), let home = entry.pointee.pw_dir else { return nil }
  return String(cString: home) + "/.local/state/nabla"
}

/// A path as the user's shell would read it: `~/` is the home.
func expanded(_ path: String) -> String {
  guard path.hasPrefix("~/"), let home = environmentVariable("HOME") else { return path }
  return home + path.dropFirst()
}

/// The value of an environment variable; an empty one counts as absent.
func environmentVariable(_ name: String) -> String? {
  guard let value = getenv(name), value.pointee != 0 else { return nil }
  return String(cString: value)
}

/// All bytes of a file, or nil when there is no such file. What is no regular file is refused before
/// it is opened: a FIFO would keep the reader waiting, a device never end.
func readBytes(_ path: String) throws(FileError) -> [UInt8]? {
  if let kind = FileKind(of: path), kind != .regular { throw .notRegular(kind, path) }
  let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
  guard descriptor >= 0 else {
    if errno == ENOENT { return nil }
    throw FileError(action: .read, path: path, code: errno)
  }
  defer { close(descriptor) }
  var status = stat()
  guard fstat(descriptor, &status) == 0 else {
    throw FileError(action: .read, path: path, code: errno)
  }
  let kind = FileKind(status.st_mode)
  guard kind == .regular else { throw .notRegular(kind, path) }
  guard status.st_size <= largestFile else {
    throw FileError(
      action: .read, path: path,
      reason: "it has \(status.st_size) bytes; \(largestFile) are the most that is read")
  }
  return try readBytes(descriptor: descriptor, name: path)
}

extension FileError {
  fileprivate static func notRegular(_ kind: FileKind, _ path: String) -> FileError {
    if kind == .folder { return FileError(action: .read, path: path, code: EISDIR) }
    return FileError(
      action: .read, path: path, reason: "it is \(kind.rawValue); only regular files are read")
  }
}

/// All bytes up to the end of an open file, a pipe or a terminal.
func readBytes(descriptor: Int32, name: String) throws(FileError) -> [UInt8] {
  var bytes: [UInt8] = []
  var buffer = [UInt8](repeating: 0, count: 1 << 16)
  while true {
    let count = read(descriptor, &buffer, buffer.count)
    if count == 0 { return bytes }
    if count < 0 {
      if errno == EINTR { continue }
      if errno == EBADF { throw FileError(action: .read, path: name, reason: "it is closed") }
      throw FileError(action: .read, path: name, code: errno)
    }
    bytes.append(contentsOf: buffer[..<count])
    guard bytes.count <= largestFile else {
      throw FileError(
        action: .read, path: name, reason: "more than \(largestFile) bytes come, which is too much")
    }
  }
}

/// Writes a file so that at any moment, even after a crash, either the old or the new content is
/// there as a whole. Makes the folders on the way; follows a symbolic link to its target. An old file
/// keeps its permissions; a new one gets `mode`, less what the user's mask takes away.
func writeAtomically(
  _ bytes: [UInt8], to path: String, mode: mode_t = 0o600
) throws(FileError) {
  let target = resolved(path)
  if let kind = FileKind(of: target), kind != .regular {
    throw FileError(
      action: .write, path: path,
      reason: "it is \(kind.rawValue); only regular files are written")
  }
  try makeDirectory(parent(of: target))
  let temporary = "\(parent(of: target))/.\(lastComponent(of: target)).\(getpid()).tmp"
  let descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode)
  guard descriptor >= 0 else { throw FileError(action: .write, path: path, code: errno) }
  var status = stat()
  if stat(target, &status) == 0 { fchmod(descriptor, status.st_mode & 0o777) }
  let isWritten = writeAll(bytes, to: descriptor) && fsync(descriptor) == 0
  let code = errno
  close(descriptor)
  guard isWritten else {
    unlink(temporary)
    throw FileError(action: .write, path: path, code: code)
  }
  guard rename(temporary, target) == 0 else {
    let code = errno
    unlink(temporary)
    throw FileError(action: .rename, path: path, code: code)
  }
  synchronizeDirectory(parent(of: target))
}

/// Writes a setting of the system, which is no regular file.
func writeAtOnce(_ text: String, to path: String) throws(FileError) {
  let descriptor = open(path, O_WRONLY | O_CLOEXEC | O_NONBLOCK)
  guard descriptor >= 0 else { throw FileError(action: .write, path: path, code: errno) }
  defer { close(descriptor) }
  guard writeAll(Array(text.utf8), to: descriptor) else {
    throw FileError(action: .write, path: path, code: errno)
  }
}

/// Adds bytes to the end of a file in one step, so that two running programs do not mix theirs; where
/// it must be lasting, they are on the disk afterwards.
func append(_ bytes: [UInt8], to path: String, isLasting: Bool = false) throws(FileError) {
  try makeDirectory(parent(of: path))
  if let kind = FileKind(of: path), kind != .regular {
    throw FileError(
      action: .write, path: path,
      reason: "it is \(kind.rawValue); only regular files are written")
  }
  let descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NONBLOCK, 0o600)
  guard descriptor >= 0 else { throw FileError(action: .write, path: path, code: errno) }
  defer { close(descriptor) }
  guard writeAll(bytes, to: descriptor), !isLasting || fsync(descriptor) == 0 else {
    throw FileError(action: .write, path: path, code: errno)
  }
}

/// Renames a damaged file to `NAME.damaged-1` (or the first free number), so that nothing is
/// overwritten; returns the new path.
func setAside(_ path: String) throws(FileError) -> String {
  var number = 1
  while access("\(path).damaged-\(number)", F_OK) == 0 { number += 1 }
  let destination = "\(path).damaged-\(number)"
  guard rename(path, destination) == 0 else {
    throw FileError(action: .rename, path: path, code: errno)
  }
  return destination
}

/// Makes a folder, with its parents, for its owner alone.
func makeDirectory(_ path: String) throws(FileError) {
  if mkdir(path, 0o700) == 0 || errno == EEXIST { return }
  guard errno == ENOENT, parent(of: path) != path else {
    throw FileError(action: .create, path: path, code: errno)
  }
  try makeDirectory(parent(of: path))
  if mkdir(path, 0o700) != 0, errno != EEXIST {
    throw FileError(action: .create, path: path, code: errno)
  }
}

// MARK: - Details

func writeAll(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
  var written = 0
  while written < bytes.count {
    let count = bytes[written...].withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
    if count < 0 {
      if errno == EINTR { continue }
      guard errno == EAGAIN else { return false }
      // Whoever started the program may have made the stream one that does not wait.
      var ready = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
      poll(&ready, 1, -1)
      continue
    }
    written += count
  }
  return true
}

func resolved(_ path: String) -> String {
  guard let real = realpath(path, nil) else { return path }
  defer { free(real) }
  return String(cString: real)
}

func parent(of path: String) -> String {
  guard let slash = path.lastIndex(of: "/") else { return "." }
  return slash == path.startIndex ? "/" : String(path[..<slash])
}

func lastComponent(of path: String) -> Substring {
  path[(path.lastIndex(of: "/").map { path.index(after: $0) } ?? path.startIndex)...]
}

/// Makes a rename last through a power cut; where a file system cannot, nothing is lost by trying.
private func synchronizeDirectory(_ path: String) {
  let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
  guard descriptor >= 0 else { return }
  fsync(descriptor)
  close(descriptor)
}
