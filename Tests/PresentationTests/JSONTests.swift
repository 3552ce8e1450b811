import Presentation
import TestSupport
import Testing

@Suite struct JSONTests {
  @Test func objectsKeepTheirOrder() {
    let value: JSONValue = [
      "value": [1.35, 2.45, -1.65], "shape": [3], "dtype": "float64", "ok": true, "error": nil,
    ]
    #expect(
      value.text == """
        {"value": [1.35, 2.45, -1.65], "shape": [3], "dtype": "float64", "ok": true, "error": null}
        """)
  }

  @Test(
    arguments: [
      (1.0, "1.0"), (-0.0, "0.0"), (0.1 + 0.2, "0.30000000000000004"), (1e-5, "1e-05"),
      (1e300, "1e+300"),
      (.nan, "\"NaN\""), (.infinity, "\"Infinity\""), (-.infinity, "\"-Infinity\""), (1.35, "1.35"),
      (.leastNonzeroMagnitude, "5e-324"), (.greatestFiniteMagnitude, "1.7976931348623157e+308"),
    ] as [(Double, String)])
  func numbersRoundTrip(_ number: Double, _ text: String) {
    #expect(JSONValue.number(number).text == text)
    // Equal, so that −0 may be 0.
    if number.isFinite { #expect(Double(text) == number) }
  }

  @Test func stringsAreEscaped() {
    #expect(
      JSONValue.string("a\"\\\n\t\r\u{0}\u{1B}\u{7F}\u{9B}\u{2028}ŷ").text
        == #""a\"\\\n\t\r\u0000\u001b\u007f\u009b\u2028ŷ""#)
    #expect(
      JSONValue.object([.init("a\"", .int(.min))]).text == "{\"a\\\"\": -9223372036854775808}")
  }

  @Test func xmlIsEscaped() {
    #expect(
      XMLText.escaped("<a b=\"c\">&'\u{1B}\n\r ŷ\u{FFFE}")
        == "&lt;a b=&quot;c&quot;&gt;&amp;&#39;\u{FFFD}\n&#13; ŷ\u{FFFD}")
  }
}

@Suite struct TestSupportTests {
  @Test func closenessIsAbsoluteOrRelative() {
    #expect(areClose(1, 1 + 1e-9, absolute: 1e-8, relative: 0))
    #expect(areClose(1e9, 1e9 + 1, absolute: 0, relative: 1e-8))
    #expect(!areClose(1, 1.001, absolute: 1e-6, relative: 1e-6))
    #expect(
      areClose(.nan, .nan, absolute: 0, relative: 0) && !areClose(.nan, 1, absolute: 9, relative: 9)
    )
    #expect(
      !areClose(.infinity, 1e308, absolute: 1e308, relative: 1)
        && areClose(.infinity, .infinity, absolute: 0, relative: 0))
  }

  @Test(.disabled(if: isUpdatingGolden)) func failuresAreReported() {
    withKnownIssue { expectClose(1.0, 1.001, absolute: 1e-6, relative: 1e-6) }
    withKnownIssue { expectClose([1.0, 2.0], [1.0], absolute: 1, relative: 1) }
    withKnownIssue { expectClose([1.0, 2.0], [1.0, 2.1], absolute: 1e-3, relative: 1e-3) }
    withKnownIssue { expectGolden(name: "no-such-file", text: "x") }
    withKnownIssue { expectGoldenFolder(holds: []) }
  }

  @Test func differencesAreShownByLine() {
    #expect(lineDifference("a\nb\nc\n", "a\nx\nc\n") == "- 2: b\n+ 2: x")
    #expect(lineDifference("a\n", "a\n") == "")
  }
}
