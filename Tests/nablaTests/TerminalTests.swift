import Foundation
import TestSupport
import Testing

@testable import nabla

struct TerminalTests {
  @Test(arguments: [
    (nil, Terminal.Encoding.unnamed), ("C", .unnamed), ("POSIX", .unnamed), ("C.UTF-8", .unicode),
    ("en_US.UTF-8", .unicode), ("ko_KR.utf8", .unicode), ("en_US.ISO-8859-1", .latin),
    ("de_DE.ISO-8859-15@euro", .latin), ("en_US", .unicode),
  ])
  func theLocaleTellsTheEncoding(_ name: String?, _ encoding: Terminal.Encoding) {
    #expect(Terminal.encoding(localeName: name) == encoding)
  }

  @Test func colorIsForTerminalsThatWantIt() {
    #expect(Terminal.usesColor(.auto, isTerminal: true, noColor: false))
    #expect(!Terminal.usesColor(.auto, isTerminal: true, noColor: true))
    #expect(!Terminal.usesColor(.auto, isTerminal: false, noColor: false))
    #expect(Terminal.usesColor(.always, isTerminal: false, noColor: true))
    #expect(!Terminal.usesColor(.never, isTerminal: true, noColor: false))
  }

  @Test func placesFollowWrappingLineEndsAndWideCharacters() {
    func place(_ text: String) -> [Int] {
      var scene = Scene(columns: 10)
      scene.add(text)
      scene.markCursor(before: nil)
      return [scene.cursor.row, scene.cursor.column]
    }
    #expect(place("12345") == [0, 5])
    #expect(place("1234567890") == [1, 0])
    #expect(place("a\nbc") == [1, 2])
    #expect(place("\tx") == [0, 9])
    #expect(place("123456789数") == [1, 2])
    #expect(place("x\u{304}y") == [0, 2])
  }

  @Test func plainLinesSurviveOddBytesAndLineEnds() throws {
    let folder = try TemporaryFolder()
    try folder.write(Array("x = 1\r\ny".utf8) + [0xFF, 0x0A] + Array("last".utf8), to: "input")
    let descriptor = open(folder.path + "/input", O_RDONLY)
    defer { close(descriptor) }
    var notices: [String] = []
    let reader = PlainLineReader(descriptor: descriptor) { notices.append($0) }
    let prompt = Prompt(text: "")
    #expect(reader.read(prompt) == .line("x = 1"))
    #expect(reader.read(prompt) == .line("y\u{FFFD}"))
    #expect(reader.read(prompt) == .line("last"))
    #expect(reader.read(prompt) == .endOfFile)
    #expect(notices.count == 1 && notices[0].contains("line 2"))
  }
}
