import Losses

/// A promise that a trial has found broken.
struct Finding: Error, CustomStringConvertible {
  var description: String
}

func demand(_ condition: Bool, _ description: @autoclosure () -> String) throws(Finding) {
  if !condition { throw Finding(description: description()) }
}

/// Demands the same bits at each index. Two NaN may differ.
func demandSameBits<S: LossScalar>(
  _ tensor: Tensor<S>, _ expected: Tensor<S>, _ what: @autoclosure () -> String
) throws(Finding) {
  if haveSameBits(tensor, expected) { return }
  try demand(
    tensor.shape == expected.shape, "\(what()) has shape \(tensor.shape) instead of \(expected.shape)")
  let (elements, others) = (tensor.scalars, expected.scalars)
  let position = elements.indices.first {
    !(elements[$0].isNaN && others[$0].isNaN)
      && !(elements[$0] == others[$0] && elements[$0].sign == others[$0].sign)
  }
  guard let position else { return }
  throw Finding(
    description: "\(what()) is \(elements[position]) instead of \(others[position]) at element \(position)")
}
