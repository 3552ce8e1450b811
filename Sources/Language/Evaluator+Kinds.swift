import Autograd
import Presentation
import Tensors

// `x.dtype`: the kind of numbers as a string. Of PyTorch's tensors it is spelled as PyTorch prints it;
// its real numbers are of single precision unless asked otherwise, here of double precision, which is
// told where the kind is asked for.

extension Evaluator {
  func kind(of variable: Variable, at span: Span) -> Value {
    let kind = variable.value.dtype.rawValue
    guard variable.isArray else { return .string(kind) }
    if variable.value.dtype == .float64 {
      tellOnce(
        "single-precision", at: span, "PyTorch's numbers are float32 where these are float64",
        notes: ["results agree to about seven digits"],
        helps: ["dtype=torch.float32 computes in single precision"])
    }
    return .string("torch." + kind)
  }
}

extension Value {
  /// Whether two values name the same kind of numbers; nil unless one is the name of a kind and the
  /// other what stands for one: `x.dtype == torch.int64`.
  func isKind(_ other: Value) -> Bool? {
    switch (self, other) {
    case (.string(let name), .builtin(let builtin)): builtin.isKind(named: name)
    case (.builtin(let builtin), .string(let name)): builtin.isKind(named: name)
    default: nil
    }
  }
}

extension Builtin {
  /// Nil where it stands for no kind, or the name is that of none.
  fileprivate func isKind(named name: String) -> Bool? {
    let isPyTorchs = name.hasPrefix("torch.")
    guard let named = DType(rawValue: isPyTorchs ? String(name.dropFirst(6)) : name) else {
      return nil
    }
    let own: DType
    switch self.name {
    case "int": own = .int64
    case "bool": own = .bool
    case "float": own = .float64
    case "float32": own = .float32
    default: return nil
    }
    return own == named || isPyTorchs && own.isReal && named.isReal
  }
}
