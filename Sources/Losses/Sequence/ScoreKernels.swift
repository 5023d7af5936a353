public import LossEngine
public import RealMath

/// e^(score − reference) for rows of scores, none of which is above the reference of its row.
@usableFromInline
package struct ScoreKernel<C: RealScalar, Number: ScoreExponential>: Kernel {
  @usableFromInline let scores: UncheckedBuffer<C>
  @usableFromInline let references: UncheckedBuffer<Double>
  @usableFromInline let rows: Int
  @usableFromInline let length: Int
  @usableFromInline let exponentials: UncheckedBuffer<Number>

  @export(implementation) @inline(__always)
  package func run() {
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
package struct ProbabilityKernel<C: RealScalar>: Kernel {
  @usableFromInline let scores: UncheckedBuffer<C>
  @usableFromInline let shift: C
  @usableFromInline let scale: C
  @usableFromInline let count: Int
  @usableFromInline let probabilities: UncheckedBuffer<C>

  @export(implementation) @inline(__always)
  package func run() {
    for index in 0..<count { probabilities[index] = scale * expNonPositive(scores[index] - shift) }
  }
}

/// What makes probabilities of rows of scores: the maximum of each, and Σ e^(score − maximum) − 1.
@usableFromInline
package struct NormalizerKernel<C: RealScalar>: Kernel {
  @usableFromInline let scores: UncheckedBuffer<C>
  @usableFromInline let rows: Int
  @usableFromInline let length: Int
  @usableFromInline let maxima: UncheckedBuffer<C>
  @usableFromInline let sumsMinusOne: UncheckedBuffer<Double>

  @export(implementation) @inline(__always)
  package func run() {
    // A row is a line of a panel.
    let sweeps = PanelSweeps<C, ClassesInLine>(classes: length, columns: rows)
    defer { sweeps.deallocate() }
    sweeps.exponentials(
      of: Panel(origin: scores, lineStride: length), maxima: maxima, sumsMinusOne: sumsMinusOne)
  }
}
