import LossRegistry
import Losses

/// The sums that accumulation leaves in buffers: each is computed in the type of the formulas and rounded once.
func sum<S: LossScalar>(
  _ old: Labelled<Tensor<S>>, _ gradient: Labelled<Tensor<S.Computation>>
) -> Labelled<Tensor<S>> {
  old.map { label, tensor in
    let sums = zip(tensor.scalars, gradient[label]!.scalars).map { S(computation: $0.computation + $1) }
    return Tensor(sums, shape: tensor.shape)
  }
}

extension Adapter {
  /// The gradient in the type that formulas are computed in, before it is rounded to that of the arguments.
  func unroundedGradient<S: LossScalar>(
    of arguments: Arguments<S>, _ reduction: Reduction, upstream: Tensor<S>?
  ) throws(LossError) -> Labelled<Tensor<S.Computation>> {
    try evaluation(of: Arguments<S.Computation>(arguments), reduction)
      .backward(upstream: upstream.map { Tensor<S.Computation>($0) })
  }
}
