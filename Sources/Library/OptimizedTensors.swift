import Autograd
import Language
import Networks

extension Call {
  /// What an optimizer is given: `model.parameters()`, or tensors of the program's own in a list or
  /// tuple, as in PyTorch.
  func optimized(_ position: Int, by rule: UpdateRule) throws -> [ModelParameter] {
    if case .object(let object) = self[position], let list = object as? ParameterList {
      return list.parameters.map(\.parameter)
    }
    guard let tensors = optimizedTensors(self[position]), !tensors.isEmpty else {
      throw fail(
        position, "wrong-kind",
        "an optimizer takes tensors to change, not \(self[position].kindText)",
        helps: ["\(rule.name)(model.parameters(), lr=0.1)", "\(rule.name)([w, b], lr=0.1)"])
    }
    return try tensors.map { tensor in
      guard let thing = evaluator.thing(of: tensor) else {
        throw fail(
          position, "unnamed", "an optimizer changes quantities that have names",
          notes: ["one of the tensors was never assigned to a name"], helps: ["w = randn(2, 3)"])
      }
      return ModelParameter(tensor.naming?.name ?? "tensor", holding: thing)
    }
  }

  /// A list of tensors of one shape has become a tensor, whose rows are still known.
  private func optimizedTensors(_ value: Value) -> [Variable]? {
    switch value {
    case .tensor(let variable): return variable.bracketed ?? [variable]
    case .list(let list): return list.items.reduce([]) { join($0, $1) }
    case .tuple(let items): return items.reduce([]) { join($0, $1) }
    case .thing: return optimizedTensors(value.resolved)
    case .none, .string, .range, .function, .builtin, .method, .object: return nil
    }
  }

  private func join(_ tensors: [Variable]?, _ value: Value) -> [Variable]? {
    guard let tensors, let more = optimizedTensors(value) else { return nil }
    return tensors + more
  }
}
