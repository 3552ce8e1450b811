extension NamespaceTable {
  /// Every module that can be imported.
  static let all: [NamespaceTable] =
    [
      numpy, numpyLinearAlgebra, numpyRandom, numpyTesting, torch, torchMethods, torchSpecial,
      torchLinearAlgebra, torchCUDA, torchRandomModule, torchBackends, torchBackend, torchMPS,
      networks,
      functional, parameterModule, optimizers, schedulers, initializers,
      autograd, autogradFunctional, math, random,
    ] + utilities + pictures + standard
}
