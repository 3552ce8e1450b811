import Autograd
import Tensors

/// Windows of a text: the characters seen, one-hot and one after another, and as the class the
/// character that follows.
struct CharacterData {
  /// The characters that occur, sorted.
  let alphabet: [Character]
  private let codes: [Int]
  private let length: Int

  /// A text for those who bring none.
  static let builtIn = """
    a net adds up its inputs, each times a weight. the sum goes through a curve, and out comes a \
    number. the loss says how far that number is from the target. the gradient says which way each \
    weight should go, and the step takes each weight a little that way. then the net adds up its \
    inputs again, and the loss is a little smaller. so the net learns: add up, compare, go back, \
    step, and again. a deep net does the same with many layers. each layer takes what the layer \
    before it gives, adds it up with weights of its own, and sends it through a curve. the gradient \
    goes the other way, from the loss through each layer back to the first weight.
    """

  init(_ text: String, length: Int) throws(TensorError) {
    let characters = Array(text.prefix(20_000))
    alphabet = Set(characters).sorted()
    guard characters.count >= 4 * (length + 1), (2...128).contains(alphabet.count) else {
      throw .argument(
        "text", found: "\(characters.count) characters, \(alphabet.count) different ones",
        expected: "at least \(4 * (length + 1)) characters, 2 to 128 different ones")
    }
    let numbers = Dictionary(uniqueKeysWithValues: alphabet.enumerated().map { ($1, $0) })
    codes = characters.map { numbers[$0] ?? 0 }
    self.length = length
  }

  /// The windows of the first five sixths of the text, and those of the rest.
  var parts: (training: LabeledData, test: LabeledData) {
    let border = codes.count * 5 / 6
    return (windows(of: codes[..<border]), windows(of: codes[(border - length)...]))
  }

  private func windows(of part: ArraySlice<Int>) -> LabeledData {
    let starts = part.startIndex..<max(part.startIndex, part.endIndex - length)
    return LabeledData(
      starts.map { oneHot(part[$0..<$0 + length]) }, labels: starts.map { part[$0 + length] },
      classes: alphabet.count)
  }

  private func oneHot(_ window: ArraySlice<Int>) -> [Double] {
    var row = [Double](repeating: 0, count: length * alphabet.count)
    for (step, code) in window.enumerated() { row[step * alphabet.count + code] = 1 }
    return row
  }

  /// What a model writes after the beginning of the text, each character drawn with the probability
  /// the model gives it.
  func sample(of count: Int, by model: any CompiledModel, generator: SplitMix64) -> String {
    var (source, written) = (generator, Array(codes.prefix(length)))
    for _ in 0..<count {
      let window = LabeledData(
        [oneHot(written.suffix(length))], labels: [0], classes: alphabet.count)
      model.load([0], of: window)
      guard model.loss().loss.isFinite else { break }
      var rest = source.unit()
      let chances = Trainer.softmax(model.scores.elements)
      let next = chances.firstIndex { chance in
        rest -= chance
        return rest < 0
      }
      written.append(next ?? chances.count - 1)
    }
    return String(written.map { alphabet[$0] })
  }
}
