import Autograd
import Glibc
import Presentation
import Tensors

/// How much work a search may be. Where the same question must get the same answer whatever else the
/// machine does, as in grading, leave time out of it.
package struct SearchBounds: Sendable {
  /// Runs of the computation, for single slips and once more for pairs.
  package var evaluations: Int
  /// For single slips, and for pairs a third of that once more. Nil leaves time out of it.
  package var seconds: Double?

  package init(evaluations: Int = 20_000, seconds: Double? = usualSeconds) {
    self.evaluations = evaluations
    self.seconds = seconds
  }

  package static let standard = SearchBounds()

  /// An answer is wanted while the question is still on the mind. Unoptimized code is given more.
  package static let usualSeconds = _isDebugAssertConfiguration() ? 2.0 : 0.14
}

/// Runs of one computation with something otherwise, counted and bounded.
final class Trials {
  private let net: Structure
  private var bounds: SearchBounds
  /// Numbers handed in, with which everything goes on.
  private let given: Variation
  private var start = Trials.now
  private var evaluations = 0
  /// Whether something was left untried.
  private(set) var isCutShort = false
  /// The different answers so far, by their weighty elements.
  private var seen: Set<[Float]> = []
  private let counted: [Int]
  private let right: [Double]

  init(
    _ net: Structure, given: Variation, bounds: SearchBounds, counted: [Int], right: [Double]
  ) {
    (self.net, self.given, self.bounds) = (net, given, bounds)
    (self.counted, self.right) = (counted, right)
  }

  /// A new allowance, for pairs.
  func refill() {
    evaluations = 0
    start = Trials.now
    bounds.seconds = bounds.seconds.map { $0 / 3 }
  }

  /// The answer that a variation gives; nil where it fails or the allowance is used up.
  func answer(_ site: Site, rounding: StepRounding? = nil) throws -> Answer? {
    guard try mayGoOn() else { return nil }
    var variation = site.variation
    variation.rounding = rounding
    guard let both = given.merged(with: variation),
      let answer = net.answer(both, cells: site.cells)
    else { return nil }
    count(answer)
    return answer
  }

  private func mayGoOn() throws -> Bool {
    evaluations += 1
    if evaluations & 0xF == 0 { try Poll.check() }
    if evaluations > bounds.evaluations {
      isCutShort = true
    } else if let seconds = bounds.seconds, evaluations & 0xF == 0,
      Trials.now - start > seconds
    {
      evaluations = bounds.evaluations
      isCutShort = true
    }
    return evaluations <= bounds.evaluations
  }

  /// Time of this thread at work: what else the machine does takes no answer away.
  private static var now: Double {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }

  /// Numbers tried within a factor 10 of the right one, each once.
  var different: Int { seen.count }

  private func count(_ answer: Answer) {
    guard let heaviest = counted.first, heaviest < answer.elements.count,
      heaviest < right.count
    else { return }
    let (own, exact) = (answer.elements[heaviest].magnitude, right[heaviest].magnitude)
    guard exact == 0 || own >= exact / 10 && own <= exact * 10 else { return }
    seen.insert(counted.filter { $0 < answer.elements.count }.map { Float(answer.elements[$0]) })
  }
}

/// What a run gives for the asked elements.
struct Answer {
  let elements: [Double]
  let shape: Shape
}

extension Structure {
  /// The asked numbers of a run; nil where it fails or they are not numbers.
  func answer(_ variation: Variation, cells: [Int]? = nil) -> Answer? {
    var variation = variation
    if case .update = inquiry.kind, let rate {
      let step = Recipe<FinishLeaf>.leaf(.quantity(asked)) - .constant(rate) * .answer
      variation.finish = variation.finish.map { $0.following(step) } ?? step
    }
    guard let run = try? replay.run(variation),
      let whole = try? run.answer(at: asked, isGradient: isGradient)
    else { return nil }
    guard let wanted = cells ?? inquiry.cells else {
      let elements = whole.elements
      return elements.allSatisfy(\.isFinite) ? Answer(elements: elements, shape: whole.shape) : nil
    }
    guard wanted.allSatisfy({ $0 < whole.count }) else { return nil }
    let elements = wanted.map { whole[flat: $0] }
    return elements.allSatisfy(\.isFinite)
      ? Answer(elements: elements, shape: inquiry.part) : nil
  }
}

extension StepRounding {
  enum Extents {
    static let all: [(StepRounding.Extent, String)] = [
      (.values, "values"), (.gradients, "gradients"), (.factors, "factors"),
    ]
  }

  static func decimals(_ places: Int, _ extent: Extent, exempt: Int) -> StepRounding {
    StepRounding(places: UInt8(places), extent: extent, exempt: [exempt]) {
      Decimal.rounded($0, decimals: places)
    }
  }

  static func figures(_ count: Int, _ extent: Extent, exempt: Int) -> StepRounding {
    StepRounding(places: UInt8(count), extent: extent, exempt: [exempt]) {
      $0.isFinite ? Decimal($0, rounded: .significant(count)).value : $0
    }
  }
}
