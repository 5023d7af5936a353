import Losses

/// What a loss or an activation is called with, but for the upstream.
struct Arguments<S: LossScalar>: Sendable {
  var input: Tensor<S>
  var target: Tensor<S>?
  var labels: Tensor<Int>?
  var weight: Tensor<S>?
  var positiveWeight: Tensor<S>?
}

extension Arguments {
  /// The same numbers, rounded to another type.
  init<Other>(_ other: Arguments<Other>) {
    self.init(
      input: Tensor<S>(other.input), target: other.target.map { Tensor<S>($0) }, labels: other.labels,
      weight: other.weight.map { Tensor<S>($0) }, positiveWeight: other.positiveWeight.map { Tensor<S>($0) })
  }

  /// The same arguments in another arrangement: one of them, counted as they are listed above, or all.
  func arranged(_ arrangement: Arrangement, only position: Int? = nil) -> Arguments {
    func arranged<T>(_ tensor: Tensor<T>, _ own: Int) -> Tensor<T> {
      position ?? own == own ? arrangement.view(of: tensor) : tensor
    }
    return Arguments(
      input: arranged(input, 0), target: target.map { arranged($0, 1) },
      labels: labels.map { arranged($0, 2) },
      weight: weight.map { arranged($0, 3) }, positiveWeight: positiveWeight.map { arranged($0, 4) })
  }

  /// The same arguments in contiguous memory.
  var contiguous: Arguments {
    Arguments(
      input: input.contiguous(), target: target?.contiguous(), labels: labels?.contiguous(),
      weight: weight?.contiguous(), positiveWeight: positiveWeight?.contiguous())
  }
}
