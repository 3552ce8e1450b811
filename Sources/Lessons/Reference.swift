import Autograd
import Language
import Presentation
import Tensors

/// What a lesson computes by itself: its own steps, run in a context of their own, where no name that
/// somebody types reaches. Reference answers, slips and the checks of tasks are worked out here.
///
/// Numbers that the lesson gives and the student exchanged by `:rerun` are taken over, as numbers;
/// what the lesson computes from them is computed, whatever the student calls by its name.
final class Reference {
  private let lesson: Lesson
  private let model: EvaluationContext
  private let places: Int?
  private var workspace: Workspace
  /// How many steps have been run, and with which numbers of the student.
  private var done = 0
  private var assigned: Set<String> = []
  private var exchanged: [String: Tensor] = [:]
  /// What stopped a step, if anything did.
  private(set) var failure: Diagnostic?

  /// Runs are made like `model`, which is left alone.
  init(_ lesson: Lesson, like model: EvaluationContext, rounding places: Int? = nil) {
    self.lesson = lesson
    self.model = model
    self.places = places
    workspace = Reference.fresh(like: model, rounding: places)
  }

  /// What it computes is nobody's typing, so nothing is told of it.
  private static func fresh(like model: EvaluationContext, rounding places: Int?) -> Workspace {
    let context = model.pristine()
    context.tellsOfPython = false
    return Workspace(context, rounding: places)
  }

  /// The lesson's variables before a step.
  func workspace(before step: Int, exchanging numbers: [String: Tensor] = [:]) -> Workspace {
    if step < done || !numbers.isSame(as: exchanged) {
      workspace = Reference.fresh(like: model, rounding: places)
      (done, assigned, exchanged, failure) = (0, [], numbers, nil)
    }
    while done < step {
      if case .code(let code) = lesson.steps[done].content { run(code) }
      done += 1
    }
    return workspace
  }

  private func run(_ code: CodeStep) {
    do throws(Diagnostic) {
      for statement in code.tree.statements {
        if !exchange(statement) { try workspace.run(statement, of: code.tree) }
        assigned.formUnion(statement.assignedNames)
      }
    } catch { failure = failure ?? error }
  }

  /// Whether a statement gives numbers that the student exchanged; they are put in their place.
  private func exchange(_ statement: Statement) -> Bool {
    let names = statement.assignedNames
    guard statement.gives(beside: assigned), names.allSatisfy({ exchanged[$0] != nil })
    else { return false }
    for name in names {
      let variable = exchanged[name].map { Variable($0) }
      variable?.naming = Naming(name: name, line: 0)
      workspace.assign(name, variable.map { .tensor($0) })
    }
    return true
  }
}

extension [String: Tensor] {
  fileprivate func isSame(as other: Self) -> Bool {
    count == other.count
      && allSatisfy { name, tensor in
        other[name].map { $0.shape == tensor.shape && $0.elements == tensor.elements } ?? false
      }
  }
}

extension Lesson {
  /// The names that a step up to `last` gives as numbers.
  func givenNames(upTo last: Int) -> Set<String> {
    var assigned: Set<String> = []
    var given: Set<String> = []
    for step in steps[...last] {
      guard case .code(let code) = step.content else { continue }
      for statement in code.tree.statements {
        if statement.gives(beside: assigned) { given.formUnion(statement.assignedNames) }
        assigned.formUnion(statement.assignedNames)
      }
    }
    return given
  }
}

extension Statement {
  /// Whether it gives names numbers of their own: nothing that was assigned before stands in them.
  fileprivate func gives(beside assigned: Set<String>) -> Bool {
    guard case .assignment(_, let value) = form, !assignedNames.isEmpty else { return false }
    return value.names.isDisjoint(with: assigned)
  }
}

extension Expression {
  /// Every name that stands in it.
  package var names: Set<String> {
    var names: Set<String> = []
    if case .name(let name) = form { names.insert(name.symbol.name) }
    for child in form.children { names.formUnion(child.names) }
    return names
  }
}

extension Value {
  /// The numbers of a tensor, as a copy that nothing else holds.
  var copiedNumbers: Tensor? {
    guard case .tensor(let variable) = resolved else { return nil }
    let tensor = variable.value
    return Tensor(tensor.elements, shape: tensor.shape, dtype: tensor.dtype)
  }
}
