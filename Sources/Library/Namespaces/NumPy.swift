import Autograd
import Language
import Tensors

extension NamespaceTable {
  private static func number(_ value: Double) -> @Sendable () -> Value { { .number(value) } }

  /// NumPy.
  static let numpy = NamespaceTable(
    path: "numpy", summary: "arrays, as NumPy spells what there is",
    same: """
      exp log sqrt sin cos tan sinh cosh tanh log2 log10 log1p expm1 square floor ceil maximum \
      minimum sign abs isnan isinf isfinite matmul outer sum mean prod std var max min amax amin \
      argmax argmin argsort median cumsum cumprod reshape swapaxes expand_dims \
      squeeze roll tile repeat stack meshgrid tril triu round any all allclose \
      count_nonzero add subtract multiply divide power remainder mod floor_divide negative \
      arctan arctan2 less less_equal greater greater_equal equal not_equal logical_and \
      logical_or logical_not broadcast_to take copy take_along_axis divmod \
      bool float int pi e inf nan trace
      """,
    renamed: [
      "absolute": "abs", "fabs": "abs", "around": "round", "round_": "round", "rint": "round",
      "true_divide": "divide", "float_power": "power", "fmax": "maximum", "fmin": "minimum",
      "product": "prod", "logical_xor": "not_equal",
      "bitwise_and": "logical_and", "bitwise_or": "logical_or", "bitwise_xor": "not_equal",
      "invert": "logical_not", "bitwise_not": "logical_not", "float64": "float",
      "float_": "float", "double": "float", "float32": "float32", "single": "float32",
      "float16": "float32", "half": "float32", "int64": "int", "int32": "int", "int16": "int",
      "int8": "int", "uint8": "int", "uint16": "int", "uint32": "int", "uint64": "int",
      "int_": "int", "intp": "int", "bool_": "bool", "bool8": "bool", "str_": "str",
      "Inf": "inf", "Infinity": "inf", "infty": "inf", "NaN": "nan", "NAN": "nan",
      "radians": "numpy.deg2rad", "degrees": "numpy.rad2deg", "trunc": "numpy.fix",
      "trapz": "numpy.trapezoid", "permute_dims": "numpy.transpose", "concat": "numpy.concatenate",
      "row_stack": "numpy.vstack", "arcsin": "math.asin", "arccos": "math.acos",
      "arcsinh": "math.asinh", "arccosh": "math.acosh", "arctanh": "math.atanh",
      "atan": "arctan", "atan2": "arctan2", "asin": "math.asin", "acos": "math.acos",
      "pow": "power", "matrix_transpose": "numpy.linalg.matrix_transpose", "positive": "clone",
    ],
    constants: [
      "newaxis": { .none }, "c_": { .object(Concatenator(axis: 1)) },
      "r_": { .object(Concatenator(axis: 0)) },
      "euler_gamma": number(0.5772156649015329), "__version__": { .string("nabla's") },
      "ndarray": { .builtin(arrayType) }, "number": { .builtin(arrayType) },
    ],
    builtins: { numpyArrays() + searching + walking + numpySettings },
    definitions: { PackageResources.numpy_nabla },
    modules: ["random": "numpy.random", "linalg": "numpy.linalg", "testing": "numpy.testing"],
    absent: [
      "loadtxt": noFiles,
      "genfromtxt": noFiles,
      "load": noFiles,
      "save": noFiles, "savetxt": noFiles,
      "fft": "Fourier transforms are not here", "memmap": noFiles,
      "complex64": "complex numbers are not here", "complex128": "complex numbers are not here",
      "object_": "a list holds anything", "mgrid": "np.meshgrid(np.arange(3), np.arange(4))",
      "ogrid": "np.meshgrid(np.arange(3), np.arange(4))", "matrix": "np.array([[1, 2], [3, 4]])",
      "frompyfunc": "np.vectorize(f)",
    ])

  /// `np.linalg`
  static let numpyLinearAlgebra = NamespaceTable(
    path: "numpy.linalg", summary: "matrices",
    same: "solve inv det matrix_rank",
    definitions: { PackageResources.linalg_nabla },
    absent: [
      "svd": "singular values are not here", "eig": "eigenvalues are not here",
      "eigh": "eigenvalues are not here", "eigvals": "eigenvalues are not here",
      "qr": "np.linalg.lstsq and np.linalg.solve are", "cholesky": "np.linalg.solve is",
    ])

  static let numpyRandom = NamespaceTable(
    path: "numpy.random", summary: "random numbers; a seed gives NumPy's own",
    builtins: {
      NumPyRandom.builtins("numpy.random") { NumPyRandom(of: $0.evaluator.context) } + generators
    },
    absent: [
      "multivariate_normal": "mean + np.random.randn(n, k) @ L.T, with L from the covariance",
      "beta": "np.random.uniform and np.random.normal are", "gamma": "np.random.exponential is",
      "poisson": "np.random.binomial is", "get_state": "np.random.seed(n) starts it anew",
      "set_state": "np.random.seed(n) starts it anew",
    ])

  private static let generators: [Builtin] = [
    Builtin(
      "numpy.random.RandomState",
      "Makes a generator of its own: the same seed gives NumPy's numbers.",
      examples: ["RandomState(1).rand() < 1  # True"],
      parameters: [Parameter("seed", .integer, default: Attribute.none, "from 0 to 2³² − 1")]
    ) { call in .object(NumPyRandom(NumPyGenerator(seed: try call.seed(0)))) },
    Builtin(
      "numpy.random.default_rng", "Makes a generator of its own.",
      notes: "Its numbers are those of np.random.RandomState, not those of NumPy's default_rng.",
      examples: ["default_rng(1).random() < 1  # True"],
      parameters: [Parameter("seed", .integer, default: Attribute.none, "from 0 to 2³² − 1")]
    ) { call in
      if !call.isNone(0) {
        call.evaluator.tellOnce(
          "default_rng", at: call.span, "the numbers of NumPy's default_rng are not reproduced",
          helps: ["np.random.seed(n) and np.random.RandomState(n) give NumPy's numbers"])
      }
      return .object(NumPyRandom(NumPyGenerator(seed: try call.seed(0))))
    },
  ]

  static let numpyTesting = NamespaceTable(
    path: "numpy.testing", summary: "assertions about arrays",
    definitions: { PackageResources.testing_nabla })

  private static let arrayType = Builtin(
    "numpy.ndarray", "Makes an array of some sizes, of zeros here; the type of arrays.",
    examples: ["ndarray((2, 3)).shape  # (2, 3)"],
    parameters: [Parameter("shape", .integers, "the sizes")]
  ) { call in .tensor(Variable(Tensor(repeating: 0, shape: try call.shape(0)))) }

  private static let numpySettings: [Builtin] = [
    printOptions("numpy", idle: "suppress threshold linewidth formatter"),
    Builtin(
      "numpy.seterr", "Says what is done about division by 0; of no effect.",
      examples: ["seterr(all=\"ignore\")"],
      parameters: ["all", "divide", "over", "under", "invalid"].map {
        .idle($0)
      }
    ) { _ in .none },
  ]
}

/// `np.c_[a, b]` and `np.r_[a, b]`.
final class Concatenator: DynamicObject {
  private let axis: Int
  init(axis: Int) { self.axis = axis }
  var summary: String { axis == 1 ? "np.c_" : "np.r_" }
  var typeName: String { "CClass" }
  var attributeNames: [String] { [] }

  func item(_ key: Value, _ site: Site) throws -> Value? {
    var keys = [key]
    if case .tuple(let several) = key { keys = several.map(\.resolved) }
    let structure = site.evaluator.environment.structure
    let parts = try keys.compactMap { key -> Variable? in
      guard let part = try key.asTensor(structure) else { return nil }
      if axis == 1, part.shape.rank < 2 { return try part.reshaped([part.shape.count, 1]) }
      return part.shape.isScalar ? try part.reshaped([1]) : part
    }
    guard parts.count == keys.count else { return nil }
    return .tensor(try Operation.apply("concat", to: parts, with: ["axis": .integer(axis)]))
  }
}
