// Signs as they come out of PDFs and word processors.

/// The letters that Unicode holds to be other forms of a letter.
enum CompatibleLetters {
  /// The letter that a scalar is a form of; nil for one that is none.
  static func plain(_ scalar: Unicode.Scalar) -> String? {
    switch scalar.value {
    case 0..<0xB5: return nil
    case 0x1D400...0x1D6A3: return latin(Int(scalar.value - 0x1D400) % 52)
    case 0x1D6A8...0x1D7C9: return greek(Int(scalar.value - 0x1D6A8) % 58)
    case 0xFF21...0xFF3A, 0xFF41...0xFF5A:  // full width
      return Unicode.Scalar(scalar.value - 0xFEE0).map { String($0) }
    default: return singles[scalar]
    }
  }

  private static func latin(_ place: Int) -> String {
    String(Unicode.Scalar(UInt8(place < 26 ? 0x41 + place : 0x61 + place - 26)))
  }

  /// One style of the mathematical Greek alphabet: capitals, nabla, small letters, variants.
  private static func greek(_ place: Int) -> String {
    switch place {
    case 17: return "Θ"
    case 0..<25: return Unicode.Scalar(UInt32(0x391 + place)).map { String($0) } ?? ""
    case 25: return "∇"
    case 26..<51: return Unicode.Scalar(UInt32(0x3B1 + place - 26)).map { String($0) } ?? ""
    default: return ["∂", "ε", "θ", "κ", "φ", "ρ", "π"][place - 51]
    }
  }

  private static let singles: [Unicode.Scalar: String] = [
    "µ": "μ", "ϐ": "β", "ϑ": "θ", "ϒ": "Υ", "ϕ": "φ", "ϖ": "π", "ϰ": "κ", "ϱ": "ρ", "ϲ": "ς",
    "ϴ": "Θ", "ϵ": "ε", "∆": "Δ", "ℂ": "C", "ℊ": "g", "ℋ": "H", "ℌ": "H", "ℍ": "H", "ℎ": "h",
    "ℏ": "ħ", "ℐ": "I", "ℑ": "I", "ℒ": "L", "ℓ": "l", "ℕ": "N", "ℙ": "P", "ℚ": "Q", "ℛ": "R",
    "ℜ": "R", "ℝ": "R", "ℤ": "Z", "\u{2126}": "Ω", "ℨ": "Z", "\u{212A}": "K", "\u{212B}": "Å",
    "ℬ": "B", "ℭ": "C", "ℯ": "e", "ℰ": "E", "ℱ": "F", "ℳ": "M", "ℴ": "o", "ﬀ": "ff", "ﬁ": "fi",
    "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl",
  ]
}

extension Unicode.Scalar {
  /// A digit of the mathematical alphabets or of full width.
  var mathematicalDigit: Character? {
    switch value {
    case 0x1D7CE...0x1D7FF: Character(Unicode.Scalar(UInt8(0x30 + (value - 0x1D7CE) % 10)))
    case 0xFF10...0xFF19: Character(Unicode.Scalar(UInt8(0x30 + value - 0xFF10)))
    default: nil
    }
  }

  /// A sign that is a number by itself.
  var numericSign: Double? {
    switch self {
    case "½": 0.5
    case "¼": 0.25
    case "¾": 0.75
    case "∞": .infinity
    default: nil
    }
  }

  var isCurlyQuote: Bool { closingQuotes != nil }

  /// What ends a string that begins with this quote; nil for everything that is no curly quote.
  var closingQuotes: [Unicode.Scalar]? {
    switch self {
    case "“", "”", "„", "‟": ["”", "“", "\""]
    case "«": ["»"]
    case "»": ["«"]
    case "‘", "’", "‚": ["’", "‘", "'"]
    default: nil
    }
  }

  /// What to type for a sign that has a meaning on paper and none here.
  var replacement: String? {
    switch self {
    case "∑": "write sum(x), sum(x, axis=0) or a loop"
    case "∏": "write prod(x)"
    case "∫": "write sum(y) * dx over small steps"
    case "∇": "write ∂E/∂w, or grad(E, w)"
    case "⊗": "write a * b element by element, outer(a, b), or conv2d(x, k)"
    case "⊕": "write a + b"
    case "∘", "○": "write a * b element by element, or f(g(x))"
    case "≈", "≃", "≅": "write allclose(a, b)"
    case "≡": "write =="
    case "→", "⟶", "⇒", "↦": "write f(x) = …, or x ← value for an update"
    case "⇐", "⟵": "write x ← value"
    case "∈": "write in"
    case "∉": "write not in"
    case "∧": "write and"
    case "∨": "write or"
    case "¬": "write not"
    case "⟨", "⟩": "write dot(a, b), or tuples as (a, b)"
    case "∝": "write the factor"
    case "±": "write both: a + b and a - b"
    case "†": "write Aᵀ, or A.T"
    case "∥": "write norm(v)"
    case "…", "⋯", "⋮": "write every element, or a range"
    case "—": "write - for minus"
    case "≪": "write <"
    case "≫": "write >"
    case "≔": "write ="
    default: nil
    }
  }
}
