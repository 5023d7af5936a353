import Losses

extension Adapter {
  /// Returns the plain call with weights of samples and a mask, where a loss of one unit has them: values and gradients
  /// are multiplied by the weights, and 0 where that is 0.
  ///
  /// Where a value is out, all arguments are replaced by numbers that a loss is defined for, since they may be anything.
  package func plainOfSamples(
    _ a: Arguments<Double>, _ numbers: Precision, _ faults: inout Faults
  ) -> PlainCall? {
    guard let unit = valueUnit, a.mask != nil || a.sampleWeight != nil else {
      return plain(a, numbers, &faults)
    }
    var rest = a
    (rest.mask, rest.sampleWeight) = (nil, nil)
    guard let shape = unit.valueShape(rest), let count = shape.validElementCount else {
      return plain(rest, numbers, &faults)
    }
    if let weight = a.sampleWeight { faults.shape(weight.shape, of: "sampleWeight", is: shape) }
    if let mask = a.mask { faults.shape(mask.shape, of: "mask", is: shape) }
    guard faults.isEmpty else { return plain(rest, numbers, &faults) }

    let weights = a.sampleWeight.map { numbers($0) }
    let isOut = (0..<count).map { a.mask?.scalars[$0] == false || weights?[$0].value == 0 }
    let label = self is MultiLabelMarginLoss ? -1 : 0
    guard var call = plain(rest.replacing(isOut, unit, real: 0.5, label: label), numbers, &faults) else {
      return nil
    }
    // What adds 0 to the mean by rule is ignored, whatever its weight.
    let countsNothing = isOut.indices.map { isOut[$0] || call.meanWeights?[$0].isZeroByRule == true }
    func weighted(_ numbers: [Bounded]) -> [Bounded] {
      numbers.indices.map { index in
        countsNothing[index] ? 0 : weights.map { $0[index] * numbers[index] } ?? numbers[index]
      }
    }
    call.values = weighted(call.values)
    call.areWeightless = call.areWeightless.map { zip($0, isOut).map { $0 || $1 } }
    // Rows without features count too where they have scores.
    let countsEmptyRows = unit == .sample || self is AdaptiveLogSoftmaxWithLoss
    if countsEmptyRows ? count > 0 : a.reals.values[0].count > 0 || unit == .element {
      call.mean = weighted(call.meanWeights ?? call.values.map { _ in 1 }).sum
    }
    let gradients = call.gradients
    let input = a.reals.values[0].shape
    call.gradients = { scales in
      var result = gradients(weighted(scales))
      for (label, gradient) in result {
        guard let argument = a.reals[label],
          let positions = unit.positions(of: label, argument.shape, input: input, values: shape),
          positions.joined().count == gradient.count
        else { continue }
        var zeroed = gradient
        for value in isOut.indices where isOut[value] {
          for position in positions[value] { zeroed[position] = 0 }
        }
        result[label] = zeroed
      }
      return result
    }
    return call
  }
}
