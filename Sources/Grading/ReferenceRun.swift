import Autograd
import Language
import Lessons
import Presentation
import Tensors

/// A homework worked out with the numbers of one variant, in variables of its own that no student's
/// text reaches. A student's earlier numbers can stand in for what was computed, to see what follows.
final class ReferenceRun {
  let variant: String?
  /// What each question comes to; none for choices and tasks.
  let exact: [String: ComputedValue]
  /// Rows of the numbers given, as they stand in the homework.
  let givens: [String]
  private let lesson: Lesson
  private let workspace: Workspace
  private let start: State

  /// - Throws: what is wrong with the homework itself.
  init(_ assignment: Assignment, variant: String?, in context: EvaluationContext) throws(Diagnostic)
  {
    self.variant = variant
    lesson = assignment.lesson.variant(variant)
    givens = Self.givens(of: assignment.lesson, variant)
    let context = context.pristine()
    context.tellsOfPython = false
    workspace = Workspace(context)
    start = workspace.snapshot()
    exact = try Self.run(lesson, in: workspace, [:])
  }

  private static func givens(of lesson: Lesson, _ name: String?) -> [String] {
    for step in lesson.steps {
      guard case .given(let given) = step.content,
        let row = given.variants.first(where: { $0.name == name })
      else { continue }
      return row.code.source.text.split(separator: "\n").map(String.init)
    }
    return []
  }

  /// The named answers, as numbers.
  var named: [String: Tensor] {
    var result: [String: Tensor] = [:]
    for step in lesson.steps {
      guard case .quiz(let quiz) = step.content, let assessment = quiz.assessment,
        let name = assessment.name, case .tensor(let shape, let values)? = exact[assessment.id],
        let checked = try? Shape(checking: shape)
      else { continue }
      result[name] = Tensor(values, shape: checked)
    }
    return result
  }

  /// What every question comes to when some of the named answers are these. Nothing where the numbers
  /// stop the computation.
  func values(with answers: [String: Tensor]) -> [String: ComputedValue] {
    workspace.restore(start)
    return (try? Self.run(lesson, in: workspace, answers)) ?? [:]
  }

  /// The variables as a body finds them once everything is worked out, with these answers.
  func room<Result>(with answers: [String: Tensor], _ body: (Workspace) -> Result) -> Result? {
    workspace.restore(start)
    guard (try? Self.run(lesson, in: workspace, answers)) != nil else { return nil }
    return body(workspace)
  }

  private static func run(
    _ lesson: Lesson, in workspace: Workspace, _ answers: [String: Tensor]
  ) throws(Diagnostic) -> [String: ComputedValue] {
    var values: [String: ComputedValue] = [:]
    for step in lesson.steps {
      switch step.content {
      case .code(let code) where !code.attributes.contains(.solution):
        for statement in code.tree.statements {
          let names = statement.assignedNames
          if code.attributes.contains(.hide), names.count == 1, let given = answers[names[0]] {
            let variable = Variable(given)
            variable.naming = Naming(name: names[0], line: 0)
            workspace.environment.assign(Symbol(names[0]), .tensor(variable))
          } else {
            try workspace.run(statement, of: code.tree)
          }
        }
      case .quiz(let quiz):
        guard case .expression(let answer) = quiz.answer, let id = quiz.assessment?.id else {
          continue
        }
        values[id] = try workspace.value(of: answer)
      case .prose, .code, .given, .experiments, .task: continue
      }
    }
    return values
  }
}
