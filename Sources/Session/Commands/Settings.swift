import Autograd
import Presentation

/// Something about the shell that can be switched.
struct Setting: Sendable {
  let name: String
  let summary: String

  static let all = [
    Setting(name: "colors", summary: "what is typed is colored"),
    Setting(name: "pager", summary: "what is taller than the window is shown page by page"),
    Setting(name: "suggestions", summary: "the history says in grey how it went on"),
  ]
}

extension Command {
  static let settings: [Command] = [
    Command(
      "set", "Switches something about the shell on or off; alone, lists what there is.",
      parameters: [
        Parameter("name", .string, default: Attribute.none, "what"),
        Parameter("value", .choice(["on", "off"]), default: Attribute.none, "on or off"),
      ],
      examples: [":set", ":set pager off"],
      completion: Completion { _, words in
        words.count > 1 ? ["on", "off"] : Setting.all.map(\.name)
      }
    ) { session, arguments in
      guard let name = arguments.string("name") else {
        let rows = Setting.all.map { setting in
          [
            Words(setting.name, .name), Words(session.isOn(setting.name) ? "on" : "off", .value),
            Words(setting.summary),
          ]
        }
        return Response(.table(Table(header: [], rows: rows)))
      }
      guard let setting = Setting.all.first(where: { $0.name == name }) else {
        throw Diagnostic(
          "usage", "there is no setting '\(name)'",
          helps: [Suggestion.help(for: name, in: Setting.all.map(\.name)) ?? ":set lists them"])
      }
      if let value = arguments.string("value") {
        if value == "on" {
          session.switchedOff.remove(name)
        } else {
          session.switchedOff.insert(name)
        }
      }
      let state = session.isOn(name) ? "on" : "off"
      return Response(.line(Words("\(setting.name) is \(state)", .note)))
    }
  ]
}

extension Session {
  package func isOn(_ setting: String) -> Bool { !switchedOff.contains(setting) }
}
