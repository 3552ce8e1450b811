/// What an operation is in a formula, where its form on paper does not tell: what a person may put in
/// its place by mistake is another operation with the same purpose.
package enum Purpose: Sendable, Equatable {
  /// Bends a sum of inputs. The slopes are those that are written for its own by mistake, in terms of
  /// the result y.
  case activation(mistakenSlopes: [Formula])
  case exponential
  /// To the base e where none is named.
  case logarithm(base: Double?)
  case root
  case square
  case sum, mean
  /// What is kept or made of each window.
  case pooling

  package var isActivation: Bool { if case .activation = self { true } else { false } }
  package var isLogarithm: Bool { if case .logarithm = self { true } else { false } }
}

extension Operation {
  /// A handle for the average beside that for the sum.
  package static let mean = required("mean")

  /// Of a pooling, over how many axes its windows slide.
  package var windowDimensions: Int? {
    purpose == .pooling && name.hasSuffix("d") ? name.dropLast().last?.wholeNumberValue : nil
  }

  /// Of a pooling, the operation by which an average over the same windows shares a gradient out, or
  /// by which a sum gives it to every element.
  package func spreading(isMean: Bool) -> Operation? {
    windowDimensions.flatMap { count in
      Catalogue.standard["\(isMean ? "avg" : "sum")_pool\(count)d_input_gradient"]
    }
  }

  /// Everything of the catalogue with a purpose.
  package static func all(where holds: (Purpose) -> Bool) -> [Operation] {
    Catalogue.standard.operations.filter { $0.purpose.map(holds) == true }
  }
}
