import Foundation
import Language
import Testing
import Yams

@testable import Session

/// Everything that the worked examples of the catalogue say they need is there: each name has a
/// meaning, each command exists, each line runs.
struct NeedsTests {
  private static let needs: [String: [String]] = {
    let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appending(path: "Fixtures/needs.yaml")
    guard let text = try? String(contentsOf: path, encoding: .utf8),
      let table = try? Yams.load(yaml: text) as? [String: [String]]
    else { return [:] }
    return table
  }()

  @Test func everyNeedIsListed() {
    // The catalogue spells 192; "render" is not there yet.
    #expect(NeedsTests.needs.count == 191)
    #expect(NeedsTests.needs.values.allSatisfy { !$0.isEmpty })
  }

  @Test(arguments: needs.keys.sorted())
  func isThere(_ need: String) throws {
    let memory = try MemorySession()
    memory.type(
      """
      x = [1.0, 2.0]; w = [0.5, -0.25]; p = [0.25, 0.75]; A = [1.0, 2.0; 3.0, 4.0]
      E = sum((w * x - 1)**2) / 2; model = Linear(2, 2)
      """)
    for wanted in try #require(NeedsTests.needs[need]) {
      if wanted.hasPrefix(":") {
        #expect(Command.named(String(wanted.dropFirst())) != nil, "\(wanted) for '\(need)'")
      } else if wanted.wholeMatch(of: /[\p{L}_][\p{L}\d_]*/) != nil {
        let environment = memory.session.environment
        #expect(
          environment.builtin(Symbol(wanted)) != nil || environment[Symbol(wanted)] != nil,
          "\(wanted) for '\(need)'")
      } else {
        let response = memory.respond(wanted)
        #expect(response.outcome == .fine, "\(wanted) for '\(need)'\n\(memory.render(response))")
      }
    }
  }
}
