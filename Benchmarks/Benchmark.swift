import Autograd
import Glibc
import Tensors

/// Times the workloads named on the command line (all without names) and prints one JSON line each:
/// microseconds a step, the median of several repeats with the smallest and the largest, and the
/// smallest processor time, which other programs disturb less.
@main struct Benchmark {
  static func main() throws {
    let wanted = CommandLine.arguments.dropFirst()
    for workload in try Workload.all()
    where wanted.isEmpty || wanted.contains(where: workload.name.hasPrefix) {
      try workload.measure()
    }
  }
}

/// Something to time: `run` does the given number of steps.
struct Workload {
  let name: String
  let run: (Int) throws -> Void

  static func all() throws -> [Workload] {
    try small() + training() + images() + primitives()
  }

  func measure(repeats: Int = 7, budget: Double = 0.25) throws {
    try run(3)
    var steps = 1
    while try seconds(steps) < budget / 4, steps < 1 << 24 { steps *= 2 }
    steps = max(1, Int(Double(steps) * budget / (try seconds(steps))))
    var processor = Double.infinity
    let times = try (0..<repeats).map { _ in
      let start = Self.now(CLOCK_PROCESS_CPUTIME_ID)
      let time = try seconds(steps) / Double(steps) * 1e6
      processor = min(processor, (Self.now(CLOCK_PROCESS_CPUTIME_ID) - start) / Double(steps) * 1e6)
      return time
    }.sorted()
    print(
      """
      {"workload": "\(name)", "impl": "nabla", "unit": "us", "median": \(Self.rounded(times[repeats / 2])), \
      "min": \(Self.rounded(times[0])), "max": \(Self.rounded(times[repeats - 1])), "cpu_min": \(Self.rounded(processor)), "repeats": \(repeats), \
      "steps": \(steps), "rss_mib": \(Self.peakMemory)}
      """)
  }

  private func seconds(_ steps: Int) throws -> Double {
    let start = Self.now(CLOCK_MONOTONIC)
    try run(steps)
    return Self.now(CLOCK_MONOTONIC) - start
  }

  private static func now(_ clock: Int32) -> Double {
    var time = timespec()
    clock_gettime(clock, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }

  private static var peakMemory: Int {
    var usage = rusage()
    getrusage(RUSAGE_SELF.rawValue, &usage)
    return usage.ru_maxrss / 1024
  }

  private static func rounded(_ time: Double) -> Double { (time * 1000).rounded() / 1000 }
}

/// Reproducible numbers between −1 and 1.
struct Numbers {
  private var state: UInt64 = 1

  mutating func next() -> Double {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Double(state >> 11) * 0x1p-52 - 1
  }

  mutating func tensor(_ shape: Shape, _ dtype: DType = .float64, scale: Double = 1) -> Tensor {
    Tensor((0..<shape.count).map { _ in scale * next() }, shape: shape, dtype: dtype)
  }
}
