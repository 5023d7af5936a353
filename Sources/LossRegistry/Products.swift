package import LossEngine
internal import Tensors

extension MatrixProduct {
  /// Whether a multiplication and an addition are rounded once here, or else twice: whether −(1 + ε)² is rounded before it
  /// is added to (1 + ε)², which leaves ε².
  package static let isFused: Bool = {
    let number = 1 + Float.ulpOfOne
    let row = Tensor([number * number, number], shape: [1, 2])
    return row.products(withRowsOf: Tensor([-1, number], shape: [1, 2])) != Tensor([0], shape: [1, 1])
  }()
}
