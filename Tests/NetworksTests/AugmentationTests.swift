import Autograd
import Networks
import Tensors
import TestSupport
import Testing

@Suite struct AugmentationTests {
  private func apply(
    _ name: String, _ images: Tensor, seed: UInt64 = 1,
    _ values: (name: String, value: Attribute)...
  ) throws -> Tensor {
    var generator = SplitMix64(seed: seed)
    let augmentation = try #require(Augmentation[name])
    return try augmentation(Variable(images), Attributes(values), generator: &generator).value
  }

  private func counting(_ shape: Shape) -> Tensor {
    Tensor((1...shape.count).map(Double.init), shape: shape)
  }

  /// The half turn that makes a nine of a six, and the move to the right, of the lecture notes (LMU,
  /// "Dataset Augmentation").
  @Test func transformTheSixOfTheLectureNotes() throws {
    let six = Tensor([1, 1, 1, 1, 0, 0, 1, 1, 1, 1, 0, 1, 1, 1, 1], shape: [5, 3])
    let nine: [Double] = [1, 1, 1, 1, 0, 1, 1, 1, 1, 0, 0, 1, 1, 1, 1]
    #expect(try apply("rotate", six, ("degrees", .real(180))).elements == nine)
    #expect(try apply("rotate", six, ("degrees", .real(-180))).elements == nine)
    #expect(try apply("rotate", six, ("degrees", .real(360))).elements == six.elements)
    #expect(
      try apply("shift", six, ("down", .integer(0)), ("right", .integer(1))).elements
        == [0, 1, 1, 0, 1, 0, 0, 1, 1, 0, 1, 0, 0, 1, 1])
    #expect(
      try apply("random_flip", six, ("p", .real(1))).elements
        == [1, 1, 1, 0, 0, 1, 1, 1, 1, 1, 0, 1, 1, 1, 1])
  }

  @Test func turnsCounterClockwise() throws {
    let turned = try apply("rotate", counting([3, 3]), ("degrees", .real(90)))
    #expect(turned.elements == [3, 6, 9, 2, 5, 8, 1, 4, 7])
  }

  @Test func everyCropIsAWindow() throws {
    let image = counting([4, 4])
    var crops: Set<[Double]> = []
    for seed in 0..<64 as Range<UInt64> {
      crops.insert(try apply("random_crop", image, seed: seed, ("size", .integer(3))).elements)
    }
    let corner = [0.0, 1, 2, 4, 5, 6, 8, 9, 10]
    let windows: Set<[Double]> = [
      corner.map { $0 + 1 }, corner.map { $0 + 2 }, corner.map { $0 + 5 }, corner.map { $0 + 6 },
    ]
    #expect(crops == windows)
    let padded = try apply(
      "random_crop", counting([1, 1]), ("size", .integer(7)), ("padding", .integer(3)))
    #expect(padded.elements == (0..<49).map { $0 == 24 ? 1 : 0 })
  }

  @Test func movesStayWithinTheirRange() throws {
    let dot = Tensor((0..<49).map { $0 == 24 ? 1 : 0 }, shape: [7, 7])
    var places: Set<Int> = []
    for seed in 0..<200 as Range<UInt64> {
      let moved = try apply("random_shift", dot, seed: seed, ("pixels", .integer(1)))
      places.insert(moved.elements.firstIndex(of: 1) ?? -1)
    }
    #expect(places == [16, 17, 18, 23, 24, 25, 30, 31, 32])
  }

  /// Channels move together, the images of a batch each for itself.
  @Test func batchesAreDrawnImageByImage() throws {
    let images = try counting([1, 1, 5, 5]).elements
    let batch = Tensor(
      Array(repeating: images + images, count: 12).flatMap { $0 }, shape: [12, 2, 5, 5])
    let moved = try apply("random_shift", batch, ("pixels", .integer(2))).elements
    let parts = (0..<24).map { Array(moved[$0 * 25..<($0 + 1) * 25]) }
    for image in 0..<12 { #expect(parts[2 * image] == parts[2 * image + 1]) }
    #expect(Set(parts).count > 4)
    let brighter = try apply(
      "random_intensity", Tensor(repeating: 0, shape: [12, 2, 2, 2]), ("amount", .real(3)))
    #expect(Set(brighter.elements).count == 24)
    #expect(brighter.elements.allSatisfy { abs($0) <= 3 })
  }

  @Test func gradientsReachTheirPixels() throws {
    let image = Variable(counting([2, 2]))
    var generator = SplitMix64(seed: 1)
    let shift = try #require(Augmentation["shift"])
    let moved = try shift(
      image, Attributes([("down", .integer(1))]), generator: &generator)
    let arriving = Tensor([10, 20, 30, 40], shape: [2, 2])
    let gradient = try moved.gradients(for: [image], seed: arriving)[0]
    #expect(gradient?.elements == [30, 40, 0, 0])
  }

  @Test func equalSeedsGiveEqualImages() throws {
    let batch = counting([6, 1, 8, 8])
    for augmentation in Augmentation.standard where augmentation.isRandom {
      let settings = augmentation.parameters.filter { $0.standard == nil }.map {
        (name: $0.name, value: $0.kind == .real ? Attribute.real(30) : .integer(3))
      }
      func made(_ seed: UInt64) throws -> [Double] {
        var generator = SplitMix64(seed: seed)
        return try augmentation(
          Variable(batch), Attributes(settings), generator: &generator
        ).value.elements
      }
      let drawn = try (0..<9 as Range<UInt64>).map { try made($0) }
      #expect(try drawn[3] == made(3))
      #expect(Set(drawn).count > 1, "\(augmentation.name)")
    }
  }

  @Test func refusesWhatDoesNotFit() throws {
    let refused: [(String, [Int], [(name: String, value: Attribute)])] = [
      ("rotate", [2, 2], [("degrees", .real(.infinity))]), ("rotate", [2], [("degrees", .real(1))]),
      ("random_crop", [4, 4], [("size", .integer(5))]),
      ("random_crop", [4, 4], [("size", .integers([1, 1, 1]))]),
      ("random_crop", [4, 4], [("size", .integer(0))]),
      ("random_crop", [4, 4], [("size", .integer(Int.min))]),
      ("random_shift", [4, 4], [("pixels", .integer(-1))]),
      ("random_flip", [4, 4], [("axis", .integer(0))]), ("shift", [4, 4], []),
    ]
    for (name, sizes, values) in refused {
      let augmentation = try #require(Augmentation[name])
      let images = Variable(Tensor(repeating: 1, shape: Shape(unchecked: sizes)))
      var generator = SplitMix64(seed: 1)
      #expect(throws: TensorError.self, "\(name) of \(sizes) with \(values)") {
        try augmentation(images, Attributes(values), generator: &generator)
      }
    }
  }
}
