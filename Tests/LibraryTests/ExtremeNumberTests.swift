import Language
import Library
import Testing

/// Numbers that nobody prepares for.
@Suite struct ExtremeNumberTests {
  /// Each number of each example is exchanged for one at an edge: a value comes out, or an error that
  /// says what is wrong, and the process goes on.
  @Test(arguments: ["-2**63", "2**62", "1e308"])
  func examplesSurvive(_ edge: String) throws {
    // A loop over a range of 2**62 would not end.
    let program = try Program(limits: Limits(steps: 10_000, memory: 64 << 20))
    var (values, errors) = (0, 0)
    for source in Library.builtins.flatMap(\.examples).map(\.source) {
      for number in source.ranges(of: /\b\d+(\.\d+)?\b/) {
        var changed = source
        changed.replaceSubrange(number, with: edge)
        do {
          _ = try program.text(changed)
          values += 1
        } catch {
          #expect(try program.error(changed).code != "internal", "\(changed)")
          errors += 1
        }
      }
    }
    #expect(values > 300 && errors > 100, "\(values) values, \(errors) errors")
  }

  @Test(arguments: [
    "random_crop(ones(3, 8, 8), -2**63)", "conv_size(-2**63, 3)", "histogram([1e308, -1e308], 3)",
    "avg_pool3d(ones(1, 1, 1), 2**24, padding=2**23)", "init_scale(\"he_normal\", -1)",
    "xavier_normal((3, 3), fan_out=-2**63)",
  ])
  func areRefused(_ call: String) throws {
    #expect(try Program().error(call).code == "bad-argument")
  }

  @Test(arguments: [
    ("round(2.5, 400)", 2.5), ("round(1e300, 20)", 1e300), ("round(-2.5, -400)", -0.0),
    ("round(12345.678, -2)", 12300), ("round(0.0, 400)", 0), ("round(inf, -400)", .infinity),
  ])
  func roundingKnowsNoLimits(_ call: String, _ expected: Double) throws {
    #expect(try Program().numbers(call) == [expected])
  }

  @Test func connectionsAreAddedAsRealNumbers() throws {
    let scale = try Program().numbers("init_scale(\"xavier_uniform\", 2**62, 2**62)")[0]
    #expect(scale == (6 / 0x1p63).squareRoot())
  }

  /// What a size would need is said even where one of the axes is empty.
  @Test func anEmptyAxisHidesNoSize() throws {
    let error = try Program().error("zeros(0, 2**20, 2**20)")
    #expect(error.notes.contains { $0.contains("8192 GiB") }, "\(error.notes)")
  }
}
