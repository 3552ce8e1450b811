import Glibc
import Language
import Presentation

/// Writes files into a folder that somebody named: it is made where it is missing, nothing in it is
/// replaced unless that was allowed, and no link in it is followed.
struct FolderWriter {
  private let folder: String
  private let saving: Saving
  private var policy: FilePolicy { saving.policy }

  init(_ folder: String, replacing: Bool) throws(Diagnostic) {
    self.folder = folder
    saving = Saving(
      policy: FilePolicy(writable: [folder], replacing: replacing ? .always : .never), confirm: nil)
    try make(folder)
  }

  func write(_ text: String, to name: String) throws(Diagnostic) {
    try write(Array(text.utf8), to: name)
  }

  /// `name` may stand in one folder within.
  func write(_ bytes: [UInt8], to name: String) throws(Diagnostic) {
    if let slash = name.firstIndex(of: "/") { try make(folder + "/" + name[..<slash]) }
    do throws(FileProblem) { try saving.write(bytes, to: folder + "/" + name) } catch {
      throw error.diagnostic("write")
    }
  }

  private func make(_ path: String) throws(Diagnostic) {
    guard mkdir(path, 0o777) != 0, errno != EEXIST else { return }
    throw FileProblem(path: path, reason: String(cString: strerror(errno))).diagnostic("write")
  }
}
