import Foundation
import Language
import TestSupport
import Testing

@testable import Session

/// `:undo`, `:goto`, `:branch` and `:diff` go to exact states, at the prompt and in lessons.
struct PromptStateTests {
  /// The next step, leaving a question open.
  private func onward(_ memory: MemorySession) -> String {
    let answer = memory.type(":next")
    return answer.contains("still open") ? memory.type(":skip") : answer
  }

  /// What a view looked at before its base took other numbers is part of the state.
  @Test func aViewLeftBehindStaysSoAfterUndo() throws {
    let memory = try MemorySession()
    memory.type("import torch")
    for line in [
      "w = torch.tensor([1.0, 2.0])", "v = w[0:1]", "w.data = torch.tensor([5.0, 6.0])", "k = 1",
      "m = 2", ":undo",
    ] {
      memory.type(line)
    }
    #expect(memory.type("v").contains("1"))
  }

  @Test(arguments: (UInt64(1)...60).sampled(every: 4))
  func goingBackAtThePromptIsExact(_ seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let memory = try MemorySession()
    let inputs = RandomInputs.program(18, using: &generator)
    var said: [String] = []
    var held = [listing(of: memory)]
    // An input that is not understood is not numbered.
    var numbered: [String] = []
    for input in inputs {
      let before = memory.session.timeline.number
      let answer = memory.type(input)
      guard memory.session.timeline.number > before else { continue }
      numbered.append(input)
      said.append(answer)
      held.append(listing(of: memory))
    }
    for _ in 0..<3 {
      let target = Int.random(in: 0...numbered.count, using: &generator)
      memory.type(":goto \(target)")
      try #require(listing(of: memory) == held[target], "\(numbered) back to \(target)")
      for position in target..<numbered.count {
        let again = memory.type(numbered[position])
        try #require(again == said[position], "\(numbered[...position]) from \(target)")
        try #require(listing(of: memory) == held[position + 1], "\(numbered[...position])")
      }
    }
    for step in 1...min(5, numbered.count) {
      memory.type(":undo")
      try #require(listing(of: memory) == held[numbered.count - step], "\(numbered) undone")
    }
  }

  @Test(arguments: (UInt64(1)...40).sampled(every: 4))
  func branchesAreAsTheyWereLeft(_ seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed &+ 1000)
    let memory = try MemorySession()
    var left: [String: [String]] = [:]
    var current = "main"
    for _ in 0..<6 {
      for input in RandomInputs.program(6, using: &generator) { memory.type(input) }
      let now = listing(of: memory)
      for (name, other) in left where name != current {
        let answer = memory.type(":diff \(name)")
        #expect(answer.contains("no quantity differs") == (now == other), "\(answer)")
        try #require(listing(of: memory) == now, ":diff changed something")
      }
      left[current] = now
      current = ["main", "other", "third"].randomElement(using: &generator) ?? "main"
      memory.type(":branch \(current)")
      try #require(listing(of: memory) == left[current] ?? now, "branch \(current)")
    }
  }

  private static let root = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  private static let lessons: [String] = {
    let found = FileManager.default.enumerator(atPath: root.path + "/lessons")
    return (found?.compactMap { $0 as? String } ?? []).filter {
      $0.hasSuffix(".md") && !$0.hasSuffix("README.md") && !$0.hasPrefix("homework/")
    }.sorted()
  }()

  /// Every lesson, its questions left open: from any step on it goes as it went.
  @Test(arguments: lessons.sampled(every: 8, slowly: 6))
  func everyLessonGoesOnFromAnyStepAsItWent(_ lesson: String) throws {
    let path = "lessons/" + lesson
    let data = try Data(contentsOf: Self.root.appendingPathComponent(path))
    let memory = try MemorySession(
      files: [path: String(decoding: data, as: UTF8.self)], lessons: "lessons")
    let slug = lesson.split(separator: "/").last?.dropLast(3) ?? ""
    var said = [memory.type(":learn \(slug)")]
    var held = [listing(of: memory)]
    while memory.session.isInLesson, said.count < 400 {
      let answer = onward(memory)
      guard memory.session.isInLesson else { break }
      said.append(answer)
      held.append(listing(of: memory))
    }
    #expect(said.count > 5)
    if !memory.session.isInLesson { memory.type(":learn \(slug)") }
    var generator = SeededGenerator(seed: 7)
    for _ in 0..<4 {
      let step = Int.random(in: 1...said.count, using: &generator)
      memory.type(":goto \(step)")
      for input in RandomInputs.program(3, using: &generator) { memory.type(input) }
      memory.type(":goto \(step)")
      try #require(listing(of: memory) == held[step - 1], "back to step \(step)")
      for position in step..<said.count {
        let again = onward(memory)
        try #require(again == said[position], "step \(position + 1) from \(step)")
        try #require(listing(of: memory) == held[position], "step \(position + 1) from \(step)")
      }
    }
  }

  /// Every variable of the session or of its lesson, to the last bit.
  private func listing(of memory: MemorySession) -> [String] {
    memory.session.environment.variables.map { "\($0.name.name) = \($0.value.everyBit)" }
  }
}
