import Glibc
import Language
import Session

extension Host {
  /// Real files, the monotonic clock, Ctrl-C.
  static func files(emit: @escaping (Event) -> Void) -> Host {
    Host(
      read: { path throws(FileProblem) in
        do throws(FileError) {
          if isFolder(path) { throw FileError(action: .read, path: path, code: EISDIR) }
          if let bytes = try readBytes(path) { return bytes }
          throw FileError(action: .read, path: path, code: ENOENT)
        } catch { throw error.problem }
      },
      write: { path, bytes throws(FileProblem) in
        // History and progress are the user's own; what is asked for may be read as umask says.
        let isPrivate = nabla.stateDirectory().map { path.hasPrefix($0 + "/") } ?? false
        do throws(FileError) {
          try writeAtomically(bytes, to: expanded(path), mode: isPrivate ? 0o600 : 0o666)
        } catch { throw error.problem }
      },
      save: { path, bytes, _ throws(FileProblem) in
        do throws(FileError) { try writeAtomically(bytes, to: expanded(path), mode: 0o666) } catch {
          throw error.problem
        }
      },
      list: { path throws(FileProblem) in
        guard access(path, F_OK) == 0 else {
          throw FileError(action: .read, path: path, code: ENOENT).problem
        }
        return allFiles(beneath: path)
      },
      setAside: { path throws(FileProblem) in
        do throws(FileError) { return try nabla.setAside(path) } catch { throw error.problem }
      },
      stateDirectory: nabla.stateDirectory(), lessonsDirectory: findLessons(),
      now: {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
      },
      interrupts: Interrupt.count, emit: emit)
  }
}

extension FileError {
  fileprivate var problem: FileProblem {
    FileProblem(path: path, reason: String(cString: strerror(code)))
  }
}

/// Where the lessons are: `$NABLA_LESSONS`, `lessons` here, or `lessons` next to a folder above the
/// program itself.
private func findLessons() -> String? {
  if let named = environmentVariable("NABLA_LESSONS") { return named }
  if isFolder("lessons") { return "lessons" }
  guard let program = realpath("/proc/self/exe", nil) else { return nil }
  defer { free(program) }
  var folder = String(cString: program)
  while let slash = folder.lastIndex(of: "/"), slash != folder.startIndex {
    folder = String(folder[..<slash])
    if isFolder(folder + "/lessons") { return folder + "/lessons" }
  }
  return nil
}

private func isFolder(_ path: String) -> Bool {
  var status = stat()
  return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
}

/// Every visible file beneath a folder, sorted; the path itself when it is a file.
private func allFiles(beneath path: String) -> [String] {
  guard isFolder(path) else { return [path] }
  guard let directory = opendir(path) else { return [] }
  defer { closedir(directory) }
  var names: [String] = []
  while let entry = readdir(directory) {
    let name = withUnsafePointer(to: &entry.pointee.d_name) {
      $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
    }
    if !name.hasPrefix(".") { names.append(name) }
  }
  let base = path.hasSuffix("/") ? path : path + "/"
  return names.sorted().flatMap { allFiles(beneath: base + $0) }
}
