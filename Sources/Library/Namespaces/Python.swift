import Language

extension NamespaceTable {
  private static func number(_ value: Double) -> @Sendable () -> Value { { .number(value) } }

  static let math = NamespaceTable(
    path: "math", summary: "functions of numbers",
    same: """
      exp sqrt sin cos tan sinh cosh tanh log2 log10 log1p expm1 erf isnan isinf isfinite prod pi e \
      inf nan
      """,
    renamed: [
      "atan": "arctan", "atan2": "arctan2", "fabs": "abs", "trunc": "int",
      "remainder": "remainder", "fmod": "numpy.fmod", "exp2": "numpy.exp2", "cbrt": "numpy.cbrt",
    ],
    constants: ["tau": number(2 * Double.pi)],
    definitions: { PackageResources.math_nabla },
    absent: [
      "gamma": "math.factorial(n - 1) for whole n", "lgamma": "math.log(math.factorial(n - 1))",
      "erfc": "1 - math.erf(x)", "perm": "math.comb(n, k) * math.factorial(k)",
      "lcm": "a * b // math.gcd(a, b)",
    ])

  static let random = NamespaceTable(
    path: "random", summary: "random numbers; a whole number as seed gives Python's own",
    builtins: PythonRandom.builtins,
    absent: ["triangular": "random.uniform(a, b)", "betavariate": "random.uniform(a, b)"])

  /// What to write instead of modules that are missing.
  static let missingModules: [String: String] = [
    "pandas": noFiles,
    "tensorflow": "import torch.nn as nn; Sequential(Linear(2, 4), Tanh()) builds networks here",
    "keras": "import torch.nn as nn; Sequential(Linear(2, 4), Tanh()) builds networks here",
    "jax": "import numpy as np; ∂E/∂w is the derivative of any quantity",
    "autograd": "import numpy as np; ∂E/∂w is the derivative of any quantity",
    "torchvision": "digits5x5_data() and image functions such as random_crop are here",
    "seaborn": "import matplotlib.pyplot as plt", "cv2": noFiles,
    "PIL": noFiles, "requests": "there is no network here",
    "urllib": "there is no network here", "pickle": noFiles,
    "graphviz": "graph(E) draws how E was computed",
    "torchviz": "graph(E) draws how E was computed",
  ]
}
