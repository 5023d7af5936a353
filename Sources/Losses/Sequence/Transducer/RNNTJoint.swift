public import LossEngine
public import RealMath

/// The sums of an encoder's output at each frame and a predictor's at each position, which are the logits of a sample.
///
/// Logits exist for some positions or some classes at a time. The gradient with respect to an output is a sum over the
/// rows of the other one. Threads share the classes, so each sum is that of one thread, in one order.
@safe
final class RNNTJoint<C: RealScalar> {
  private let encoder: RNNTOutput<C>
  private let predictor: RNNTOutput<C>
  private let classes: Int
  /// Where the gradients with respect to both go, if they are asked for.
  var gradients: (encoder: RNNTOutputGradient<C>, predictor: RNNTOutputGradient<C>)?

  init(encoder: RNNTOutput<C>, predictor: RNNTOutput<C>, classes: Int) {
    self.encoder = encoder
    self.predictor = predictor
    self.classes = classes
  }

  deinit {
    encoder.deallocate()
    predictor.deallocate()
  }

  /// The logits.
  var scores: RNNTRows<C> {
    RNNTRows(areDirect: false) { [self] frame, positions, scratch in
      join(frame, positions, classes: 0..<classes, to: scratch)
      return scratch
    }
  }

  private func join(
    _ frame: Int, _ positions: Range<Int>, classes range: Range<Int>, to scores: UncheckedBuffer<C>
  ) {
    let row = Scratch<C>(slots: encoder.isInMemory ? 0 : 1, slotSize: range.count)
    defer { row.deallocate() }
    // Rows of the predictor that are not in memory are where the scores will be.
    let kernel = JointKernel(
      encoder: encoder.rows(frame..<frame + 1, range, classes, row[0]),
      predictor: predictor.rows(positions, range, classes, scores),
      stride: predictor.isInMemory ? classes : range.count, rows: positions.count, length: range.count,
      scores: scores)
    kernel(elements: positions.count * classes)
  }

  /// The classes that a thread takes at a time: enough for loops to be long, few enough for threads to share them.
  private var chunkSize: Int { min(max(classes / 8 / 64 * 64, 256), 512) }

  func write(_ slopes: RNNTSlopes<C>) {
    let (sample, size) = (slopes.sample, slopes.sample.size)
    forEachChunk(of: sample) { classes, gradients in
      let rows = Scratch<C>(slots: 2, slotSize: classes.count)
      let sums = Scratch<Double>(slots: sample.positions + 1, slotSize: classes.count)
      defer {
        rows.deallocate()
        sums.deallocate()
      }
      let (scores, row, encoderSums) = (rows[0], rows[1], sums[sample.positions])
      for position in 0..<sample.positions { sums[position].clear(count: classes.count) }
      for frame in 0..<sample.frames {
        encoderSums.clear(count: classes.count)
        for position in 0..<sample.positions {
          join(frame, position..<position + 1, classes: classes, to: scores)
          slopes.write(frame, position, classes: classes, scores, to: row)
          let kernel = SlopeSumKernel(
            slopes: row, count: classes.count, first: encoderSums, second: sums[position])
          kernel(elements: size)
        }
        gradients.encoder.store(frame, classes) { encoderSums[$0] }
      }
      for position in 0..<sample.positions {
        let predictorSums = sums[position]
        gradients.predictor.store(position, classes) { predictorSums[$0] }
      }
    }
  }

  func fill(with number: C, _ sample: RNNTSample<C>) {
    forEachChunk(of: sample) { classes, gradients in
      for frame in 0..<sample.frames { gradients.encoder.store(frame, classes) { _ in Double(number) } }
      for position in 0..<sample.positions {
        gradients.predictor.store(position, classes) { _ in Double(number) }
      }
    }
  }

  private func forEachChunk(
    of sample: RNNTSample<C>,
    _ body: (
      _ classes: Range<Int>, _ gradients: (encoder: RNNTOutputGradient<C>, predictor: RNNTOutputGradient<C>)
    ) -> Void
  ) {
    guard let gradients else { return }
    Parallelism.forEachChunk(of: classes, chunkSize: chunkSize, cost: Double(sample.size)) {
      body($0, gradients)
    }
  }
}

/// What a network gives for each frame, or for each position, of a sample: a row of numbers, one for each class.
enum RNNTOutput<C: RealScalar> {
  /// The numbers, in memory of their own where they are a copy.
  case numbers(UncheckedBuffer<C>, copy: Scratch<C>?)
  /// What copies the numbers at a range, where there are many of them.
  case source(_ copy: (_ range: Range<Int>, _ destination: UncheckedBuffer<C>) -> Void)

  var isInMemory: Bool {
    switch self {
    case .numbers: true
    case .source: false
    }
  }

  /// Returns some classes of some rows: where they lie, `classes` numbers apart, or one row after another in scratch memory.
  func rows(
    _ rows: Range<Int>, _ range: Range<Int>, _ classes: Int, _ scratch: UncheckedBuffer<C>
  ) -> UncheckedBuffer<C> {
    switch self {
    case .numbers(let numbers, _):
      return numbers.advanced(by: rows.lowerBound &* classes &+ range.lowerBound)
    case .source(let copy):
      for (index, row) in rows.enumerated() {
        let first = row * classes
        copy(
          first + range.lowerBound..<first + range.upperBound, scratch.advanced(by: index * range.count))
      }
      return scratch
    }
  }

  func deallocate() {
    if case .numbers(_, let copy?) = self { copy.deallocate() }
  }
}

/// Where the gradient with respect to such an output goes.
struct RNNTOutputGradient<C: RealScalar> {
  /// Stores some classes of a row.
  let store: (_ row: Int, _ classes: Range<Int>, _ numbers: (_ index: Int) -> Double) -> Void
}

/// The sums of one row and each of several others.
@usableFromInline
package struct JointKernel<C: RealScalar>: Kernel {
  @usableFromInline let encoder: UncheckedBuffer<C>
  @usableFromInline let predictor: UncheckedBuffer<C>
  /// The distance between the rows of the predictor.
  @usableFromInline let stride: Int
  @usableFromInline let rows: Int
  @usableFromInline let length: Int
  @usableFromInline let scores: UncheckedBuffer<C>

  @export(implementation) @inline(__always)
  package func run() {
    for row in 0..<rows {
      let predictor = predictor.advanced(by: row &* stride)
      let scores = scores.advanced(by: row &* length)
      for index in 0..<length { scores[index] = encoder[index] + predictor[index] }
    }
  }
}

/// Adds a row to two rows of sums.
@usableFromInline
package struct SlopeSumKernel<C: RealScalar>: Kernel {
  @usableFromInline let slopes: UncheckedBuffer<C>
  @usableFromInline let count: Int
  @usableFromInline let first: UncheckedBuffer<Double>
  @usableFromInline let second: UncheckedBuffer<Double>

  @export(implementation) @inline(__always)
  package func run() {
    for index in 0..<count {
      let slope = Double(slopes[index])
      first[index] += slope
      second[index] += slope
    }
  }
}
