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
  @specialized(where S == Float) @specialized(where S == Double)
  init(
    _ first: Tensor<S>, _ second: Tensor<S>, _ third: Tensor<S>? = nil, names: [String],
    answers: Tensor<S>? = nil, upstream: Tensor<S>?, reduction: Reduction
  ) throws(LossError) {
    try Check.shape(of: second, named: names[0], is: first.shape)
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
  @specialized(where S == Float) @specialized(where S == Double)
  func run(_ gradients: GradientDestinations<S>, _ kernel: (VectorRow<C>) -> Void) -> Tensor<S> {
    let scale = reduction.gradientScale(upstream: upstream, denominator: denominator)
    let rowUpstream = reduction == .none ? upstream : nil
    var values = reduction == .none ? Tensor<S>(uninitialized: rowShape) : nil

    let sum = values.withDestination { values in
      first.withOperand { first in
        second.withOperand { second in
          third.withOperand { third in
            answers.withOperand { answers in
              rowUpstream.withOperand { upstream in
                let rows = VectorRows(
                  length: self.first.shape.last ?? 1, first: first, second: second, third: third,
                  answers: answers, upstream: upstream, scale: scale, values: values, gradients: gradients)
                return Parallelism.sum(
                  over: rowShape.elementCount, chunkSize: rows.rowsPerChunk, cost: Double(self.first.count)
                ) { chunk in rows.compute(chunk, kernel) }
              }
            }
          }
        }
      }
    }
    return values ?? Reduction.result(sum, over: denominator)
  }
}

/// Runs a kernel over the rows of a call.
@safe
private struct VectorRows<S: LossScalar> {
  typealias C = S.Computation

  let length: Int
  let first: Operand<S>
  let second: Operand<S>
  let third: Operand<S>?
  let answers: Operand<S>?
  /// The upstream of each row, where each has one of its own.
  let upstream: Operand<S>?
  /// What all gradients are multiplied by.
  let scale: Double
  let values: Destination<S>?
  let gradients: GradientDestinations<S>

  /// What a thread does at a time.
  var rowsPerChunk: Int { max(1, Blocks.chunkSize / max(length, 1)) }

  /// Computes the results of some rows, and returns the sum of their values.
  func compute(_ chunk: Range<Int>, _ kernel: (VectorRow<C>) -> Void) -> Double {
    let scratch = Scratch<C>(slots: 6, slotSize: length)
    let single = Scratch<C>(slots: 3, slotSize: 1)
    let value = Scratch<Double>(slots: 1, slotSize: 1)
    defer {
      scratch.deallocate()
      single.deallocate()
      value.deallocate()
    }
    var sum = 0.0
    for index in chunk {
      let range = index * length..<(index + 1) * length
      let row = VectorRow(
        count: length,
        first: first.numbers(range, scratch: scratch.numbers(0)),
        second: second.numbers(range, scratch: scratch.numbers(1)),
        third: third?.numbers(range, scratch: scratch.numbers(2)),
        answer: answers.map { Double($0.numbers(index..<index + 1, scratch: single.numbers(0))[0]) } ?? 0,
        value: value.numbers(0),
        firstGradient: gradients.input?.numbers(from: range.lowerBound, scratch: scratch.numbers(3)),
        secondGradient: gradients.target?.numbers(from: range.lowerBound, scratch: scratch.numbers(4)),
        thirdGradient: gradients.parameter?.numbers(from: range.lowerBound, scratch: scratch.numbers(5)),
        scale: scale
          * (upstream.map { Double($0.numbers(index..<index + 1, scratch: single.numbers(1))[0]) } ?? 1))
      kernel(row)
      if let memory = row.firstGradient { gradients.input?.store(range, from: memory) }
      if let memory = row.secondGradient { gradients.target?.store(range, from: memory) }
      if let memory = row.thirdGradient { gradients.parameter?.store(range, from: memory) }
      if let values = values {
        let memory = values.numbers(from: index, scratch: single.numbers(2))
        memory[0] = C(row.value[0])
        values.store(index..<index + 1, from: memory)
      } else {
        sum += row.value[0]
      }
    }
    return sum
  }
}
