import Tensors
import Testing

@Suite struct WindowTests {
  @Test func sizesAreThoseOfTheLectures() throws {
    #expect(try convolvedSize(227, kernel: 11, stride: 4) == 55)
    #expect(try convolvedSize(7, kernel: 3, stride: 3, padding: 1) == 3)
    #expect(try convolvedSize(224, kernel: 7, stride: 2, padding: 3, roundingDown: true) == 112)
    #expect(try convolvedSize(7, kernel: 3, dilation: 2) == 3)
  }

  @Test func aWindowThatDoesNotFitIsExplained() {
    #expect {
      try convolvedSize(7, kernel: 3, stride: 3)
    } throws: { error in
      let error = error as? TensorError
      #expect(error?.headline == "a window of 3 does not fit an input of 7 in steps of 3")
      #expect(
        error?.notes == ["(7 − 3 + 2·0) / 3 + 1 = 7/3", "2 positions cover 6 of 7; 1 left over"])
      #expect(error?.helps == ["padding=1 fits", "so does stride=1 or stride=2 or stride=4"])
      return true
    }
    #expect(throws: TensorError.windowDoesNotFit(input: 2, window: 5, stride: 1, padding: 1)) {
      try convolvedSize(2, kernel: 5, padding: 1)
    }
  }

  /// For all small settings: the position found for a tap is the one whose index is the input's.
  @Test func positionsAndIndicesAreInverse() throws {
    for (window, stride, dilation, padding) in [
      (3, 2, 1, 1), (2, 3, 2, 0), (4, 1, 1, 2), (3, 3, 2, 2),
    ] {
      let axis = try Windows(
        over: [9], window: [window], stride: [stride], padding: .zeros([padding]),
        dilation: [dilation]
      ).width
      var found = 0
      for tap in 0..<window {
        for position in 0..<axis.output {
          guard let index = axis.index(position: position, tap: tap) else { continue }
          #expect(axis.position(index: index, tap: tap) == position)
          found += 1
        }
      }
      #expect(found >= 6)
    }
  }

  @Test(arguments: [0, -1, Int.max, Int.min])
  func extremeSettingsAreRefused(_ number: Int) {
    #expect(throws: TensorError.self) { try convolvedSize(7, kernel: number) }
    #expect(throws: TensorError.self) { try convolvedSize(7, kernel: 3, stride: number) }
    #expect(throws: TensorError.self) { try convolvedSize(7, kernel: 3, dilation: number) }
  }
}
