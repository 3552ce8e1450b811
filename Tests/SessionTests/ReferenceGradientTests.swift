import Language
import TestSupport
import Testing

@testable import Session

/// The gradients of the decks' examples, computed in the language, against the catalogue.
struct ReferenceGradientTests {
  private func numbers(_ memory: MemorySession, _ expression: String) throws -> [Double] {
    guard case .tensor(let variable) = try memory.session.evaluator.value(of: expression) else {
      return []
    }
    return variable.value.elements
  }

  /// Runs a text that must succeed.
  private func run(_ memory: MemorySession, _ text: String) throws {
    let response = memory.respond(text)
    try #require(response.outcome == .fine, "\(memory.render(response))")
  }

  /// The network with every weight a number of its own, as on the slide.
  private func mazur(_ entry: CatalogueEntry) throws -> MemorySession {
    let memory = try MemorySession()
    try run(
      memory,
      """
      i1, i2 = \(try entry.literal("i"))
      w1, w2 = \(try entry.literal("w1_w2_into_h1"))
      w3, w4 = \(try entry.literal("w3_w4_into_h2"))
      w5, w6 = \(try entry.literal("w5_w6_into_o1"))
      w7, w8 = \(try entry.literal("w7_w8_into_o2"))
      bh1, bh2 = \(try entry.literal("b_hidden")), \(try entry.literal("b_hidden"))
      bo1, bo2 = \(try entry.literal("b_output")), \(try entry.literal("b_output"))
      y1, y2 = \(try entry.literal("targets"))
      zh1 = w1 * i1 + w2 * i2 + bh1
      zh2 = w3 * i1 + w4 * i2 + bh2
      h1 = σ(zh1)
      h2 = σ(zh2)
      z1 = w5 * h1 + w6 * h2 + bo1
      z2 = w7 * h1 + w8 * h2 + bo2
      o1 = σ(z1)
      o2 = σ(z2)
      E = (y1 - o1)**2 / 2 + (y2 - o2)**2 / 2
      """)
    return memory
  }

  /// Which derivatives make up which step of the catalogue.
  static let mazurSteps = [
    ("mazur-output-layer-all", "delta_on1, delta_on2", ["∂E/∂z1", "∂E/∂z2"]),
    ("mazur-output-layer-all", "dE/dw5, dE/dw6", ["∂E/∂w5", "∂E/∂w6"]),
    ("mazur-output-layer-all", "dE/dw7, dE/dw8", ["∂E/∂w7", "∂E/∂w8"]),
    (
      "mazur-output-layer-all", "dE/db_on1, dE/db_on2 (one bias per neuron)",
      ["∂E/∂bo1", "∂E/∂bo2"]
    ),
    ("mazur-hidden-layer-all", "dE_total/do_h", ["∂E/∂h1", "∂E/∂h2"]),
    ("mazur-hidden-layer-all", "delta_h", ["∂E/∂zh1", "∂E/∂zh2"]),
    ("mazur-hidden-layer-all", "dE/dw1, dE/dw2", ["∂E/∂w1", "∂E/∂w2"]),
    ("mazur-hidden-layer-all", "dE/dw3, dE/dw4", ["∂E/∂w3", "∂E/∂w4"]),
    ("mazur-hidden-layer-all", "dE/db_h1, dE/db_h2 (per neuron)", ["∂E/∂bh1", "∂E/∂bh2"]),
  ]

  @Test(arguments: mazurSteps)
  func mazursNetwork(id: String, step: String, derivatives: [String]) throws {
    let entry = try CatalogueEntry(id)
    let memory = try mazur(entry)
    let found = try derivatives.flatMap { try numbers(memory, $0) }
    expectClose(found, try entry.exact(step), absolute: 1e-12, relative: 0, step)
    for derivative in derivatives {
      let names = derivative.replacing("∂", with: "").split(separator: "/").joined(separator: ", ")
      let backward = try numbers(memory, "gradcheck(\(names))")
      #expect(backward == [1], "gradcheck(\(names))")
    }
  }

  @Test func mazursNetworkInMatrices() throws {
    let entry = try CatalogueEntry("mazur-hidden-layer-all")
    let memory = try MemorySession()
    try run(
      memory,
      """
      i = \(try entry.literal("i"))
      W1 = [\(try entry.literal("w1_w2_into_h1")), \(try entry.literal("w3_w4_into_h2"))]
      W2 = [\(try entry.literal("w5_w6_into_o1")), \(try entry.literal("w7_w8_into_o2"))]
      h = σ(W1 @ i + \(try entry.literal("b_hidden")))
      o = σ(W2 @ h + \(try entry.literal("b_output")))
      E = sum((\(try entry.literal("targets")) - o)**2) / 2
      """)
    expectClose(
      try numbers(memory, "∂E/∂W1"),
      try entry.exact("dE/dw1, dE/dw2") + entry.exact("dE/dw3, dE/dw4"), absolute: 1e-12,
      relative: 0)
    let output = try CatalogueEntry("mazur-output-layer-all")
    expectClose(
      try numbers(memory, "∂E/∂W2"),
      try output.exact("dE/dw5, dE/dw6") + output.exact("dE/dw7, dE/dw8"), absolute: 1e-12,
      relative: 0)
  }

  /// Channels first: `x` of [1, 3, 5, 5], `w` of [2, 3, 3, 3].
  private func convolution(_ entry: CatalogueEntry) throws -> MemorySession {
    let memory = try MemorySession()
    func slices(_ name: String) throws -> String {
      "[" + (try (0..<3).map { try entry.literal("\(name)_slice\($0)") }).joined(separator: ", ")
        + "]"
    }
    try run(
      memory,
      """
      x = \(try slices("x"))
      w = [\(try slices("w0")), \(try slices("w1"))]
      b = [\(try entry.literal("b0")), \(try entry.literal("b1"))]
      o = conv2d(x, w, b, stride=2, padding=1)
      total = sum(o)
      """)
    return memory
  }

  @Test func convolutionDemoForward() throws {
    let entry = try CatalogueEntry("conv-demo-full")
    let memory = try convolution(entry)
    expectClose(
      try numbers(memory, "o"), try entry.exact("o[:,:,0]") + entry.exact("o[:,:,1]"),
      absolute: 1e-12, relative: 0)
    for filter in 0..<2 {
      for slice in 0..<3 {
        try run(memory, "p = conv2d(x[\(slice)], w[\(filter), \(slice)], stride=2, padding=1)")
        expectClose(
          try numbers(memory, "p"),
          try entry.exact("partial window sums, filter \(filter), slice \(slice)"),
          absolute: 1e-12, relative: 0, "filter \(filter), slice \(slice)")
      }
    }
  }

  @Test func convolutionDemoGradients() throws {
    let entry = try CatalogueEntry("conv-demo-gradients")
    let memory = try convolution(entry)
    expectClose(
      try numbers(memory, "total"), try entry.exact("sum(output)"), absolute: 1e-12, relative: 0)
    let input = try (0..<3).flatMap { try entry.exact("d sum/dx slice \($0)") }
    expectClose(try numbers(memory, "∂total/∂x"), input, absolute: 1e-12, relative: 0, "input")
    let filters = try (0..<2).flatMap { filter in
      try (0..<3).flatMap { try entry.exact("d sum/dw\(filter) slice \($0)") }
    }
    expectClose(try numbers(memory, "∂total/∂w"), filters, absolute: 1e-12, relative: 0, "filters")
    expectClose(
      try numbers(memory, "∂total/∂b"), try entry.exact("d sum/db0, db1"), absolute: 1e-12,
      relative: 0)
    #expect(try numbers(memory, "gradcheck(total, x) and gradcheck(total, w)") == [1])
  }
}
