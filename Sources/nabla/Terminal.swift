import Glibc

/// What is known about the terminal the program runs in.
struct Terminal {
  /// When to color.
  enum ColorChoice: String, CaseIterable { case auto, always, never }

  var isInputInteractive: Bool
  var isOutputInteractive: Bool
  /// Whether text may be colored: on a terminal that can, and never with `NO_COLOR`, unless the
  /// user asks for it by option.
  var usesColor: Bool
  /// Whether what is shown is read aloud: pictures are sentences and numbers. Readers cannot be found
  /// out, so `ACCESSIBLE=1` or `--plain` says it.
  var isSpoken: Bool
  /// Whether the terminal shows more than Latin letters.
  var isUnicode: Bool
  /// `TERM=dumb`: no cursor movement.
  var isDumb: Bool

  /// Reads the environment and sets the locale, on which widths and the line editor depend.
  /// `notice` hears once when the environment names no usable locale.
  init(
    color: ColorChoice = .auto, isPlain: Bool = false, notice: (String) -> Void = { _ in }
  ) {
    isInputInteractive = isatty(STDIN_FILENO) == 1
    isOutputInteractive = isatty(STDOUT_FILENO) == 1
    isDumb = (environmentVariable("TERM") ?? "dumb") == "dumb"
    isSpoken = isPlain || environmentVariable("ACCESSIBLE") == "1"
    usesColor = Terminal.usesColor(
      color, isTerminal: isOutputInteractive && !isDumb,
      noColor: environmentVariable("NO_COLOR") != nil)
    isUnicode = Terminal.setLocale(notice: isInputInteractive ? notice : { _ in })
  }

  static func usesColor(_ choice: ColorChoice, isTerminal: Bool, noColor: Bool) -> Bool {
    switch choice {
    case .always: true
    case .never: false
    case .auto: isTerminal && !noColor
    }
  }

  /// Columns and rows of the window, 80 by 24 where the terminal does not say.
  static var size: (columns: Int, rows: Int) {
    var size = winsize()
    for descriptor in [STDOUT_FILENO, STDERR_FILENO, STDIN_FILENO]
    where ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0 {
      return (Int(size.ws_col), size.ws_row > 0 ? Int(size.ws_row) : 24)
    }
    return (80, 24)
  }

  /// Whether a picture below a line of progress leaves the line in sight.
  var hasRoomForPictures: Bool { Terminal.size.rows >= 24 }

  /// Says something about the program itself, on standard error.
  static func warn(_ text: String) {
    let bytes = Array("nabla: \(text)\n".utf8)
    _ = write(STDERR_FILENO, bytes, bytes.count)
  }

  /// Columns of the output: those of the window now; where it goes elsewhere `$COLUMNS`, or 80.
  var width: Int {
    if isOutputInteractive { return Terminal.size.columns }
    let asked = environmentVariable("COLUMNS").flatMap { Int($0) } ?? 80
    return (20...10_000).contains(asked) ? asked : 80
  }

  // MARK: - Locale

  /// What the name of a locale promises about the characters of the terminal.
  enum Encoding: Equatable { case unicode, latin, unnamed }

  /// The first of `LC_ALL`, `LC_CTYPE`, `LANG` that is set decides, as everywhere.
  static func encoding(localeName: String?) -> Encoding {
    guard let name = localeName, name != "C", name != "POSIX" else { return .unnamed }
    guard let dot = name.firstIndex(of: ".") else { return .unicode }
    let charset = name[dot...].prefix { $0 != "@" }.filter(\.isLetter).lowercased()
    return charset == "utf" ? .unicode : .latin
  }

  private static func setLocale(notice: (String) -> Void) -> Bool {
    let name =
      environmentVariable("LC_ALL") ?? environmentVariable("LC_CTYPE")
      ?? environmentVariable("LANG")
    let isInstalled = setlocale(LC_CTYPE, "") != nil
    let encoding = encoding(localeName: name)
    if encoding == .latin { return false }
    if encoding == .unicode, isInstalled, charset == "UTF-8" { return true }
    if encoding == .unicode, isInstalled { return false }
    // Under the C locale libedit drops every letter that is not ASCII, without a word.
    guard setlocale(LC_CTYPE, "C.UTF-8") != nil else { return false }
    if encoding == .unnamed {
      notice("no locale is set (LANG), so the terminal is taken to understand UTF-8")
    }
    return true
  }

  private static var charset: String { String(cString: nl_langinfo(Int32(CODESET))) }
}
