internal import LossEngine
internal import RealMath

/// One sequence of a call of a transducer's loss: its logits and its target, and where its results go.
///
/// There is a row of logits for each frame and each position, the number of labels that were emitted before.
struct RNNTSample<C: RealScalar> {
  /// The number of frames that count.
  let frames: Int
  let classes: Int
  let blank: Int
  let labels: [Int]
  let scores: RNNTRows<C>
  /// The gradient with respect to the logits, if it is asked for.
  let gradient: RNNTRows<C>?
  /// What the gradient is multiplied by.
  let scale: Double
  let value: UncheckedBuffer<Double>
}

extension RNNTSample {
  var positions: Int { labels.count + 1 }

  /// Calls `body` with the rows of all frames and positions that count, some positions of a frame at a time, on several
  /// threads where that is worth it.
  ///
  /// The scratch memory has a slot for the scores and one for the gradient, where they cannot be used where they lie.
  func forEachRun(_ body: (_ frame: Int, _ positions: Range<Int>, _ scratch: Scratch<C>) -> Void) {
    let count = frames * positions
    let size = max(1, Blocks.largestChunk / classes)
    let isDirect = scores.areDirect && gradient?.areDirect ?? true
    _ = Parallelism.sum(over: count, chunkSize: size, cost: Double(count) * Double(100 + classes)) { chunk in
      let scratch = Scratch<C>(slots: isDirect ? 0 : 2, slotSize: min(size, positions) * classes)
      defer { scratch.deallocate() }
      var start = chunk.lowerBound
      while start < chunk.upperBound {
        let (frame, position) = start.quotientAndRemainder(dividingBy: positions)
        let length = min(positions - position, chunk.upperBound - start)
        body(frame, position..<position + length, scratch)
        start += length
      }
      return 0
    }
  }
}

/// A row of numbers for each frame and position of a sample.
struct RNNTRows<C: RealScalar> {
  /// Whether rows are used where they lie.
  let areDirect: Bool
  /// Returns the rows at neighbouring positions of a frame, one after another: where they lie, or in scratch memory.
  let rows: (_ frame: Int, _ positions: Range<Int>, _ scratch: UncheckedBuffer<C>) -> UncheckedBuffer<C>
  /// Puts such rows back, where they are results that were computed in scratch memory.
  var store: (_ frame: Int, _ positions: Range<Int>, _ rows: UncheckedBuffer<C>) -> Void = { _, _, _ in }
}
