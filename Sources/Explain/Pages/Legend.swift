import Presentation

/// What the signs on a page mean that are not those of school mathematics.
enum Legend {
  private struct Entry: Sendable {
    let meaning: String
    let isMeant: @Sendable (WorkedFormula) -> Bool
  }

  private static let entries: [Entry] = [
    Entry(meaning: "⊗: every element of the left times every one of the right") {
      $0.holds(.outer)
    },
    Entry(meaning: "⋆: the right laid over the left, place by place, products added") {
      $0.holds(.correlation)
    },
    Entry(meaning: "𝟙[…]: 1 where it holds, 0 where not") {
      if case .indicator = $0 { true } else { false }
    },
    Entry(meaning: "∂y/∂x|u: how y changes with x while u stays") {
      if case .derivative(_, by: _, let fixed) = $0 { !fixed.isEmpty } else { false }
    },
    Entry(meaning: "onehot: 1 at the class, 0 elsewhere") {
      if case .call("onehot", _) = $0 { true } else { false }
    },
    Entry(meaning: "axis: the direction that is added up, 0 down the columns") {
      if case .words(let text) = $0 { text.hasPrefix("axis=") } else { false }
    },
    Entry(meaning: "keepdims: it stays, with size 1") {
      if case .words(let text) = $0 { text.hasPrefix("keepdims=") } else { false }
    },
    Entry(meaning: "δ[i,j]: 1 where i is j, else 0") {
      if case .part("δ", _) = $0 { true } else { false }
    },
  ]

  /// One line for all signs that occur; nothing where there are none.
  static func text(of blocks: [Block]) -> String? {
    let formulas = blocks.flatMap { block -> [WorkedFormula] in
      guard case .worked(let lines) = block else { return [] }
      return lines.flatMap { [$0.label] + $0.steps.map(\.formula) }
    }
    let found = entries.filter { entry in formulas.contains { $0.contains(where: entry.isMeant) } }
    return found.isEmpty ? nil : found.map(\.meaning).joined(separator: "; ")
  }
}

extension WorkedFormula {
  fileprivate func holds(_ sign: Sign) -> Bool {
    if case .product(_, let rest) = self { rest.contains { $0.sign == sign } } else { false }
  }
}

extension Explainer {
  /// The signs of a page, beneath it.
  func legend(_ blocks: [Block]) -> [Block] {
    Legend.text(of: blocks).map { prose("(\($0))") } ?? []
  }
}
