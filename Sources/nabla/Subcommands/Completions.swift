import ArgumentParser
import Presentation

/// `nabla completions bash|zsh|fish`.
struct Completions: ParsableCommand {
  enum Shell: String, ExpressibleByArgument, CaseIterable { case bash, zsh, fish }

  static let configuration = CommandConfiguration(
    abstract: "Print what a shell needs to complete nabla's arguments, lesson names too.",
    discussion: """
      bash: nabla completions bash > ~/.local/share/bash-completion/completions/nabla
      zsh: nabla completions zsh > a folder of $fpath, as _nabla
      fish: nabla completions fish > ~/.config/fish/completions/nabla.fish
      """)

  @Argument(help: "bash, zsh or fish.")
  var shell: Shell

  func run() throws {
    let known: CompletionShell =
      switch shell {
      case .bash: .bash
      case .zsh: .zsh
      case .fish: .fish
      }
    printText(Nabla.completionScript(for: known) + "\n")
  }
}

extension CompletionKind {
  /// The lessons' names, which the folder of lessons says, and the topics.
  static var lessons: CompletionKind {
    .custom { _, _, _ in lessonWords() }
  }
}

/// `nabla manual [SUBCOMMAND]`: a page for `man`, made from the declarations.
struct Manual: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Print the manual page of nabla or of a subcommand, for man.",
    discussion: "nabla manual | man -l -")

  @Argument(help: "A subcommand; left out, the page of nabla itself.")
  var subcommand: String?

  func run() throws {
    guard let page = ManualPage(of: subcommand, in: Nabla._dumpHelp()) else {
      let names = Nabla.configuration.subcommands.compactMap { $0._commandName }
      let help = Suggestion.help(for: subcommand ?? "", in: names)
      throw ValidationError(
        "There is no subcommand '\(subcommand ?? "")'; " + (help ?? "nabla --help lists them."))
    }
    printText(page.text)
  }
}

/// A manual page in mdoc(7).
struct ManualPage {
  private let name: String
  private let command: JSONValue
  private let subcommands: [JSONValue]

  /// - Parameter declarations: what argument-parser tells of a command, as JSON.
  /// - Returns: nil where there is no such subcommand.
  init?(of subcommand: String?, in declarations: String) {
    guard let root = JSONValue(reading: declarations)?["command"] else { return nil }
    let all = (root["subcommands"]?.items ?? []).filter { $0["shouldDisplay"]?.boolean ?? true }
    guard let subcommand else {
      (name, command, subcommands) = ("nabla", root, all)
      return
    }
    guard let found = all.first(where: { $0["commandName"]?.string == subcommand }) else {
      return nil
    }
    (name, command, subcommands) = ("nabla-" + subcommand, found, [])
  }

  var text: String {
    var lines = [
      ".Dd $Mdocdate$", ".Dt \(name.uppercased()) 1", ".Os", ".Sh NAME", ".Nm \(name)",
      ".Nd \(ManualPage.escaped(oneLine(command["abstract"])))", ".Sh SYNOPSIS",
      ".Nm \(name.replacing("-", with: " "))",
    ]
    let arguments = (command["arguments"]?.items ?? []).filter {
      $0["shouldDisplay"]?.boolean ?? true
    }
    lines += arguments.map(synopsis)
    if !subcommands.isEmpty { lines.append(".Op Ar subcommand") }
    lines.append(".Sh DESCRIPTION")
    lines += paragraphs(command["abstract"]) + paragraphs(command["discussion"])
    if !arguments.isEmpty { lines += list(arguments.map { (tag(of: $0), about($0)) }) }
    if !subcommands.isEmpty {
      lines.append(".Sh SUBCOMMANDS")
      lines += list(
        subcommands.map { command in
          (".It Cm \(command["commandName"]?.string ?? "")", paragraphs(command["abstract"]))
        })
    }
    lines += [
      ".Sh EXIT STATUS", "0 done, 1 a check fell short, 2 the input is wrong, 130 interrupted.",
    ]
    return lines.joined(separator: "\n") + "\n"
  }

  private func list(_ items: [(tag: String, about: [String])]) -> [String] {
    [".Bl -tag -width Ds"] + items.flatMap { [$0.tag] + $0.about } + [".El"]
  }

  private func spelling(_ argument: JSONValue) -> String? {
    guard let name = argument["preferredName"]?["name"]?.string else { return nil }
    return argument["preferredName"]?["kind"]?.string == "short" ? name : "-" + name
  }

  private func value(_ argument: JSONValue) -> String {
    argument["valueName"]?.string ?? "value"
  }

  private func synopsis(_ argument: JSONValue) -> String {
    let dots = argument["isRepeating"]?.boolean == true ? " ..." : ""
    switch argument["kind"]?.string {
    case "flag": return ".Op Fl \(spelling(argument) ?? "")"
    case "option": return ".Op Fl \(spelling(argument) ?? "") Ar \(value(argument))\(dots)"
    default:
      let isOptional = argument["isOptional"]?.boolean ?? false
      return (isOptional ? ".Op Ar " : ".Ar ") + value(argument) + dots
    }
  }

  private func tag(of argument: JSONValue) -> String {
    let names = (argument["names"]?.items ?? []).compactMap { name -> String? in
      name["name"]?.string.map { name["kind"]?.string == "short" ? "Fl \($0)" : "Fl -\($0)" }
    }
    if names.isEmpty { return ".It Ar \(value(argument))" }
    let operand = argument["kind"]?.string == "option" ? " Ar \(value(argument))" : ""
    return ".It " + names.joined(separator: " , ") + operand
  }

  private func about(_ argument: JSONValue) -> [String] {
    var text = paragraphs(argument["abstract"])
    if let standard = argument["defaultValue"]?.string, argument["kind"]?.string != "flag" {
      text.append("Default: \(ManualPage.escaped(standard)).")
    }
    return text
  }

  private func oneLine(_ value: JSONValue?) -> String {
    let text = (value?.string ?? "").split(whereSeparator: \.isNewline).joined(separator: " ")
    return text.hasSuffix(".") ? String(text.dropLast()) : text
  }

  private func paragraphs(_ value: JSONValue?) -> [String] {
    let lines = (value?.string ?? "").split(separator: "\n", omittingEmptySubsequences: false)
    return lines.isEmpty || value?.string?.isEmpty == true
      ? [] : lines.map { $0.isEmpty ? ".Pp" : ManualPage.escaped(String($0)) }
  }

  /// A line of text that no request begins and no escape hides in.
  private static func escaped(_ text: String) -> String {
    let plain = text.replacing("\\", with: "\\e").replacing("-", with: "\\-")
    return plain.hasPrefix(".") || plain.hasPrefix("'") ? "\\&" + plain : plain
  }
}
