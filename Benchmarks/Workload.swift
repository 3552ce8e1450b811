import ArgumentParser
import Autograd
import Glibc
import Networks
import Tensors

/// Something to time: what `prepare` returns does the given number of steps.
struct Workload: Sendable {
  let name: String
  let prepare: @Sendable () throws -> (Int) throws -> Void

  init(_ name: String, _ prepare: @escaping @Sendable () throws -> (Int) throws -> Void) {
    self.name = name
    self.prepare = prepare
  }

  static let all = startup + small + training + images + primitives + scripts

  static func named(_ name: String) throws -> Workload {
    guard let workload = all.first(where: { $0.name == name }) else {
      throw ValidationError("there is no workload '\(name)'")
    }
    return workload
  }

  /// Answers each line of standard input, a number of steps, with the seconds they took, the seconds
  /// of processor time, and the peak memory so far in MiB.
  func serve() throws {
    let run = try prepare()
    print("ready")
    fflush(nil)
    while let line = readLine(), let steps = Int(line) {
      let start = (now(CLOCK_MONOTONIC), processorTime)
      try run(steps)
      print(now(CLOCK_MONOTONIC) - start.0, processorTime - start.1, peakMemory)
      fflush(nil)
    }
  }

  private func now(_ clock: Int32) -> Double {
    var time = timespec()
    clock_gettime(clock, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }

  private var usages: [rusage] {
    [RUSAGE_SELF.rawValue, RUSAGE_CHILDREN.rawValue].map { who in
      var usage = rusage()
      getrusage(who, &usage)
      return usage
    }
  }

  /// Of this process and the programs it ran.
  private var processorTime: Double {
    var seconds = 0.0
    for usage in usages {
      for time in [usage.ru_utime, usage.ru_stime] {
        seconds += Double(time.tv_sec) + Double(time.tv_usec) * 1e-6
      }
    }
    return seconds
  }

  /// Of the programs it ran, if it ran any: then they are what is timed.
  private var peakMemory: Int {
    let peaks = usages.map { $0.ru_maxrss / 1024 }
    return peaks[1] > 0 ? peaks[1] : peaks[0]
  }
}

/// Reproducible numbers between −1 and 1.
struct Numbers {
  private var source = SplitMix64(seed: 1)

  mutating func next() -> Double { 2 * source.unit() - 1 }

  mutating func tensor(_ shape: Shape, _ dtype: DType = .float64, scale: Double = 1) -> Tensor {
    Tensor((0..<shape.count).map { _ in scale * next() }, shape: shape, dtype: dtype)
  }
}
