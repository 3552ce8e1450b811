import Autograd
import Presentation
import Tensors

extension Command {
  static let limits: [Command] = [
    Command(
      "limit", "Sets how much memory tensors may take.",
      parameters: [
        Parameter("what", .choice(["memory"]), default: .string("memory"), "what is limited"),
        Parameter(
          "size", .string, default: Attribute.none, "such as 512MiB or 4GiB; left out, shows it"),
      ],
      examples: [":limit memory", ":limit memory 2GiB"]
    ) { _, arguments in
      guard let text = arguments.string("size") else {
        return Response(
          .line(
            Words(
              "tensors may take \(Memory.text(Memory.limit)); \(Memory.text(Memory.live)) are in use"
            )))
      }
      try Session.limitMemory(to: text)
      return Response(.line(Words("tensors may take \(Memory.text(Memory.limit))", .note)))
    }
  ]
}

extension Session {
  /// From now on all memory of the process counts against the limit: for a program that computes on
  /// one thread.
  package static func countProcessMemory() { Memory.watchProcess() }

  /// Sets how much memory tensors may take, as `4GiB` says; for all sessions of the program.
  package static func limitMemory(to text: String) throws(Diagnostic) {
    guard let bytes = Memory.bytes(in: text) else {
      throw Diagnostic(
        "usage", "'\(text)' is no amount of memory", notes: ["1 GiB is 1024 MiB"],
        helps: [":limit memory 4GiB", ":limit memory 512MiB"])
    }
    Memory.limit = bytes
  }
}

extension Diagnostic {
  /// With what can be typed for more memory, where that is what is missing.
  var withMemoryHelp: Diagnostic {
    guard code == "too-large" || code == "memory-limit" else { return self }
    var result = self
    result.helps.append(
      "more is allowed by :limit memory \(Memory.text(2 * Memory.limit, separator: ""))")
    return result
  }
}
