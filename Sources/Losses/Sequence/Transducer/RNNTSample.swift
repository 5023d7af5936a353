internal import LossEngine
internal import RealMath

/// One sequence of a call of a transducer's loss: its logits and its target, and where its results go.
///
/// There is a row of logits for each frame and each position, the number of labels that were emitted before.
struct RNNTSample<C: RealScalar> {
  let target: RNNTTarget
  let classes: Int
  let scores: RNNTRows<C>
  /// Where the gradient goes, if it is asked for.
  let gradient: RNNTGradient<C>?
  /// What the gradient is multiplied by.
  let scale: Double
}

extension RNNTSample {
  var frames: Int { target.frames }
  var labels: [Int] { target.labels }
  var blank: Int { target.blank }
  var positions: Int { target.positions }

  /// The number of logits that count.
  var size: Int { frames * positions * classes }

  /// Calls `body` with the rows of all frames and positions that count, some positions of a frame at a time, on several
  /// threads where that is worth it.
  ///
  /// - Parameter slots: How many slots the scratch memory has, each for the rows of a call.
  func forEachRun(
    slots: Int, _ body: (_ frame: Int, _ positions: Range<Int>, _ scratch: Scratch<C>) -> Void
  ) {
    let count = frames * positions
    let size = Blocks.linesPerChunk(of: classes)
    Parallelism.forEachChunk(of: count, chunkSize: size, cost: Double(count) * Double(100 + classes)) {
      chunk in
      let scratch = Scratch<C>(slots: slots, slotSize: min(size, positions) * classes)
      defer { scratch.deallocate() }
      var start = chunk.lowerBound
      while start < chunk.upperBound {
        let (frame, position) = start.quotientAndRemainder(dividingBy: positions)
        let length = min(positions - position, chunk.upperBound - start)
        body(frame, position..<position + length, scratch)
        start += length
      }
    }
  }
}
