// Which characters make a name, and their canonical composition.

extension Unicode.Scalar {
  /// May begin a name: any letter except the raised `ᵀ`, which transposes.
  var beginsName: Bool {
    if value < 0x80 { return isASCIILetter || self == "_" }
    return self != "ᵀ" && (properties.isAlphabetic || self == "𝟙" || self == "∆")
  }

  /// May stand inside a name: letters, digits, `_`, subscripts, combining marks and primes.
  var continuesName: Bool {
    if value < 0x80 { return isASCIILetter || isASCIIDigit || self == "_" }
    switch value {
    case 0x2032, 0x2033, 0x2080...0x208E: return true  // ′ ″ ₀…₉ ₊ ₋ ₌ ₍ ₎
    default: return beginsName || isMark
    }
  }

  var isASCIILetter: Bool {
    (0x41...0x5A).contains(value) || (0x61...0x7A).contains(value)
  }

  var isASCIIDigit: Bool { (0x30...0x39).contains(value) }

  private var isMark: Bool {
    switch properties.generalCategory {
    case .nonspacingMark, .spacingMark, .enclosingMark: return true
    default: return false
    }
  }

  /// The digit or sign that a raised character stands for: `²` is "2", `⁻` is "-".
  var superscript: Character? {
    switch self {
    case "⁰": return "0"
    case "¹": return "1"
    case "²": return "2"
    case "³": return "3"
    case "⁴"..."⁹": return Character(Unicode.Scalar(UInt8(value - 0x2070 + 0x30)))
    case "⁻": return "-"
    default: return nil
    }
  }
}

extension String {
  /// NFKC for names as far as letters go: a letter of another style or shape is the letter itself
  /// (𝑥 is x, µ is μ, ϵ is ε), and each letter with marks becomes its single precomposed character if
  /// there is one. Lowered digits keep their place: Θ₁ is not Θ1.
  package var composed: String {
    if utf8.allSatisfy({ $0 < 0x80 }) { return self }
    var plain = ""
    for scalar in unicodeScalars { plain += CompatibleLetters.plain(scalar) ?? String(scalar) }
    var result = ""
    for character in plain {
      let isSequence = character.unicodeScalars.count > 1
      if isSequence, let single = Self.precomposed[character] {
        result.unicodeScalars.append(single)
      } else {
        result.append(character)
      }
    }
    return result
  }

  /// Characters compare by canonical equivalence, so a precomposed letter as key is found by its
  /// decomposed spelling; the Latin and Greek blocks hold every precomposed letter of mathematics.
  private static let precomposed: [Character: Unicode.Scalar] = {
    var table: [Character: Unicode.Scalar] = [:]
    for block in [0xC0...0x24F, 0x370...0x3FF, 0x1E00...0x1FFF] as [ClosedRange<UInt32>] {
      for value in block {
        guard let scalar = Unicode.Scalar(value), table[Character(scalar)] == nil else { continue }
        table[Character(scalar)] = scalar
      }
    }
    return table
  }()
}
