import Autograd
import Presentation
import Tensors

extension Slip {
  /// Slips of an update, and of a gradient taken for one.
  static let updates: [Slip] = [
    Slip("update-sign", .a, .answer) { net in
      net.updateSites(
        [{ w, η, g in w + η * g }], "the step goes up the gradient",
        "The step goes against the gradient: minus.")
    },
    Slip("learning-rate-missing", .a, .answer) { net in
      net.updateSites(
        [{ w, _, g in w - g }], "the learning rate is left out",
        "The gradient is multiplied with the learning rate.")
    },
    Slip("gradient-for-update", .a, .answer) { net in
      net.updateSites(
        [{ _, _, g in g }, { _, η, g in η * g }, { _, η, g in -(η * g) }],
        "the change is given for the new value",
        "Asked is the new value; the step is subtracted from the old one.")
    },
    Slip("learning-rate-included", .a, .answer) { net in
      net.gradientSites(
        [{ _, η, g in η * g }, { _, η, g in -(η * g) }],
        "the learning rate is multiplied in",
        "The learning rate belongs to the update, not to the gradient.")
    },
    Slip("update-for-gradient", .a, .answer) { net in
      net.gradientSites(
        [{ w, η, g in w - η * g }], "the new value is given for the gradient",
        "Asked is the gradient, before the update.")
    },
  ]
}

private typealias Finish = Recipe<FinishLeaf>

extension Structure {
  fileprivate func updateSites(
    _ answers: [(Finish, Finish, Finish) -> Finish], _ deed: String, _ rule: String
  ) -> [Site] {
    guard case .update = inquiry.kind else { return [] }
    return sites(answers, deed, rule)
  }

  fileprivate func gradientSites(
    _ answers: [(Finish, Finish, Finish) -> Finish], _ deed: String, _ rule: String
  ) -> [Site] {
    guard case .gradient = inquiry.kind, isLeaf(asked), !isTarget(asked) else { return [] }
    return sites(answers, deed, rule)
  }

  private func sites(
    _ answers: [(Finish, Finish, Finish) -> Finish], _ deed: String, _ rule: String
  ) -> [Site] {
    guard let rate, rate.count == 1 else { return [] }
    return answers.map { answer in
      Site(
        at: inquiry.text,
        variation: .finish(
          answer(
            .leaf(.quantity(asked)), .constant(rate), .leaf(.gradient(asked)))),
        deed: deed, rule: rule)
    }
  }

  private func isTarget(_ place: Int) -> Bool {
    differences.contains { base(inputs($0.place)[$0.target]) == place }
  }
}
