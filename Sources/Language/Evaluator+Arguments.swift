import Autograd
import Presentation

// Arguments of functions that take more than plain parameters: `*rest`, `**options`, and those that
// are given by name alone.

extension Evaluator {
  func bindSorted(
    _ arguments: Arguments, to function: Function, in frame: Frame, at span: Span
  ) throws {
    let parameters = function.definition.parameters
    let plain = parameters.indices.filter { parameters[$0].kind == .plain }
    let rest = parameters.firstIndex { $0.kind == .rest }
    let options = parameters.firstIndex { $0.kind == .options }
    var (position, surplus, named) = (0, [Value](), Mapping())
    for (value, source) in zip(arguments.values, arguments.sources) {
      if let keyword = source.keyword {
        if let index = parameters.firstIndex(where: {
          $0.name == keyword && ($0.kind == .plain || $0.kind == .named)
        }) {
          if frame[index] != nil {
            throw fail(.argumentTwice(keyword.name, function.signature, at: source.span))
          }
          frame[index] = value
        } else if options != nil {
          named.set(.string(keyword.name), .string(keyword.name), to: value.held)
        } else {
          throw fail(.unknownKeyword(keyword.name, of: function, at: source.span))
        }
      } else if position < plain.count {
        frame[plain[position]] = value
        position += 1
      } else if rest != nil {
        surplus.append(value.held)
      } else {
        throw fail(
          .tooManyArguments(arguments.values.count, for: function.signature, at: source.span))
      }
    }
    if let rest { frame[rest] = .tuple(surplus) }
    if let options { frame[options] = .object(named) }
    named = Mapping()
    try fillDefaults(of: function, in: frame, at: span)
  }

  private func fillDefaults(of function: Function, in frame: Frame, at span: Span) throws {
    let parameters = function.definition.parameters
    for index in parameters.indices where frame[index] == nil {
      guard let fallback = function.defaults[index] else {
        throw fail(
          .missingArgument(parameters[index].name.name, of: function.signature, at: span))
      }
      frame[index] = fallback.resolved
    }
  }
}
