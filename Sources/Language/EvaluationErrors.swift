import Autograd
import Presentation
import Tensors

// What can go wrong while a program runs: one function per mistake, under its name.

extension Diagnostic {
  private static func error(
    _ code: String, _ headline: String, at span: Span, _ label: String = "", also: [Label] = [],
    notes: [String] = [], help: String? = nil
  ) -> Diagnostic {
    Diagnostic(
      code, headline, primary: Label(span, label), secondary: also, notes: notes,
      helps: help.map { [$0] } ?? [])
  }

  // MARK: - Names

  static func unknownName(_ name: String, at span: Span, in names: [String]) -> Diagnostic {
    let known = ["true": "True", "false": "False", "null": "None", "nil": "None"][name]
    let module =
      modules[name].map { "\($0) above makes it known" }
      ?? functional[name].map { "import torch.nn.functional as F above, and F.\($0)" }
    return error(
      "unknown-name", "unknown name '\(name)'", at: span, "not defined here",
      help: known.map { "write \($0)" } ?? module ?? derivative(name, in: names)
        ?? Suggestion.help(for: name, in: names))
  }

  /// `dy` where there is a y: half of dy/dx.
  private static func derivative(_ name: String, in names: [String]) -> String? {
    let quantity = String(name.dropFirst())
    guard name.first == "d", names.contains(quantity) else { return nil }
    return "a derivative is written ∂\(quantity)/∂x, or d(\(quantity))/d(x)"
  }

  /// What programs in Python put before the names of functions, and the line that says so.
  private static let modules = [
    "np": "import numpy as np", "numpy": "import numpy", "torch": "import torch",
    "nn": "import torch.nn as nn", "F": "import torch.nn.functional as F",
    "optim": "import torch.optim as optim", "math": "import math", "random": "import random",
    "plt": "import matplotlib.pyplot as plt",
    "DataLoader": "from torch.utils.data import DataLoader",
    "TensorDataset": "from torch.utils.data import TensorDataset", "time": "import time",
    "copy": "import copy", "os": "import os", "sys": "import sys",
  ]

  /// Functions of PyTorch that are there under its own names alone.
  private static let functional = [
    "nll_loss": "nll_loss(log_softmax(x), targets)", "kl_div": "kl_div(log(q), p)",
    "binary_cross_entropy": "binary_cross_entropy(p, y)",
  ]

  static func unassignedLocal(_ name: String, at span: Span) -> Diagnostic {
    error(
      "unassigned-local", "'\(name)' is used before the function assigns it", at: span,
      notes: ["a name assigned anywhere in a function belongs to the function"],
      help: "pass it as a parameter, or assign it first")
  }

  static func unknownAttribute(
    _ name: String, of value: Value, known: [String], help: String? = nil, at span: Span
  ) -> Diagnostic {
    error(
      "unknown-attribute", "\(value.kindText) has no '\(name)'", at: span,
      help: help ?? Suggestion.help(for: name, in: known))
  }

  static func unknownModule(
    _ path: String, known: [String], help: String?, at span: Span
  ) -> Diagnostic {
    let isFile = path.hasPrefix(".")
    return error(
      "unknown-module",
      isFile ? "files of a program cannot be imported" : "there is no module '\(path)' here",
      at: span,
      help: help
        ?? (isFile
          ? "paste its lines above this one"
          : Suggestion.help(for: path, in: known) ?? ":help modules lists what can be imported"))
  }

  static func attributeNotAssignable(_ name: String, of value: Value, at span: Span) -> Diagnostic {
    error(
      "not-assignable", "'\(name)' of \(value.kindText) cannot be assigned", at: span)
  }

  // MARK: - Calls

  static func notCallable(_ value: Value, at span: Span) -> Diagnostic {
    var help: String?
    if case .tensor(let variable) = value {
      help =
        variable.shape.isScalar ? "write * for a product" : "index with [ ], write * for a product"
    }
    return error("not-callable", "\(value.kindText) cannot be called", at: span, help: help)
  }

  static func unknownKeyword(_ name: String, of builtin: Builtin, at span: Span) -> Diagnostic {
    unknownKeyword(name, builtin.parameters.map(\.name), builtin.signature, at: span)
  }

  static func unknownKeyword(_ name: String, of function: Function, at span: Span) -> Diagnostic {
    unknownKeyword(
      name, function.definition.parameters.map(\.name.name), function.signature, at: span)
  }

  private static func unknownKeyword(
    _ name: String, _ known: [String], _ signature: String, at span: Span
  ) -> Diagnostic {
    error(
      "unknown-argument", "there is no argument '\(name)'", at: span, notes: [signature],
      help: foreignArguments[name] ?? Suggestion.help(for: name, in: known))
  }

  /// Arguments of other libraries, and what is said in their place.
  private static let foreignArguments = [
    "requires_grad": "leave it away: every computation is recorded",
    "momentum": "momentum([w], lr=0.1) and nesterov([w], lr=0.1) step with a velocity",
    "nesterov": "nesterov([w], lr=0.1)", "unbiased": "correction=1 divides by n - 1",
  ]

  static func argumentTwice(_ name: String, _ signature: String, at span: Span) -> Diagnostic {
    error("repeated-argument", "'\(name)' is given twice", at: span, notes: [signature])
  }

  static func tooManyArguments(_ count: Int, for signature: String, at span: Span) -> Diagnostic {
    error(
      "too-many-arguments", "one argument more than there are parameters", at: span,
      notes: [signature])
  }

  static func missingArgument(_ name: String, of signature: String, at span: Span) -> Diagnostic {
    error("missing-argument", "the argument '\(name)' is missing", at: span, notes: [signature])
  }

  static func wrongKind(
    _ parameter: Parameter, of builtin: Builtin, found: Value, at span: Span
  ) -> Diagnostic {
    error(
      "wrong-kind",
      "'\(parameter.name)' must be \(parameter.kind.text), \(contrast(found, parameter.kind))",
      at: span, notes: [builtin.signature])
  }

  /// What was found instead; where it looks like what was wanted, what is amiss with it.
  private static func contrast(_ found: Value, _ kind: Parameter.Kind) -> String {
    switch (kind, found) {
    case (.integer, .tensor(let variable))
    where variable.shape.isScalar && variable.value.dtype == .int64:
      return "and \(NumberFormat.shortest(variable.value[flat: 0])) is too large for one"
    case (.integers, .tuple(let items)):
      guard let odd = items.first(where: { $0.integer == nil }) else { break }
      guard case .tensor(let variable) = odd, variable.shape.isScalar else {
        return "and it holds \(odd.kindText)"
      }
      return "and \(NumberFormat.shortest(variable.value[flat: 0])) is none"
    case (.choice, .string(let word)): return "not \"\(word.prefix(30))\""
    default: break
    }
    return "not \(found.kindText)"
  }

  static func deepRecursion(_ depth: Int, _ name: String, at span: Span) -> Diagnostic {
    error(
      "deep-recursion", "'\(name)' calls itself more than \(depth) times deep", at: span,
      help: "check the case that ends the recursion, or use a loop")
  }

  static func highDerivative(
    _ function: String, _ order: Int, highest: Int, at span: Span
  ) -> Diagnostic {
    error(
      "too-much-work", "the derivative of order \(order) of '\(function)' is too much work",
      at: span, notes: ["the work triples with every order; \(highest) is the highest"],
      help: "\(function)\(String(repeating: "′", count: highest))")
  }

  // MARK: - Limits

  static func interrupted(at span: Span) -> Diagnostic {
    error("interrupted", "interrupted", at: span, "was running this")
  }

  static func limitReached(_ excess: Meter.Excess, at span: Span) -> Diagnostic {
    switch excess {
    case .steps(let limit):
      return error("step-limit", "stopped after \(limit) steps", at: span, "does this loop end?")
    case .bytes(let limit):
      return error(
        "memory-limit", "this takes more memory than the limit of \(Memory.text(limit))", at: span,
        notes: Memory.held + ["what no name holds is given back"])
    case .seconds(let limit):
      let seconds = (limit * 100).rounded() / 100
      let text = seconds == seconds.rounded() ? "\(Int(seconds))" : "\(seconds)"
      return error("time-limit", "stopped after \(text) seconds", at: span)
    }
  }

  static func outputLimit(_ limit: Int, at span: Span) -> Diagnostic {
    error("output-limit", "stopped after \(limit) characters of output", at: span)
  }

  static func internalError(_ text: String, at span: Span) -> Diagnostic {
    error(
      "internal", "internal error", at: span, notes: [text],
      help: "this is a mistake of nabla itself; please report the line that led to it")
  }

  // MARK: - Truth, loops, assertions

  static func ambiguousTruth(_ shape: Shape, at span: Span) -> Diagnostic {
    error(
      "ambiguous-truth", "\(shape.count) elements are neither true nor false together", at: span,
      "\(shape)", help: "write all(...) or any(...)")
  }

  static func notIterable(_ value: Value, at span: Span) -> Diagnostic {
    let isCount = value.integer != nil
    return error(
      "not-iterable", "\(value.kindText) has no elements to go through", at: span,
      help: isCount ? "write range(n) to count" : nil)
  }

  static func assertionFailed(
    _ text: String, _ message: String?, notes: [String], at span: Span
  ) -> Diagnostic {
    error("assertion", message ?? "does not hold: \(text.prefix(60))", at: span, notes: notes)
  }

  static func roundingPlaces(at span: Span) -> Diagnostic {
    error("rounding-places", "the decimals to round to are a whole number from 0 to 15", at: span)
  }

  static func cannotDelete(at span: Span) -> Diagnostic {
    error("cannot-delete", "only names and elements of lists can be deleted", at: span)
  }

  static func unpacking(_ found: Int, into count: Int, at span: Span) -> Diagnostic {
    error("unpacking", "\(found) values for \(count) names", at: span)
  }

  // MARK: - Operands

  static func wrongOperands(
    _ sign: String, _ left: Value, _ right: Value, at span: Span, left leftSpan: Span,
    right rightSpan: Span
  ) -> Diagnostic {
    var help: String?
    switch (left, right) {
    case (.string, .tensor), (.tensor, .string): help = "write a formatted string: f\"… {x}\""
    case (.none, _), (_, .none): help = "a function without return gives None"
    default: break
    }
    return error(
      "wrong-operands", "'\(sign)' cannot join \(left.kindText) and \(right.kindText)", at: span,
      also: [Label(leftSpan, left.kindText), Label(rightSpan, right.kindText)], help: help)
  }

  static func notTensor(_ value: Value, at span: Span) -> Diagnostic {
    error("not-a-number", "\(value.kindText) is not a number or tensor", at: span)
  }

  static func notInString(_ value: Value, at span: Span) -> Diagnostic {
    error("wrong-operands", "only a string can be in a string, not \(value.kindText)", at: span)
  }

  static func tooLong(_ size: Int, times: Int, at span: Span) -> Diagnostic {
    let repeated = times == 1 ? "" : " \(times) times"
    return error("too-long", "\(size) elements\(repeated) are too many", at: span)
  }

  static func containsItself(at span: Span) -> Diagnostic {
    error(
      "contains-itself", "a list cannot contain itself", at: span, help: "store a copy: list(x)")
  }

  static func raggedMatrix(_ width: Int, _ found: Int, at span: Span, matrix: Span) -> Diagnostic {
    error(
      "ragged-matrix", "a row of \(found) after rows of \(width)", at: span,
      also: [Label(matrix)], help: "give every row the same number of elements")
  }

  static func matrixOfOthers(at span: Span) -> Diagnostic {
    error("matrix-of-others", "a matrix holds numbers, or tensors of one shape", at: span)
  }

  static func strayEllipsis(at span: Span) -> Diagnostic {
    error("stray-ellipsis", "'...' stands only between the brackets of an index", at: span)
  }

  // MARK: - Indices

  static func indexOutOfRange(_ index: Int, count: Int, _ what: String, at span: Span) -> Diagnostic
  {
    error(
      "bad-index", "index \(index) is out of range: \(what) has \(count) elements", at: span,
      help: count > 0 ? "write an index from 0 to \(count - 1)" : nil)
  }

  static func indexNotWhole(_ number: Double, at span: Span) -> Diagnostic {
    error(
      "bad-index", "an index is a whole number, not \(NumberFormat.shortest(number))", at: span,
      help: "divide whole numbers with //")
  }

  static func wrongIndex(_ value: Value, at span: Span) -> Diagnostic {
    error("bad-index", "\(value.kindText) is no index", at: span)
  }

  static func listIndex(at span: Span) -> Diagnostic {
    error("bad-index", "a list or tuple takes one whole number or one slice", at: span)
  }

  static func notIndexable(_ value: Value, at span: Span) -> Diagnostic {
    error("not-indexable", "\(value.kindText) has no elements", at: span)
  }

  static func mixedIndex(at span: Span) -> Diagnostic {
    error(
      "bad-index", "several arrays of positions cannot be mixed with slices", at: span,
      help: "index in two steps: x[rows][:, columns]")
  }

  static func maskShape(_ mask: Shape, _ shape: Shape, at span: Span) -> Diagnostic {
    error("bad-index", "a mask of shape \(mask) does not fit shape \(shape)", at: span)
  }

  static func notChangeable(_ value: Value, at span: Span) -> Diagnostic {
    error("not-assignable", "elements of \(value.kindText) cannot be assigned", at: span)
  }

  static func elementNotNumber(_ value: Value, at span: Span) -> Diagnostic {
    error("not-a-number", "an element of a tensor is a number, not \(value.kindText)", at: span)
  }

  // MARK: - Gradients

  static func reassigned(
    _ name: String, _ output: String, at span: Span, notes: [String]
  ) -> Diagnostic {
    error(
      "reassigned", "'\(name)' was assigned again after '\(output)' was computed", at: span,
      notes: notes, help: "compute '\(output)' again, or ask for the derivative before the update")
  }

  static func independent(
    _ output: String, _ name: String, made: String?, dependsOn names: [String], at span: Span
  ) -> Diagnostic {
    let list = names.map { "'\($0)'" }.joined(separator: ", ")
    let depends =
      names.isEmpty
      ? "it has no history: it was not computed from a named quantity" : "it depends on \(list)"
    return error(
      "independent", "'\(output)' does not depend on '\(name)'", at: span,
      notes: [made, depends].compactMap { $0 })
  }

  static func gradientOfGradient(_ output: String, _ name: String, at span: Span) -> Diagnostic {
    error(
      "stored-gradient", "'\(output)' is a stored gradient and has no history", at: span,
      help: "write the second derivative as ∂(∂E/∂\(name))/∂\(name)")
  }

  static func notDifferentiable(_ name: String, _ value: Value, at span: Span) -> Diagnostic {
    var help: String?
    if case .object = value { help = "name one of its weights, or a list of them" }
    return error(
      "not-a-number", "no derivative by \(value.kindText)", at: span, help: help)
  }

  static func undefinedGradient(_ operation: String, _ reason: String, at span: Span) -> Diagnostic
  {
    error("undefined-gradient", "'\(operation)' has no derivative", at: span, notes: [reason])
  }

  static func backwardOfTensor(_ shape: Shape, at span: Span) -> Diagnostic {
    error(
      "not-a-scalar", "backward() starts at a number, not at shape \(shape)", at: span,
      help: "sum or average it first: x.mean().backward()")
  }

  static func tooManyElements(_ count: Int, limit: Int, at span: Span) -> Diagnostic {
    error("bad-size", "\(count) elements are more than the limit of \(limit)", at: span)
  }

  // MARK: - Formats

  static func badFormat(_ format: String, _ value: Value, at span: Span) -> Diagnostic {
    error(
      "bad-format", "the format '\(format.prefix(20))' does not fit \(value.kindText)", at: span,
      help: "write for example :.2f, :>8, :e or :d")
  }
}

extension Parameter.Kind {
  /// With its article, for messages.
  package var text: String {
    switch self {
    case .tensor: return "a number or tensor"
    case .tensors: return "a list of tensors"
    case .integer: return "a whole number"
    case .real: return "a number"
    case .bool: return "True or False"
    case .string: return "a string"
    case .choice(let words): return "one of " + words.map { "\"\($0)\"" }.joined(separator: ", ")
    case .axes: return "an axis, a tuple of axes or None"
    case .integers: return "a tuple of whole numbers"
    case .any: return "a value"
    case .function: return "a function"
    }
  }
}
