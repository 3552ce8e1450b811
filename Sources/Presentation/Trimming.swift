extension StringProtocol {
  /// Without the white space at both ends.
  package var trimmed: String {
    var view = self[...]
    while let first = view.first, first.isWhitespace { view.removeFirst() }
    return view.trimmedAtEnd
  }

  /// Without the white space at the end.
  package var trimmedAtEnd: String {
    var view = self[...]
    while let last = view.last, last.isWhitespace { view.removeLast() }
    return String(view)
  }
}
