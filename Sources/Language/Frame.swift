/// The variables of one call, by slot. Values live in plain memory: no checks of exclusive access
/// on the evaluator's hottest path.
final class Frame {
  private let values: UnsafeMutablePointer<Value?>
  let count: Int
  let enclosing: Frame?
  /// The frame of whoever called, while the call is at work; a closure that keeps this frame does not
  /// keep that one.
  var caller: Frame?

  init(count: Int, enclosing: Frame? = nil) {
    self.count = count
    self.enclosing = enclosing
    values = .allocate(capacity: max(count, 1))
    values.initialize(repeating: nil, count: count)
  }

  deinit {
    values.deinitialize(count: count)
    values.deallocate()
  }

  /// Slots come from the parser, which counted them.
  @inline(__always)
  subscript(slot: Int) -> Value? {
    get { values[slot]?.resolved }
    set {
      if let newValue { (values + slot).hold(newValue) } else { values[slot] = nil }
    }
  }

  /// What all slots hold.
  var holdings: [Value?] { Array(UnsafeBufferPointer(start: values, count: count)) }

  func restore(_ holdings: [Value?]) {
    for (slot, held) in holdings.enumerated() { values[slot] = held }
  }

  /// The frame some functions further out.
  func outer(_ depth: Int) -> Frame? {
    var frame: Frame? = self
    for _ in 0..<depth { frame = frame?.enclosing }
    return frame
  }

  /// Lets go of inner functions nobody else holds: they hold this frame in turn.
  func releaseClosures() {
    for slot in 0..<count {
      guard case .function(var function)? = values[slot], function.enclosing === self else {
        continue
      }
      values[slot] = nil
      if !isKnownUniquelyReferenced(&function) { values[slot] = .function(function) }
    }
  }
}
