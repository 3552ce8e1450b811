import Glibc

/// Works out every sub-step of a printed page again from what is printed. `=` must be exact at the
/// printed decimals, part by part; `≈` may be off by two units of the last place; no sign may be
/// wrong.
struct StrictReader {
  enum Fault: String, CaseIterable {
    /// = between numbers that differ.
    case unequal
    /// ≈ between numbers more than two units apart.
    case far
    /// A number of the other sign.
    case sign
    /// ≈ where every part is exact.
    case needless
    /// Wider than the page.
    case wide
  }

  struct Mistake: CustomStringConvertible {
    let fault: Fault
    let line: String
    let detail: String
    var description: String { "\(fault): \(line)   \(detail)" }
  }

  private(set) var mistakes: [Mistake] = []
  /// Relations between numbers, and those that were read on both sides.
  private(set) var relations = 0
  private(set) var read = 0
  private(set) var steps = 0
  private(set) var unread: [String] = []

  private let digits: Int

  init(_ text: String, digits: Int, width: Int = 80) {
    self.digits = digits
    for line in text.split(separator: "\n") where line.count > width {
      mistakes.append(Mistake(fault: .wide, line: String(line), detail: ""))
    }
    for line in PrintedLines.lines(of: text) { check(line) }
  }

  private mutating func check(_ line: String) {
    let pieces = PrintedLines.pieces(of: line)
    let terms = pieces.map { PrintedParser.term(of: $0.text, digits: digits) }
    for index in pieces.indices.dropFirst() {
      guard let left = terms[index - 1], let right = terms[index] else {
        // Names and formulas in symbols stand beside numbers; only what has none but functions is
        // numbers.
        if index > 1, Self.isOfNumbers(pieces[index - 1].text),
          Self.isOfNumbers(pieces[index].text)
        {
          relations += 1
          unread.append(line)
        }
        continue
      }
      relations += 1
      read += 1
      compare(left, right, pieces[index].relation ?? "=", line)
    }
  }

  private mutating func compare(
    _ left: PrintedTerm, _ right: PrintedTerm, _ relation: Character, _ line: String
  ) {
    var isExact = true
    for (part, number) in PrintedTerm.steps(left, right) {
      steps += 1
      let (value, printed, unit) = (part.value, number.value, number.unit)
      if value == printed || value.isNaN && printed.isNaN { continue }
      let difference = abs(value - printed)
      let noise = 4e-16 * abs(value)
      let slack = 1e-9 * unit + noise
      // A half is rounded away from zero.
      let half = (0.5 + (abs(printed) > abs(value) ? 1e-9 : -1e-9)) * unit + noise
      if difference <= half, value * printed >= 0 { continue }
      let last = printed == 0 ? max(unit, pow(10, -Double(digits))) : unit
      isExact = false
      let detail = "\(value), not \(printed) (unit \(unit))"
      if relation == "=" {
        mistakes.append(Mistake(fault: .unequal, line: line, detail: detail))
      } else if value * printed < 0 {
        mistakes.append(Mistake(fault: .sign, line: line, detail: detail))
      } else if !(difference <= 2 * last + slack) {
        mistakes.append(Mistake(fault: .far, line: line, detail: detail))
      }
    }
    if relation == "≈", isExact {
      mistakes.append(Mistake(fault: .needless, line: line, detail: ""))
    }
  }

  private static func isOfNumbers(_ text: String) -> Bool {
    text.contains(where: \.isNumber)
      && text.allSatisfy { $0.isNumber || " .·−+/()⁻[]*".contains($0) }
  }
}
