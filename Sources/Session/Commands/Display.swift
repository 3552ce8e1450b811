import Autograd
import Language
import Presentation

extension Command {
  static let display: [Command] = [
    Command(
      "digits", "Sets how many decimals numbers are shown with.",
      parameters: [Parameter("places", .integer, default: Attribute.none, "0 to 17; left out, shows it")],
      examples: [":digits 2"]
    ) { session, arguments in
      guard let places = arguments.integer("places") else {
        return Response(.line(Words("\(session.settings.digits) decimals")))
      }
      guard (0...17).contains(places) else {
        throw Diagnostic("usage", "a number is shown with 0 to 17 decimals, not \(places)", helps: [":digits 4"])
      }
      session.settings.digits = places
      return Response(.line(Words("numbers are shown with \(places) decimal\(places == 1 ? "" : "s")", .note)))
    },
    Command(
      "explain", "Works a number out the way a lecturer does.",
      parameters: [Parameter("expression", .string, "what to explain; a name or ∂E/∂w")],
      examples: [":explain s1", ":explain ∂E/∂w5"], takesRest: true
    ) { session, arguments in
      let text = arguments.string("expression") ?? ""
      return session.evaluate(SourceText(name: "<prompt>", text: "explain(\(text))"), as: .statements)
    },
    Command(
      "graph", "Draws the computation of a quantity as a tree.",
      parameters: [Parameter("expression", .string, "the quantity")],
      examples: [":graph E"], takesRest: true
    ) { session, arguments in
      let text = arguments.string("expression") ?? ""
      return session.evaluate(SourceText(name: "<prompt>", text: "graph(\(text))"), as: .statements)
    },
    Command(
      "time", "Runs an expression or statement and says how long it took.",
      parameters: [Parameter("code", .string, "what to run")],
      examples: [":time randn(500, 500) @ randn(500, 500);"], takesRest: true
    ) { session, arguments in
      let source = SourceText(name: "<prompt>", text: arguments.string("code") ?? "")
      let start = session.host.now()
      var response = session.evaluate(source, as: .statements)
      let seconds = session.host.now() - start
      response.document.append(.line(Words(durationText(seconds), .note)))
      return response
    },
  ]
}

/// A span of time in the unit that fits it.
func durationText(_ seconds: Double) -> String {
  let format = NumberFormat(digits: 2)
  if seconds < 1e-3 { return format.fixed(seconds * 1e6) + " µs" }
  if seconds < 1 { return format.fixed(seconds * 1e3) + " ms" }
  if seconds < 120 { return format.fixed(seconds) + " s" }
  return "\(Int(seconds / 60)) min \(Int(seconds) % 60) s"
}
