import LossRegistry
import Losses

/// The decoders and the aligner of CTC, with the scores of one call.
struct ReadingTrial<S: LossScalar> {
  let scores: Tensor<S>
  let parts: Sequences
  /// Whether all scores are finite.
  let isFinite: Bool

  static func run(_ decisions: inout Decisions) throws(Finding) {
    let parts = decisions.sequences()
    let scores = decisions.arrangement().view(of: Tensor<S>(parts.scores))
    let trial = ReadingTrial(scores: scores, parts: parts, isFinite: scores.scalars.allSatisfy(\.isFinite))
    // Without a limit the beam holds all labellings, which are soon too many.
    let widest = parts.scores.rank > 0 && parts.scores.shape[0] < 5 ? Int.max : 64
    let width =
      decisions.injectsFault(in: 4)
      ? decisions.choice(of: [0, -1, .min, widest]) : 1 + decisions.number(below: 9)
    try trial.decodeGreedily()
    try trial.decode(width: width)
    try trial.align()
  }

  private var samples: Int { scores.rank == 3 ? scores.shape[1] : 1 }
  private var classes: Int { scores.shape.last! }

  /// The score of a class at a frame of a sample.
  private func score(_ frame: Int, _ sample: Int, _ label: Int) -> Double {
    Double(scores.rank == 3 ? scores[frame, sample, label] : scores[frame, label])
  }

  private func length(_ lengths: Tensor<Int>, _ sample: Int) -> Int { lengths.scalars[sample] }

  private func decodeGreedily() throws(Finding) {
    let decoder = CTCGreedyDecoder(blank: parts.blank)
    guard let decodings = try? decoder(scores, inputLengths: parts.inputLengths) else { return }
    try demand(decodings.count == samples, "\(decodings.count) decodings of \(samples) samples")
    for decoding in decodings { try check(decoding) }
  }

  private func decode(width: Int) throws(Finding) {
    let decoder = CTCBeamSearchDecoder(blank: parts.blank, width: width)
    guard let beams = try? decoder(scores, inputLengths: parts.inputLengths) else { return }
    try demand(beams.count == samples, "\(beams.count) beams of \(samples) samples")
    for beam in beams {
      try demand(beam.count <= width, "\(beam.count) decodings from a beam of \(width)")
      try demand(Set(beam.map(\.labels)).count == beam.count, "a labelling is in the beam twice")
      for decoding in beam { try check(decoding) }
      guard isFinite else { continue }
      try demand(!beam.isEmpty, "no labelling for finite scores")
      let isDescending = zip(beam, beam.dropFirst()).allSatisfy { $0.logProbability >= $1.logProbability }
      try demand(isDescending, "a beam is not in order")
    }
  }

  private func check(_ decoding: CTCDecoding) throws(Finding) {
    let areLabels = decoding.labels.allSatisfy { 0..<classes ~= $0 && $0 != parts.blank }
    try demand(areLabels, "\(decoding.labels) are not labels")
    try demand(!isFinite || decoding.logProbability.isFinite, "\(decoding) for finite scores")
  }

  private func align() throws(Finding) {
    let aligner = CTCAligner(blank: parts.blank)
    let alignments = try? aligner(
      scores, targets: parts.targets, inputLengths: parts.inputLengths, targetLengths: parts.targetLengths)
    guard let alignments else { return }
    try demand(alignments.count == samples, "\(alignments.count) alignments of \(samples) samples")
    var start = 0
    for (sample, alignment) in alignments.enumerated() {
      let count = length(parts.targetLengths, sample)
      let labels = Array(parts.targets.scalars[start..<start + count])
      start += parts.targets.rank == 2 ? parts.targets.shape[1] : count
      if let alignment { try check(alignment, of: labels, sample) }
    }
  }

  private func check(_ alignment: CTCAlignment, of labels: [Int], _ sample: Int) throws(Finding) {
    let path = alignment.path
    try demand(path.count == length(parts.inputLengths, sample), "a path of \(path.count) frames")
    try demand(alignment.frames.count == labels.count, "frames of \(alignment.frames.count) labels")
    var end = 0
    for (label, frames) in zip(labels, alignment.frames) {
      try demand(
        !frames.isEmpty && frames.lowerBound >= end && frames.upperBound <= path.count,
        "\(frames) after \(end)")
      try demand(path[frames].allSatisfy { $0 == label }, "\(path[frames]) for the label \(label)")
      try demand(path[end..<frames.lowerBound].allSatisfy { $0 == parts.blank }, "a label between labels")
      end = frames.upperBound
    }
    guard isFinite else { return }
    let total = path.indices.reduce(0) { $0 + score($1, sample, path[$1]) }
    let tolerance = 1e-12 * path.indices.reduce(0) { $0 + score($1, sample, path[$1]).magnitude }
    try demand(
      (alignment.logProbability - total).magnitude <= tolerance,
      "\(alignment.logProbability) for a path of \(total)")
  }
}
