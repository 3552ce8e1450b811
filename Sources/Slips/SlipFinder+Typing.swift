import Presentation
import Tensors

// Slips of typing: one element only, all others right. They speak of text, not of numbers.

extension SlipFinder {
  func typing(_ tier: Slip.Tier) -> [Match] {
    guard typed.shape == right.shape, typed.elements.count > 0 else { return [] }
    let wrong = typed.elements.indices.filter {
      !typed.elements[$0].agrees(with: right.elements[$0])
    }
    guard wrong.count == 1, let index = wrong.first else { return [] }
    let (element, exact) = (typed.elements[index], right.elements[index])
    let at =
      net.inquiry.part.count > 1 || net.shape(net.asked).count > 1
      ? "\(net.inquiry.text), element \(index)" : net.inquiry.text
    switch tier {
    case .a:
      guard typed.elements.count > 1 else { return [] }
      return typingOfOne(element, exact, at: at)
    case .b:
      guard isTransposed(element, exact) else { return [] }
      return [
        match(
          "digits-transposed", .b, at, "two neighboring digits have changed places",
          "Compare what you typed with your result, digit by digit.")
      ]
    }
  }

  private func typingOfOne(
    _ element: TypedAnswer.Element, _ exact: Double, at: String
  ) -> [Match] {
    if element.agrees(with: -exact) {
      return [
        match(
          "sign-flipped", .a, at, "the sign of one element is the other one",
          "All others are right.")
      ]
    }
    // 0 is no power of ten of anything.
    guard element.value != 0 else { return [] }
    let power = (-6...6).first { $0 != 0 && element.agrees(with: exact * (Double("1e\($0)") ?? 1)) }
    guard let power else { return [] }
    return [
      match(
        "power-of-ten", .a, at, "the point of one element stands elsewhere",
        "All others are right.", [.named("power", power)])
    ]
  }

  private func match(
    _ id: String, _ tier: Slip.Tier, _ at: String, _ deed: String, _ rule: String,
    _ details: [JSONValue.Member] = []
  ) -> Match {
    let slip = Slip(id, tier, .answer) { _ in [] }
    return Match(
      candidate: Candidate(
        slip: slip, site: Site(at: at, details: details, deed: deed, rule: rule),
        number: -1))
  }

  /// Whether the number comes right when two different digits beside each other change places.
  private func isTransposed(_ element: TypedAnswer.Element, _ exact: Double) -> Bool {
    guard let printed = element.printed else { return false }
    let characters = Array(printed.text)
    let places = characters.indices.filter { characters[$0].isASCII && characters[$0].isNumber }
    for (first, second) in zip(places, places.dropFirst()) {
      guard second - first <= 2, characters[first] != characters[second],
        second == first + 1 || characters[first + 1] == "."
      else { continue }
      var other = characters
      other.swapAt(first, second)
      if let number = PrintedNumber(String(other)), number.agrees(with: exact) { return true }
    }
    return false
  }
}
