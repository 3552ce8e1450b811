import Autograd
import Presentation
import Tensors

// Builtins that belong to the language itself: what lists can do, and the gradients of values.

extension Builtin {
  /// Methods of lists and of quantities with a history.
  package static let core: [Builtin] = [
    Builtin(
      "append", "Adds an element at the end of a list.",
      examples: ["xs = []; xs.append(3); xs  # [3]"],
      parameters: [
        Parameter("list", .any, "the list"), Parameter("item", .any, "the new element"),
      ],
      changesReceiver: true
    ) { call in
      let list = try call.list(0)
      try call.refuseCycle(of: list, call[1])
      list.append(call[1])
      try call.evaluator.makeRoom(after: list.items.count, at: call.span)
      return .none
    },
    Builtin(
      "extend", "Adds all elements of another list at the end of a list.",
      examples: ["xs = [\"a\"]; xs.extend([\"b\", \"c\"]); xs  # [\"a\", \"b\", \"c\"]"],
      parameters: [
        Parameter("list", .any, "the list"), Parameter("items", .any, "the new elements"),
      ],
      changesReceiver: true
    ) { call in
      let list = try call.list(0)
      let items = try call.items(1)
      for item in items { try call.refuseCycle(of: list, item) }
      try call.evaluator.make(
        list.items.count + items.count, of: MemoryLayout<Value>.stride, at: call.span)
      list.append(contentsOf: items)
      return .none
    },
    Builtin(
      "insert", "Puts an element into a list before a position.",
      examples: ["xs = [\"b\"]; xs.insert(0, \"a\"); xs  # [\"a\", \"b\"]"],
      parameters: [
        Parameter("list", .any, "the list"), Parameter("position", .integer, "where"),
        Parameter("item", .any, "the new element"),
      ],
      changesReceiver: true
    ) { call in
      let list = try call.list(0)
      try call.refuseCycle(of: list, call[2])
      let given = try call.integer(1)
      let place = given < 0 ? max(0, list.count + max(given, -list.count)) : given
      list.insert(call[2], at: min(place, list.count))
      return .none
    },
    Builtin(
      "pop", "Takes an element out of a list, the last one by default, and gives it.",
      examples: ["xs = [\"a\", \"b\"]; xs.pop()  # \"b\""],
      parameters: [
        Parameter("list", .any, "the list"),
        Parameter("position", .integer, default: .integer(-1), "which element"),
      ],
      changesReceiver: true
    ) { call in
      let list = try call.list(0)
      let index = try call.integer(1)
      let place = try call.evaluator.element(
        index, count: list.count, "the list", at: call.span)
      return list.remove(at: place)
    },
    Builtin(
      "backward",
      "Adds the gradient of a number to `.grad` of every named quantity it was computed from.",
      notes: """
        As in PyTorch, gradients add up until `W.grad = None` or `zero_grad()`; `∂E/∂W` needs no such \
        care. PyTorch keeps the gradients of intermediate quantities only after `retain_grad()`.
        """
          + Notes(
            "",
            Convention(
              "a second backward() from the same loss", "adds the gradients once more",
              pytorch: "an error without retain_graph=True"),
            Convention(
              "w -= lr * w.grad", "a training step, anywhere",
              pytorch: "an error outside no_grad()")),
      examples: ["w = 3; E = w**2; E.backward(); w.grad  # 6"],
      parameters: [
        Parameter("quantity", .tensor, "the number, usually a loss"),
        Parameter(
          "gradient", .tensor, default: Attribute.none,
          "how much each element counts, where it is no single number"),
        .idle("retain_graph", "histories stay"),
        .idle("create_graph", matters: true), .idle("inputs", matters: true),
      ]
    ) { call in
      let loss = try call.tensor(0)
      let seed = call.isNone(1) ? nil : try call.tensor(1).value
      if let seed, seed.shape != loss.shape {
        throw call.fail(
          1, "shape-mismatch",
          "the gradient of shape \(seed.shape) counts elements of shape \(loss.shape)",
          helps: ["y.backward(ones(\(loss.shape.array.map(String.init).joined(separator: ", "))))"])
      }
      if loss.isArray, !loss.learns {
        throw call.fail(
          0, "nothing-learns", "nothing that this was computed from learns",
          helps: ["w = torch.tensor([1.0, 2.0], requires_grad=True)"])
      }
      let (variables, gradients) = try loss.backward(seed: seed)
      call.evaluator.lastLoss = loss
      call.evaluator.watch(gradients, of: loss, by: variables, call.text(0), at: call.span)
      return .none
    },
    Builtin(
      "grad", "Gives the derivative of a quantity by another, also written ∂E/∂w.",
      notes: "By a list of quantities it gives the list of gradients.",
      examples: ["w = 3; grad(w**2, w)  # 6"],
      parameters: [
        Parameter("quantity", .tensor, "what is differentiated"),
        Parameter("variable", .any, "by what: a named quantity, or a list of them"),
      ]
    ) { call in
      try call.evaluator.gradient(
        of: call.tensor(0), by: call[1], text: call.text(0) ?? "it", name: call.text(1) ?? "that",
        at: call.span)
    },
    Builtin(
      "item", "Gives the only element of a tensor as a number without history.",
      examples: ["[3.5].item()  # 3.5"], parameters: [Parameter("x", .tensor, "one element")]
    ) { call in
      let variable = try call.tensor(0)
      guard let number = variable.value.item else {
        throw call.fail(0, "not-one-element", "\(variable.value.count) elements are not one number")
      }
      // Python's own numbers are of double precision.
      let kind = variable.value.dtype
      return .tensor(Variable(Tensor(number, dtype: kind.isReal ? .float64 : kind)))
    },
    Builtin(
      "detach", "Gives the value without its history.",
      examples: ["w = 3; (w * 2).detach()  # 6"],
      parameters: [Parameter("x", .tensor, "a quantity")]
    ) { call in .tensor(try call.tensor(0).detachedView()) },
  ]
}

extension Call {
  /// Text, JSON, comparison and snapshots go through a list to its end, which a cycle has not.
  fileprivate func refuseCycle(of list: List, _ value: Value) throws {
    if list.isReached(from: value) { throw evaluator.fail(.containsItself(at: span)) }
  }
}
