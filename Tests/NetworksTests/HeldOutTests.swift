import Autograd
import Tensors
import TestSupport
import Testing

@testable import Networks

/// Training in mini-batches, judged by examples that were held out.
@Suite struct HeldOutTests {
  private func run(
    _ task: String, steps: Int, files: [String: [UInt8]] = [:],
    _ options: (name: String, value: Attribute)...
  ) throws -> Trainer {
    let task = try #require(TrainingTask[task])
    let given = Attributes(options + [("steps", .integer(steps))])
    let trainer = try task.trainer(given, files: files)
    trainer.advance(by: steps)
    return trainer
  }

  @Test(.slow) func digitsAreReadThatWereNeverSeen() throws {
    let trainer = try run("digits", steps: 400)
    let report = trainer.report
    #expect(report.progress.examples == 500 && report.rows.count == 500)
    #expect(report.progress.accuracy > 0.85, "\(report.progress.accuracy)")
    #expect(report.closing.hasPrefix("\(report.progress.correct) of 500 images"))
    #expect(report.rows.count { $0.predicted == $0.target } == report.progress.correct)
    #expect(try run("digits", steps: 400).progress == trainer.progress)
    #expect(try run("digits", steps: 400, ("seed", .integer(2))).progress != trainer.progress)
  }

  @Test(.slow) func charactersAreForeseen() throws {
    let trainer = try run("chars", steps: 300)
    let start = try run("chars", steps: 0)
    #expect(trainer.progress.accuracy > 0.3 && start.progress.accuracy < 0.2)
    let report = trainer.report
    #expect(report.closing.contains("It writes: a net adds up"))
    #expect(report.closing == (try run("chars", steps: 300)).report.closing)
    // A text of one sentence again and again is soon known by heart.
    let text = Array(String(repeating: "abcde fgh. ", count: 40).utf8)
    let known = try run("chars", steps: 200, files: ["text": text], ("length", .integer(4)))
    #expect(known.progress.accuracy > 0.95)
    #expect(known.report.closing.contains("abcde fgh. abcde fgh. abcde"))
  }

  /// Every character but the first few is foreseen once, those at the end of the text in the test.
  @Test func windowsOfATextGoOverToTheTest() throws {
    let text = "the quick brown fox jumps over the lazy dog and then sleeps."
    let data = try CharacterData(text, length: 4)
    let codes = text.map { data.alphabet.firstIndex(of: $0) ?? -1 }
    let (training, test) = data.parts
    #expect(training.labels + test.labels == Array(codes.dropFirst(4)))
    #expect(test.rows == text.count - text.count * 5 / 6)
    let seen = (0..<4).map { place in
      let letters = test.row(0)[(place * data.alphabet.count)...].prefix(data.alphabet.count)
      return letters.firstIndex(of: 1).map { $0 - place * data.alphabet.count }
    }
    #expect(seen == codes[(training.rows)..<(training.rows + 4)].map { $0 })
  }

  /// Files of MNIST's format: here, images that are white on the left or on the right.
  @Test func readsFilesOfImages() throws {
    let count = 60
    func header(_ sizes: [Int]) -> [UInt8] {
      [0, 0, 8, UInt8(sizes.count)] + sizes.flatMap { [0, 0, 0, UInt8($0)] }
    }
    let images = (0..<count).flatMap { row -> [UInt8] in
      row % 2 == 0 ? [255, 0, 255, 0] : [0, 255, 0, 255]
    }
    let labels = (0..<count).map { UInt8($0 % 2 == 0 ? 3 : 7) }
    let files = ["images": header([count, 2, 2]) + images, "labels": header([count]) + labels]
    let trainer = try run(
      "digits", steps: 60, files: files, ("batch", .integer(10)), ("lr", .real(0.05)))
    #expect(trainer.progress.examples == 10 && trainer.progress.correct == 10)
    for broken in [
      ["images": header([count, 2, 2]) + images], ["images": [1, 2], "labels": labels],
      ["images": header([count, 2, 2]) + images, "labels": header([2]) + [1, 2]],
    ] {
      #expect(throws: TensorError.self) { try run("digits", steps: 1, files: broken) }
    }
    #expect(throws: TensorError.self) { try run("chars", steps: 1, files: ["text": [0xFF, 0xFE]]) }
    #expect(throws: TensorError.self) {
      try run("chars", steps: 1, files: ["text": Array("aaaa".utf8)])
    }
  }

  /// Every step of a pass takes other examples, and a pass takes each at most once: with as many
  /// batches as a pass has, the gradient of the whole is the mean of theirs.
  @Test func aPassTakesEveryExampleOnce() throws {
    let data = LabeledData.bitSum(length: 3)
    var generator = SplitMix64(seed: 4)
    let whole = CompiledMLP(
      data, hidden: [3], activation: .tanh, dtype: .float64, generator: &generator)
    let part = CompiledMLP(
      data, hidden: [3], activation: .tanh, dtype: .float64, batch: 2, sharing: whole,
      generator: &generator)
    var sum = [Double](repeating: 0, count: whole.gradients.count)
    for batch in LabeledData.batches(of: 2, order: [5, 0, 3, 6, 1, 7, 2, 4]) {
      part.load(batch, of: data)
      _ = part.loss()
      part.propagate()
      for index in sum.indices { sum[index] += part.gradients[index] / 4 }
    }
    _ = whole.loss()
    whole.propagate()
    for index in sum.indices { #expect(abs(sum[index] - whole.gradients[index]) < 1e-14) }
    #expect(sum.contains { abs($0) > 1e-3 })
  }

  /// Each pass takes every example once, in an order of its own; examples are told apart by their
  /// losses.
  @Test func everyPassShufflesTheExamples() throws {
    let data = LabeledData.bitSum(length: 3)
    var generator = SplitMix64(seed: 4)
    let model = CompiledMLP(
      data, hidden: [3], activation: .tanh, dtype: .float64, batch: 1, generator: &generator)
    let cycle = BatchCycle(data, size: 1, generator: generator)
    let passes = (0..<4).map { pass in
      (0..<data.rows).map { step in
        cycle.load(into: model, step: pass * data.rows + step)
        return model.loss().loss
      }
    }
    #expect(Set(passes[0]).count == data.rows)
    #expect(passes.allSatisfy { Set($0) == Set(passes[0]) })
    #expect(Set(passes).count == passes.count)
  }
}
