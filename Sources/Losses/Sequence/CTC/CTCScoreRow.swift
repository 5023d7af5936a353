internal import LossEngine
internal import Tensors

/// The scores of one sample's classes at one frame, as a decoder reads them.
struct CTCScoreRow {
  let classes: Int
  /// All of them, if they are few.
  fileprivate let resident: UncheckedBuffer<Double>?
  /// Copies a few to memory that the next call overwrites.
  fileprivate let load: (_ labels: Range<Int>) -> UncheckedBuffer<Double>

  subscript(label: Int) -> Double { resident?[label] ?? load(label..<label + 1)[0] }

  /// Calls `body` with each class and its score.
  func forEachScore(_ body: (_ label: Int, _ score: Double) -> Void) {
    Blocks.forEach(in: 0..<classes) { labels in
      let scores = resident?.advanced(by: labels.lowerBound) ?? load(labels)
      for index in 0..<labels.count { body(labels.lowerBound + index, scores[index]) }
    }
  }
}

extension CTCBatch {
  /// Calls `body` with the scores at each frame of a sample that counts, or at some of these.
  @specialized(where S == Float) @specialized(where S == Double) @specialized(where S == HalfPrecision)
  @specialized(where S == BFloat16)
  func forEachRow<S: LossScalar>(
    of scores: Tensor<S>, sample: Int, frames: Range<Int>? = nil, _ body: (CTCScoreRow) -> Void
  ) {
    scores.withOperand { scores in
      let size = min(Blocks.size, classes)
      let (numbers, doubles) = (
        Scratch<S.Computation>(slots: 1, slotSize: size), Scratch<Double>(slots: 1, slotSize: size)
      )
      defer {
        numbers.deallocate()
        doubles.deallocate()
      }
      for frame in frames ?? 0..<length(ofSample: sample) {
        let start = row(frame, ofSample: sample).lowerBound
        func load(_ labels: Range<Int>) -> UncheckedBuffer<Double> {
          let range = start + labels.lowerBound..<start + labels.upperBound
          let loaded = scores.load(range, scratch: numbers[0])
          for index in 0..<labels.count { doubles[0][index] = Double(loaded[index]) }
          return doubles[0]
        }
        withoutActuallyEscaping(load) { load in
          body(
            CTCScoreRow(
              classes: classes, resident: classes <= Blocks.size ? load(0..<classes) : nil, load: load))
        }
      }
    }
  }
}
