internal import RealMath

/// One sequence of a call of CTC: its scores and its target, and where its results go.
struct CTCSample<C: RealScalar> {
  /// The number of frames that count.
  let frames: Int
  let classes: Int
  let blank: Int
  let labels: [Int]
  /// The scores for the classes at a frame.
  let scores: (_ frame: Int) -> Numbers<C>
  /// Calls a function with where the gradient by the scores at a frame goes, if it is asked for.
  let withGradient: ((_ frame: Int, (Numbers<C>) -> Void) -> Void)?
  /// What the gradient is multiplied by.
  let scale: Double
  let value: Numbers<Double>
}

extension CTCSample {
  /// Sets the gradient at every frame that counts to one number.
  func fillGradient(with number: C) {
    for frame in 0..<frames {
      withGradient?(frame) { row in
        for index in 0..<classes { row[index] = number }
      }
    }
  }
}
