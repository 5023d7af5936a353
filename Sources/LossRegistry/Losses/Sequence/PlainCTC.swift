import Foundation
package import Losses

/// The loss of one sequence and its posteriors, in plain arithmetic.
package struct PlainCTC {
  package var loss: Double
  /// For each frame, the probability of each class given the labels.
  package var posteriors: [[Double]]
}

extension PlainCTC {
  /// Adds the probabilities of all paths, one by one.
  package init(pathsThrough logProbabilities: [[Double]], labels: [Int], blank: Int) {
    let (frames, classes) = (logProbabilities.count, logProbabilities[0].count)
    var (sum, sums) = (0.0, Array(repeating: Array(repeating: 0.0, count: classes), count: frames))
    for path in everyPath(frames: frames, classes: classes) where labels == read(path, blank: blank) {
      let probability = exp(path.indices.reduce(0) { $0 + logProbabilities[$1][path[$1]] })
      sum += probability
      for frame in path.indices { sums[frame][path[frame]] += probability }
    }
    loss = -log(sum)
    posteriors = sums.map { $0.map { $0 / sum } }
  }
}

/// Returns all paths: a class for each frame.
package func everyPath(frames: Int, classes: Int) -> [[Int]] {
  (0..<frames).reduce([[]]) { paths, _ in paths.flatMap { path in (0..<classes).map { path + [$0] } } }
}

/// Returns the labels of a path: repeats merged, blanks left out.
package func read(_ path: [Int], blank: Int) -> [Int] {
  path.indices.filter { $0 == 0 || path[$0] != path[$0 - 1] }.map { path[$0] }.filter { $0 != blank }
}

extension PlainCTC {
  /// Uses the recurrence over the frames, in logarithms, for any number of frames.
  ///
  /// The states are the labels with a blank before, between and after them. A state follows itself or the one before
  /// it, and a label follows the label before it unless they are equal.
  package init(statesOf logProbabilities: [[Double]], labels: [Int], blank: Int) {
    let (frames, classes) = (logProbabilities.count, logProbabilities[0].count)
    let states = labels.reduce(into: [blank]) { $0 += [$1, blank] }
    func canSkip(to state: Int) -> Bool {
      state % 2 == 1 && state > 1 && states[state] != states[state - 2]
    }

    // The log-probabilities of the paths up to a frame, with it.
    var forward = [states.indices.map { $0 < 2 ? logProbabilities[0][states[$0]] : -.infinity }]
    for frame in 1..<frames {
      let last = forward[frame - 1]
      forward.append(
        states.indices.map { state in
          var sum = last[state]
          if state > 0 { sum = logSum(sum, last[state - 1]) }
          if canSkip(to: state) { sum = logSum(sum, last[state - 2]) }
          return sum + logProbabilities[frame][states[state]]
        })
    }
    loss = -logSumExp(Array(forward[frames - 1].suffix(2)))

    // The log-probabilities of the paths from a frame on, without it.
    var backward = states.indices.map { $0 >= states.count - 2 ? 0 : -Double.infinity }
    posteriors = Array(repeating: Array(repeating: 0, count: classes), count: frames)
    for frame in (0..<frames).reversed() {
      if frame < frames - 1 {
        let next = states.indices.map { backward[$0] + logProbabilities[frame + 1][states[$0]] }
        backward = states.indices.map { state in
          var sum = next[state]
          if state + 1 < states.count { sum = logSum(sum, next[state + 1]) }
          if state + 2 < states.count, canSkip(to: state + 2) { sum = logSum(sum, next[state + 2]) }
          return sum
        }
      }
      for (state, label) in states.enumerated() {
        posteriors[frame][label] += exp(forward[frame][state] + backward[state] + loss)
      }
    }
  }
}

/// log(eᵃ + eᵇ)
package func logSum(_ a: Double, _ b: Double) -> Double {
  let larger = max(a, b)
  return larger == -.infinity ? larger : larger + log1p(exp(min(a, b) - larger))
}

/// log Σ eˣ
package func logSumExp(_ terms: [Double]) -> Double { terms.reduce(-.infinity, logSum) }

extension PlainCTC {
  /// Returns the gradient of the loss with respect to one frame, which depends on the kind of input.
  package func gradient(at frame: Int, of input: CTCLoss.Input, _ logProbabilities: [Double]) -> [Double] {
    zip(logProbabilities, posteriors[frame]).map { logProbability, posterior in
      (input == .freeLogProbabilities ? 0 : exp(logProbability)) - posterior
    }
  }
}

extension SequenceBatch<Double> {
  /// Returns the values of all samples and the gradient, in plain arithmetic. Where there is no path, the gradient is 0.
  package func expected(
    _ loss: CTCLoss, upstream: Tensor<Double>, of plain: ([[Double]], [Int], Int) -> PlainCTC
  ) -> (value: Tensor<Double>, gradient: Tensor<Double>) {
    var (values, gradient) = ([Double](), Tensor<Double>.zeros(input.shape))
    for (sample, labels) in labels.enumerated() {
      let frames = (0..<inputLengths[sample]).map { frame in
        let row = input[frame, sample].scalars
        return loss.input == .logits ? row.map { $0 - logSumExp(row) } : row
      }
      let result = plain(frames, labels, loss.blank)
      values.append(result.loss)
      for frame in frames.indices where result.loss != .infinity {
        for (label, slope) in result.gradient(at: frame, of: loss.input, frames[frame]).enumerated() {
          gradient[frame, sample, label] = upstream[sample] * slope
        }
      }
    }
    return (Tensor(values), gradient)
  }
}
