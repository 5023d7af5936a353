public import LossEngine
public import Tensors

/// The most probable path of a target through the frames.
public struct CTCAlignment: Hashable, Codable, Sendable {
  /// The class at each frame: a label of the target or the blank.
  public var path: [Int]
  /// The frames of each label of the target.
  public var frames: [Range<Int>]
  /// The logarithm of the path's probability.
  public var logProbability: Double
}

/// Finds out at which frames the labels of a target are: the most probable of its paths.
///
///     let probabilities: Tensor<Float> = [[0.9, 0.1], [0.2, 0.8], [0.3, 0.7]]  // a blank and one label
///     let alignments = try CTCAligner()(
///       probabilities.map { log($0) }, targets: [1] as Tensor<Int>, inputLengths: Tensor<Int>(3),
///       targetLengths: Tensor<Int>(1))
///     print(alignments[0]!.frames)  // [Range(1..<3)]
///
/// The arguments are those of ``CTCLoss``. Logits give the same path, with another log-probability. NaN counts as the most
/// probable, so that the log-probability of a path through it is NaN too.
///
/// The time is proportional to T·(2S + 1) + T·C for each sample. Where it would take more than some megabytes to keep how
/// the path gets to each state at each frame, this is found twice.
///
/// L. R. Rabiner, A tutorial on hidden Markov models and selected applications in speech recognition, Proceedings of
/// the IEEE 77 (2), 1989, https://doi.org/10.1109/5.18626
public struct CTCAligner: Hashable, Codable, Sendable {
  /// The class that stands for no label.
  public var blank: Int

  /// Creates the aligner.
  public init(blank: Int = 0) { self.blank = blank }

  /// Returns the most probable path of each sample's target.
  ///
  /// - Parameters:
  ///   - logProbabilities: Log-probabilities, of shape [T, N, C], or [T, C] without a batch, with at least one frame
  ///     and one sample.
  ///   - targets: The labels: padded, [N, S], or concatenated, [Σ lengths].
  ///   - inputLengths: The number of frames of each sample, [N], or [] for a single one. Later frames are ignored.
  ///   - targetLengths: The number of labels of each sample, [N], or [] for a single one.
  /// - Returns: For each sample its alignment; `nil` where the target has no path.
  /// - Throws: `LossError` where a shape, a length or a label does not fit, or the blank is no class.
  public func callAsFunction<S: LossScalar>(
    _ logProbabilities: Tensor<S>, targets: Tensor<some FixedWidthInteger & TensorScalar>,
    inputLengths: Tensor<some FixedWidthInteger & TensorScalar>,
    targetLengths: Tensor<some FixedWidthInteger & TensorScalar>
  ) throws(LossError) -> [CTCAlignment?] {
    try alignments(
      logProbabilities, targets: targets, inputLengths: inputLengths, targetLengths: targetLengths,
      memory: CTCWindows.memory)
  }

  /// Returns the same, where so many bytes may be kept of the frames of a sample.
  package func alignments<S: LossScalar>(
    _ logProbabilities: Tensor<S>, targets: Tensor<some FixedWidthInteger & TensorScalar>,
    inputLengths: Tensor<some FixedWidthInteger & TensorScalar>,
    targetLengths: Tensor<some FixedWidthInteger & TensorScalar>, memory: Int
  ) throws(LossError) -> [CTCAlignment?] {
    let batch = try CTCBatch(
      logProbabilities.shape, named: "logProbabilities", blank: blank,
      inputLengths: TypedLabels(inputLengths, ignoreIndex: nil))
    let targets = try CTCTargets(
      TypedLabels(targets, ignoreIndex: nil), lengths: TypedLabels(targetLengths, ignoreIndex: nil),
      batch: batch)
    return (0..<batch.samples).map { sample in
      let labels = targets.labels(ofSample: sample)
      let frames = batch.length(ofSample: sample)
      if CTCTargets.framesNeeded(by: labels) > frames { return nil }
      var paths = CTCBestPaths(labels, blank: blank, frames: frames, memory: memory) { frames, body in
        batch.forEachRow(of: logProbabilities, sample: sample, frames: frames, body)
      }
      return paths.alignment()
    }
  }
}

/// The most probable paths to the states at each frame of a sample: the Viterbi algorithm.
///
/// The states are those of the paper on CTC: blanks and labels in turn, a blank first. At each frame a state is reached
/// from itself (0), from the one before (1), or from the label before (2), whichever is most probable.
private struct CTCBestPaths {
  private let labels: [Int]
  private let blank: Int
  private let forEachRow: (_ frames: Range<Int>, _ body: (CTCScoreRow) -> Void) -> Void
  private let windows: CTCWindows
  /// The logarithms of the probabilities at the last frame that they are known of.
  private var scores: [Double] = []
  /// For each frame of a window how each state is reached.
  private var moves: [UInt8]
  private var checkpoints: CTCCheckpoints
  private var savedScores: [[Double]] = []

  private var states: Int { 2 * labels.count + 1 }

  init(
    _ labels: [Int], blank: Int, frames: Int, memory: Int,
    forEachRow: @escaping (_ frames: Range<Int>, _ body: (CTCScoreRow) -> Void) -> Void
  ) {
    (self.labels, self.blank, self.forEachRow) = (labels, blank, forEachRow)
    let states = 2 * labels.count + 1
    windows = CTCWindows(
      frames: frames, bytesPerFrame: states, bytesPerState: states * MemoryLayout<Double>.stride,
      memory: memory)
    moves = [UInt8](repeating: 0, count: windows.length * states)
    checkpoints = CTCCheckpoints(capacity: windows.states)
  }

  /// The best of the paths through all frames, or nothing where none is possible.
  mutating func alignment() -> CTCAlignment? {
    restore(nil)
    if windows.count > 0 { enter(windows.count - 1) }
    var state = states - 1
    if states > 1, scores[states - 2].isBetter(than: scores[state]) { state -= 1 }
    let logProbability = scores[state]
    guard logProbability != -.infinity else { return nil }

    var path = [Int](repeating: blank, count: windows.frames)
    var frames = [Range<Int>](repeating: 0..<0, count: labels.count)
    for window in (0..<windows.count).reversed() {
      if window < windows.count - 1 { enter(window) }
      let first = windows[window].lowerBound
      for frame in windows[window].reversed() {
        path[frame] = label(state)
        if state % 2 == 1 {
          let end = frames[state / 2].isEmpty ? frame + 1 : frames[state / 2].upperBound
          frames[state / 2] = frame..<end
        }
        state -= Int(moves[(frame - first) * states + state])
      }
    }
    return CTCAlignment(path: path, frames: frames, logProbability: logProbability)
  }

  private func label(_ state: Int) -> Int { state % 2 == 0 ? blank : labels[state / 2] }

  /// Finds the moves of a window.
  private mutating func enter(_ window: Int) {
    let route = checkpoints.route(to: window)
    restore(route.saved)
    for next in route.start...window {
      if route.saves(next) {
        savedScores.removeLast(savedScores.count - checkpoints.add(next))
        savedScores.append(scores)
      }
      compute(windows[next])
    }
  }

  /// Goes back to scores that were saved, or to those before the first frame, where the path is at the first blank.
  private mutating func restore(_ position: Int?) {
    if let position {
      scores = savedScores[position]
    } else {
      scores = [Double](repeating: -.infinity, count: states)
      scores[0] = 0
    }
  }

  private mutating func compute(_ window: Range<Int>) {
    var (scores, moves) = (scores, moves)
    self.moves = []
    var place = 0
    forEachRow(window) { row in
      var next = scores
      for state in 0..<states {
        var (best, move) = (scores[state], UInt8(0))
        if state > 0, scores[state - 1].isBetter(than: best) { (best, move) = (scores[state - 1], 1) }
        if state > 2, state % 2 == 1, label(state) != label(state - 2), scores[state - 2].isBetter(than: best)
        {
          (best, move) = (scores[state - 2], 2)
        }
        next[state] = best.extended(by: row[label(state)])
        moves[place] = move
        place += 1
      }
      scores = next
    }
    (self.scores, self.moves) = (scores, moves)
  }
}
