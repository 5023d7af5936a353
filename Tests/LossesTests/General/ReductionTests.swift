import LossRegistry
import Losses
import Testing

/// Reductions against the values and gradients of `none` and `sum`.
struct ReductionTests {
  @Test(arguments: LossRegistry.reducedSamples)
  func sumIsThatOfNone(_ sample: LossUnderTest) throws {
    let values = try sample.value(.none).scalars
    let scale = values.reduce(0) { $0 + $1.magnitude }
    try expectClose(sample.value(.sum), Tensor(values.reduce(0, +)), ulps: Double(values.count), scale: scale)
  }

  /// The gradients of a reduced loss are those of `sum` divided by the denominator of its value.
  @Test(arguments: LossRegistry.reducedSamples)
  func reductionsDivideTheGradients(_ sample: LossUnderTest) throws {
    let sums = try sample.gradients(.sum)
    for (reduction, denominator) in sample.reductions where reduction != .none {
      for (label, gradient) in try sample.gradients(reduction) {
        expectClose(gradient, sums[label]!.map { $0 / denominator }, ulps: 4, "\(label), \(reduction)")
      }
    }
  }
}
