import Glibc
import Language
import Lessons
import Session

extension Host {
  /// Real files, the monotonic clock, Ctrl-C.
  /// `confirm` asks whoever sits at the terminal.
  static func files(
    confirm: ((String) -> Bool)? = nil, emit: @escaping (Event) -> Void
  ) -> Host {
    var host = Host(
      read: { path throws(FileProblem) in
        do throws(FileError) {
          if let bytes = try readBytes(path) { return bytes }
          throw FileError(action: .read, path: path, code: ENOENT)
        } catch { throw error.problem }
      },
      write: { path, bytes throws(FileProblem) in
        do throws(FileError) { try writeAtomically(bytes, to: path) } catch { throw error.problem }
      },
      append: { path, bytes throws(FileProblem) in
        do throws(FileError) { try nabla.append(bytes, to: path, isLasting: true) } catch {
          throw error.problem
        }
      },
      save: { path, bytes, policy throws(FileProblem) in
        try Saving(policy: policy, confirm: confirm).write(bytes, to: path)
      },
      list: { path throws(FileProblem) in
        guard FileKind(of: path, followingLinks: false) != nil else {
          throw FileError(action: .read, path: path, code: ENOENT).problem
        }
        return Folder(path).files
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
    host.entries = entries
    return host
  }

  /// What completion offers of a folder; nobody reads through more than a few thousand.
  private static func entries(of folder: String) -> [String] {
    let home = folder.hasPrefix("~/") ? environmentVariable("HOME") : nil
    let path = home.map { $0 + folder.dropFirst() } ?? folder
    guard let stream = opendir(path) else { return [] }
    defer { closedir(stream) }
    var names: [String] = []
    while names.count < 5000, let entry = readdir(stream) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      guard name != ".", name != ".." else { continue }
      names.append(FileKind(of: path + "/" + name) == .folder ? name + "/" : name)
    }
    return names
  }
}

extension FileError {
  var problem: FileProblem {
    FileProblem(path: path, reason: reason)
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

/// What can stand where a lesson is asked for: names without their numbers, and topics.
func lessonWords() -> [String] {
  let files = findLessons().map { Folder($0).files.map(\.path) } ?? []
  let names = files.filter { $0.hasSuffix(".md") && !$0.hasSuffix("README.md") }.map {
    Lesson.slug(ofPath: $0)
  }
  return names.sorted() + Topic.all.map(\.name)
}

private func isFolder(_ path: String) -> Bool { FileKind(of: path) == .folder }
