import Foundation
import Slips
import TestSupport
import Testing

/// Networks that no example shows, with slips coded in PyTorch (`script/slip_cases.py`).
struct GeneratedCaseTests {
  /// A computation, and the numbers that slips give in it.
  struct Net {
    let program: String
    var cases: [Case] = []
  }

  struct Case {
    let question: String
    let typed: String
    let id: String
    let at: String
  }

  static let all: [Net] = {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    let text =
      (try? String(
        contentsOf: folder.appending(path: "Fixtures/cases.tsv"), encoding: .utf8)) ?? ""
    var nets: [Net] = []
    for line in text.split(separator: "\n") {
      let cells = line.split(separator: "\t").map(String.init)
      if cells[0] == "net" {
        nets.append(Net(program: cells[1]))
      } else {
        nets[nets.count - 1].cases.append(
          Case(question: cells[1], typed: cells[2], id: cells[3], at: cells[4]))
      }
    }
    return nets
  }()

  /// How many of some nets' slips are named, alone or among those that coincide.
  private func missed(in nets: some Sequence<Net>) throws -> (count: Int, missed: [String]) {
    var (count, missed) = (0, [String]())
    for net in nets {
      let asking = try Asking(net.program)
      for one in net.cases {
        count += 1
        // Of another shape that no slip gives nothing is judged.
        let judgment = try? asking.why(one.question, one.typed)
        guard judgment?.named.contains(one.id) != true else { continue }
        missed.append(
          "\(one.id) at \(one.at): \(one.question) \(one.typed) \(judgment?.verdict.rawValue ?? "") "
            + "\(judgment?.named ?? []) \(net.program)")
      }
    }
    return (count, missed)
  }

  @Test func slipsOfUnseenNetsAreNamed() throws {
    let (count, missed) = try missed(in: Self.all.prefix(9))
    #expect(count >= 100)
    #expect(Double(missed.count) <= 0.03 * Double(count), "\(missed.joined(separator: "\n"))")
  }

  @Test(.nightly)
  func slipsOfTwoThousandUnseenCasesAreNamed() throws {
    let (count, missed) = try missed(in: Self.all)
    #expect(count >= 2_000)
    print("named: \(count - missed.count) of \(count)")
    #expect(Double(missed.count) <= 0.03 * Double(count), "\(missed.joined(separator: "\n"))")
  }
}
