import Glibc

extension String {
  /// The text as C's wide functions take it: one `wchar_t` a scalar, zero at the end.
  var wide: [wchar_t] { unicodeScalars.map { wchar_t(bitPattern: $0.value) } + [0] }

  /// What stands in a wide buffer; numbers that are no character become U+FFFD.
  init(wide start: UnsafePointer<wchar_t>, count: Int) {
    let characters = UnsafeBufferPointer(start: start, count: Swift.max(0, count))
    self.init(scalars: characters.lazy.map { UInt32(bitPattern: $0) })
  }

  init(wide start: UnsafePointer<wchar_t>) {
    var count = 0
    while start[count] != 0 { count += 1 }
    self.init(wide: start, count: count)
  }

  init(scalars: some Sequence<UInt32>) {
    var view = String.UnicodeScalarView()
    for scalar in scalars { view.append(UnicodeScalar(scalar) ?? "\u{FFFD}") }
    self.init(view)
  }
}
