import Presentation
import Testing

@testable import Lessons

struct VerdictTests {
  private let gradient = ComputedValue.tensor(
    shape: [3], [-0.06979222482983166, -0.08090370824059433, -0.014159088934191795])

  private func given(_ text: String) throws -> GivenAnswer {
    .printed(try #require(Player.printed(text, shape: [3]) ?? PrintedValue(text)))
  }

  private func scalar(_ value: Double) -> ComputedValue { .tensor(shape: [], [value]) }

  @Test(arguments: [
    ("[-0.0698, -0.0809, -0.0142]", Verdict.right),
    ("-0.0698, -0.0809, -0.0142", .right),
    ("-0.0698 -0.0809 -0.0142", .right),
    ("[-0.069792, -0.080904, -0.014159]", .right),
    ("[-0.07, -0.08, -0.01]", .tooFewDigits(asked: .decimals(4))),
    ("[-0.0697, -0.0809, -0.0141]", .truncated),
    ("[-0.0707, -0.0824, -0.0143]", .roundedEarly(places: 2)),
    ("[0.0698, 0.0809, 0.0142]", .slip(index: 1, say: "sign")),
    ("[0.0176, -0.0439, -0.1143]", .slip(index: 0, say: "Θ2")),
    ("[-0.0698, 0.5, -0.0142]", .wrong(rightElements: [0, 2], count: 3)),
    ("[1, 2, 3]", .wrong(rightElements: [], count: 3)),
    ("[-0.0698, -0.0809]", .otherShape(expected: [3], given: [2])),
    ("-0.0698", .otherShape(expected: [3], given: [])),
  ])
  func valueAndPrecisionAreJudgedApart(text: String, expected: Verdict) throws {
    var judge = AnswerJudge(expected: gradient, precision: .decimals(4))
    judge.early = [(2, .tensor(shape: [3], [-0.07072712, -0.08236576, -0.01432448]))]
    judge.slips = [
      (
        "Θ2",
        .tensor(shape: [3], [0.01757703587715478, -0.043942589692886946, -0.11425073320150607])
      ),
      (
        "sign",
        .tensor(shape: [3], [0.06979222482983166, 0.08090370824059433, 0.014159088934191795])
      ),
      ("never computed", nil),
    ]
    #expect(judge.verdict(on: try given(text)) == expected)
  }

  @Test(arguments: [
    ("0.63", 2, Verdict.right), ("0.6250", 2, .right),
    ("0.6", 2, .tooFewDigits(asked: .decimals(2))),
    ("0.62", 2, .truncated), ("0.625016596", 2, .right),
    ("0.6251", 2, .wrong(rightElements: [], count: 1)),
    ("1", 2, .tooFewDigits(asked: .decimals(2))), ("62.5e-2", 2, .right),
    ("-0.63", 2, .wrong(rightElements: [], count: 1)),
  ])
  func precisionIsReadOffTheAnswer(text: String, places: Int, expected: Verdict) throws {
    let judge = AnswerJudge(expected: scalar(0.6250165960527301), precision: .decimals(places))
    #expect(judge.verdict(on: .printed(try #require(PrintedValue(text)))) == expected)
  }

  @Test(
    arguments: [
      ("1e8", 138_357_544, 0, Verdict.tooFewDigits(asked: .decimals(0))),
      ("1.4e8", 138_357_544, 0, .tooFewDigits(asked: .decimals(0))),
      ("1.38357544e8", 138_357_544, 0, .right), ("138357544", 138_357_544, 0, .right),
      ("2e8", 138_357_544, 0, .wrong(rightElements: [], count: 1)),
      ("0", 0.5, 1, .wrong(rightElements: [], count: 1)), ("0", 0, 1, .right),
      ("3e1", 25, 0, .tooFewDigits(asked: .decimals(0))), ("2.5e1", 25, 0, .right),
      ("25.0", 25, 0, .right),
      ("2e3", 2000, 0, .right), ("2000", 2000, 2, .right),
      ("6.0221409e23", 6.0221409e23, 0, .right), ("6.0221409e23", 6.0221409e23, 2, .right),
      ("6.0e23", 6.0221409e23, 0, .tooFewDigits(asked: .decimals(0))),
      ("6.0221408e23", 6.0221409e23, 0, .wrong(rightElements: [], count: 1)),
      ("2.00738025333e23", 6.02214076e23 / 3, 0, .right),
      // Either way at a tie.
      ("0.12", 0.125, 2, .right), ("0.13", 0.125, 2, .right),
      ("0.14", 0.125, 2, .wrong(rightElements: [], count: 1)),
    ] as [(String, Double, Int, Verdict)])
  func figuresCountBeforeThePointToo(
    text: String, exact: Double, places: Int, expected: Verdict
  ) throws {
    let judge = AnswerJudge(expected: scalar(exact), precision: .decimals(places))
    #expect(judge.verdict(on: .printed(try #require(PrintedValue(text)))) == expected)
  }

  @Test(arguments: [
    ("inf", Double.infinity), ("∞", .infinity), ("+inf", .infinity), ("Inf", .infinity),
    ("-inf", -.infinity), ("−∞", -.infinity), ("nan", .nan), ("NaN", .nan),
  ])
  func answersThatAreNoNumbersCanBeTyped(text: String, exact: Double) throws {
    let answer = GivenAnswer.printed(try #require(PrintedValue(text)))
    for places in [nil, 0, 2] {
      #expect(
        AnswerJudge(expected: scalar(exact), precision: places.map { .decimals($0) }).verdict(
          on: answer)
          == .right)
      for other in [0, 1e308, exact.isNaN ? .infinity : -exact] {
        let verdict = AnswerJudge(expected: scalar(other), precision: places.map { .decimals($0) })
          .verdict(
            on: answer)
        #expect(!verdict.isValueRight, "\(text) for \(other)")
      }
      let computed = GivenAnswer.computed(scalar(exact))
      #expect(
        AnswerJudge(expected: scalar(exact), precision: places.map { .decimals($0) }).verdict(
          on: computed)
          == .right)
      #expect(
        AnswerJudge(expected: scalar(1), precision: places.map { .decimals($0) }).verdict(
          on: computed)
          != .right)
    }
  }

  @Test func wholeNumbersInATensorTakeTheFinestUnit() throws {
    let judge = AnswerJudge(expected: .tensor(shape: [2], [1.4, 0.5]), precision: .decimals(2))
    // 1 stands for 1.0 here, which 1.4 is not.
    #expect(
      judge.verdict(on: .printed(try #require(PrintedValue("[1, 0.5]"))))
        == .wrong(rightElements: [1], count: 2))
    #expect(
      judge.verdict(on: .printed(try #require(PrintedValue("[1.4, 0.5]")))) == .right)
  }

  @Test func trailingZerosMayBeLeftOut() throws {
    let judge = AnswerJudge(expected: .tensor(shape: [2], [0.5000001, 2]), precision: .decimals(4))
    #expect(judge.verdict(on: .printed(try #require(PrintedValue("[0.5, 2]")))) == .right)
  }

  @Test func zeroIsNoAnswerToASmallGradient() throws {
    let judge = AnswerJudge(expected: scalar(0.00043857), precision: .decimals(5))
    #expect(!judge.verdict(on: .printed(try #require(PrintedValue("0.00000")))).isValueRight)
    let zero = judge.verdict(on: .printed(try #require(PrintedValue("0.00"))))
    // 0.00 is what two decimals leave of it, but it is not an answer.
    #expect(zero != .right)
    #expect(zero != .truncated)
  }

  @Test func exactAnswersMustBeExact() throws {
    let judge = AnswerJudge(expected: .tensor(shape: [2], [30, 1.0 / 3]), precision: nil)
    #expect(judge.verdict(on: .computed(.tensor(shape: [2], [30, 1.0 / 3]))) == .right)
    #expect(
      judge.verdict(on: .printed(try #require(PrintedValue("[30, 0.33]"))))
        == .wrong(rightElements: [0], count: 2))
  }

  @Test func onlyUnderstoodWrongAnswersCostAnAttempt() {
    #expect(Verdict.wrong(rightElements: [], count: 1).costsAttempt)
    #expect(Verdict.slip(index: 0, say: "").costsAttempt)
    for verdict in [
      Verdict.right, .tooFewDigits(asked: .decimals(2)), .truncated, .roundedEarly(places: 2),
      .otherShape(expected: [], given: [2]),
    ] {
      #expect(!verdict.costsAttempt)
    }
  }

  /// Significant figures are counted from the first digit that is not 0.
  @Test(arguments: [
    ("0.08237", Verdict.right), ("0.082", .tooFewDigits(asked: .significant(4))),
    ("0.08236", .truncated), ("8.237e-2", .right), ("0.0823671", .right),
    ("0.0824", .tooFewDigits(asked: .significant(4))),
    ("0.0832", .wrong(rightElements: [], count: 1)),
  ])
  func figuresAreJudged(_ text: String, _ expected: Verdict) throws {
    let judge = AnswerJudge(expected: scalar(0.08236706), precision: .significant(4))
    #expect(judge.verdict(on: .printed(try #require(PrintedValue(text)))) == expected)
  }

  @Test func figuresOfAVectorCountElementByElement() throws {
    let judge = AnswerJudge(
      expected: .tensor(shape: [3], [1234.5678, 0.00123456, 0]), precision: .significant(3))
    for (text, isRight) in [
      ("[1230, 0.00123, 0]", true), ("[1235, 0.00123, 0]", true), ("[1234, 0.00123, 0]", false),
    ] {
      let verdict = judge.verdict(on: .printed(try #require(PrintedValue(text))))
      #expect((verdict == .right) == isRight, "\(text): \(verdict)")
    }
  }
}
