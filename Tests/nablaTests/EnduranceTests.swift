import Foundation
import TestSupport
import Testing

/// The prompt under keys and windows that no person means: it may beep, it may not fall.
struct EnduranceTests {
  private let home: TemporaryFolder

  init() throws { home = try TemporaryFolder() }

  // MARK: - What once ended it

  @Test(arguments: [
    "\u{1B}x'\r", "ø'\r", "\u{1B}'\r", "\u{18}\u{18}\u{1B}0\u{1B}9\u{1B}9x\r", "\u{16}\u{1B}[A'\r",
  ])
  func keysOfLibeditsOwnAreGone(_ keys: String) throws {
    let terminal = try start()
    terminal.send(keys)
    try comeBack(terminal)
  }

  /// The locale may be installed or not; then the terminal's bytes are taken for Latin-1.
  @Test(arguments: [true, false])
  func lettersOfALatinTerminalAreLetters(_ isInstalled: Bool) throws {
    let terminal = try start(latin: true, isInstalled: isInstalled)
    terminal.send(bytes: [0xF8, 0x27, 0x0D])
    try terminal.expect("a quote")
    terminal.send(bytes: [0x80, 0x9F, 0xFF, 0x0D])
    try comeBack(terminal)
  }

  @Test(arguments: [[65535, 65535], [65535, 1], [1, 65535], [1, 1], [0, 0]])
  func aWindowMayHaveAnySize(_ size: [Int]) throws {
    let first = try start()
    first.announce(columns: size[0], rows: size[1])
    first.send("x = 1234567890\u{1B}[H\u{1B}[Fθ")
    try comeBack(first)
    let second = try PseudoTerminal(
      environment: ["HOME": home.path], columns: 80, rows: 24, announcing: (size[0], size[1]))
    try comeBack(second)
  }

  @Test(arguments: ["bind '", "bind \"^X", "bind ^A ed-command", "bind -s a a", "settc co 65535"])
  func settingsOfTheUserCannotBreakIt(_ settings: String) throws {
    try home.write(Array((settings + "\nbind ^O ed-kill-line\n").utf8), to: ".editrc")
    let terminal = try start()
    terminal.send("a1\u{1}'\u{18}\r")
    try terminal.expect("error")
    // The line after the bad one counts.
    terminal.send("7 + 1 + 100\u{1B}[D\u{1B}[D\u{1B}[D\u{1B}[D\u{1B}[D\u{1B}[D\u{F}\r")
    try terminal.expect("\n8\n")
    try comeBack(terminal)
  }

  // MARK: - Random keys

  private static let keys = [
    "\u{1B}[A", "\u{1B}[B", "\u{1B}[C", "\u{1B}[D", "\u{1B}[H", "\u{1B}[F", "\u{1B}[3~", "\u{1B}b",
    "\u{1B}[1;5C", "\t", "\r", "\r", "\u{7F}", "\u{17}", "\u{12}", "\u{7}", "\u{15}", "\u{19}", "(",
    ")", "'", "\"", "Θ₁", "数", "ø", "y\u{302}", "so", "\\theta\t", "abc def ", "for x in y:\r",
    "\u{1B}[200~p\r  q\r\u{1B}[201~", "0123456789",
    "\u{1B}[200~" + String(repeating: "z", count: 3000) + "\u{1B}[201~",
  ]

  private static let windows = [
    [1, 1], [2, 2], [17, 5], [80, 24], [0, 0], [65535, 65535], [65535, 1], [1, 65535], [2, 3],
  ]

  /// Ends the input, the program or the output; `:` might become `:quit`.
  private static let excluded: Set<UInt8> = [0x04, 0x13, 0x1A, 0x1C, 0x3A]

  enum Mode: CaseIterable { case emacs, vi, latin }

  @Test(arguments: UInt64(1)...2, Mode.allCases)
  func noKeysEndIt(_ seed: UInt64, _ mode: Mode) throws { try press(500, seed, mode) }

  @Test(.slow, arguments: UInt64(100)...109, Mode.allCases)
  func noKeysEndItInTheLongRun(_ seed: UInt64, _ mode: Mode) throws { try press(3000, seed, mode) }

  private func press(_ count: Int, _ seed: UInt64, _ mode: Mode) throws {
    if mode == .vi { try home.write(Array("bind -v\n".utf8), to: ".editrc") }
    let terminal = try start(latin: mode == .latin)
    var random = SeededGenerator(seed: seed)
    for _ in 0..<count {
      if Int.random(in: 0..<30, using: &random) == 0 {
        let window = EnduranceTests.windows.randomElement(using: &random) ?? [80, 24]
        terminal.announce(columns: window[0], rows: window[1])
      }
      terminal.send(bytes: stroke(mode, &random).filter { !EnduranceTests.excluded.contains($0) })
    }
    try comeBack(terminal)
  }

  private func stroke(_ mode: Mode, _ random: inout SeededGenerator) -> [UInt8] {
    switch Int.random(in: 0..<4, using: &random) {
    case 0: [0x1B, .random(in: 1...0xFF, using: &random)]
    case 1: [.random(in: 0...0xFF, using: &random)]
    case 2 where mode == .vi:
      [0x1B] + (0..<2).map { _ in .random(in: 0x20...0x7E, using: &random) }
    default: Array((EnduranceTests.keys.randomElement(using: &random) ?? "").utf8)
    }
  }

  // MARK: -

  private func start(latin: Bool = false, isInstalled: Bool = true) throws -> PseudoTerminal {
    var environment = ["HOME": home.path]
    if latin {
      environment["LC_ALL"] = "en_US.ISO-8859-1"
      environment["LOCPATH"] = home.path
      if isInstalled {
        _ = try? ProgramRun(localeArguments, program: "/usr/bin/localedef")
      }
    }
    let terminal = try PseudoTerminal(environment: environment, columns: 80, rows: 24)
    try terminal.expect(lastLines: [latin ? "nabla" : "∇"])
    return terminal
  }

  private var localeArguments: [String] {
    ["-i", "en_US", "-f", "ISO-8859-1", home.path + "/en_US.ISO-8859-1"]
  }

  /// The prompt answers, and the program ends as it should.
  private func comeBack(_ terminal: PseudoTerminal) throws {
    terminal.resize(columns: 80, rows: 24)
    terminal.interrupt()
    // The windows were announced and not real, so what was drawn for them stands about: Ctrl-L.
    terminal.send("\u{0C}41 + 1\r")
    try terminal.expect("\n42\n")
    terminal.settle()
    terminal.send("\u{4}")
    #expect(try terminal.waitForExit() == 0)
  }
}
