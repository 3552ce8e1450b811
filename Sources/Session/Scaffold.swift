import Presentation

/// What `nabla new` begins with: a lesson or a homework that passes `nabla check` as it stands.
package enum Scaffold: String, Sendable, CaseIterable {
  case lesson, homework

  /// - Throws: a name that cannot be one.
  package func text(named name: String) throws(Diagnostic) -> String {
    let isPlain = name.allSatisfy {
      $0.isASCII && ($0.isLetter || $0.isNumber || "-_".contains($0))
    }
    guard isPlain, !name.isEmpty, !name.hasPrefix("-"), name.utf8.count <= 80 else {
      throw Diagnostic(
        "new", "'\(name.prefix(80))' is no name for a \(rawValue)",
        helps: ["letters, digits and '-': nabla new \(rawValue) first-steps"])
    }
    return template.replacing("NAME", with: name)
  }

  private var template: String {
    switch self {
    case .lesson: Scaffold.lessonText
    case .homework: Scaffold.homeworkText
    }
  }

  private static let lessonText = """
    ---
    title: "NAME"
    deck: mine
    examples: []
    places: 2
    minutes: 10
    ---

    One neuron, one number.

    ```nabla
    x = 0.6; w = 0.5; b = 0.1
    s = w * x + b          #=> 0.4
    h = σ(s)               #=> 0.5987
    ```

    ```quiz
    ask: What is ∂h/∂w? (two decimals)
    answer: h * (1 - h) * x
    places: 2
    hints: ["σ′(s) = σ(s)·(1 − σ(s)). What is w multiplied with?"]
    slips:
      - when: h * (1 - h)
        say: That is ∂h/∂s. The factor x is missing.
    explain: ∂h/∂w
    ```

    ```try
    h = σ(10 * s)
    ```

    """

  private static let homeworkText = """
    ---
    title: "A neuron, by hand"
    deck: mine
    kind: homework
    id: NAME
    figures: 4
    credit: { too-few-figures: 0.75, rounded: 0.75, slip: 0.25 }
    minutes: 20
    ---

    One input, one weight, one bias: $s = wx + b$, $h = \\sigma(s)$, and the error $E = (y - h)^2/2$.

    ```given
    A: { x: 0.6, w: 0.5, b: 0.1, y: 1 }
    B: { x: -0.8, w: 0.7, b: 0.2, y: 1 }
    C: { x: 1.5, w: -0.4, b: 0.3, y: 0 }
    ```

    Keep all digits until you write an answer down, with four significant figures.

    ```quiz
    id: q1
    points: 1
    name: h
    ask: "What is h?"
    answer: σ(w * x + b)
    hints: ["First s = wx + b, then 1/(1 + e⁻ˢ)."]
    slips:
      - when: w * x + b
        say: "That is s. The unit still squashes it."
    ```

    ```quiz
    id: q2
    points: 1
    name: E
    ask: "What is the error E?"
    answer: (y - h)**2 / 2
    hints: ["Half the squared distance."]
    ```

    ```quiz
    id: q3
    points: 2
    name: g
    ask: "What is ∂E/∂w?"
    answer: (h - y) * h * (1 - h) * x
    hints: ["Three factors: ∂E/∂h, ∂h/∂s, and what w is multiplied with."]
    ```

    ```task
    id: q4
    points: 2
    ask: "Write slope(s), the derivative of σ at s, with + − * / and σ only."
    start: |
      def slope(s):
          pass
    forbid: ["∂", "d", "grad", "′"]
    checks:
      - "allclose(slope(0.0), 0.25)"
      - "allclose(slope(2.0), 0.104994, atol=0.000001)"
    solution: |
      def slope(s):
          return σ(s) * (1 - σ(s))
    hints: ["σ(s) stands in it twice."]
    ```

    ```nabla solution
    gradcheck(E, w)        #=> True
    ```

    """
}
