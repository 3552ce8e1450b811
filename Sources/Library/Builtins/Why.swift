import Autograd
import Language
import Presentation
import Slips
import Tensors

extension Library {
  /// The slip behind a wrong number. `why` looks at how its arguments are written: `∂E/∂w` asks about
  /// a computation, and how precise a number is stands in its text.
  static let slips: [Builtin] = [
    Builtin(
      "why", "Says which slip gives precisely this number for a quantity.",
      notes: """
        The computation is run again with one mistake after the other in it; what comes out is \
        compared on all elements. Type the number as it stands in your work: its figures count. \
        Earlier numbers of your own can be handed in by name: why(∂E/∂w, 0.0123, h1=0.59).
        """,
      examples: [
        "x = 0.6; w = 0.5; h = σ(w*x); E = (1 - h)**2 / 2; why(∂E/∂w, -0.2553)",
        "a = 3.0; b = a**2 + 1; why(b, 9.0)",
      ],
      parameters: [
        Parameter("quantity", .any, "a quantity, a gradient ∂E/∂w, an update, or elements of one"),
        Parameter("number", .any, "what somebody has for it, a number or a tensor"),
      ], takesNames: true
    ) { call in
      guard let asked = call.sources[0]?.value else { return .none }
      let inquiry = try Inquiry(asked, in: call.evaluator)
      let typed = try call.typed(call.sources[1]?.value, call[1], position: 1)
      let finding = try call.finding(inquiry, typed)
      call.evaluator.output.page(
        finding.document(of: typed).blocks,
        about: .init("why", inquiry.text, data: finding.json))
      return .none
    }
  ]
}

extension Call {
  /// A number with the precision of its text; of a result that was computed nine figures.
  fileprivate func typed(
    _ written: Expression?, _ value: Value, position: Int
  ) throws -> TypedAnswer {
    let text = written.map { evaluator.source[$0.span] } ?? ""
    if let typed = TypedAnswer(text) { return typed }
    guard let variable = try value.asTensor(evaluator.environment.structure) else {
      throw fail(
        position, "not-a-number", "'\(text)' is no number",
        helps: ["give the number itself: why(\(self.text(0) ?? "E"), 0.0123)"])
    }
    return TypedAnswer(computed: variable.value, text: text)
  }

  fileprivate func finding(_ inquiry: Inquiry, _ typed: TypedAnswer) throws -> Judgment {
    do {
      let finder = try SlipFinder(
        inquiry, typed: typed, given: try handedIn(inquiry),
        rate: Inquiry.rate(in: evaluator.environment))
      for name in finder.ignored {
        evaluator.tellOnce(
          "not-carried",
          Diagnostic(
            "not-carried", "your number for '\(name)' is not used: \(inquiry.text) goes through it",
            severity: .warning, primary: .init(span)))
      }
      return try finder.judge()
    } catch let refusal as SlipFinder.Refusal {
      throw worded(refusal, inquiry, typed)
    }
  }

  private func handedIn(_ inquiry: Inquiry) throws -> [SlipFinder.Given] {
    try zip(names, namedSources).map { name, source in
      let text = evaluator.source[source.value.span]
      guard case .tensor(let quantity)? = evaluator.environment[Symbol(name.name)]?.resolved else {
        throw evaluator.fail(
          Diagnostic(
            "unknown-name", "there is no quantity '\(name.name)' to hand a number in for",
            primary: .init(source.span)))
      }
      guard let typed = TypedAnswer(text), typed.shape == quantity.shape else {
        throw evaluator.fail(
          Diagnostic(
            "not-a-number", "'\(text)' cannot stand for '\(name.name)'",
            primary: .init(source.value.span),
            notes: ["\(name.name) has the shape \(quantity.shape)"]))
      }
      return SlipFinder.Given(quantity, name: name.name, typed: typed)
    }
  }

  private func worded(
    _ refusal: SlipFinder.Refusal, _ inquiry: Inquiry, _ typed: TypedAnswer
  ) -> Diagnostic {
    switch refusal {
    case .independent:
      fail(0, "not-explained", "the loss was not computed from '\(inquiry.text)'")
    case .notComputed:
      fail(0, "not-explained", "'\(inquiry.text)' is not a finite number")
    case .shape(let expected, let found):
      fail(
        1, "wrong-shape", "the answer has another shape",
        notes: ["\(inquiry.text) has the shape \(expected), what you give \(found)"])
    }
  }
}
