import Autograd
import Presentation
import Tensors

/// One kind of mistake, declared once: where it can happen in a computation, what is then done
/// otherwise, and what is said about it. Which numbers come of it nobody writes down; the computation
/// is run again with the mistake in it.
package struct Slip: Sendable {
  /// Frequent ones are tested from three figures on, the others from four.
  package enum Tier: Sendable { case a, b }

  /// What is otherwise.
  package enum Kind: Sendable {
    /// One recorded operation is another one; gradients are those of the changed computation.
    case forward
    /// Values stay right, and a gradient rule is another one.
    case rule
    /// The whole run is done otherwise.
    case procedure
    /// The finished answer, or another quantity of the run.
    case answer
  }

  package let id: String
  package let tier: Tier
  package let kind: Kind
  let sites: @Sendable (Structure) -> [Site]

  init(
    _ id: String, _ tier: Tier, _ kind: Kind, sites: @escaping @Sendable (Structure) -> [Site]
  ) {
    self.id = id
    self.tier = tier
    self.kind = kind
    self.sites = sites
  }
}

/// One place where a slip can happen.
struct Site {
  /// A name of the program.
  let at: String
  /// The other parameters of the slip, in order.
  var details: [JSONValue.Member] = []
  var variation = Variation()
  /// Other elements of the answer than those that were asked.
  var cells: [Int]?
  /// What was done, to follow "this is what comes out if": `the slope of σ at h is left out`.
  let deed: String
  /// The rule in the symbols of the program, as a sentence.
  let rule: String
  /// Sites with the same text are also tried together; nil for what is done once.
  var group: String? = nil

  /// The same slip at all of these.
  static func everywhere(_ sites: [Site]) -> Site? {
    guard let first = sites.first, sites.count > 1 else { return nil }
    var variation = first.variation
    for site in sites.dropFirst() {
      guard let merged = variation.merged(with: site.variation) else { return nil }
      variation = merged
    }
    let places = sites.map(\.at).reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
    return Site(
      at: "everywhere", details: first.details, variation: variation,
      deed: "\(first.deed), and likewise at \(places.dropFirst().joined(separator: ", "))",
      rule: first.rule)
  }
}

extension JSONValue.Member {
  static func named(_ key: String, _ text: String) -> Self { Self(key, .string(text)) }
  static func named(_ key: String, _ number: Int) -> Self { Self(key, .int(number)) }
}

extension Slip {
  /// The whole catalogue, in the order in which explanations are preferred.
  package static let all: [Slip] =
    chain + loss + updates + reading + forward + batches + convolution + normalization

  /// Every site in a computation, the single ones before those at once.
  func candidates(in net: Structure) -> [Candidate] {
    let single = sites(net)
    var groups: [(text: String, sites: [Site])] = []
    for site in single {
      guard let group = site.group else { continue }
      if let known = groups.firstIndex(where: { $0.text == group }) {
        groups[known].sites.append(site)
      } else {
        groups.append((group, [site]))
      }
    }
    let together = groups.compactMap { Site.everywhere($0.sites) }
    return (single + together).enumerated().map { Candidate(slip: self, site: $1, number: $0) }
  }
}

/// A slip at a place, to be tried.
struct Candidate {
  let slip: Slip
  let site: Site
  /// Among the sites of its slip: the same in every computation of this structure.
  let number: Int

  var key: String { "\(slip.id)#\(number)" }
}
