import Autograd
import Glibc
import Tensors

/// How long Ctrl-C would wait in the worst case: every operation of the catalogue is run at the
/// largest size that memory allows, and its gradient, and the longest time between two looks at the
/// interrupt is taken. Numbers come from a seed.
enum Latency {
  /// What one operation took.
  struct Finding {
    let name: String
    let shapes: String
    let longest: Double
    let total: Double
    let note: String
  }

  /// A computation is cut off after so many seconds, as a person would.
  private static let patience = 2.0

  // What the look, which is a C function, writes to; the driver has one thread.
  private nonisolated(unsafe) static var lastLook = 0.0
  private nonisolated(unsafe) static var longest = 0.0
  private nonisolated(unsafe) static var start = 0.0
  private nonisolated(unsafe) static var isCut = false

  static func run(memory: Int, names: [String], seed: UInt64) {
    Memory.watchProcess()
    Memory.limit = memory
    var findings: [Finding] = []
    for operation in Catalogue.standard.operations
    where names.isEmpty || names.contains(operation.name) {
      for finding in measured(operation, memory, seed) {
        findings.append(finding)
        print(row(finding))
        fflush(nil)
      }
    }
    print("\n| operation | shapes | longest wait | ran for |\n|---|---|---:|---:|")
    for finding in findings.sorted(by: { $0.longest > $1.longest }).prefix(10) {
      print(row(finding))
    }
  }

  private static func row(_ finding: Finding) -> String {
    let wait = milliseconds(finding.longest)
    let total = milliseconds(finding.total)
    return "| \(finding.name) | \(finding.shapes) | \(wait) | \(total) \(finding.note) |"
  }

  private static func milliseconds(_ seconds: Double) -> String {
    "\(Int((seconds * 1000).rounded())) ms"
  }

  /// Forward and backward at the largest size that is not refused.
  private static func measured(
    _ operation: Operation, _ memory: Int, _ seed: UInt64
  ) -> [Finding] {
    let cases =
      operation.sampling.shapes.isEmpty
      ? [[[Int]](repeating: [2, 3], count: operation.inputCount ?? 2)] : operation.sampling.shapes
    let attributes = operation.sampling.attributes.first ?? .none
    var elements = memory / 8 / 2
    var forward: Finding?
    while elements > 64 {
      let shapes = scaled(cases[0], to: elements)
      if let result = tried(operation, shapes, attributes, seed) {
        // A gradient that is refused where the value is not gets a smaller size of its own.
        forward = forward ?? result.forward
        if !operation.isDifferentiable { return [result.forward] }
        if let backward = result.backward, let forward { return [forward, backward] }
      }
      elements /= 2
    }
    return forward.map { [$0] }
      ?? [Finding(name: operation.name, shapes: "-", longest: 0, total: 0, note: "not run")]
  }

  /// The shapes with every size made longer by one factor, so that they still fit each other.
  private static func scaled(_ shapes: [[Int]], to elements: Int) -> [[Int]] {
    var factor = 1.0
    func grown(_ factor: Double) -> [[Int]] {
      shapes.map { $0.map { max(1, Int(Double($0) * factor)) } }
    }
    func count(_ shapes: [[Int]]) -> Double {
      shapes.reduce(0) { $0 + $1.reduce(1.0) { $0 * Double($1) } }
    }
    while count(grown(factor * 1.2)) < Double(elements), factor < 1e9 { factor *= 1.2 }
    return grown(factor)
  }

  /// nil where memory or time refuses the size.
  private static func tried(
    _ operation: Operation, _ shapes: [[Int]], _ attributes: Attributes, _ seed: UInt64
  ) -> (forward: Finding, backward: Finding?)? {
    var state = seed
    func random() -> Double {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Double(state >> 11) * 0x1p-53
    }
    let outer = Poll.begin(Poll.Bounds(memory: Memory.limit))
    let inputs = values(operation, shapes, random)
    let isTooLarge = Poll.isStopped
    Poll.end(outer)
    if isTooLarge { return nil }
    var result: Variable?
    let text = shapes.map { "\($0)" }.joined(separator: " ")
    let (forward, isSmaller) = timed(operation.name, text) {
      result = try operation(inputs, attributes)
    }
    if isSmaller { return nil }
    guard let y = result, operation.isDifferentiable else { return (forward, nil) }
    let (backward, isRefused) = timed("∂" + operation.name, text) {
      let seed = Tensor(repeating: 1, shape: y.shape)
      _ = try y.gradients(for: inputs.filter { $0.value.dtype.isReal }, seed: seed)
    }
    return (forward, isRefused ? nil : backward)
  }

  private static func values(
    _ operation: Operation, _ shapes: [[Int]], _ random: () -> Double
  ) -> [Variable] {
    if let made = operation.sampling.inputs { return made(shapes, random).map { Variable($0) } }
    let range = operation.sampling.range
    return shapes.map { sizes in
      Variable(
        Tensor(Shape(unchecked: sizes)) { out in
          Poll.inChunks(out.count) {
            for index in $0 {
              out[index] = range.lowerBound + (range.upperBound - range.lowerBound) * random()
            }
          }
        })
    }
  }

  /// Runs a computation until it ends or is cut off; true where a smaller one is wanted.
  private static func timed(
    _ name: String, _ shapes: String, _ body: () throws -> Void
  ) -> (Finding, isSmaller: Bool) {
    (longest, isCut) = (0, false)
    start = now
    lastLook = start
    let bounds = Poll.Bounds(
      memory: Memory.limit,
      interrupted: { _ in
        let time = Latency.now
        if !Latency.isCut { Latency.longest = max(Latency.longest, time - Latency.lastLook) }
        Latency.lastLook = time
        if time - Latency.start > Latency.patience { Latency.isCut = true }
        return Latency.isCut ? 1 : 0
      })
    let outer = Poll.begin(bounds)
    var note = ""
    var isSmaller = false
    do {
      try body()
    } catch TensorError.stopped(.interrupt) {
      note = "(cut)"
    } catch TensorError.stopped(.memory), TensorError.tooLarge, TensorError.tooMuchWork {
      (note, isSmaller) = ("(refused)", true)
    } catch {
      (note, isSmaller) = ("(\(error))", true)
    }
    Poll.end(outer)
    // From the last look, or from the interrupt, to the end.
    longest = max(longest, now - lastLook)
    return (
      Finding(name: name, shapes: shapes, longest: longest, total: now - start, note: note),
      isSmaller
    )
  }

  /// Of what this process has computed, which a busy machine does not change.
  private static var now: Double {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }
}
