import Autograd
import Language
import Presentation
import Tensors

extension Library {
  /// What becomes of numbers that are printed.
  private static let numbersPrinted = Notes(
    """
    Every number shown is rounded half away from zero on its shortest decimal, as a person does; \
    formats such as f"{x:.2f}" follow Python.
    """,
    Convention(
      "numbers", "every digit, as Python; after :digits, --digits or in a lesson its decimals",
      pytorch: "every digit"),
    Convention(
      "tensors", "the numbers that NumPy prints, with commas; a list in full, as Python",
      pytorch: "tensor(...) with 4 decimals"),
    Convention("-0.0", "0.0", pytorch: "-0.0"),
    Convention(
      "rounding of 0.125 to two decimals", "0.13, and f\"{x:.2f}\" gives 0.12 as in Python",
      pytorch: "0.12"))

  /// Python's everyday functions.
  static let core: [Builtin] = [
    Builtin(
      "print", "Prints its arguments with spaces between them.", notes: numbersPrinted,
      examples: ["print(\"x is\", 3)"],
      parameters: [
        Parameter("values", .any, default: Attribute.none, variadic: true, "what to print"),
        Parameter("sep", .string, default: .string(" "), keywordOnly: true, "what stands between"),
        Parameter("end", .string, default: .string("\n"), keywordOnly: true, "what comes last"),
        Parameter(
          "file", .any, default: Attribute.none, keywordOnly: true,
          "of no effect: everything goes to the screen", idleness: .matters),
        Parameter("flush", .bool, default: .bool(false), keywordOnly: true, "not used"),
      ]
    ) { call in
      let separator = call.isNone(1) ? " " : try call.string(1)
      let values = call.isGiven(0) ? call.variadic(0) : []
      let text = try values.map { try call.evaluator.printed($0) }.joined(separator: separator)
      call.evaluator.output.write(text + (call.isNone(2) ? "\n" : try call.string(2)))
      return .none
    },
    Builtin(
      "source", "Prints the definition of a function that is written in the language.",
      examples: ["source(silu)"], parameters: [Parameter("function", .function, "a function")]
    ) { call in
      guard let text = call[0].definitionText else {
        throw call.fail(
          0, "unknown-function", "this function is not written in the language",
          helps: ["?\(call.text(0) ?? "name") explains it"])
      }
      for line in lines(of: text) { call.evaluator.output.block(line) }
      return .none
    },
    Builtin(
      "len", "Counts the elements along the first axis, or of a list or string.",
      examples: ["len([1, 2; 3, 4])  # 2"],
      parameters: [Parameter("x", .any, "a tensor, list or string")]
    ) { call in
      if case .object(let object) = call[0], let count = object.count { return .integer(count) }
      return .integer(try call.count(0))
    },
    Builtin(
      "range", "Counts from start up to, but not including, stop.",
      examples: ["[i**2 for i in range(4)]  # [0, 1, 4, 9]"],
      parameters: [
        Parameter("start", .integer, "first number; the end when it stands alone"),
        Parameter("stop", .integer, default: Attribute.none, "where counting ends"),
        Parameter("step", .integer, default: .integer(1), "how far each step goes"),
      ]
    ) { call in
      let step = try call.integer(2)
      guard step != 0 else {
        throw call.fail(2, "bad-argument", "the step of a range cannot be 0", helps: ["step=1"])
      }
      let first = try call.integer(0)
      if call.isNone(1) { return .range(IntegerRange(start: 0, stop: first, step: step)) }
      return .range(IntegerRange(start: first, stop: try call.integer(1), step: step))
    },
    Builtin(
      "str", "Writes a value as text: a number in full, as Python does.",
      examples: ["str(15) + \"!\"  # \"15!\"", "str(1.5)  # \"1.5\""],
      parameters: [Parameter("x", .any, "any value")]
    ) { call in .string(try call.evaluator.pythonText(of: call[0])) },
    Builtin(
      "int", "Cuts a number off to a whole one.", examples: ["int(2.7)  # 2"],
      parameters: [
        Parameter("x", .any, default: .integer(0), "a number, tensor or text"),
        Parameter("base", .integer, default: Attribute.none, "what the digits of a text count in"),
      ]
    ) { call in
      if let whole = try call.wholeNumber() { return whole }
      return try call.converted(0, to: .int64)
    },
    Builtin(
      "float", aliases: ["float64"],
      "Makes real numbers (float64) of integers, truth values or text.",
      notes: "The result is a new quantity without history.",
      examples: ["float(3)  # 3.0"], parameters: [Parameter("x", .any, "a number, tensor or text")]
    ) { call in try call.converted(0, to: .float64) },
    Builtin(
      "float32", "Rounds to single precision; what follows is computed in it.",
      notes: Notes(
        "",
        Convention(
          "numbers of torch.tensor and of layers", "float64",
          pytorch: "float32: the same to about seven digits")),
      examples: ["float32([0.1, 0.2]).dtype  # \"float32\""],
      parameters: [Parameter("x", .any, "a number or tensor")]
    ) { call in try call.converted(0, to: .float32) },
    Builtin(
      "bool", "Tells whether a number is not 0, or a list, string or the like not empty.",
      examples: ["bool(3)  # True", "bool(\"\")  # False"],
      parameters: [Parameter("x", .any, default: Attribute.none, "anything")]
    ) { call in
      if case .tensor(let variable) = call[0] {
        if variable.isList, variable.shape.rank > 0 { return .truth(variable.shape[0] > 0) }
        if variable.shape.count == 1 { return try call.converted(0, to: .bool) }
      }
      return .truth(call.isNone(0) ? false : try call.evaluator.truth(call[0], at: call.span))
    },
    Builtin(
      "list", "Makes a list of the elements.", examples: ["len(list(range(3)))  # 3"],
      parameters: [
        Parameter("x", .any, default: Attribute.none, "a tensor, tuple, range or string")
      ]
    ) { call in .list(List(call.isNone(0) ? [] : try call.items(0))) },
    Builtin(
      "tuple", "Makes a tuple of the elements.", examples: ["tuple([1, 2])  # (1, 2)"],
      parameters: [
        Parameter("x", .any, default: Attribute.none, "a tensor, list, range or string")
      ]
    ) { call in .tuple(call.isNone(0) ? [] : try call.items(0)) },
    Builtin(
      "enumerate", "Pairs each element with its number, from 0.",
      examples: ["[i * x for i, x in enumerate([5, 6])]  # [0, 6]"],
      parameters: [
        Parameter("x", .any, "a tensor, list, tuple, range or string"),
        Parameter("start", .integer, default: .integer(0), "the first number"),
      ], takesOneByOne: true
    ) { call in
      let start = try call.integer(1)
      return try call.handedOut("enumerate", over: [call[0]], pairs: true) { items, position, _ in
        .tuple([.integer(start &+ position), items[0]])
      }
    },
    Builtin(
      "zip", "Pairs up the elements of several sequences; the shortest ends it.",
      examples: ["[a * b for a, b in zip([1, 2], [3, 4])]  # [3, 8]"],
      parameters: [
        Parameter("sequences", .any, variadic: true, "tensors, lists, tuples or ranges")
      ], takesOneByOne: true
    ) { call in
      try call.handedOut("zip", over: call.variadic(0), pairs: true) { items, _, _ in .tuple(items)
      }
    },
    Builtin(
      "allclose", "Tells whether all elements of two tensors agree within a tolerance.",
      notes: "As in NumPy: |a − b| ≤ atol + rtol·|b|.",
      examples: ["allclose(0.1 + 0.2, 0.3)  # True"],
      parameters: [
        Parameter("a", .tensor, "one tensor"), Parameter("b", .tensor, "the other"),
        Parameter("rtol", .real, default: .real(1e-5), "relative tolerance"),
        Parameter("atol", .real, default: .real(1e-8), "absolute tolerance"),
      ]
    ) { call in
      let (relative, absolute) = (try call.real(2), try call.real(3))
      let close = try Tensor.combine(call.tensor(0).value, call.tensor(1).value, dtype: .bool) {
        a, b in
        a == b || abs(a - b) <= absolute + relative * abs(b) ? 1 : 0
      }
      return .truth(!close.contains { $0 == 0 })
    },
  ]
}

extension Library {
  /// A definition, line by line, without the blank lines after it.
  package static func lines(of definition: String) -> [Block] {
    var lines = definition.split(separator: "\n", omittingEmptySubsequences: false)
    while lines.last?.allSatisfy(\.isWhitespace) == true { lines.removeLast() }
    return lines.map { .line(Words(String($0), .code)) }
  }
}

extension Call {
  /// Number of elements of an argument.
  fileprivate func count(_ position: Int) throws -> Int {
    switch self[position] {
    case .tensor(let variable):
      guard variable.shape.rank > 0 else {
        throw fail(
          position, "wrong-kind", "a single number has no length", helps: ["x.size is 1"])
      }
      return variable.shape[0]
    case .range(let range): return range.count
    case .string(let text): return text.count
    default: return try items(position).count
    }
  }

  private static let kinds: Set = ["int", "float", "bool"]

  /// Whether an argument is a list, or numbers in brackets.
  private func isRow(_ position: Int) -> Bool {
    if case .tensor(let variable) = self[position] { variable.isList } else { true }
  }

  /// An argument as numbers of another kind, without history.
  fileprivate func converted(_ position: Int, to dtype: DType) throws -> Value {
    if case .string(let text) = self[position] {
      guard let number = Double(text.trimmed) else {
        throw fail(
          position, "bad-argument", "'\(text)' is not a number", helps: ["\(builtin.name)(\"1.5\")"]
        )
      }
      return .tensor(Variable(Tensor(number).converted(to: dtype)))
    }
    var tensor = try self.tensor(position).value
    if tensor.shape.rank > 0, Self.kinds.contains(builtin.name) {
      // As in Python: an array of one number is that number, a list is none.
      if isRow(position) {
        if dtype == .bool { return .truth(true) }
        throw fail(
          position, "not-a-number", "\(builtin.name) makes one number, not \(tensor.count)",
          helps: ["[\(builtin.name)(v) for v in x]", "x.astype(\(builtin.name))"])
      }
      if tensor.count == 1 { tensor = try tensor.reshaped(to: .scalar) }
    }
    if dtype == .int64, let odd = tensor.firstOffset(where: { !$0.isFinite }) {
      let number = NumberFormat.shortest(tensor[flat: odd])
      throw fail(position, "bad-argument", "\(number) is not a whole number")
    }
    return .tensor(Variable(tensor.converted(to: dtype)))
  }
}
