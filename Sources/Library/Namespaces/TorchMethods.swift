import Autograd
import Language
import Tensors

extension NamespaceTable {
  /// Methods of tensors that mean something else in PyTorch than in NumPy, or take other arguments.
  static let torchMethods = NamespaceTable(
    path: "torch.Tensor", summary: "methods of tensors as PyTorch has them",
    same: "unbind gather",
    renamed: [
      "std": "torch.std", "var": "torch.var", "median": "torch.median", "max": "torch.max",
      "min": "torch.min", "sort": "torch.sort", "topk": "torch.topk", "split": "torch.split",
      "chunk": "torch.chunk", "transpose": "swapaxes", "squeeze": "torch.squeeze",
      "nonzero": "torch.nonzero", "unique": "torch.unique", "norm": "torch.norm",
      "flatten": "torch.flatten", "diag": "torch.diag", "tril": "torch.tril", "triu": "torch.triu",
      "round": "torch.round", "add": "torch.add", "sub": "torch.sub", "div": "torch.div",
      "index_select": "torch.index_select", "masked_fill": "torch.masked_fill",
      "masked_select": "torch.masked_select", "reciprocal": "torch.reciprocal",
      "rsqrt": "torch.rsqrt", "addmm": "torch.addmm", "equal": "torch.equal",
      "isclose": "torch.isclose", "cumsum": "torch.cumsum", "frac": "torch.frac",
      "logical_xor": "not_equal", "fmod": "numpy.fmod", "trunc": "numpy.fix",
      "movedim": "torch.movedim", "bincount": "numpy.bincount",
      "quantile": "numpy.quantile", "t": "torch.t",
    ],
    builtins: { [repeating] })

  private static let repeating = Builtin(
    "torch.Tensor.repeat", "Repeats the whole tensor along its axes.",
    examples: ["repeat([1, 2], 2)  # [1, 2, 1, 2]", "repeat([1, 2], 2, 1)  # [1, 2; 1, 2]"],
    parameters: [
      Parameter("x", .tensor, "the tensor"),
      Parameter("sizes", .integers, variadic: true, "how many times along each axis"),
    ]
  ) { call in
    .tensor(
      try Operation.apply(
        "tile", call.tensor(0), with: ["reps": .integers(call.integers(1) ?? [])]))
  }
}
