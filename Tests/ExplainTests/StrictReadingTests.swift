import Glibc
import Session
import Testing

/// Pages about nets of all kinds, read by somebody with a calculator who believes nothing.
/// `NABLA_NETS=first..<last` tries other seeds.
@Suite struct StrictReadingTests {
  private static let seeds: Range<UInt64> = {
    let text = getenv("NABLA_NETS").map { String(cString: $0) } ?? ""
    let bounds = text.split(separator: "<").compactMap { UInt64($0.filter(\.isNumber)) }
    return bounds.count == 2 ? bounds[0]..<bounds[1] : 1..<67
  }()

  @Test func everySubStepCanBeWorkedOutAgain() throws {
    var (pages, relations, read, steps, approximate) = (0, 0, 0, 0, 0)
    var counts: [StrictReader.Fault: Int] = [:]
    for seed in Self.seeds {
      let net = RandomNet(seed: seed)
      let notebook = try Notebook()
      for line in net.lines {
        let answer = notebook.answer(line)
        #expect(!answer.contains("error"), "seed \(seed): \(line)\n\(answer)")
      }
      for question in net.questions {
        let page = notebook.answer(question)
        #expect(!page.contains("error"), "seed \(seed): \(question)\n\(page)")
        let reader = StrictReader(page, digits: net.digits)
        pages += 1
        relations += reader.relations
        read += reader.read
        steps += reader.steps
        approximate += page.count { $0 == "≈" }
        for mistake in reader.mistakes { counts[mistake.fault, default: 0] += 1 }
        #expect(
          reader.mistakes.isEmpty,
          "seed \(seed) \(question)\n\(reader.mistakes.prefix(3).map(\.description).joined(separator: "\n"))"
        )
      }
    }
    print(
      "strict: \(pages) pages, \(relations) relations, \(read) read, \(steps) steps,",
      "\(approximate) ≈,", counts.map { "\($0.key) \($0.value)" }.sorted().joined(separator: " "))
    #expect(pages > 50 && relations > 5 * pages && steps > relations)
    #expect(read * 100 >= relations * 99)
  }
}
