import Presentation
import Tensors

// What can go wrong when a thing is changed in place.

extension Diagnostic {
  static func changeOfShape(_ old: Shape, _ new: Shape, _ sign: String, at span: Span) -> Diagnostic
  {
    Diagnostic(
      "change-of-shape", "'\(sign)=' cannot put \(new) into \(old)", primary: .init(span),
      notes: ["a change in place keeps the shape, for everybody who holds the tensor"],
      helps: ["write x = x \(sign) y, which makes a new tensor"])
  }

  static func changeOfKind(_ sign: String, at span: Span) -> Diagnostic {
    Diagnostic(
      "change-of-kind", "'\(sign)=' cannot put real numbers into an array of whole ones",
      primary: .init(span),
      notes: ["a change in place keeps the kind, as in NumPy and PyTorch"],
      helps: ["make it real before: x = x.astype(float)", "write x = x \(sign) y, a new tensor"])
  }

  static func learningOfWholeNumbers(_ kind: DType, at span: Span) -> Diagnostic {
    Diagnostic(
      "learning-whole-numbers", "only real numbers learn, not those of kind \(kind.rawValue)",
      primary: .init(span), notes: ["a gradient is a step that a whole number cannot take"],
      helps: ["make it real before: torch.tensor([1.0, 2.0]), x.float()"])
  }

  static func detachedChange(at span: Span) -> Diagnostic {
    Diagnostic(
      "detached-change", "what was detached from a computation cannot be changed in place",
      primary: .init(span),
      notes: ["in PyTorch that would change the quantity it was detached from as well"],
      helps: ["change a copy: y = x.detach().clone()"])
  }

  static func changedMeanwhile(_ name: String?, at span: Span) -> Diagnostic {
    Diagnostic(
      "changed-meanwhile",
      "\(name.map { "'\($0)'" } ?? "a value") was changed in place while this was worked out",
      primary: .init(span), notes: ["the left side was read before the change"],
      helps: ["do the change in a line of its own"])
  }

  static func changedSince(_ name: String, at span: Span) -> Diagnostic {
    Diagnostic(
      "changed-since", "'\(name)' was changed in place since this was computed from it",
      primary: .init(span), notes: ["its gradient would belong to numbers that are gone"],
      helps: ["compute the loss again, or change \(name) after backward()"])
  }
}
