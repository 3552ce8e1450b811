import Autograd
import Glibc
import Tensors
import Testing

/// A recorded computation run with one thing done otherwise, on small nets of which the wrong numbers
/// were worked out with another program.
@Suite struct ReplayTests {
  /// x = 0.6; w = 0.5; b = 0.1; z = w·x + b; h = σ(z); v = −0.8; c = 0.2; s = v·h + c; ŷ = σ(s);
  /// y = 1; E = (y − ŷ)²/2
  private struct Neurons {
    let replay: Replay
    private let places: [String: Int]

    init() throws {
      var named: [String: Variable] = [:]
      func name(_ name: String, _ variable: Variable) -> Variable {
        variable.naming = Naming(name: name, line: named.count + 1)
        named[name] = variable
        return variable
      }
      let (x, w, b) = (name("x", Variable(0.6)), name("w", Variable(0.5)), name("b", Variable(0.1)))
      let product = try Operation.multiply(w, x)
      let z = name("z", try Operation.add(product, b))
      let h = name("h", try Operation.required("sigmoid")(z))
      let (v, c) = (name("v", Variable(-0.8)), name("c", Variable(0.2)))
      let scaled = try Operation.multiply(v, h)
      let s = name("s", try Operation.add(scaled, c))
      let guess = name("ŷ", try Operation.required("sigmoid")(s))
      let y = name("y", Variable(1))
      let square = try Operation.power(Operation.subtract(y, guess), Variable(2))
      let error = name("E", try Operation.divide(square, Variable(2)))
      replay = Replay(of: error) { number, places in
        let scale = places == 2 ? 100.0 : 1
        return (number * scale).rounded() / scale
      }
      for (key, variable) in [("w·x", product), ("v·h", scaled), ("(y − ŷ)²", square)] {
        named[key] = variable
      }
      places = named.compactMapValues { [replay] in replay.history.place(of: $0) }
    }

    subscript(name: String) -> Int { places[name] ?? -1 }

    func slope(_ change: (inout Variation) -> Void) throws -> Double {
      var variation = Variation()
      change(&variation)
      return try replay.run(variation).answer(at: self["w"], isGradient: true)[flat: 0]
    }
  }

  /// The same to the four figures that are given.
  private static func expect(_ number: Double, _ expected: Double) {
    let unit = pow(10, log10(abs(expected)).rounded(.down) - 3)
    #expect(abs(number - expected) <= 0.5001 * unit, "\(number), not \(expected)")
  }

  @Test func anotherRuleAtAPlace() throws {
    let net = try Neurons()
    Self.expect(try net.slope { _ in }, 0.01610)
    // σ′ left out.
    Self.expect(try net.slope { $0.rules[Use(net["h"], 0)] = .leaf(.arriving) }, 0.06700)
    Self.expect(try net.slope { $0.rules[Use(net["ŷ"], 0)] = .leaf(.arriving) }, 0.06565)
    Self.expect(
      try net.slope {
        $0.rules = [Use(net["h"], 0): .leaf(.arriving), Use(net["ŷ"], 0): .leaf(.arriving)]
      }, 0.2733)
    // Twice what the rule says.
    Self.expect(
      try net.slope {
        $0.rules[Use(net["z"], 0)] = .applied(.add, .none, [.leaf(.usual), .leaf(.usual)])
      }, 0.03220)
  }

  @Test func aRuleThatReadsAnotherValue() throws {
    let net = try Neurons()
    // ∂(w·x)/∂w = w.
    Self.expect(try net.slope { $0.readings[Use(net["w·x"], 1)] = .leaf(net["w"]) }, 0.01342)
    // A factor left out.
    let one = Recipe<Int>.constant(Tensor(1))
    Self.expect(try net.slope { $0.readings[Use(net["w·x"], 1)] = one }, 0.02683)
    Self.expect(try net.slope { $0.readings[Use(net["v·h"], 0)] = one }, -0.02012)
    // The slope of σ at h in place of z.
    Self.expect(
      try net.slope {
        $0.readResults[net["h"]] = .applied(.required("sigmoid"), .none, [.leaf(net["h"])])
      }, 0.01534)
    // The weight after its update.
    let slope = try #require(try net.replay.run().gradients(by: [net["v"]])[0])
    let updated = Tensor(-0.8 - 0.3 * slope[flat: 0])
    Self.expect(
      try net.slope { $0.readings[Use(net["v·h"], 0)] = .constant(updated) }, 0.01559)
  }

  @Test func anotherStep() throws {
    let net = try Neurons()
    Self.expect(try net.slope { $0.steps[net["E"]] = .leaf(net["(y − ŷ)²"]) }, 0.03220)
    Self.expect(try net.slope { $0.steps[net["z"]] = .leaf(net["w·x"]) }, 0.01628)
    Self.expect(try net.slope { $0.steps[net["h"]] = .leaf(net["z"]) }, 0.06337)
    Self.expect(
      try net.slope {
        $0.steps[net["h"]] = .applied(.required("tanh"), .none, [.leaf(net["z"])])
      }, 0.05386)
    Self.expect(try net.slope { $0.steps[net["b"]] = .constant(Tensor(-0.1)) }, 0.01639)
    let flipped = net.replay.recipe(
      of: net["h"], replacing: [0: .applied(.negate, .none, [.leaf(net["z"])])])
    Self.expect(try net.slope { $0.steps[net["h"]] = flipped }, -0.01523)
    // What comes later cannot be used yet.
    #expect(throws: ReplayError.notYetComputed(net["E"], at: net["z"])) {
      try net.slope { $0.steps[net["z"]] = .leaf(net["E"]) }
    }
  }

  @Test func aFinish() throws {
    let net = try Neurons()
    Self.expect(try net.slope { $0.finish = .applied(.negate, .none, [.leaf(.answer)]) }, -0.01610)
    let step = Recipe<FinishLeaf>.applied(
      .multiply, .none, [.constant(Tensor(0.3)), .leaf(.gradient(net["w"]))])
    Self.expect(
      try net.slope { $0.finish = .applied(.subtract, .none, [.leaf(.quantity(net["w"])), step]) },
      0.4952)
  }

  @Test func roundedSteps() throws {
    let net = try Neurons()
    let toTwo: @Sendable (Double) -> Double = { ($0 * 100).rounded() / 100 }
    Self.expect(
      try net.slope { $0.rounding = StepRounding(places: 2, exempt: [net["E"]], round: toTwo) },
      0.01609)
    // −(1 − 0.43) · 0.25 · (−0.8) · 0.24 · 0.6 with slopes of two decimals.
    let factors = try net.slope {
      $0.rounding = StepRounding(places: 2, extent: .factors, round: toTwo)
    }
    #expect(abs(factors - 0.57 * 0.25 * 0.8 * 0.24 * 0.6) < 1e-12, "\(factors)")
    let gradients = try net.slope {
      $0.rounding = StepRounding(places: 2, extent: .gradients, round: toTwo)
    }
    #expect(abs(gradients - 0.03 * 0.6) < 1e-12, "\(gradients)")
  }

  /// h = tanh(u·x + w·h) over three steps: w is used three times, and each use can be cut.
  @Test func aUseThatIsCut() throws {
    let (u, w, b) = (Variable(0.7), Variable(-0.6), Variable(0.1))
    var h = Variable(0.4)
    var products: [Variable] = []
    for x in [0.5, -1, 1.5] {
      let product = try Operation.multiply(w, h)
      products.append(product)
      let sum = try Operation.add(
        Operation.add(Operation.multiply(u, Variable(x)), product), b)
      h = try Operation.required("tanh")(sum)
    }
    let loss = try Operation.divide(
      Operation.power(Operation.subtract(Variable(0.2), h), Variable(2)), Variable(2))
    let replay = Replay(of: loss)
    let place = try #require(replay.history.place(of: w))
    let uses = replay.uses(of: place)
    #expect(uses.map(\.place) == products.map { replay.history.place(of: $0) })
    var variation = Variation()
    Self.expect(try replay.run().answer(at: place, isGradient: true)[flat: 0], -0.07527)
    variation.cuts = Set(uses.dropFirst())
    Self.expect(try replay.run(variation).answer(at: place, isGradient: true)[flat: 0], 0.01046)
    variation.cuts = Set(uses)
    #expect(try replay.run(variation).answer(at: place, isGradient: true)[flat: 0] == 0)
  }

  /// What is run again is not what was recorded, and what no change reaches is taken from the record.
  @Test func theRecordStaysAsItIs() throws {
    let net = try Neurons()
    let before = net.replay.history.quantities.map { $0.value[flat: 0] }
    let run = try net.replay.run(Variation(net["v"], Tensor(0.5)))
    #expect(net.replay.history.quantities.map { $0.value[flat: 0] } == before)
    #expect(run.quantities[net["h"]] === net.replay.history.quantities[net["h"]])
    #expect(run.quantities[net["s"]] !== net.replay.history.quantities[net["s"]])
    #expect(run.isFresh.indices.filter { run.isFresh[$0] }.first == net["v"])
  }
}
