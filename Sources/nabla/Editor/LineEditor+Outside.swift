import CLineEdit
import Glibc
import Session

extension LineEditor {
  /// Ctrl-X Ctrl-E: lets the user's own editor change the text.
  func editOutside() -> Reaction {
    moveBelow()
    endEditing()
    cle_prepare_terminal(handle, 0)
    let edited = OutsideEditor.edit(.text(String(scalars: buffer)), notice: notice)
    beginEditing()
    redraw()
    guard let edited else { return .refresh }
    return replaceBuffer(with: KeyDecoder.editable(edited).unicodeScalars.map(\.value))
  }
}

/// `$VISUAL` or `$EDITOR`: on a file, or for a text on one of its own that is gone afterwards.
enum OutsideEditor {
  static func edit(_ what: Editable, notice: (String) -> Void) -> String? {
    guard let editor = environmentVariable("VISUAL") ?? environmentVariable("EDITOR") else {
      notice("no editor is named; set EDITOR, for instance EDITOR=nano")
      return nil
    }
    switch what {
    case .text(let text): return edit(text, with: editor, notice: notice)
    case .file(let path):
      _ = run(editor, on: expanded(path), notice: notice)
      return nil
    }
  }

  private static func edit(
    _ text: String, with editor: String, notice: (String) -> Void
  ) -> String? {
    var folder = Array(((environmentVariable("TMPDIR") ?? "/tmp") + "/nabla-XXXXXX").utf8CString)
    guard mkdtemp(&folder) != nil else {
      notice("no file can be made for the editor: \(String(cString: strerror(errno)))")
      return nil
    }
    let path = folder.withUnsafeBufferPointer { String(cString: $0.baseAddress!) } + "/input.nabla"
    defer {
      unlink(path)
      rmdir(folder)
    }
    do {
      try append(Array((text + "\n").utf8), to: path)
      guard run(editor, on: path, notice: notice), let bytes = try readBytes(path) else {
        return nil
      }
      let edited = String(decoding: bytes, as: UTF8.self)
      return String(edited.reversed().drop { $0 == "\n" }.reversed())
    } catch {
      notice(error.message)
      return nil
    }
  }

  /// The variable may hold arguments, so a shell takes it apart, as everywhere.
  private static func run(_ editor: String, on path: String, notice: (String) -> Void) -> Bool {
    let words = ["/bin/sh", "-c", editor + " \"$1\"", "sh", path]
    var arguments: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
    defer { for argument in arguments { free(argument) } }
    var process = pid_t()
    var status: Int32 = 0
    guard posix_spawn(&process, "/bin/sh", nil, nil, &arguments, environ) == 0 else {
      notice("'\(editor)' cannot be started")
      return false
    }
    while waitpid(process, &status, 0) < 0 { if errno != EINTR { return false } }
    guard status == 0 else {
      notice("'\(editor)' ended with an error; the text stays as it was")
      return false
    }
    return true
  }
}
