import Presentation

extension Session {
  /// What keys do at the prompt, for `:help keys` and a question mark alone; fits a screen.
  static let keys: [(key: String, does: String)] = [
    ("← →, Ctrl-B Ctrl-F", "a character; → at the end takes what is grey"),
    ("Alt-B Alt-F", "a word; Alt-F at the end takes a grey one"),
    ("Home End, Ctrl-A Ctrl-E", "the ends of the line, once more those of the text"),
    ("↑ ↓, Ctrl-P Ctrl-N", "a line of the text; inputs that begin as what is typed"),
    ("Ctrl-R", "inputs that contain what is typed next; again: earlier"),
    ("TAB", "completes a name, \\theta to θ; lists; again: more"),
    ("Enter, Alt-Enter", "submits what is complete; begins a new line"),
    ("Ctrl-W Alt-D", "cuts the word before the cursor; the one behind it"),
    ("Ctrl-U Ctrl-K", "cuts up to the beginning of the line; to its end"),
    ("Ctrl-Y, then Alt-Y", "puts in what was cut last; instead what was cut before"),
    ("Ctrl-_ Alt-_", "takes the last change back; makes it again"),
    ("Ctrl-X Ctrl-E", "opens the text in $EDITOR; :edit the last input"),
    ("Ctrl-C", "drops the text, or stops what runs; variables stay"),
    ("Ctrl-D, Ctrl-L", "leaves, where nothing is typed; clears the screen"),
  ]

  var keyHelp: Document {
    let rows = Session.keys.map { [Words($0.key, .code), Words($0.does)] }
    return Document([
      .heading(level: 1, "Keys"), .table(Table(header: [], rows: rows)),
      .paragraph(
        "~/.editrc is read: bind -v gives the keys of vi. NO_COLOR=1 and --plain switch colors off."
      ),
    ])
  }
}
