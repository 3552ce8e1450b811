import Autograd
import Tensors
import TestSupport

extension Case {
  /// The inputs under names, as somebody would have typed them.
  var named: [Variable] {
    inputs.enumerated().map { index, value in
      let variable = Variable(value)
      variable.naming = Naming(name: "x\(index)", line: 1)
      return variable
    }
  }

  /// A call y of the operation and the loss E = sum(y * c), in which every element counts differently.
  func loss() throws -> (inputs: [Variable], output: Variable, loss: Variable) {
    let inputs = named
    let output = try operation(inputs, attributes)
    output.naming = Naming(name: "y", line: 2)
    let weights = Variable(arriving(output.shape))
    weights.naming = Naming(name: "c", line: 3)
    let loss = try call("sum", [output * weights])
    loss.naming = Naming(name: "E", line: 4)
    return (inputs, output, loss)
  }
}
