import Foundation
import TestSupport
import Testing

/// A program that wants more than there is: what it is, what it may take, and what it is told.
struct HostileProgram: CustomTestStringConvertible, Sendable {
  let text: String
  /// MiB of `--memory`.
  var memory = 64
  let code: String
  var testDescription: String { String(text.prefix(60)) }

  static let all = [
    HostileProgram(
      text: "x = 1.5\nfor i in range(3000000):\n    x = x * 1.0 + x\n", memory: 1,
      code: "takes more memory than the limit of 1 MiB"),
    HostileProgram(
      text: #"("x"*3000000).join(["a"]*3000000)"#, memory: 256, code: "are too many"),
    HostileProgram(text: "s = \"ab\"\nwhile True:\n    s = s + s\n", code: "are too many"),
    HostileProgram(
      text: "s = [\"ab\"]\nwhile True:\n    s = s + s\n", code: "takes more memory"),
    HostileProgram(
      text: "s = []\nwhile True:\n    s.append([\"a\"])\n", code: "takes more memory"),
    HostileProgram(
      text: "s = [\"a\" * 900000 + str(i) for i in range(10000)]", code: "takes more memory"),
    HostileProgram(
      text: "s = (\"a \" * 3000000).split()", code: "takes more memory"),
    HostileProgram(
      text: "x = ones(1000, 1000)\nys = [x * i for i in range(100)]", code: "takes more memory"),
    HostileProgram(text: "x = list(range(9000000))", code: "takes more memory"),
    HostileProgram(
      text: "conv2d(ones(3000, 3000), ones(1000, 1000))", memory: 1024,
      code: "takes more memory"),
    HostileProgram(text: "argsort(rand(6000000))", code: "takes more memory"),
    HostileProgram(
      text: "σ" + String(repeating: "′", count: 14) + "(0.5)",
      code: "the derivative of order 14 of 'σ' is too much work"),
    HostileProgram(
      text: "σ" + String(repeating: "′", count: 100_000) + "(0.5)", code: "is too much work"),
  ]
}

@Suite(.serialized)
struct LimitTests {
  private let home: TemporaryFolder

  init() throws { home = try TemporaryFolder() }

  @Test(arguments: HostileProgram.all)
  func aHostileProgramEndsWithinItsMemory(_ program: HostileProgram) throws {
    try home.write(Array(program.text.utf8), to: "hostile.nabla")
    let run = try ProgramRun(
      ["run", "hostile.nabla", "--memory", "\(program.memory)MiB"],
      environment: ["COLUMNS": "200"], directory: home.path)
    #expect(run.status == 2)
    #expect(run.errors.contains(program.code), "\(run.errors)")
    #expect(run.peakMemory < (program.memory + 64) << 20, "\(run.peakMemory >> 20) MiB")
  }

  /// Twice as many names take about twice as long.
  @Test func manyNamesForOneValueAreQuick() throws {
    let names = String(repeating: "x = ", count: 20_000)
    try home.write(Array("\(names)1\nprint(x)\n".utf8), to: "names.nabla")
    let start = Date()
    let run = try ProgramRun(["run", "names.nabla"], directory: home.path)
    #expect(run.output == "1\n")
    #expect(Date().timeIntervalSince(start) < 20)
  }

  /// What is empty stays so, however often it is repeated; what fills up is one character.
  @Test(arguments: [
    ("len(() * 9223372036854775807)", "0"), ("len([] * 10**18)", "0"), ("len('' * 10**18)", "0"),
    ("len(10**18 * [\"a\"][:0])", "0"),
  ])
  func nothingCanBeRepeatedAsOftenAsOneLikes(_ text: String, _ expected: String) throws {
    #expect(try ProgramRun(["-e", text]).output == expected + "\n")
  }

  @Test(arguments: ["'a'.center(10000, 'x' * 1000000)", "np.array([1, 2], ndmin=10**18)"])
  func sizesAreBounded(_ text: String) throws {
    let run = try ProgramRun(["-e", "import numpy as np", "-e", text])
    #expect(run.status == 2, "\(run.output)")
    #expect(run.peakMemory < 200 << 20)
  }

  @Test func theUsualIsAllowedWithOneMebibyte() throws {
    let run = try ProgramRun(["--memory", "1MiB", "-e", "sum([1, 2, 3]) @ 2 if False else 6"])
    #expect(run.output == "6\n")
  }
}
