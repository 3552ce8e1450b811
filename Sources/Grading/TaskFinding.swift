import Language
import Lessons
import Presentation

/// A check of a task: whether it holds, and what can be said about the code where it does not, without
/// a word about what should have come out.
struct TaskFinding {
  enum Kind: Equatable {
    /// Of so many inputs so many are wrong.
    case counted(wrong: Int, of: Int)
    /// The numbers are compared with those of the check.
    case compared(Comparison)
    case plain
  }

  enum Comparison: Equatable {
    case alike
    case opposite
    case scaled
    case otherShape([Int])
    case other
  }

  let holds: Bool
  /// A limit that was reached; nothing behind it counts.
  let stop: Diagnostic?
  let kind: Kind
  private let error: String?

  init(_ check: String, in room: Workspace) {
    do throws(Diagnostic) {
      holds = try room.value(of: check) == .boolean(true)
      stop = nil
      error = nil
    } catch {
      holds = false
      let isLimit = ["step-limit", "memory-limit", "time-limit", "output-limit"].contains(
        error.code)
      stop = isLimit ? error : nil
      self.error = error.headline
    }
    kind = stop == nil ? Self.kind(of: check, in: room) : .plain
  }

  private static func kind(of check: String, in room: Workspace) -> Kind {
    let source = SourceText(name: "check", text: check)
    let tree = Parser.parse(source).tree
    guard case .expression(let expression)? = tree.statements.first?.form,
      case .call(let function, let arguments) = expression.form,
      case .name(let name) = function.form
    else { return .plain }
    func text(_ index: Int) -> String { source[arguments[index].value.span] }
    switch name.symbol.name {
    case "all" where arguments.count == 1:
      guard case .tensor(let shape, let values)? = try? room.value(of: text(0)), !shape.isEmpty
      else { return .plain }
      return .counted(wrong: values.count { $0 == 0 }, of: values.count)
    case "allclose" where arguments.count >= 2:
      guard let given = try? room.value(of: text(0)), let wanted = try? room.value(of: text(1))
      else { return .plain }
      return .compared(comparison(given, wanted))
    default: return .plain
    }
  }

  private static func comparison(_ given: ComputedValue, _ wanted: ComputedValue) -> Comparison {
    guard case .tensor(let shape, let values) = given, case .tensor(let right, let numbers) = wanted
    else { return .other }
    guard shape == right else { return .otherShape(shape) }
    func agree(_ factor: Double) -> Bool {
      zip(values, numbers).allSatisfy {
        ($0 - factor * $1).magnitude <= 1e-3 * max($0.magnitude, $1.magnitude) + 1e-12
      }
    }
    if agree(1) { return .alike }
    if agree(-1) { return .opposite }
    guard let index = numbers.indices.max(by: { numbers[$0].magnitude < numbers[$1].magnitude }),
      numbers[index] != 0, numbers.count > 1
    else { return .other }
    let factor = values[index] / numbers[index]
    return factor.isFinite && factor != 0 && agree(factor) ? .scaled : .other
  }

  // MARK: - Words

  static func sentences(of results: [TaskFinding]) -> [String] {
    var sentences: [String] = []
    for result in results {
      if case .counted(let wrong, let count) = result.kind {
        sentences.append(
          wrong == 0 ? "right on all \(count) inputs" : "wrong on \(wrong) of \(count) inputs")
      }
    }
    let compared = results.filter { if case .compared = $0.kind { true } else { false } }
    let wrong = compared.filter { !$0.holds }
    if !wrong.isEmpty {
      sentences.append("wrong on \(wrong.count) of \(compared.count) examples" + common(to: wrong))
    }
    let plain = results.filter { $0.kind == .plain }
    let failed = plain.filter { !$0.holds }
    if let error = failed.lazy.compactMap(\.error).first {
      sentences.append(error)
    } else if !failed.isEmpty {
      sentences.append(
        "\(failed.count) of \(plain.count) checks \(failed.count == 1 ? "does" : "do") not hold")
    }
    return sentences
  }

  private static func common(to wrong: [TaskFinding]) -> String {
    func all(_ comparison: Comparison) -> Bool {
      wrong.allSatisfy { $0.kind == .compared(comparison) }
    }
    if all(.opposite) { return ": every entry has the opposite sign" }
    if all(.scaled) { return ": on each, all entries are off by one common factor" }
    if case .compared(.otherShape(let shape))? = wrong.first?.kind, all(.otherShape(shape)) {
      return ": it gives \(shape.noun)"
    }
    return ""
  }
}
