import Autograd
import Networks
import Tensors
import TestSupport
import Testing

@Suite struct DataTests {
  private func data(_ name: String, _ values: (name: String, value: Attribute)...) throws
    -> LabeledData
  {
    let dataset = try #require(Dataset[name])
    return try dataset(Attributes(values))
  }

  @Test func documentsAreTheCatalogues() throws {
    let made = try data("documents")
    #expect(
      try Array(made.inputs.prefix(15))
        == Reference.training("generate-training-data", "first five rows"))
    #expect(made.labels.prefix(5) == [1, 0, 1, 1, 1])
    let counts = try Reference.training("generate-training-data", "class counts")
    #expect([0, 1].map { label in Double(made.labels.count { $0 == label }) } == counts)
  }

  /// Full-batch descent from zeros on the toy problems, with the small operations.
  @Test(arguments: ["1", "2"])
  func toyProblemsTrainAsTheCatalogue(_ number: String) throws {
    let made = try data("problem\(number)")
    let linear = try #require(Catalogue.standard["linear"])
    let loss = try #require(Catalogue.standard["cross_entropy"])
    var W = Variable(Tensor(repeating: 0, shape: [made.width, 2]))
    var b = Variable(Tensor(repeating: 0, shape: [2]))
    var losses: [Double] = []
    for step in 0...100 {
      let scores = try linear([Variable(made.inputTensor), W, b])
      let error = try loss([scores, Variable(made.labelTensor)], .none)
      if [0, 1, 10, 100].contains(step) { losses.append(try #require(error.value.item)) }
      let gradients = try error.gradients(for: [W, b])
      func moved(_ variable: Variable, _ gradient: Tensor?) throws -> Variable {
        Variable(
          try Tensor.combine(variable.value, try #require(gradient), dtype: .float64) {
            $0 - 0.1 * $1
          })
      }
      (W, b) = try (moved(W, gradients[0]), moved(b, gradients[1]))
    }
    expectClose(
      losses,
      try Array(
        Reference.training("train-problem-\(number)", "loss at the logged steps").prefix(4)),
      absolute: 0, relative: 1e-9)
  }

  @Test func heldOutSequencesAreTheCatalogues() throws {
    var generator = SplitMix64(seed: 2024)
    let parts = LabeledData.bitSum(length: 5).split(holding: 8, generator: &generator)
    #expect(parts.training.rows == 24 && parts.test.rows == 8)
    let numbers = (0..<8).map { parts.test.row($0).reduce(0) { 2 * $0 + $1 } }
    #expect(
      try numbers == Reference.training("train-bit-sum-held-out", "held-out sequences (as numbers)")
    )
  }

  @Test func ringsAreThoseOfTheSlide() throws {
    let made = try data("rings")
    for row in 0..<8 {
      let point = made.row(row)
      expectClose(
        (point[0] * point[0] + point[1] * point[1]).squareRoot(), made.labels[row] == 0 ? 1 : 3,
        absolute: 1e-12, relative: 0)
    }
    #expect(made.labels.count { $0 == 0 } == 4)
  }

  @Test func moonsReachIntoEachOther() throws {
    let made = try data("moons", ("n", .integer(40)))
    let upper = (0..<40).filter { made.labels[$0] == 0 }.map { made.row($0) }
    let lower = (0..<40).filter { made.labels[$0] == 1 }.map { made.row($0) }
    #expect(upper.allSatisfy { $0[1] >= -1e-12 } && lower.allSatisfy { $0[1] <= 0.5 + 1e-12 })
    #expect(
      lower.map { $0[1] }.min()! < 0 && lower.map { $0[0] }.min()! < upper.map { $0[0] }.max()!)
    #expect(try data("moons", ("noise", .real(0.1))) != data("moons"))
  }

  @Test func digitImagesAreShiftedGlyphs() throws {
    let made = try data("digits", ("n", .integer(30)), ("noise", .real(0)))
    #expect(made.width == 144 && made.classes == 10)
    let ink = (0..<30).map { made.row($0).reduce(0, +) }
    for index in 0..<20 { #expect(ink[index] == ink[index + 10]) }
    #expect((0..<10).contains { made.row($0) != made.row($0 + 10) })
    #expect(try data("digits5x5").row(0).reduce(0, +) == 22)
  }

  @Test func batchesCoverEveryExampleOnce() {
    var generator = SplitMix64(seed: 1)
    let batches = LabeledData.batches(of: 4, order: generator.permutation(of: 10))
    #expect(batches.map(\.count) == [4, 4, 2])
    #expect(batches.flatMap { $0 }.sorted() == Array(0..<10))
    #expect(batches.flatMap { $0 } != Array(0..<10))
  }

  @Test func refusesAbsurdCounts() throws {
    #expect(throws: TensorError.self) { try data("bits", ("length", .integer(60))) }
    #expect(throws: TensorError.self) { try data("moons", ("n", .integer(-1))) }
  }

  /// Every data set, as the language asks for it, has examples of each class and repeats itself.
  @Test(arguments: Dataset.standard.map(\.name))
  func everyDataSetIsUsable(_ name: String) throws {
    let made = try data(name)
    #expect(made.rows > 0 && made.inputTensor.shape.array == [made.rows] + made.exampleShape)
    #expect(Set(made.labels).count > 1)
    #expect(try data(name) == made)
    let dataset = try #require(Dataset[name])
    if dataset.parameters.contains(where: { $0.name == "seed" }), name != "rings", name != "moons" {
      #expect(try data(name, ("seed", .integer(5))) != made)
    }
  }

  // MARK: - Files of the MNIST kind

  @Test func readsImages() throws {
    let bytes: [UInt8] = [0, 0, 8, 3, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 2, 0, 128, 255, 7]
    let images = try Tensor(idx: bytes)
    #expect(images.shape == [1, 2, 2])
    #expect(images.elements == [0, 128, 255, 7])
  }

  @Test(
    arguments: [
      ([0x1F, 0x8B, 8, 0], IDXError.compressed), ([], .notIDX),
      ([1, 0, 8, 1, 0, 0, 0, 0], .notIDX),
      ([0, 0, 0x0D, 1, 0, 0, 0, 0], .elementKind(0x0D)), ([0, 0, 8, 9], .rank(9)),
      ([0, 0, 8, 1, 0, 0], .length(expected: 8, found: 6)),
      ([0, 0, 8, 1, 0, 0, 0, 2, 5], .length(expected: 10, found: 9)),
      (
        [0, 0, 8, 2, 255, 255, 255, 255, 255, 255, 255, 255],
        .tooLarge(sizes: [4_294_967_295, 4_294_967_295])
      ),
    ] as [([UInt8], IDXError)])
  func refusesOtherFiles(_ bytes: [UInt8], _ error: IDXError) {
    #expect(throws: error) { try Tensor(idx: bytes) }
  }
}
