import Losses

extension Arguments<Double> {
  /// Inputs and targets whose differences are away from 0 and ±0.6, where the losses of regression have kinks.
  static let regression: Arguments<Double> = {
    let shape: Shape = [3, 4]
    let target = Tensor<Double>.random(in: -2..<2, shape, seed: 1)
    let difference = Tensor<Double>.random(in: -1..<1, shape, seed: 2).map { draw in
      draw.magnitude < 0.5 ? 0.1 + 0.8 * draw.magnitude : 1.4 * draw
    }
    let signs = Tensor<Int>.random(in: 0..<2, shape, seed: 3)
    let input = Tensor(shape: shape) { target[$0] + (signs[$0] == 0 ? difference[$0] : -difference[$0]) }
    return Arguments(input: input, target: target)
  }()

  /// Scores, with ±1 for targets.
  static let signed: Arguments<Double> = {
    let shape: Shape = [3, 4]
    return Arguments(
      input: .random(in: -3..<3, shape, seed: 61),
      target: Tensor<Int>.random(in: 0..<2, shape, seed: 63).map { Double(2 * $0 - 1) })
  }()

  /// The same arguments, with a weight for each element.
  var weighted: Arguments<Double> {
    var copy = self
    copy.weight = .random(in: 0.2..<2, input.shape, seed: 4)
    return copy
  }

  /// Inputs and targets in (0.1, 0.9), with a weight for each element and one for each column.
  ///
  /// Work is done in blocks of 1024 elements, or of about 4096 for columns, and in chunks of 16384 or 65536, which threads
  /// share where there are more than some ten thousands. Above 160,000 elements a sum of weights is shared too.
  /// This shape is just above all that, and no multiple of it.
  static let largeElements: (arguments: Arguments<Double>, weight: Tensor<Double>, row: Tensor<Double>) = {
    let shape: Shape = [331, 499]
    let arguments = Arguments(
      input: Tensor<Double>.random(in: 0.1..<0.9, shape, seed: 21),
      target: .random(in: 0.1..<0.9, shape, seed: 22))
    return (arguments, .random(in: 0.2..<2, shape, seed: 23), .random(in: 0.2..<2, [499], seed: 24))
  }()
}
