public import LossEngine
public import RealMath
public import Tensors

/// The logarithm of the sum of exponentials along an axis, without overflow.
///
/// ```
/// log Σ eˣ
/// ```
///
///     let sum = try LogSumExp(axis: 1)([[1, 2, 3]] as Tensor<Float>)
///     print(sum)  // [3.407606]
///
/// **Edge cases**
/// - A row with one +∞ gives ∞, and the gradient is 1 there and 0 elsewhere. With several, the gradient is NaN.
/// - Nothing but −∞ gives −∞, and the gradient is NaN. NaN propagates.
///
/// [PyTorch: logsumexp](https://docs.pytorch.org/docs/stable/generated/torch.logsumexp.html)
public struct LogSumExp: Hashable, Codable, Sendable {
  /// The axis that the sum is taken along. A negative one counts from the end: −1 is the last.
  public var axis: Int

  /// Creates the function along an axis.
  public init(axis: Int) { self.axis = axis }

  /// Returns log Σ eˣ along the axis.
  ///
  /// - Parameter input: A tensor of any shape that has the axis, which the value lacks.
  /// - Throws: `LossError` where the input has no such axis.
  @inlinable
  public func callAsFunction<Scalar: LossScalar>(
    _ input: Tensor<Scalar>
  ) throws(LossError) -> some Evaluation<Scalar, Tensor<Scalar>, InputGradient<Scalar>> {
    ColumnEvaluation<Self, InputGradient<Scalar>>(self, try ColumnArguments(input, reducedAlong: axis))
  }
}

extension LogSumExp: ColumnFunction {
  @usableFromInline
  package func compute(_ block: ColumnBlock<Float>) { runSteps(block) }

  @usableFromInline
  package func compute(_ block: ColumnBlock<Double>) { runSteps(block) }

  // The derivative is softmax.
  private func runSteps<C: RealScalar>(_ block: ColumnBlock<C>) {
    let scratch = Scratch<C>(slots: 2, slotSize: block.columns)
    let sumScratch = Scratch<Double>(slots: 1, slotSize: block.columns)
    defer {
      scratch.deallocate()
      sumScratch.deallocate()
    }
    let (maxima, factors, sumsMinusOne) = (scratch[0], scratch[1], sumScratch[0])
    func findExponentials(of block: ColumnBlock<C>, _ part: SoftmaxPart<C>?) {
      SoftmaxStep(maxima: maxima, sumsMinusOne: sumsMinusOne, storing: block.inputGradient, part: part).run(
        block)
    }
    block.findSoftmax(maxima: maxima, sumsMinusOne: sumsMinusOne, findExponentials)
    for column in 0..<block.columns {
      block.values[column] = Double(maxima[column]) + log1p(sumsMinusOne[column])
      factors[column] = C(block.scales[column] / (1 + sumsMinusOne[column]))
    }
    // An infinite maximum is the whole sum, but what was subtracted from it is NaN.
    let infinite = block.peaks { maxima[$0].isInfinite }
    for peak in infinite { block.values[peak.column] = Double(peak.maximum) }
    if block.inputGradient == nil { return }
    block.forEachPart(storesResults: true) { block, part in
      guard let gradient = block.inputGradient else { return }
      if let part { findExponentials(of: block, part) }
      ScalingStep(gradient, by: factors).run(block)
      for peak in infinite {
        // The gradient of an infinite value is all its infinite element's, if it has only one.
        guard let label = peak.onlyInfinity else { continue }
        for index in 0..<block.classes {
          gradient[block.place(class: index, column: peak.column)] =
            index + block.firstClass == label ? C(block.scales[peak.column]) : 0
        }
      }
    }
  }
}
