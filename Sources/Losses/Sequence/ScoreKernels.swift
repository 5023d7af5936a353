public import RealMath

/// A number that the exponential of a score can be.
@usableFromInline
protocol ScoreExponential: BitwiseCopyable {
  /// eˣ for an x ≤ 0, as accurately as scores of a type deserve.
  init<C: RealScalar>(exponential x: Double, of _: C.Type)
}

/// e^(score − reference) for rows of scores, none of which is above the reference of its row.
@usableFromInline
struct ScoreKernel<C: RealScalar, Number: ScoreExponential>: _Kernel {
  @usableFromInline let scores: Numbers<C>
  @usableFromInline let references: Numbers<Double>
  @usableFromInline let rows: Int
  @usableFromInline let length: Int
  @usableFromInline let exponentials: Numbers<Number>

  @inlinable @inline(__always)
  func run() {
    for row in 0..<rows {
      let reference = references[row]
      let scores = scores.advanced(by: row &* length)
      let exponentials = exponentials.advanced(by: row &* length)
      for index in 0..<length {
        exponentials[index] = Number(exponential: Double(scores[index]) - reference, of: C.self)
      }
    }
  }
}

/// scale · e^(score − shift) for scores that are not above the shift.
@usableFromInline
struct ProbabilityKernel<C: RealScalar>: _Kernel {
  @usableFromInline let scores: Numbers<C>
  @usableFromInline let shift: C
  @usableFromInline let scale: C
  @usableFromInline let count: Int
  @usableFromInline let probabilities: Numbers<C>

  @inlinable @inline(__always)
  func run() {
    for index in 0..<count { probabilities[index] = scale * expNonPositive(scores[index] - shift) }
  }
}

extension CTCLoss {
  @inlinable @inline(__always)
  public static func _addKernels(to list: inout some _KernelList) {
    list.add(ScoreKernel<Float, Double>.self)
    list.add(ScoreKernel<Double, Double>.self)
    list.add(ProbabilityKernel<Float>.self)
    list.add(ProbabilityKernel<Double>.self)
  }
}
