import Presentation

// What can be wrong with a text: one function per mistake, under its name.

extension Diagnostic {
  private static func mistake(
    _ code: String, _ headline: String, at span: Span, _ label: String = "",
    also: [Label] = [], note: String? = nil, help: String? = nil
  ) -> Diagnostic {
    Diagnostic(
      code, headline, primary: Label(span, label), secondary: also,
      notes: note.map { [$0] } ?? [], helps: help.map { [$0] } ?? [])
  }

  // MARK: - Characters and literals

  static func strayCharacter(_ scalar: Unicode.Scalar, at span: Span) -> Diagnostic {
    if scalar == "\u{FFFD}" { return notText(at: span) }
    if let help = scalar.replacement { return paperSign(scalar, help, at: span) }
    let code = "U+" + String(repeating: "0", count: max(0, 4 - hexadecimal(scalar).count))
    let isVisible =
      scalar.value > 0x20 && !scalar.properties.isDefaultIgnorableCodePoint
      && scalar.properties.generalCategory != .control
    let name = isVisible ? "'\(scalar)'" : "invisible character \(code)\(hexadecimal(scalar))"
    return mistake("stray-character", "\(name) means nothing here", at: span, "remove it")
  }

  private static func hexadecimal(_ scalar: Unicode.Scalar) -> String {
    String(scalar.value, radix: 16, uppercase: true)
  }

  private static func notText(at span: Span) -> Diagnostic {
    mistake(
      "not-utf8", "this is not UTF-8 text", at: span, "unreadable bytes",
      help: "save the file as UTF-8")
  }

  private static func paperSign(
    _ scalar: Unicode.Scalar, _ help: String, at span: Span
  ) -> Diagnostic {
    mistake("paper-sign", "'\(scalar)' is a sign for paper", at: span, help: help)
  }

  static func curlyQuote(_ scalar: Unicode.Scalar, at span: Span) -> Diagnostic {
    mistake(
      "unclosed-string", "a string that does not end", at: span, "'\(scalar)' begins it",
      help: "write straight quotes: \"text\"")
  }

  static func strayBackslash(_ word: String, at span: Span) -> Diagnostic {
    let isName = word.utf8.count > 1
    return mistake(
      "stray-backslash", "'\(word)' is not a name", at: span,
      note: "a '\\' joins two lines only as the last character of the first",
      help: isName ? "type \(word) and press TAB in the shell to get the symbol" : nil)
  }

  static func lineContinuesAtEnd(at span: Span) -> Diagnostic {
    mistake("unfinished-line", "'\\' announces a line that does not follow", at: span)
  }

  static func malformedSuperscript(at span: Span) -> Diagnostic {
    mistake(
      "malformed-power", "raised signs that form no number", at: span, help: "write x**2 or x²")
  }

  static func longNumber(_ digits: Int, at span: Span) -> Diagnostic {
    mistake(
      "long-number", "a number of \(digits) characters", at: Span(span.start, span.start + 1),
      note: "numbers have about 16 significant digits; at most \(Lexer.longestNumber) are read")
  }

  static func hugeNumber(_ text: String, at span: Span) -> Diagnostic {
    mistake(
      "huge-number", "\(text.count > 20 ? "the number" : text) is beyond the largest number",
      at: span, note: "the largest is about 1.8e308", help: "write inf for infinity")
  }

  static func malformedNumber(_ text: String, at span: Span) -> Diagnostic {
    mistake("malformed-number", "'\(text.prefix(20))' is not a number", at: span)
  }

  static func impliedProduct(_ left: String, _ right: String, at span: Span) -> Diagnostic {
    mistake(
      "implied-product", "a product needs its sign", at: span, "number directly before '\(right)'",
      help: "write \(left) * \(right)")
  }

  static func bytesLiteral(at span: Span) -> Diagnostic {
    mistake("bytes-literal", "there are no byte strings here", at: span, help: "leave the b away")
  }

  static func unclosedString(at span: Span) -> Diagnostic {
    mistake(
      "unclosed-string", "a string that does not end", at: span, "begins here",
      help: "close it with the quote it begins with, on the same line")
  }

  static func malformedEscape(at span: Span) -> Diagnostic {
    mistake(
      "malformed-escape", "an escape that names no character", at: span,
      help: "write \\x41, \\u03B8 or a doubled backslash \\\\")
  }

  /// `called` is the name before it, where it is called as a function is.
  static func transposeQuote(_ called: String?, at span: Span) -> Diagnostic {
    if let called {
      return mistake(
        "prime-quote", "a derivative is written with ′, not with a quote", at: span,
        help: "write \(called)′(x) (\\prime TAB), or ∂\(called)(x)/∂x")
    }
    return mistake(
      "transpose-quote", "a quote does not transpose here", at: span,
      help: "write .T after the name, or ᵀ (\\T TAB)")
  }

  // MARK: - Formatted strings

  static func loneBrace(at span: Span) -> Diagnostic {
    mistake(
      "lone-brace", "a lone '}' in a formatted string", at: span, help: "write }} for a brace")
  }

  static func unclosedBrace(at span: Span, string: Span) -> Diagnostic {
    mistake(
      "unclosed-brace", "the string ends inside '{'", at: span, also: [Label(string)],
      help: "close the brace, or use the other kind of quote inside it")
  }

  static func emptyFormat(at span: Span) -> Diagnostic {
    mistake(
      "empty-format", "nothing to print between the braces", at: span, help: "write {{}} for braces"
    )
  }

  static func formatConversion(_ name: String, at span: Span) -> Diagnostic {
    mistake("format-conversion", "'!\(name)' is not known", at: span, help: "write !r, or !s")
  }

  // MARK: - Brackets and lines

  static func unclosedBracket(_ bracket: UInt8, at span: Span) -> Diagnostic {
    let open = Unicode.Scalar(bracket)
    return mistake(
      "unclosed-bracket", "'\(open)' is never closed", at: span, "opened here",
      help: "add the missing '\(Unicode.Scalar(closing(bracket)))'")
  }

  static func unmatchedBracket(_ bracket: UInt8, at span: Span) -> Diagnostic {
    mistake(
      "unmatched-bracket", "'\(Unicode.Scalar(bracket))' closes nothing", at: span,
      "no bracket is open here")
  }

  static func mismatchedBracket(
    _ open: UInt8, at start: Span, closedBy close: UInt8, at span: Span
  ) -> Diagnostic {
    mistake(
      "mismatched-bracket",
      "'\(Unicode.Scalar(open))' is closed by '\(Unicode.Scalar(close))'", at: span,
      also: [Label(start, "opened here")], help: "write '\(Unicode.Scalar(closing(open)))' instead")
  }

  static func mixedIndentation(at span: Span) -> Diagnostic {
    mistake(
      "mixed-indentation", "tabs and spaces disagree with the line above", at: span,
      help: "indent every line of a block with the same characters, best with 4 spaces")
  }

  static func unevenIndentation(at span: Span) -> Diagnostic {
    mistake(
      "uneven-indentation", "this line is indented like none of the blocks around it", at: span,
      help: "align it with the block it belongs to")
  }

  static func unexpectedIndent(at span: Span) -> Diagnostic {
    mistake(
      "unexpected-indent", "an indented line where no block begins", at: span,
      help: "remove the blanks at the start of the line")
  }

  static func deepNesting(limit: Int, at span: Span) -> Diagnostic {
    mistake(
      "deep-nesting", "nested deeper than \(limit) levels", at: span,
      help: "give parts of it names of their own")
  }

  static func longExpression(limit: Int, at span: Span) -> Diagnostic {
    mistake(
      "long-expression", "an expression with more than \(limit) steps in a row",
      at: Span(span.start, span.start + 1), help: "split it, or use sum([...])")
  }
}

// MARK: - Statements

extension Diagnostic {
  static func missingColon(_ keyword: Keyword, at span: Span) -> Diagnostic {
    mistake(
      "missing-colon", "the line of '\(keyword.rawValue)' ends without ':'", at: span,
      "add ':' here")
  }

  static func expectedBlock(_ keyword: Keyword, at span: Span) -> Diagnostic {
    mistake(
      "expected-block", "nothing belongs to this '\(keyword.rawValue)'", at: span,
      help: "indent the lines that belong to it, or write pass")
  }

  static func assignmentInCondition(at span: Span) -> Diagnostic {
    mistake(
      "assignment-in-expression", "'=' assigns and cannot stand in an expression", at: span,
      help: "compare with ==")
  }

  static func strayElse(_ keyword: Keyword, at span: Span) -> Diagnostic {
    mistake(
      "stray-else", "'\(keyword.rawValue)' without an 'if' before it", at: span,
      help: "align it with the 'if' it belongs to")
  }

  static func elseIf(at span: Span) -> Diagnostic {
    mistake("else-if", "'else if' is one word here", at: span, help: "write elif")
  }

  static func strayHandler(_ keyword: Keyword, at span: Span) -> Diagnostic {
    mistake(
      "stray-else", "'\(keyword.rawValue)' without a 'try' before it", at: span,
      help: "align it with the 'try' it belongs to")
  }

  static func tryAlone(at span: Span) -> Diagnostic {
    mistake(
      "try-alone", "a 'try' needs an 'except' or a 'finally' after it", at: span,
      help: "write except ValueError: and what to do then")
  }

  static func decoratorAlone(at span: Span) -> Diagnostic {
    mistake(
      "decorator-alone", "a decorator stands above a 'def' or a 'class'", at: span,
      help: "write the function on the next line")
  }

  static func lateDeclaration(_ keyword: Keyword, _ name: String, at span: Span) -> Diagnostic {
    mistake(
      "late-declaration", "'\(name)' is assigned before it is declared \(keyword.rawValue)",
      at: span, help: "put '\(keyword.rawValue) \(name)' first in the function")
  }

  static func nothingOutside(_ name: String, at span: Span) -> Diagnostic {
    mistake(
      "nothing-outside", "there is no function around this one that has '\(name)'", at: span,
      help: "write global \(name) for a variable outside all functions")
  }

  static func metaclass(at span: Span) -> Diagnostic {
    mistake(
      "metaclass", "a class here has bases alone, no options", at: span, help: "leave it away")
  }

  static let shellCommandCode = "shell-command"

  static func shellCommand(_ text: String, at span: Span) -> Diagnostic {
    let name = text.prefix { !$0.isWhitespace }
    return mistake(
      shellCommandCode, "'\(name.prefix(20))' is a command of the shell, no line of a program",
      at: span, help: "type it at the prompt of nabla, on a line of its own")
  }

  static func outputLeftOut(_ lines: Int) -> Diagnostic {
    Diagnostic(
      "pasted-prompts",
      "\(lines) \(lines == 1 ? "line" : "lines") without a prompt taken for output and left out",
      severity: .warning, notes: ["the text was copied together with its prompts"],
      helps: ["leave the prompts away to run every line"])
  }

  static func parameterNotName(at span: Span) -> Diagnostic {
    mistake(
      "parameter-not-name", "a parameter must be a name", at: span,
      help: "define functions as f(x) = x**2 + 3 and call them as f(2)")
  }

  static func repeatedParameter(_ name: String, at span: Span) -> Diagnostic {
    mistake("repeated-parameter", "two parameters are called '\(name)'", at: span)
  }

  static func requiredAfterDefault(_ name: String, _ last: String, at span: Span) -> Diagnostic {
    mistake(
      "required-after-default", "'\(name)' needs a default because '\(last)' has one", at: span,
      help: "put the parameters without default first")
  }

  static func compoundAfterSemicolon(_ keyword: Keyword, at span: Span) -> Diagnostic {
    mistake(
      "compound-after-semicolon", "'\(keyword.rawValue)' must begin a line", at: span,
      help: "put it on a line of its own")
  }

  static func importHabit(at span: Span) -> Diagnostic {
    mistake(
      "import", "an import stands at the beginning of a line", at: span,
      help: "import numpy as np")
  }

  static func foreignKeyword(_ keyword: Keyword, at span: Span) -> Diagnostic {
    mistake("foreign-keyword", "Python's '\(keyword.rawValue)' does not exist here", at: span)
  }

  static func yieldOutside(at span: Span) -> Diagnostic {
    mistake(
      "yield-outside", "'yield' outside a function", at: span,
      help: "write the value alone to see it")
  }

  static func yieldInExpression(at span: Span) -> Diagnostic {
    mistake(
      "yield-in-expression", "'yield' stands alone on its line here, or behind '='", at: span,
      help: "write sent = yield x, and use sent below")
  }

  static func yieldFromInExpression(at span: Span) -> Diagnostic {
    mistake(
      "yield-in-expression", "what the other generator returns is not handed on here", at: span,
      help: "write yield from x alone on its line")
  }

  static func outsideLoop(_ keyword: Keyword, at span: Span) -> Diagnostic {
    mistake("outside-loop", "'\(keyword.rawValue)' outside a loop", at: span)
  }

  static func outsideFunction(at span: Span) -> Diagnostic {
    mistake(
      "outside-function", "'return' outside a function", at: span,
      help: "write the value alone to see it")
  }

  static func strayStar(at span: Span) -> Diagnostic {
    mistake(
      "stray-star", "'*' takes the rest only once, left of '='", at: span,
      help: "write first, *rest = values")
  }

  static func severalTargets(_ what: String, at span: Span) -> Diagnostic {
    mistake("several-targets", "\(what) has one name on the left", at: span)
  }

  static func notAssignable(_ value: Expression, _ text: String, at span: Span) -> Diagnostic {
    let what: String
    switch value.form {
    case .number, .truth, .none, .string, .formatted: what = "a literal"
    case .call: what = "the result of a call"
    case .comparison: what = "a comparison"
    default: what = "the value of an expression"
    }
    let isShort = text.count <= 24 && !text.contains("\n")
    return mistake(
      "not-assignable", "\(isShort ? "'\(text)'" : what) cannot be assigned to", at: span, what,
      help: "write the name on the left; compare with ==")
  }
}

// MARK: - Expressions

extension Diagnostic {
  static func conditionalWithoutElse(at span: Span) -> Diagnostic {
    mistake(
      "conditional-without-else", "'if' inside an expression needs an 'else'", at: span,
      help: "write a if condition else b")
  }

  static func malformedDerivative(at span: Span) -> Diagnostic {
    mistake(
      "malformed-derivative", "a derivative names what is derived and by what", at: span,
      help: "write ∂E/∂w, d(E)/d(w) or ∂(∂E/∂x)/∂x")
  }

  static func derivativeOrder(at span: Span) -> Diagnostic {
    mistake(
      "derivative-order", "the order of this derivative is not clear", at: span,
      help: "write (∂E/∂x)² for the square, ∂²E/∂x² for the second derivative")
  }

  static func repeatedKeyword(_ name: String, at span: Span) -> Diagnostic {
    mistake("repeated-argument", "'\(name)' is given twice", at: span)
  }

  static func positionalAfterKeyword(_ keyword: String, at span: Span) -> Diagnostic {
    mistake(
      "positional-after-keyword", "an argument without name follows '\(keyword.prefix(30))'",
      at: span, help: "put the arguments with names last")
  }

  static func emptyIndex(at span: Span) -> Diagnostic {
    mistake("empty-index", "an index is missing between the brackets", at: span, help: "write x[0]")
  }

  static func missingOperator(at span: Span) -> Diagnostic {
    mistake("missing-operator", "two values without an operator between them", at: span)
  }

  static func missingBrackets(_ name: String, _ rest: String, at span: Span) -> Diagnostic {
    mistake(
      "\(name)-statement", "'\(name)' is a function", at: span, help: "write \(name)(\(rest))")
  }

  static func foreignSign(
    _ sign: String, at span: Span, note: String? = nil, help: String
  ) -> Diagnostic {
    mistake(
      "foreign-operator", "'\(sign)' is not an operator here", at: span, note: note, help: help)
  }

  static func unexpectedEnd(expected: String, at span: Span) -> Diagnostic {
    mistake("unexpected-end", "the line ends where \(expected) should follow", at: span)
  }

  static func unexpectedToken(_ text: String, expected: String, at span: Span) -> Diagnostic {
    mistake(
      "unexpected-token", "'\(text.prefix(30))' cannot stand here", at: span, "expected \(expected)"
    )
  }
}
