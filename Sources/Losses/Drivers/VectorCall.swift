internal import RealMath
public import Tensors

/// One call of a loss over vectors, the last axis of two or three tensors: its arguments, found to be right, and what
/// runs a kernel over their rows.
@usableFromInline
struct VectorCall<S: LossScalar>: LossCall {
  @usableFromInline typealias C = S.Computation

  private let first: Tensor<S>
  private let second: Tensor<S>
  private let third: Tensor<S>?
  private let answers: Tensor<S>?
  private let upstream: Tensor<S>?
  private let reduction: Reduction
  private let rowShape: Shape
  private let denominator: Double

  /// - Parameters:
  ///   - names: What errors call the tensors from the second on.
  ///   - answers: A number for each row, by the name of `target`.
  @usableFromInline
  @specialized(where S == Float) @specialized(where S == Double) @specialized(where S == HalfPrecision)
  init(
    _ first: Tensor<S>, _ second: Tensor<S>, _ third: Tensor<S>? = nil, names: [String],
    answers: Tensor<S>? = nil, upstream: Tensor<S>?, reduction: Reduction
  ) throws(LossError) {
    try Check.shape(of: second, named: names[0], is: first.shape)
    try Check.size(of: second.shape, named: names[0])
    if let third { try Check.shape(of: third, named: names[1], is: first.shape) }
    rowShape = Shape(first.shape.dropLast())
    if let answers { try Check.shape(of: answers, named: "target", is: rowShape) }
    try Check.upstream(upstream, reduction: reduction, unreduced: rowShape)
    self.first = first
    self.second = second
    self.third = third
    self.answers = answers
    self.upstream = upstream
    self.reduction = reduction
    denominator = reduction.denominator(
      mean: Double(rowShape.elementCount), batch: first.rank > 1 ? first.shape[0] : 1)
  }

  @usableFromInline var inputShape: Shape { first.shape }

  @usableFromInline
  @specialized(where S == Float) @specialized(where S == Double) @specialized(where S == HalfPrecision)
  func run(_ gradients: GradientDestinations<S>, _ kernel: (VectorBlock<C>) -> Void) -> Tensor<S> {
    let scale = reduction.gradientScale(upstream: upstream, denominator: denominator)
    let rowUpstream = reduction == .none ? upstream : nil
    var values = reduction == .none ? Tensor<S>(uninitialized: rowShape) : nil

    let sum = values.withDestination { values in
      first.withOperand { first in
        second.withOperand { second in
          third.withOperand { third in
            answers.withOperand { answers in
              rowUpstream.withOperand { upstream in
                let blocks = VectorBlocks(
                  length: self.first.shape.last ?? 1, first: first, second: second, third: third,
                  answers: answers, upstream: upstream, scale: scale, values: values, gradients: gradients)
                return Parallelism.sum(
                  over: rowShape.elementCount, chunkSize: blocks.rowsPerChunk, cost: Double(self.first.count)
                ) { chunk in blocks.compute(chunk, kernel) }
              }
            }
          }
        }
      }
    }
    return values ?? Reduction.result(sum, over: denominator)
  }
}
