import Autograd
import Language
import Tensors

extension Library {
  /// The arithmetic of sizes.
  static let windowSizes: [Builtin] = [
    Builtin(
      "conv_size", aliases: ["pool_size"],
      "Counts the positions of a window that slides over an input.",
      notes: """
        (size − kernel + 2·padding) / stride + 1, and (kernel − 1)·dilation + 1 for the kernel \
        where it has holes. As lectures have it, a window that does not come out even is refused, \
        with what would fit; `floor=True` rounds down, as convolution and pooling themselves do.
        """,
      examples: [
        "conv_size(227, 11, stride=4)  # 55", "conv_size(7, 3, stride=3, padding=1)  # 3",
        "conv_size(7, 3, stride=3, floor=True)  # 2",
      ],
      parameters: [
        Parameter("size", .integer, "size of the input along one axis"),
        Parameter("kernel", .integer, "size of the window"),
        Parameter("stride", .integer, default: .integer(1), "step of the window"),
        Parameter("padding", .integer, default: .integer(0), "zeros on each side"),
        Parameter("dilation", .integer, default: .integer(1), "distance of neighboring taps"),
        Parameter("floor", .bool, default: .bool(false), "round down instead of refusing"),
      ]
    ) { call in
      let isFloored = try call.bool(5)
      _ = try convolvedSize(
        call.integer(0), kernel: call.integer(1), stride: call.integer(2),
        padding: call.integer(3), dilation: call.integer(4), roundingDown: isFloored)
      return .tensor(try positions(call))
    }
  ]

  /// The count as a recorded computation, so that it can be explained.
  private static func positions(_ call: Call) throws -> Variable {
    func number(_ value: Int) -> Variable {
      Variable(Tensor(Double(value), dtype: .int64), literal: true)
    }
    func combined(_ a: Variable, _ name: String, _ b: Variable) throws -> Variable {
      guard let operation = Catalogue.standard[name] else { throw FormulaError.unknown(name) }
      return try operation(a, b)
    }
    var reach = try call.tensor(1)
    if try call.integer(4) != 1 {
      let holes = try combined(combined(reach, "subtract", number(1)), "multiply", call.tensor(4))
      reach = try combined(holes, "add", number(1))
    }
    let free = try combined(
      combined(call.tensor(0), "subtract", reach), "add",
      combined(number(2), "multiply", call.tensor(3)))
    return try combined(combined(free, "floor_divide", call.tensor(2)), "add", number(1))
  }
}
