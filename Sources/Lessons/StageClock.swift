import Presentation

/// The time of a talk: since when, how much is planned, and how long each step took when it was
/// rehearsed. It is told the time and looks at no clock.
package struct StageClock: Sendable, Equatable {
  /// When the talk began; nil until the first key.
  package private(set) var start: Double?
  /// Seconds that are planned, where the lesson says so.
  package var planned: Double?
  /// Seconds a step took in the rehearsal, by its number from 1.
  package var rehearsed: [Int: Double] = [:]
  /// Seconds each step has taken so far.
  package private(set) var spent: [Int: Double] = [:]
  private var since = 0.0
  private var step = 1

  package init(planned: Double? = nil, rehearsed: [Int: Double] = [:]) {
    self.planned = planned
    self.rehearsed = rehearsed
  }

  /// The presenter is at a step now.
  mutating func visit(_ step: Int, at now: Double) {
    if start == nil {
      (start, since) = (now, now)
    } else {
      spent[self.step, default: 0] += max(0, now - since)
      since = now
    }
    self.step = step
  }

  package func elapsed(at now: Double) -> Double { start.map { max(0, now - $0) } ?? 0 }

  /// What is left of the plan, or of the rehearsal; below 0 the talk is too long.
  package func left(at now: Double) -> Double? {
    let whole = planned ?? (rehearsed.isEmpty ? nil : rehearsed.values.reduce(0, +))
    return whole.map { $0 - elapsed(at: now) }
  }

  /// Seconds at the present step.
  package func here(at now: Double) -> Double {
    start == nil ? 0 : spent[step, default: 0] + max(0, now - since)
  }

  /// What the rehearsal took here.
  package var rehearsedHere: Double? { rehearsed[step] }

  /// `04:12`, or `1:04:12`; a minus before what is too long.
  package static func text(_ seconds: Double) -> String {
    guard seconds.isFinite, abs(seconds) < 1e7 else { return "–" }
    let whole = Int(abs(seconds).rounded(.down))
    let two = { (number: Int) in number < 10 ? "0\(number)" : "\(number)" }
    let (hours, minutes, rest) = (whole / 3600, whole / 60 % 60, whole % 60)
    let text = hours > 0 ? "\(hours):\(two(minutes)):\(two(rest))" : "\(two(minutes)):\(two(rest))"
    return seconds <= -1 ? "−" + text : text
  }

  /// What was rehearsed, for a file.
  package var rehearsalText: String {
    let members = spent.sorted { $0.key < $1.key }.map {
      JSONValue.Member("\($0.key)", .number(($0.value * 10).rounded() / 10))
    }
    return JSONValue.object([.init("seconds", .object(members))]).text + "\n"
  }

  /// Nil for a text that is no rehearsal.
  package static func rehearsal(_ text: String) -> [Int: Double]? {
    guard case .object(let members)? = JSONValue(reading: text)?["seconds"] else { return nil }
    var result: [Int: Double] = [:]
    for member in members {
      guard let step = Int(member.key), let seconds = member.value.double else { return nil }
      result[step] = seconds
    }
    return result
  }
}
