/// The steps as a student counts them. Preparations (`nabla hide`) run with what comes next and have
/// no number of their own.
extension Lesson {
  /// What each step that is shown consists of: preparations, and last what is seen. Preparations that
  /// nothing follows belong to none.
  package var shownSteps: [Range<Int>] {
    var result: [Range<Int>] = []
    var start = 0
    for (index, step) in steps.enumerated() where !step.isPreparation {
      result.append(start..<index + 1)
      start = index + 1
    }
    return result.isEmpty && !steps.isEmpty ? [0..<steps.count] : result
  }
}

extension Step {
  var isPreparation: Bool {
    if case .code(let code) = content { code.attributes.contains(.hide) } else { false }
  }
}
