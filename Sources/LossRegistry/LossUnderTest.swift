package import Losses

/// A loss, a measure or an activation with arguments, and its values by the plain implementation in `Double`.
package struct LossUnderTest: Sendable {
  package var name: String
  package var loss: any Adapter
  package var arguments: Arguments<Double>
  /// The values before any reduction.
  package var expected: Tensor<Double>
  /// The denominator of `mean`; `nil` where there is no reduction.
  package var meanDenominator: Double?
  /// The denominator of `batchMean`.
  package var batch: Double
  /// The arguments whose gradient is zero by definition, where the loss jumps or is taken as constant.
  package var constants: Set<String>
  /// Whether gradients are derivatives of the value: not where a part of it is taken as constant.
  package var gradientsAreDerivatives: Bool
  /// The arguments that all samples have in common, whose gradients are sums over the samples.
  package var shared: Set<String>

  /// Creates a call, whose values and denominators are those of the plain implementation.
  ///
  /// - Precondition: The loss takes the arguments.
  package init(
    _ name: String, _ loss: any Adapter, _ arguments: Arguments<Double>, constants: Set<String> = [],
    gradientsAreDerivatives: Bool = true, shared: Set<String> = []
  ) {
    var faults = Faults()
    guard let call = loss.plainOfSamples(arguments, Precision(of: Double.self), &faults), faults.isEmpty
    else {
      preconditionFailure("\(name) is no call: \(faults.errors)")
    }
    (self.name, self.loss, self.arguments) = (name, loss, arguments)
    expected = Tensor(call.values.map(\.value), shape: call.shape)
    meanDenominator = loss.hasReduction ? call.mean.value : nil
    batch = Double(call.batch)
    (self.constants, self.shared) = (constants, shared)
    self.gradientsAreDerivatives = gradientsAreDerivatives
  }
}

extension LossUnderTest: CustomStringConvertible {
  package var description: String { name }
}

extension LossUnderTest {
  /// All reductions of the loss, each with its denominator.
  package var reductions: [(reduction: Reduction, denominator: Double)] {
    guard let meanDenominator else { return [(.none, 1)] }
    return [
      (.none, 1), (.sum, 1), (.mean, meanDenominator), (.batchMean, batch), (.sumDivided(by: 7.5), 7.5),
    ]
  }

  /// An upstream that is neither one nor constant.
  package func upstream(_ reduction: Reduction) -> Tensor<Double> {
    reduction == .none ? .random(in: -2..<2, expected.shape, seed: 99) : Tensor(-1.75)
  }

  package func evaluation(_ reduction: Reduction) throws(LossError) -> ErasedEvaluation<Double> {
    try loss.evaluation(of: arguments, reduction)
  }

  package func value(_ reduction: Reduction) throws(LossError) -> Tensor<Double> {
    try evaluation(reduction).value()
  }

  /// The gradients with respect to all differentiable arguments, with the upstream above.
  package func gradients(_ reduction: Reduction) throws(LossError) -> Labelled<Tensor<Double>> {
    try evaluation(reduction).gradients(upstream: upstream(reduction))
  }
}
