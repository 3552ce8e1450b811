import Autograd
import Tensors

/// A layer at one moment: its numbers and the layers inside, to be put back later. Tensors are
/// immutable, so nothing large is copied.
package struct LayerSnapshot: @unchecked Sendable {
  private let layer: Layer
  private let parameters: [ModelParameter.Snapshot]
  private let state: [Tensor]
  private let isTraining: Bool
  private let generator: SplitMix64
  private let children: [LayerSnapshot]

  package init(_ layer: Layer) {
    self.layer = layer
    parameters = layer.ownParameters.map { $0.snapshot() }
    state = layer.state.map(\.value)
    isTraining = layer.isTraining
    generator = layer.generator
    children = layer.children.map { LayerSnapshot($0.layer) }
  }

  package func restore() {
    for parameter in parameters { parameter.restore() }
    for (index, value) in state.enumerated() { layer.state[index].value = value }
    for (index, child) in children.enumerated() {
      layer.children[index].layer = child.layer
      child.restore()
    }
    layer.isTraining = isTraining
    layer.generator = generator
  }
}
