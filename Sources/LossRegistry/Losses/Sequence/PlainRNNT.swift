import Foundation

/// The loss of one sequence under a transducer and its gradient, in plain arithmetic.
package struct PlainRNNT {
  package var loss: Double
  /// For each frame and position, the probabilities that a blank or the next label is emitted there, given the labels.
  package var blanks: [[Double]]
  package var nexts: [[Double]]
}

extension PlainRNNT {
  /// Adds the probabilities of all ways to emit the labels, one by one.
  package init(waysThrough logProbabilities: [[[Double]]], labels: [Int], blank: Int) {
    let frames = logProbabilities.count
    var sum = 0.0
    var counts = (blanks: zeros(frames, labels), nexts: zeros(frames, labels))
    for way in everyWay(frames: frames, labels: labels.count) {
      var logProbability = 0.0
      for step in way {
        logProbability +=
          logProbabilities[step.frame][step.position][step.isBlank ? blank : labels[step.position]]
      }
      let probability = exp(logProbability)
      sum += probability
      for step in way {
        if step.isBlank {
          counts.blanks[step.frame][step.position] += probability
        } else {
          counts.nexts[step.frame][step.position] += probability
        }
      }
    }
    loss = -log(sum)
    blanks = counts.blanks.map { $0.map { $0 / sum } }
    nexts = counts.nexts.map { $0.map { $0 / sum } }
  }

  /// Uses the recurrences over frames and positions, in logarithms.
  package init(recurrencesOf logProbabilities: [[[Double]]], labels: [Int], blank: Int) {
    let (frames, last) = (logProbabilities.count, labels.count)
    let impossible = -Double.infinity
    func next(_ frame: Int, _ position: Int) -> Double {
      position < last ? logProbabilities[frame][position][labels[position]] : impossible
    }
    // The log-probabilities of the ways to a frame and position, and of those from there on.
    var forward = Array(repeating: Array(repeating: impossible, count: last + 1), count: frames)
    var backward = Array(repeating: Array(repeating: impossible, count: last + 2), count: frames + 1)
    backward[frames][last] = 0
    for frame in 0..<frames {
      for position in 0...last {
        if frame == 0, position == 0 { forward[0][0] = 0 }
        if frame > 0 {
          forward[frame][position] =
            forward[frame - 1][position] + logProbabilities[frame - 1][position][blank]
        }
        if position > 0 {
          forward[frame][position] = logSum(
            forward[frame][position], forward[frame][position - 1] + next(frame, position - 1))
        }
      }
    }
    for frame in (0..<frames).reversed() {
      for position in (0...last).reversed() {
        backward[frame][position] = logSum(
          logProbabilities[frame][position][blank] + backward[frame + 1][position],
          next(frame, position) + backward[frame][position + 1])
      }
    }
    let loss = -backward[0][0]
    self.loss = loss
    (blanks, nexts) = (zeros(frames, labels), zeros(frames, labels))
    for frame in 0..<frames {
      for position in 0...last {
        let prefix = forward[frame][position] + loss
        blanks[frame][position] = exp(
          prefix + logProbabilities[frame][position][blank] + backward[frame + 1][position])
        nexts[frame][position] = exp(prefix + next(frame, position) + backward[frame][position + 1])
      }
    }
  }

  /// Returns the gradient of the loss with respect to the logits at one frame and position.
  package func gradient(
    at frame: Int, _ position: Int, _ logProbabilities: [Double], labels: [Int], blank: Int
  ) -> [Double] {
    let (blankShare, labelShare) = (blanks[frame][position], nexts[frame][position])
    return logProbabilities.enumerated().map { index, logProbability in
      var slope = exp(logProbability) * (blankShare + labelShare)
      if index == blank { slope -= blankShare }
      if position < labels.count, index == labels[position] { slope -= labelShare }
      return slope
    }
  }
}

private func zeros(_ frames: Int, _ labels: [Int]) -> [[Double]] {
  Array(repeating: Array(repeating: 0, count: labels.count + 1), count: frames)
}

/// A step of a way: a blank, or the next label, that is emitted at a frame and after so many labels.
package struct Emission {
  package var frame: Int
  package var position: Int
  package var isBlank: Bool
}

/// Returns all ways to emit so many labels: at each frame any number of them, then a blank.
package func everyWay(frames: Int, labels: Int) -> [[Emission]] {
  func ways(from frame: Int, _ position: Int) -> [[Emission]] {
    if frame == frames { return position == labels ? [[]] : [] }
    let blank = Emission(frame: frame, position: position, isBlank: true)
    var all = ways(from: frame + 1, position).map { [blank] + $0 }
    if position < labels {
      let next = Emission(frame: frame, position: position, isBlank: false)
      all += ways(from: frame, position + 1).map { [next] + $0 }
    }
    return all
  }
  return ways(from: 0, 0)
}
