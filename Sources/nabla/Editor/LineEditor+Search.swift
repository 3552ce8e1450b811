/// Ctrl-R: looking back through the history for a text. libedit's own search stops at the first
/// letter that is not ASCII, and here every second name has one.
struct HistorySearch {
  /// What is looked for.
  var term: [UInt32] = []
  /// The entry that is shown.
  var position: Int
  /// Whether there is one that holds the term.
  var isFound = true
  /// What was typed before the search, which Ctrl-G brings back.
  let original: [UInt32]
  let prompt: Prompt
}

extension LineEditor {
  func beginSearch() -> Reaction {
    search = HistorySearch(position: history.entries.count, original: buffer, prompt: prompt)
    return showSearch()
  }

  /// Takes the keys that belong to a search under way and tells whether this one does. A key with
  /// another meaning ends the search and is then obeyed.
  func searchTakes(_ scalar: UInt32) -> Bool {
    guard search != nil else { return false }
    switch Key(rawValue: scalar) {
    case .search: findEarlier()
    case .backspace, .rubout:
      if search?.term.popLast() != nil { restartSearch() }
    case .cancel: endSearch(keepingFound: false)
    case nil where scalar >= 0x20:
      search?.term.append(scalar)
      find(from: search?.position ?? 0)
    default:
      endSearch(keepingFound: true)
      return false
    }
    return true
  }

  private func restartSearch() {
    let newest = history.entries.count - 1
    find(from: newest)
  }

  private func findEarlier() { find(from: (search?.position ?? 0) - 1) }

  /// Moves to the nearest entry at a position or before it that holds the term, if there is one.
  private func find(from position: Int) {
    guard let term = search?.term else { return }
    guard !term.isEmpty else {
      search?.position = history.entries.count
      search?.isFound = true
      return
    }
    let newest = min(position, history.entries.count - 1)
    for candidate in stride(from: newest, through: 0, by: -1)
    where history.entries[candidate].contains(String(scalars: term)) {
      search?.position = candidate
      search?.isFound = true
      return
    }
    // Earlier than the one that is shown there is none; a longer term has none at all.
    if let search, history.entries.indices.contains(search.position) {
      self.search?.isFound = history.entries[search.position].contains(String(scalars: term))
    } else {
      search?.isFound = false
    }
  }

  /// What Ctrl-R would find next.
  private var otherHits: [String] {
    guard let search, search.isFound, !search.term.isEmpty else { return [] }
    let term = String(scalars: search.term)
    let earlier = history.entries.prefix(max(0, search.position)).reversed()
    return Array(earlier.lazy.filter { $0.contains(term) }.prefix(3))
  }

  func endSearch(keepingFound: Bool) {
    guard let search else { return }
    setPrompt(search.prompt)
    let entries = history.entries
    if keepingFound, search.isFound, entries.indices.contains(search.position) {
      if historyPosition == entries.count { draft = search.original }
      historyPosition = search.position
    } else {
      _ = replaceBuffer(with: search.original)
    }
    self.search = nil
  }

  /// Shows the term in the place of the prompt, and the entry found as the text.
  func showSearch() -> Reaction {
    guard let search else { return .refresh }
    let entries = history.entries
    let isHit = search.isFound && entries.indices.contains(search.position)
    let found = isHit ? entries[search.position] : nil
    let title = search.isFound ? "search" : "nothing with"
    setPrompt(Prompt(text: "\(title) '\(String(scalars: search.term))': ", style: "2"))
    below = otherHits.map { ("  " + ($0.split(separator: "\n").first.map(String.init) ?? ""), "2") }
    return replaceBuffer(with: found.map { $0.unicodeScalars.map(\.value) } ?? search.original)
  }
}
