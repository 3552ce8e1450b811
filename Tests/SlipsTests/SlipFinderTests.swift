import Presentation
import Slips
import Testing

struct SlipFinderTests {
  /// The slip is named, with its place; beside it others may stand whose numbers coincide.
  @Test(arguments: SlipExample.all)
  func everyExampleOfTheCatalogueIsNamed(_ example: SlipExample) throws {
    let asking = try Asking(Nets.all[example.net]!)
    let right = try asking.why(example.question, example.right)
    #expect(right.verdict == .right)
    let finding = try asking.why(example.question, example.wrong)
    let places = finding.explanations.flatMap { explanation in
      [(explanation.id, explanation.at)] + explanation.same.map { ($0.id, $0.at) }
    }
    #expect(
      places.contains { $0 == (example.id, example.at) },
      "\(finding.verdict) \(places) \(finding.sentence)")
  }

  @Test func aMissingSlopeIsNamedWithItsPlace() throws {
    let finding = try Asking(Nets.all["N1"]!).why("∂E/∂w", "0.06700")
    #expect(finding.verdict == .slip)
    #expect(finding.slip == "activation-slope-missing at h")
  }

  /// Whatever the precision, and what is typed more coarsely than a step.
  @Test(arguments: ["0.02", "0.016", "0.0161", "0.01610", "1.61e-2", "1.610e-02"])
  func whatAgreesIsRight(_ typed: String) throws {
    #expect(try Asking(Nets.all["N1"]!).why("∂E/∂w", typed).verdict == .right)
  }

  @Test func whatIsCutOffIsSaidToBe() throws {
    let finding = try Asking("h = σ(7)").why("h", "0.99")
    #expect(finding.verdict == .truncated)
    #expect(finding.explanations.map(\.id) == ["truncated"])
  }

  @Test func digitsThatChangedPlacesAreSeen() throws {
    let asking = try Asking("a = 0.31; b = 0.6; c = a*b")
    #expect(try asking.why("c", "0.1806").slip == "digits-transposed at c")
  }

  /// The numbers of a slide, where another operand stands and every step is rounded.
  @Test func theSlideWithAnotherOperandIsNamed() throws {
    let asking = try Asking(
      """
      x = [1.0, -0.5]; Θ1 = [1.2, 2.1, -1.5; -0.3, -0.7, 0.3]; Θ2 = [-0.2, 0.5, 1.3]; \
      s1 = Θ1ᵀ @ x; h1 = σ(s1); s2 = Θ2ᵀ @ h1; ŷ = σ(s2); y = 1; E = (y - ŷ)**2 / 2
      """)
    let finding = try asking.why("∂E/∂Θ2", "[0.02, -0.05, -0.12]")
    #expect(finding.slip == "operand-swapped at s2 (Θ2 for h1)")
    #expect(finding.explanations.first?.with?.contains(.init("places", .int(2))) == true)
  }

  @Test func whatFollowsFromNumbersHandedInIsCarried() throws {
    let asking = try Asking("x = 0.6; w = 0.5; h = σ(w*x); E = (1 - h)**2 / 2")
    let finding = try asking.why("E", "0.08405", given: ["h": "0.59"])
    #expect(finding.verdict == .carried)
  }

  /// Nothing a student did not type: the right number is in no sentence.
  @Test(arguments: SlipExample.all)
  func noSentenceHoldsTheRightNumber(_ example: SlipExample) throws {
    let finding = try Asking(Nets.all[example.net]!).why(example.question, example.wrong)
    let typed = TypedAnswer(example.right)!
    for element in typed.elements where element.figures >= 3 {
      let digits = element.printed!.text.filter { $0 != "-" && $0 != "−" }
      #expect(!finding.sentence.contains(digits))
    }
  }
}
