import Autograd
import Language
import Tensors

extension NamespaceTable {
  private static let cpu: @Sendable () -> Value = { .string("cpu") }

  static let torch = NamespaceTable(
    path: "torch", summary: "tensors, as PyTorch spells what there is",
    same: """
      exp log sqrt abs sin cos tan sinh cosh tanh log2 log10 log1p expm1 square sign floor ceil \
      maximum minimum matmul outer relu sigmoid erf sum mean argmax argmin argsort prod amax amin \
      all any isnan isinf isfinite stack reshape unsqueeze flip roll tile clip clamp diff \
      cumprod logsumexp lerp multiply subtract divide power pow negative neg arctan arctan2 \
      less less_equal greater greater_equal not_equal logical_and logical_or logical_not \
      broadcast_to take gather swapaxes permute concat cat allclose trace count_nonzero softmax \
      log_softmax inf nan pi e bool int float32 unbind conv1d conv2d conv3d remainder \
      floor_divide clone no_grad enable_grad inference_mode set_grad_enabled is_grad_enabled
      """,
    renamed: [
      "absolute": "abs", "mul": "multiply", "true_divide": "divide", "mm": "matmul",
      "mv": "matmul", "bmm": "matmul", "concatenate": "cat", "transpose": "swapaxes",
      "swapdims": "swapaxes", "eq": "equal", "ne": "not_equal", "lt": "less", "le": "less_equal",
      "gt": "greater", "ge": "greater_equal", "atan": "arctan",
      "atan2": "arctan2", "acos": "math.acos", "asin": "math.asin", "asinh": "math.asinh",
      "acosh": "math.acosh", "atanh": "math.atanh", "where": "numpy.where", "hypot": "numpy.hypot",
      "repeat_interleave": "repeat", "vstack": "numpy.vstack", "hstack": "numpy.hstack",
      "dstack": "numpy.dstack", "column_stack": "numpy.column_stack",
      "heaviside": "numpy.heaviside",
      "row_stack": "numpy.vstack", "fmod": "numpy.fmod", "trunc": "numpy.fix", "exp2": "numpy.exp2",
      "deg2rad": "numpy.deg2rad", "rad2deg": "numpy.rad2deg", "nan_to_num": "numpy.nan_to_num",
      "logaddexp": "numpy.logaddexp", "searchsorted": "numpy.searchsorted", "isin": "numpy.isin",
      "bincount": "numpy.bincount", "quantile": "numpy.quantile", "kron": "numpy.kron",
      "einsum": "numpy.einsum", "tensordot": "numpy.tensordot", "cross": "numpy.cross",
      "inner": "numpy.inner", "trapezoid": "numpy.trapezoid", "logspace": "numpy.logspace",
      "inverse": "inv", "det": "det",
      "float": "float32", "float64": "float", "double": "float", "half": "float32",
      "float16": "float32", "bfloat16": "float32", "long": "int", "int64": "int", "int32": "int",
      "int16": "int", "int8": "int", "uint8": "int", "short": "int", "fix": "numpy.fix",
      "histc": "histogram", "selu": "torch.nn.functional.selu", "ravel": "numpy.ravel",
      "cosine_similarity": "torch.nn.functional.cosine_similarity",
      "dropout": "torch.nn.functional.dropout",
      "bitwise_and": "logical_and", "bitwise_or": "logical_or", "bitwise_not": "logical_not",
      "moveaxis": "torch.movedim", "fliplr": "numpy.fliplr", "flipud": "numpy.flipud",
      "softplus": "softplus", "unstack": "unbind",
    ],
    constants: ["__version__": { .string("nabla's") }, "strided": { .none }],
    builtins: { torchTensors() + torchReductions() + torchSettings },
    definitions: { PackageResources.torch_nabla },
    modules: [
      "nn": "torch.nn", "optim": "torch.optim", "linalg": "torch.linalg", "utils": "torch.utils",
      "autograd": "torch.autograd", "cuda": "torch.cuda", "special": "torch.special",
      "backends": "torch.backends", "random": "torch.random",
    ],
    absent: [
      "save": noFiles, "load": noFiles,
      "compile": "leave it away: model(x) runs as it is", "jit": "leave it away",
      "svd": "singular values are not here", "fft": "Fourier transforms are not here",
      "multinomial": "np.random.choice(n, size, p=chances)",
      "complex64": "complex numbers are not here",
      "distributed": "everything runs on one CPU here",
      "func": "∂E/∂w is the derivative of anything",
      "cummax": "torch.max(x[:k]) step by step", "scatter": "F.one_hot(y, n) makes rows with a 1",
      "erfinv": "torch.erf is", "distributions": "torch.randn, torch.rand and torch.randint draw",
    ])

  static let torchSpecial = NamespaceTable(
    path: "torch.special", summary: "special functions",
    same: "erf expm1 log1p logsumexp softmax log_softmax", renamed: ["expit": "sigmoid"])

  static let torchLinearAlgebra = NamespaceTable(
    path: "torch.linalg", summary: "matrices", same: "solve inv det matrix_rank",
    renamed: ["vector_norm": "norm", "cross": "numpy.cross"],
    definitions: { PackageResources.linalg_nabla },
    absent: ["svd": "singular values are not here", "eigh": "eigenvalues are not here"])

  static let torchCUDA = NamespaceTable(
    path: "torch.cuda", summary: "there is no GPU here",
    builtins: {
      [
        Builtin(
          "torch.cuda.is_available", "Tells whether there is a GPU; there is none here.",
          examples: ["is_available()  # False"]
        ) { _ in .truth(false) },
        Builtin(
          "torch.cuda.device_count", "Counts the GPUs.", examples: ["device_count()  # 0"]
        ) { _ in .integer(0) },
        Builtin(
          "torch.cuda.manual_seed", aliases: ["manual_seed_all"],
          "Seeds the generator of a GPU; of no effect here.", examples: ["manual_seed(1)"],
          parameters: [Parameter("seed", .integer, "a whole number")]
        ) { _ in .none },
        Builtin(
          "torch.cuda.synchronize", aliases: ["empty_cache"], "Waits for a GPU; of no effect here.",
          examples: ["synchronize()"]
        ) { _ in .none },
      ]
    })

  static let torchRandomModule = NamespaceTable(
    path: "torch.random", summary: "random numbers", renamed: ["manual_seed": "torch.manual_seed"])

  /// Switches that change nothing here.
  static let torchBackends = NamespaceTable(
    path: "torch.backends", summary: "switches that change nothing here",
    modules: ["cudnn": "torch.backends.cudnn", "mps": "torch.backends.mps"])
  static let torchBackend = NamespaceTable(
    path: "torch.backends.cudnn", summary: "switches that change nothing here",
    constants: [
      "deterministic": { .truth(true) }, "benchmark": { .truth(false) },
      "enabled": { .truth(false) },
    ])
  static let torchMPS = NamespaceTable(
    path: "torch.backends.mps", summary: "there is no GPU here",
    renamed: ["is_available": "torch.cuda.is_available"])

  private static let torchSettings: [Builtin] = [
    Builtin(
      "torch.device", "Names where tensors are; everything is on the CPU here.",
      examples: ["device(\"cpu\")  # \"cpu\""], parameters: [Parameter("device", .any, "its name")]
    ) { call in
      if case .string(let name) = call[0], name != "cpu" {
        call.evaluator.tellOnce(
          "device", at: call.span, "everything is computed on the CPU here, not on '\(name)'")
      }
      return .string("cpu")
    },
    Builtin(
      "torch.is_tensor", "Tells whether something is a tensor.",
      examples: ["is_tensor([1, 2])  # True"], parameters: [Parameter("obj", .any, "anything")]
    ) { call in if case .tensor = call[0] { .truth(true) } else { .truth(false) } },
    Builtin(
      "torch.set_default_dtype", aliases: ["set_default_tensor_type"],
      "Says what kind of numbers tensors have; float64 here.",
      examples: ["set_default_dtype(float)"], parameters: [Parameter("dtype", .any, "the kind")]
    ) { _ in .none },
    printOptions("torch", idle: "sci_mode threshold linewidth"),
    Builtin(
      "torch.set_num_threads", aliases: ["set_num_interop_threads"],
      "Says how many threads compute; of no effect here.", examples: ["set_num_threads(1)"],
      parameters: [Parameter("n", .integer, "how many")]
    ) { _ in .none },
  ]
}
