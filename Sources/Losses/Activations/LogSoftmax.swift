public import LossEngine
public import RealMath
public import Tensors

/// The logarithm of softmax along an axis.
///
/// ```
/// log p = x − log Σ eˣ
/// ```
///
///     let logProbabilities = try LogSoftmax(axis: 1)([[1, 3, 4]] as Tensor<Float>)
///     print(logProbabilities)  // [[ -3.3490121,  -1.3490123, -0.34901223]]
///
/// **Edge cases**
/// - A row with NaN or +∞ among its elements, or nothing but −∞, gives NaN, value and gradient.
///
/// [PyTorch: LogSoftmax](https://docs.pytorch.org/docs/stable/generated/torch.nn.LogSoftmax.html)
public struct LogSoftmax: Hashable, Codable, Sendable {
  /// The axis along which probabilities add up to 1. A negative one counts from the end: −1 is the last.
  public var axis: Int

  /// Creates the function along an axis.
  public init(axis: Int) { self.axis = axis }

  /// Returns the function of the elements along the axis.
  ///
  /// - Parameter input: A tensor of any shape that has the axis, which is also that of the value.
  /// - Throws: `LossError` where the input has no such axis.
  @inlinable
  public func callAsFunction<Scalar: LossScalar>(
    _ input: Tensor<Scalar>
  ) throws(LossError) -> some Evaluation<Scalar, Tensor<Scalar>, InputGradient<Scalar>> {
    ColumnEvaluation<Self, InputGradient<Scalar>>(self, try ColumnArguments(input, along: axis))
  }
}

extension LogSoftmax: ColumnFunction {
  @usableFromInline
  package func compute(_ block: ColumnBlock<Float>) { runSteps(block) }

  @usableFromInline
  package func compute(_ block: ColumnBlock<Double>) { runSteps(block) }

  private func runSteps<C: RealScalar>(_ block: ColumnBlock<C>) {
    let scratch = Scratch<C>(slots: 2, slotSize: block.columns)
    let sumScratch = Scratch<Double>(slots: 2, slotSize: block.columns)
    defer {
      scratch.deallocate()
      sumScratch.deallocate()
    }
    let (maxima, sumsMinusOne, upstreamSums) = (scratch[0], sumScratch[0], sumScratch[1])
    upstreamSums.clear(count: block.columns)
    block.findSoftmax(maxima: maxima, sumsMinusOne: sumsMinusOne) { block, part in
      if let gradient = block.inputGradient, let upstream = block.elementUpstream {
        SoftmaxWithSums(
          maxima: maxima, sumsMinusOne: sumsMinusOne, storing: gradient, spare: block.elementValues,
          beside: .sum(of: upstream, to: upstreamSums), part: part
        ).run(block)
      } else {
        // The exponentials are not needed, but the memory of the values arrives while the processor computes.
        SoftmaxStep(maxima: maxima, sumsMinusOne: sumsMinusOne, storing: block.elementValues, part: part).run(
          block)
      }
    }
    block.forEachPart(storesResults: true) { block, part in
      if let part, let gradient = block.inputGradient {
        SoftmaxStep(maxima: maxima, sumsMinusOne: sumsMinusOne, storing: gradient, part: part).run(block)
      }
      ResultStep(
        maxima: maxima, sumsMinusOne: sumsMinusOne, upstreamSums: upstreamSums, numbers: scratch[1]
      ).run(block)
    }
  }

  /// The values, and the gradient from the exponentials.
  @usableFromInline
  package struct ResultStep<C: RealScalar>: ColumnStep {
    @usableFromInline let maxima: UncheckedBuffer<C>
    @usableFromInline let sumsMinusOne: UncheckedBuffer<Double>
    @usableFromInline let upstreamSums: UncheckedBuffer<Double>
    /// Memory for a number for each column.
    @usableFromInline let numbers: UncheckedBuffer<C>

    // ∂log p[i]/∂x[j] = [i = j] − p[j], so an upstream g becomes g − p·Σ g.
    @export(implementation) @inline(__always)
    package func compute<Order: PanelOrder>(_ block: ColumnBlock<C>, _: Order.Type) {
      let (maxima, numbers) = (maxima, numbers)
      if let value = block.elementValues {
        for column in 0..<block.columns { numbers[column] = log1p(C(sumsMinusOne[column])) }
        block.visit(Order.self) { place in
          let column = Order.column(of: place)
          value[place] = (block.input[place] - maxima[column]) - numbers[column]
        }
      }
      guard let gradient = block.inputGradient, let upstream = block.elementUpstream else { return }
      for column in 0..<block.columns {
        numbers[column] = C(upstreamSums[column] / (1 + sumsMinusOne[column]))
      }
      block.visit(Order.self) { place in
        gradient[place] = upstream[place] - gradient[place] * numbers[Order.column(of: place)]
      }
    }
  }
}
