import Presentation

/// What the marks of a statement are compared with.
struct MarkEvidence {
  /// The exact value of the statement, or what prevented it.
  var exact: ComputedValue
  /// The value when every named step is rounded to these places; nil when that could not be run.
  var slide: [Int: ComputedValue] = [:]
}

extension Mark {
  /// The places of slide arithmetic this mark speaks of.
  func places(in front: FrontMatter) -> Int? {
    if case .slide(let places?) = kind { return places }
    return front.places
  }

  /// Nil when the mark holds.
  func failure(
    on evidence: MarkEvidence, places: Int?, in source: SourceText
  ) -> Diagnostic? {
    let isExact = value.isRounding(of: evidence.exact)
    let slide = places.flatMap { evidence.slide[$0] }
    let isSlide = slide.map { value.isRounding(of: $0) } ?? false
    switch kind {
    case .exact:
      guard !isExact else { return nil }
      return .exactMark(self, evidence.exact, slide: isSlide ? places : nil, source)
    case .slide:
      guard let places else { return .slideWithoutPlaces(self, source) }
      if isExact { return .slideIsExact(self, evidence.exact, source) }
      guard let slide else { return .slideDidNotRun(self, places, source) }
      return isSlide ? nil : .slideMark(self, evidence.exact, slide, places, source)
    case .erratum:
      if isExact { return .erratumIsExact(self, evidence.exact, source) }
      return isSlide ? .erratumIsSlide(self, slide, places, source) : nil
    }
  }
}

// MARK: - Writing values

extension ComputedValue {
  /// All digits, elided in the middle when there are many elements.
  package var description: String {
    switch self {
    case .tensor(let shape, let elements): ComputedValue.text(shape, elements.map(\.shortest))
    case .boolean(let value): value ? "True" : "False"
    case .string(let text): "'\(text)'"
    case .other(let text): text
    }
  }

  /// Rounded to the precision of a printed value of the same shape, otherwise in full.
  func rounded(like printed: PrintedValue) -> String {
    guard case .tensor(let shape, let elements) = self, printed.numbers.count == elements.count
    else { return description }
    let texts = zip(printed.numbers, elements).map { $0.precision.text(of: $1) }
    return ComputedValue.text(shape, texts)
  }

  /// Rounded to decimals or significant figures.
  package func rounded(to precision: Decimal.Precision) -> String {
    guard case .tensor(let shape, let elements) = self else { return description }
    return ComputedValue.text(shape, elements.map { precision.text(of: $0) })
  }

  static func text(_ shape: [Int], _ elements: [String]) -> String {
    if shape.isEmpty { return elements.first ?? "" }
    if elements.count > 60 {
      return "[\(elements.prefix(6).joined(separator: ", ")), … (\(elements.count) numbers)]"
    }
    return nested(shape[...], elements[...])
  }

  private static func nested(_ shape: ArraySlice<Int>, _ elements: ArraySlice<String>) -> String {
    guard let size = shape.first, shape.count > 1, size > 0 else {
      return "[" + elements.joined(separator: ", ") + "]"
    }
    let width = elements.count / size
    let rows = (0..<size).map { row in
      let start = elements.startIndex + row * width
      return nested(shape.dropFirst(), elements[start..<start + width])
    }
    // A matrix is written in rows: [1, 2; 3, 4]. With a single row that would be a vector.
    guard shape.count == 2, size > 1 else { return "[" + rows.joined(separator: ", ") + "]" }
    return "[" + rows.map { $0.dropFirst().dropLast() }.joined(separator: "; ") + "]"
  }
}

extension Double {
  /// All digits; a whole number without point.
  fileprivate var shortest: String {
    guard let whole = Int(exactly: self), magnitude < 1e15 else {
      return NumberFormat.shortest(self)
    }
    return "\(whole)"
  }
}

extension Decimal.Precision {
  /// A number written at this precision.
  func text(of value: Double) -> String {
    guard value.isFinite else { return NumberFormat.shortest(value) }
    switch self {
    case .decimals(let count): return Decimal.text(value, decimals: count)
    case .significant(let count):
      return Decimal(value, rounded: self).scientific(decimals: count - 1)
    }
  }
}

// MARK: - Diagnostics

extension Diagnostic {
  private static func mark(
    _ mark: Mark, _ headline: String, _ source: SourceText, notes: [String], helps: [String] = []
  ) -> Diagnostic {
    Diagnostic(
      "lesson-check", headline, source: source, primary: Label(mark.span), notes: notes,
      helps: helps)
  }

  private static func facts(_ mark: Mark, _ exact: ComputedValue) -> [String] {
    var notes = ["printed \(mark.text), computed \(exact.description)"]
    let printedShape: [Int]? =
      switch mark.value {
      case .number: []
      case .tensor(let shape, _): shape
      case .boolean, .string: nil
      }
    if let printedShape, let shape = exact.shape, printedShape != shape {
      notes.append("printed shape \(printedShape), computed shape \(shape)")
    } else if case .tensor(_, let elements) = exact, elements.count > 1,
      let index = zip(mark.value.numbers, elements).enumerated()
        .first(where: { !$0.element.0.isRounding(of: $0.element.1) })?.offset
    {
      notes.append(
        "first difference: printed \(mark.value.numbers[index].text), computed \(elements[index].shortest)"
      )
    }
    return notes
  }

  fileprivate static func exactMark(
    _ mark: Mark, _ exact: ComputedValue, slide: Int?, _ source: SourceText
  ) -> Diagnostic {
    var helps: [String] = []
    if let slide {
      helps = ["write '#~> \(mark.text)': rounding every step to \(slide) places gives it"]
    } else if case .other = exact {
      helps = ["put the mark after 'name = …', or after an expression with a value"]
    } else {
      helps = ["write '#=> \(exact.rounded(like: mark.value))'"]
    }
    return .mark(
      mark, "the exact value does not round to the printed one", source,
      notes: facts(mark, exact), helps: helps)
  }

  fileprivate static func slideWithoutPlaces(_ mark: Mark, _ source: SourceText) -> Diagnostic {
    .mark(
      mark, "slide arithmetic to how many places?", source, notes: [],
      helps: ["write '#~(2)> \(mark.text)', or 'places: 2' in the front matter"])
  }

  fileprivate static func slideIsExact(
    _ mark: Mark, _ exact: ComputedValue, _ source: SourceText
  ) -> Diagnostic {
    .mark(
      mark, "the exact value rounds to the printed one already", source,
      notes: facts(mark, exact), helps: ["write '#=> \(mark.text)'"])
  }

  fileprivate static func slideDidNotRun(
    _ mark: Mark, _ places: Int, _ source: SourceText
  ) -> Diagnostic {
    .mark(
      mark, "the lesson cannot be run under rounding to \(places) places", source, notes: [],
      helps: ["try it in the shell: 'with rounding(\(places)):' before the block"])
  }

  fileprivate static func slideMark(
    _ mark: Mark, _ exact: ComputedValue, _ slide: ComputedValue, _ places: Int,
    _ source: SourceText
  ) -> Diagnostic {
    .mark(
      mark, "slide arithmetic does not give the printed value", source,
      notes: [
        "printed \(mark.text), computed \(slide.description) with steps rounded to \(places) places",
        "computed \(exact.description) exactly",
      ], helps: ["write '#~> \(slide.rounded(like: mark.value))'"])
  }

  fileprivate static func erratumIsExact(
    _ mark: Mark, _ exact: ComputedValue, _ source: SourceText
  ) -> Diagnostic {
    .mark(
      mark, "this is no erratum: the exact value rounds to the printed one", source,
      notes: facts(mark, exact), helps: ["write '#=> \(mark.text)'"])
  }

  fileprivate static func erratumIsSlide(
    _ mark: Mark, _ slide: ComputedValue?, _ places: Int?, _ source: SourceText
  ) -> Diagnostic {
    .mark(
      mark, "this is no erratum: slide arithmetic gives the printed value", source,
      notes: [
        "printed \(mark.text), computed \(slide?.description ?? "") with steps rounded to "
          + "\(places ?? 0) places"
      ], helps: ["write '#~> \(mark.text)'"])
  }
}
