/// The LaTeX names of symbols: one table for formulas in prose and for typing symbols with TAB.
package enum LaTeXSymbols {
  /// One name that can be typed, with its backslash, and what it stands for.
  package struct Completion: Sendable, Equatable {
    package var name: String
    package var symbol: String

    package init(name: String, symbol: String) {
      self.name = name
      self.symbol = symbol
    }
  }

  /// What TAB does to the text before the cursor.
  package struct Expansion: Sendable, Equatable {
    /// How many Unicode scalars before the cursor go (a line editor's unit).
    package var replacedScalars: Int
    package var text: String
    /// What else the typed name could become; empty when `text` is the symbol itself.
    package var candidates: [Completion]

    package init(replacedScalars: Int, text: String, candidates: [Completion] = []) {
      self.replacedScalars = replacedScalars
      self.text = text
      self.candidates = candidates
    }
  }

  /// The symbol of a name, with or without its backslash: `\theta` → θ, `_1` → ₁, `^2` → ².
  package static func symbol(for name: String) -> String? {
    let name = name.hasPrefix("\\") ? String(name.dropFirst()) : name
    if let symbol = table[name] ?? accents[name].map({ String(Character($0)) }) { return symbol }
    switch name.first {
    case "_": return script(String(name.dropFirst()), Transliteration.lowered)
    case "^": return script(String(name.dropFirst()), Transliteration.lifted)
    default: return nil
    }
  }

  /// All names that begin with `prefix` (with or without its backslash), in alphabetical order;
  /// scripts only for a prefix that begins with `_` or `^`.
  package static func completions(prefix: String) -> [Completion] {
    let wanted = prefix.hasPrefix("\\") ? String(prefix.dropFirst()) : prefix
    if let first = wanted.first, first == "_" || first == "^" {
      let known = first == "_" ? Transliteration.lowered : Transliteration.lifted
      let names = wanted.count == 1 ? known.keys.map { "\(first)\($0)" } : [wanted]
      return names.sorted().compactMap { name in
        symbol(for: name).map { Completion(name: "\\" + name, symbol: $0) }
      }
    }
    return (Array(table.keys) + Array(accents.keys)).filter { $0.hasPrefix(wanted) }.sorted()
      .compactMap { name in symbol(for: name).map { Completion(name: "\\" + name, symbol: $0) } }
  }

  /// What TAB makes of a line that ends in `\name`: the symbol if the name is one or can only
  /// become one; an accent joined with the letter before it; else the longest common beginning
  /// with its candidates. Nil where no such name ends the text.
  package static func expansion(of text: String) -> Expansion? {
    guard let backslash = text.lastIndex(of: "\\") else { return nil }
    let typed = String(text[text.index(after: backslash)...])
    guard !typed.contains(where: { $0.isWhitespace }) else { return nil }
    let length = typed.unicodeScalars.count + 1
    if let mark = accents[typed] {
      return accented(before: text[..<backslash], mark: mark, length: length)
    }
    if let symbol = symbol(for: typed) {
      return Expansion(replacedScalars: length, text: symbol)
    }
    let candidates = completions(prefix: typed)
    guard let first = candidates.first else { return nil }
    if candidates.count == 1 {
      return expansion(of: String(text[..<backslash]) + first.name).map {
        // The name was finished on the way, but only what was typed has to go.
        let added = first.name.unicodeScalars.count - length
        return Expansion(replacedScalars: $0.replacedScalars - added, text: $0.text)
      }
    }
    let common = candidates.dropFirst().reduce(first.name) { $0.commonPrefix(with: $1.name) }
    return Expansion(replacedScalars: length, text: common, candidates: candidates)
  }

  private static func accented(
    before: Substring, mark: Unicode.Scalar, length: Int
  ) -> Expansion {
    guard let letter = before.last, letter.isLetter || letter.isNumber else {
      return Expansion(replacedScalars: length, text: String(Character(mark)))
    }
    return Expansion(
      replacedScalars: length + letter.unicodeScalars.count, text: accented(letter, mark))
  }

  /// A letter with a mark, as one code point where Unicode has it (`y` and the hat are `ŷ`).
  static func accented(_ letter: Character, _ mark: Unicode.Scalar) -> String {
    composed[mark]?[letter] ?? String(letter) + String(Character(mark))
  }

  /// A letter with its mark, `ŷ`, `θ̂`, in its two parts; nil for all other texts.
  static func parted(_ text: String) -> (letter: Character, mark: Unicode.Scalar, name: String)? {
    guard text.count == 1, let character = text.first else { return nil }
    let names = accents.sorted { $0.key < $1.key }
    let scalars = Array(character.unicodeScalars)
    if scalars.count == 2, let found = names.first(where: { $0.value == scalars[1] }) {
      return (Character(scalars[0]), found.value, found.key)
    }
    for (name, mark) in names {
      if let letter = composed[mark]?.first(where: { $0.value == text })?.key {
        return (letter, mark, name)
      }
    }
    return nil
  }

  /// All characters raised or lowered, nil where one has no such form.
  static func script(_ text: String, _ forms: [Character: Character]) -> String? {
    let result = text.compactMap { forms[$0] }
    return result.isEmpty || result.count != text.count ? nil : String(result)
  }

  // MARK: - Tables

  /// Commands that put a mark over a letter.
  static let accents: [String: Unicode.Scalar] = [
    "hat": "\u{302}", "widehat": "\u{302}", "tilde": "\u{303}", "widetilde": "\u{303}",
    "bar": "\u{304}", "overline": "\u{304}", "dot": "\u{307}", "ddot": "\u{308}", "vec": "\u{20D7}",
  ]

  static let composed: [Unicode.Scalar: [Character: String]] = [
    "\u{302}": pairs("aceghijosuwyzACEGHIJOSUWYZ", "âĉêĝĥîĵôŝûŵŷẑÂĈÊĜĤÎĴÔŜÛŴŶẐ"),
    "\u{303}": pairs("aeinouvyAEINOUVY", "ãẽĩñõũṽỹÃẼĨÑÕŨṼỸ"),
    "\u{304}": pairs("aegiouyAEGIOUY", "āēḡīōūȳĀĒḠĪŌŪȲ"),
    "\u{307}": pairs(
      "abcdefghmnoprstwxyzABCDEFGHMNOPRSTWXYZ", "ȧḃċḋėḟġḣṁṅȯṗṙṡṫẇẋẏżȦḂĊḊĖḞĠḢṀṄȮṖṘṠṪẆẊẎŻ"),
    "\u{308}": pairs("aehiotuwxyAEHIOUWXY", "äëḧïöẗüẅẍÿÄËḦÏÖÜẄẌŸ"),
  ]

  private static func pairs(_ letters: String, _ marked: String) -> [Character: String] {
    Dictionary(zip(letters, marked.map(String.init)), uniquingKeysWith: { first, _ in first })
  }

  static let table: [String: String] = [
    // Greek
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ε", "varepsilon": "ε",
    "zeta": "ζ", "eta": "η", "theta": "θ", "vartheta": "ϑ", "iota": "ι", "kappa": "κ",
    "lambda": "λ", "mu": "μ", "nu": "ν", "xi": "ξ", "omicron": "ο", "pi": "π", "rho": "ρ",
    "sigma": "σ", "varsigma": "ς", "tau": "τ", "upsilon": "υ", "phi": "φ", "varphi": "φ",
    "chi": "χ", "psi": "ψ", "omega": "ω", "Gamma": "Γ", "Delta": "Δ", "Theta": "Θ",
    "Lambda": "Λ", "Xi": "Ξ", "Pi": "Π", "Sigma": "Σ", "Upsilon": "Υ", "Phi": "Φ", "Psi": "Ψ",
    "Omega": "Ω",
    // Operators
    "partial": "∂", "nabla": "∇", "cdot": "·", "times": "×", "odot": "⊙", "circ": "∘",
    "otimes": "⊗", "oplus": "⊕", "pm": "±", "mp": "∓", "div": "÷", "ast": "∗", "star": "⋆",
    "minus": "−", "sum": "∑", "prod": "∏", "int": "∫", "sqrt": "√", "infty": "∞", "prime": "′",
    "top": "ᵀ", "bot": "⊥", "perp": "⊥", "parallel": "∥", "angle": "∠", "degree": "°",
    "dagger": "†", "wedge": "∧", "land": "∧", "vee": "∨", "lor": "∨", "neg": "¬", "lnot": "¬",
    "cap": "∩", "cup": "∪", "setminus": "∖", "forall": "∀", "exists": "∃", "emptyset": "∅",
    "varnothing": "∅", "bullet": "•", "checkmark": "✓", "half": "½",
    // Relations and arrows
    "leq": "≤", "le": "≤", "geq": "≥", "ge": "≥", "neq": "≠", "ne": "≠", "approx": "≈",
    "equiv": "≡", "sim": "∼", "simeq": "≃", "cong": "≅", "propto": "∝", "ll": "≪", "gg": "≫",
    "in": "∈", "notin": "∉", "ni": "∋", "subset": "⊂", "subseteq": "⊆", "supset": "⊃",
    "supseteq": "⊇", "coloneqq": "≔", "to": "→", "rightarrow": "→", "longrightarrow": "⟶",
    "leftarrow": "←", "gets": "←", "longleftarrow": "⟵", "leftrightarrow": "↔",
    "Rightarrow": "⇒", "implies": "⇒", "Leftarrow": "⇐", "Leftrightarrow": "⇔", "iff": "⇔",
    "mapsto": "↦", "uparrow": "↑", "downarrow": "↓", "mid": "|",
    // Dots, brackets, letters
    "ldots": "…", "dots": "…", "cdots": "⋯", "vdots": "⋮", "ddots": "⋱", "lceil": "⌈",
    "rceil": "⌉", "lfloor": "⌊", "rfloor": "⌋", "langle": "⟨", "rangle": "⟩", "lVert": "‖",
    "rVert": "‖", "Vert": "‖", "vert": "|", "lvert": "|", "rvert": "|", "ell": "ℓ",
    "hbar": "ℏ", "Re": "ℜ", "Im": "ℑ", "aleph": "ℵ",
    "bbR": "ℝ", "bbN": "ℕ", "bbZ": "ℤ", "bbE": "𝔼", "bbone": "𝟙", "scrL": "ℒ",
  ]
}

extension String {
  fileprivate func commonPrefix(with other: String) -> String {
    String(zip(self, other).prefix { $0 == $1 }.map(\.0))
  }
}
