import COpenBLAS

/// The times of one workload: microseconds a step here and in PyTorch, and their ratio.
struct Measurement {
  struct Spread {
    let median, minimum, maximum: Double

    init(_ values: [Double]) {
      let sorted = values.sorted()
      median = sorted[sorted.count / 2]
      minimum = sorted[0]
      maximum = sorted[sorted.count - 1]
    }

    var json: String {
      #""median": \#(digits(median)), "min": \#(digits(minimum)), "max": \#(digits(maximum))"#
    }
  }

  let name: String
  let time: Spread
  /// The smallest processor time a step: other programs disturb it less.
  let processor: Double
  let memory: Double
  let repeats: Int
  private(set) var peer: (time: Spread, processor: Double, memory: Double, ratio: Spread)?

  /// Times a workload and, in turn, the same work in PyTorch, where there is some.
  init(of workload: Workload, peer python: String?, repeats: Int, budget: Double) throws {
    let here = try Timer(workload)
    guard here.isReady() else { throw Timer.Stopped() }
    var there = try python.map { try Timer(workload, python: $0) }
    if there?.isReady() != true { there = nil }
    try here.calibrate(budget)
    try there?.calibrate(budget)
    let pairs = try (0..<repeats).map { _ in (try here.time(), try there?.time()) }
    name = workload.name
    self.repeats = repeats
    time = Spread(pairs.map { $0.0.seconds * 1e6 })
    processor = Spread(pairs.map { $0.0.processor * 1e6 }).minimum
    memory = pairs[repeats - 1].0.memory
    let theirs = pairs.compactMap(\.1)
    guard let last = theirs.last else { return }
    peer = (
      Spread(theirs.map { $0.seconds * 1e6 }), Spread(theirs.map { $0.processor * 1e6 }).minimum,
      last.memory, Spread(pairs.map { $0.0.seconds / ($0.1?.seconds ?? .nan) })
    )
  }

  var json: String {
    let compared = peer.map {
      #", "pytorch": {\#($0.time.json), "cpu_min": \#(digits($0.processor)), "rss_mib": \#($0.memory)}"#
        + #", "ratio": {\#($0.ratio.json)}"#
    }
    return
      #"{"workload": "\#(name)", "unit": "us", \#(time.json), "cpu_min": \#(digits(processor)), "#
      + #""rss_mib": \#(memory), "repeats": \#(repeats), "openblas": "\#(Self.core)"\#(compared ?? "")}"#
  }

  /// Medians, for people.
  static func table(_ measurements: [Measurement]) -> String {
    let rows = measurements.map { m in
      let peer = m.peer.map { ["\(digits($0.time.median))", "1/\(digits(1 / $0.ratio.median))"] }
      return [
        "| \(m.name)", "\(digits(m.time.median))", peer?[0] ?? "–", peer?[1] ?? "–",
        "\(m.memory) |",
      ]
      .joined(separator: " | ")
    }
    return """
      OpenBLAS kernels: \(core). Medians of a step in microseconds; the ratio is the median of pairs.

      | workload | nabla | PyTorch | ratio | nabla, peak MiB |
      |---|---|---|---|---|
      \(rows.joined(separator: "\n"))
      """
  }

  /// The processor whose kernels OpenBLAS uses.
  private static var core: String { String(cString: openblas_get_corename()) }
}

/// Four significant digits.
private func digits(_ x: Double) -> Double {
  guard x.isFinite, x != 0 else { return x }
  var scale = 1.0
  var size = abs(x)
  while size < 1000 { (size, scale) = (size * 10, scale * 10) }
  return (x * scale).rounded() / scale
}
