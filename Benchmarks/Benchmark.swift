import ArgumentParser

/// Times the workloads W1–W6 and prints one JSON line each. Every workload runs in a process of its
/// own, so that its peak memory is its own; when Python with PyTorch is there, the same work in
/// PyTorch is timed in turn, repeat by repeat, so that a machine that slows down slows both.
@main struct Benchmark: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "benchmark",
    abstract: "Times the workloads W1–W6, beside PyTorch when it is there.")

  @Argument(help: "Beginnings of names of workloads; all without any.")
  var names: [String] = []

  @Option(help: "How often each workload is timed.")
  var repeats = 7

  @Option(help: "About how many seconds a repeat takes.")
  var budget = 0.25

  @Option(help: "A Python that has PyTorch.")
  var python = "python3"

  @Flag(help: "Prints a Markdown table instead of JSON lines.")
  var table = false

  @Flag(help: "Measures how long Ctrl-C may wait in each operation at its largest size instead.")
  var latency = false

  @Option(help: "Seed of the numbers of --latency.")
  var seed: UInt64 = 1

  @Option(help: "MiB that the operations of --latency may take.")
  var memory = 2048

  @Option(help: .private) var worker: String?

  func validate() throws {
    guard repeats > 0, budget > 0 else {
      throw ValidationError("--repeats and --budget are positive numbers")
    }
  }

  func run() throws {
    if latency { return Latency.run(memory: memory << 20, names: names, seed: seed) }
    if let worker { return try Workload.named(worker).serve() }
    let peer = Timer.hasPyTorch(python) ? python : nil
    var measurements: [Measurement] = []
    for workload in Workload.all
    where names.isEmpty || names.contains(where: workload.name.hasPrefix) {
      let measurement = try Measurement(
        of: workload, peer: peer, repeats: repeats, budget: budget)
      if !table { print(measurement.json) }
      measurements.append(measurement)
    }
    if table { print(Measurement.table(measurements)) }
  }
}
