// swift-tools-version: 6.1
import PackageDescription

// The arrows of the architecture: a target may import only what is listed here, and the
// compiler refuses the rest. `TestSupport` is for tests alone.
let tests: [(of: String, also: [Target.Dependency])] = [
  ("Presentation", []),
  ("Tensors", []),
  ("Autograd", ["Tensors"]),
  ("Networks", ["Autograd", "Tensors"]),
  ("Language", ["Autograd", "Tensors", "Presentation"]),
  (
    "Slips", ["Session", "Library", "Language", "Explain", "Autograd", "Tensors", "Presentation"]
  ),
  ("Library", ["Language", "Networks", "Autograd", "Tensors", "Presentation"]),
  ("Explain", ["Session", "Library", "Language", "Autograd", "Tensors", "Presentation"]),
  ("Lessons", ["Library", "Language", "Autograd", "Presentation", "Tensors"]),
  (
    "Grading", ["Library", "Session", "Lessons", "Language", "Autograd", "Presentation", "Tensors"]
  ),
  (
    "Session",
    [
      "Library", "Lessons", "Language", "Autograd", "Presentation",
      .product(name: "Yams", package: "Yams"),
    ]
  ),
  ("NablaCalculator", []),
  ("nabla", ["Session", "Language", "Presentation", .product(name: "Yams", package: "Yams")]),
]

/// Folders of data beside the tests of a target: transcripts, references, lessons to be checked.
let testData = [
  "Autograd": ["Fixtures"], "Explain": ["Golden"], "Language": ["Golden"],
  "Grading": ["Fixtures"],
  "Lessons": ["Catalogue", "Fixtures", "Golden"], "Library": ["Fixtures"],
  "Networks": ["Fixtures"],
  "Presentation": ["Golden"],
  "Slips": ["Fixtures"],
  "Session": ["Fixtures", "Golden"],
]

let package = Package(
  name: "nabla",
  products: [
    .executable(name: "nabla", targets: ["nabla"]),
    .library(name: "NablaCalculator", targets: ["NablaCalculator"]),
    .executable(name: "benchmark", targets: ["Benchmarks"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    .package(url: "https://github.com/attaswift/BigInt", from: "6.0.1"),
  ],
  targets: [
    .systemLibrary(
      name: "COpenBLAS", pkgConfig: "openblas", providers: [.apt(["libopenblas-dev"])]),
    .systemLibrary(name: "CMD4C", pkgConfig: "md4c", providers: [.apt(["libmd4c-dev"])]),
    .systemLibrary(name: "CVTerm", pkgConfig: "vterm", providers: [.apt(["libvterm-dev"])]),
    .target(name: "CLineEdit", linkerSettings: [.linkedLibrary("edit")]),
    .target(name: "CKernels"),
    .target(name: "Presentation"),
    .target(name: "Tensors", dependencies: ["COpenBLAS", "CKernels"]),
    .target(name: "Autograd", dependencies: ["Tensors"]),
    .target(name: "Networks", dependencies: ["Autograd", "Tensors"]),
    .target(
      name: "Language",
      dependencies: [
        "Autograd", "Tensors", "Presentation", .product(name: "BigInt", package: "BigInt"),
      ]),
    .target(
      name: "Slips",
      dependencies: ["Explain", "Language", "Autograd", "Tensors", "Presentation"]),
    .target(
      name: "Library",
      dependencies: ["Slips", "Language", "Networks", "Autograd", "Tensors", "Presentation"],
      // In the program itself, so that it works without files beside it.
      resources: ["Activations", "Measures", "Networks", "Tensors"].map {
        .embedInCode("Prelude/\($0).nabla")
      }
        + [
          "numpy", "linalg", "testing", "math", "torch", "functional", "itertools", "functools",
        ].map {
          .embedInCode("Namespaces/\($0).nabla")
        }),
    .target(name: "Explain", dependencies: ["Language", "Autograd", "Tensors", "Presentation"]),
    .target(
      name: "Lessons",
      dependencies: [
        "Slips", "Explain", "Language", "Autograd", "Tensors", "Presentation", "CMD4C",
        .product(name: "Yams", package: "Yams"),
      ]),
    .target(
      name: "Grading",
      dependencies: ["Lessons", "Slips", "Language", "Autograd", "Tensors", "Presentation"]),
    .target(
      name: "Session",
      dependencies: [
        "Grading", "Library", "Lessons", "Slips", "Explain", "Language", "Networks", "Autograd",
        "Tensors", "Presentation",
      ]),
    .target(name: "NablaCalculator", dependencies: ["Session", "Language", "Presentation"]),
    .executableTarget(
      name: "nabla",
      dependencies: [
        "Session", "Grading", "Lessons", "Language", "Presentation", "CLineEdit",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ]),
    .target(
      name: "TestSupport",
      dependencies: ["Networks", "Autograd", "Tensors", "CVTerm"],
      path: "Sources/TestSupport"),
    .executableTarget(
      name: "Benchmarks",
      dependencies: [
        "Library", "Language", "Networks", "Autograd", "Tensors", "Presentation", "COpenBLAS",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      path: "Benchmarks", exclude: ["Peers"]),
  ]
    + tests.map { test in
      .testTarget(
        name: "\(test.of)Tests",
        dependencies: [.target(name: test.of), "TestSupport"] + test.also,
        exclude: testData[test.of] ?? [])
    }
)
