import Autograd
import Language
import Library
import Presentation
import Tensors
import TestSupport
import Testing

/// What the library says in the language itself. The examples run in `ExampleTests`.
@Suite struct PreludeTests {
  static let functions = Library.builtins.filter { $0.definition != nil }

  @Test(arguments: functions.map(\.name))
  func isReadAndDocumented(_ name: String) throws {
    let builtin = try #require(Self.functions.first { $0.name == name })
    let definition = try #require(builtin.definition)
    let parsed = Parser.parse(definition.source, ofLibrary: true)
    #expect(parsed.diagnostics.isEmpty && parsed.tree.statements.count == 1)
    #expect(builtin.summary.hasSuffix(".") && !builtin.examples.isEmpty)
    #expect(builtin.signature.hasPrefix("\(name)("))
    for (formal, parameter) in zip(definition.function.parameters, builtin.parameters) {
      guard let fallback = formal.fallback else { continue }
      // None stands for None alone, never for a default that is no literal.
      let isNone = if case .none = fallback.form { true } else { false }
      #expect((parameter.standard == Attribute.none) == isNone, "\(parameter.name)")
      #expect(!parameter.summary.isEmpty, "\(parameter.name) of \(name) is not explained")
    }
  }

  @Test func sourceShowsTheDefinition() throws {
    let program = try Program("def f(x):\n    return 2 * x\n")
    try program.run("source(silu); source(f)")
    #expect(
      program.printed.contains("return x * sigmoid(x)") && program.printed.contains("return 2 * x"))
    #expect(try program.error("source(tanh)").headline.contains("not written in the language"))
  }

  /// A program's own names do not reach into the library.
  @Test func namesOfTheProgramStayOutside() throws {
    let program = try Program("sigmoid = 5; x = [7.0]; sum(t) = 0; argmax = mean = None")
    expectClose(
      try program.numbers("silu([1.0, -2])"), [0.7310585786300049, -0.2384058440442351],
      absolute: 1e-15, relative: 0)
    #expect(try program.numbers("accuracy([0.1, 0.9; 0.8, 0.2], [1, 1])") == [0.5])
    #expect(try program.numbers("x") == [7])
    try program.run("silu(x) = 3 * x")
    #expect(try program.numbers("silu(2)") == [6])
  }

  @Test func mistakesAreShownAtTheCall() throws {
    let program = try Program()
    for line in [
      "accuracy([1, 0], [1, 0, 1])", "cosine_similarity([1, 2], [1, 2, 3])", "silu(\"a\")",
    ] {
      let error = try program.error("y = 1\n" + line)
      #expect(error.position?.line == 2, "\(line)")
      #expect(error.source?.text.contains(line) == true)
    }
    #expect(
      try program.error("accuracy([1, 0], [1, 0, 1])").helps == [
        ":source accuracy shows how it is computed"
      ])
    #expect(try program.error("swish(1, gamma=2)").headline.contains("gamma"))
    #expect(try program.error("swish()").headline.contains("x"))
  }

  /// Methods, keywords and derivatives work as for any function.
  @Test func areFunctionsLikeOthers() throws {
    let program = try Program("x = [0.5, -1.0]; y = x.swish(beta=2)")
    #expect(try program.numbers("gradcheck(sum(swish(x, 2)), x)") == [1])
    expectClose(
      try program.numbers("silu′(0.5)"), [0.7399611873026109], absolute: 1e-12, relative: 0)
    for (layer, function) in [("SiLU", "silu"), ("GELU", "gelu")] {
      expectClose(
        try program.numbers("\(layer)()(x)"), try program.numbers("\(function)(x)"), absolute: 0,
        relative: 1e-15)
    }
  }

  @Test func measuresGiveKnownResults() throws {
    let program = try Program("target = [0, 1, 2, 2, 1]; scores = one_hot([0, 2, 2, 1, 1], 3)")
    #expect(
      try program.numbers("confusion_matrix(target, argmax(scores, axis=1))") == [
        1, 0, 0, 0, 1, 1, 0, 1, 1,
      ])
    #expect(try program.numbers("accuracy(scores, target)") == [0.6])
    #expect(try program.numbers("confusion_matrix([0], [0], classes=2)") == [1, 0, 0, 0])
    #expect(try program.numbers("kl_divergence([0, 1], [0.5, 0.5])") == [0.6931471805599453])
    #expect(try program.numbers("kl_divergence([0.5, 0.5], [0, 1])") == [.infinity])
    try program.run("seed(2); parts = train_test_split(arange(10), arange(10) * 2, test=0.3)")
    #expect(try program.numbers("sort(concat([parts[0], parts[1]]))") == (0..<10).map(Double.init))
    #expect(try program.numbers("parts[3] == 2 * parts[1]") == [1, 1, 1])
  }

  /// Parameters as the catalogue (VGG-16, ResNet-18, AlexNet) and PyTorch count them, without memory
  /// for the weights.
  @Test(
    arguments: [
      ("lenet5()", "(1, 32, 32)", 61_706, ["[6, 28, 28]", "[120, 1, 1]", "[10]"]),
      ("alexnet()", "(3, 227, 227)", 62_378_344, ["[96, 55, 55]", "[256, 6, 6]", "[1000]"]),
      ("vgg16()", "(3, 224, 224)", 138_357_544, ["[64, 112, 112]", "[512, 7, 7]", "[25088]"]),
      (
        "resnet18()", "(3, 224, 224)", 11_689_512,
        ["[64, 112, 112]", "[64, 56, 56]", "[512, 7, 7]"]
      ),
      ("resnet18()", "(3, 96, 96)", 11_689_512, ["[64, 24, 24]", "[256, 6, 6]", "[512, 3, 3]"]),
      ("residual_block(64, 128, stride=2)", "(64, 56, 56)", 230_144, ["[128, 28, 28]"]),
    ] as [(String, String, Int, [String])])
  func networksHaveTheSizesOfTheLectures(
    _ network: String, _ input: String, _ parameters: Int, _ shapes: [String]
  ) throws {
    let before = Memory.live
    let program = try Program("summary(\(network), \(input))")
    #expect(program.printed.contains("\(parameters) parameters, \(parameters) of them trainable"))
    for shape in shapes { #expect(program.printed.contains(shape), "\(shape)") }
    #expect(Memory.live - before < 5_000_000)
  }

  /// They compute as well: a picture goes through the smallest.
  @Test func leNetGivesScores() throws {
    let program = try Program("seed(1); net = lenet5(); y = net(rand(2, 1, 32, 32))")
    #expect(try program.numbers("y.shape") == [2, 10])
    #expect(Set(try program.numbers("y")).count == 20)
  }
}
