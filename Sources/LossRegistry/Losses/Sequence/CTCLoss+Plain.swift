package import Losses

extension CTCLoss {
  package func plain(_ a: Arguments<Double>, _ numbers: Precision, _ faults: inout Faults) -> PlainCall? {
    guard let sequences = PlainSequences(a, blank: blank, &faults) else { return nil }
    let samples = sequences.labels.indices.map { terms(of: sequences, $0, numbers) }
    return PlainCall(
      shape: a.input.rank == 3 ? [samples.count] : [], values: samples.map(\.value),
      mean: Bounded(Double(samples.count)), batch: samples.count,
      meanFactors: sequences.labels.map { 1 / Bounded(Double(max(1, $0.count)), ulp: .ulpOfOne) }
    ) { scales in
      // What belongs to no frame of a sample is 0.
      var gradient = sequences.scores.map { _ in 0 as Bounded }
      for (sample, terms) in samples.enumerated() {
        for (frame, slopes) in terms.slopes.enumerated() {
          for (position, slope) in zip(sequences.positions(frame, sample), slopes) {
            gradient[position] = slope.scaled(by: scales[sample])
          }
        }
      }
      return ["input": gradient]
    }
  }

  /// The loss of one sample, and the derivatives with respect to the scores of each of its frames, unless all are 0.
  private func terms(
    of sequences: PlainSequences, _ sample: Int, _ numbers: Precision
  ) -> (value: Bounded, slopes: [[Bounded]]) {
    let labels = sequences.labels[sample]
    let rows = (0..<sequences.inputLengths[sample]).map { frame in
      sequences.positions(frame, sample).map { sequences.scores[$0] }
    }
    let infinite = Bounded(zeroInfinity ? 0 : .infinity)
    if rows.isEmpty { return (labels.isEmpty ? 0 : infinite, []) }
    let magnitudes = rows.joined().map(\.magnitude)
    // Scores that are not finite, or as large as any, have tests of their own.
    if !magnitudes.allSatisfy({ $0 < 1e6 }) {
      let unknown = Bounded(0, error: .infinity)
      return (unknown, rows.map { $0.map { _ in unknown } })
    }
    let logProbabilities = input == .logits ? rows.map { row in row.map { $0 - logSumExp(row) } } : rows
    let plain = PlainCTC(statesOf: logProbabilities, labels: labels, blank: blank)
    if plain.loss == .infinity { return (infinite, []) }
    // Each frame adds the rounding of an exponential, of a difference of logits, and of sums of logarithms.
    let largest = magnitudes.max() ?? 0
    let logarithms = (largest + plain.loss.magnitude + 1) * .ulpOfOne
    let error =
      Double(rows.count) * (numbers.ulp * (input == .logits ? 4 + largest : 4) + 4 * logarithms)
      + numbers.ulp * plain.loss.magnitude
    let slopes = rows.indices.map { frame in
      zip(plain.gradient(at: frame, of: input, logProbabilities[frame]), plain.posteriors[frame]).map {
        slope, posterior in
        // The posteriors of labels are products, and that of the blank is what they leave of 1.
        let probability = (slope + posterior).magnitude
        return Bounded(
          slope, error: 2 * posterior * error + 8 * numbers.ulp * ((1 + largest) * probability + 1),
          ulp: numbers.ulp)
      }
    }
    return (Bounded(plain.loss, error: error, ulp: numbers.ulp), slopes)
  }
}

/// The arguments of a call of CTC, sample by sample.
private struct PlainSequences {
  let scores: [Double]
  let inputLengths: [Int]
  let labels: [[Int]]
  private let (samples, classes): (Int, Int)

  /// The positions of the scores of one frame.
  func positions(_ frame: Int, _ sample: Int) -> Range<Int> {
    let start = (frame * samples + sample) * classes
    return start..<start + classes
  }

  init?(_ a: Arguments<Double>, blank: Int, _ faults: inout Faults) {
    let (shape, targets) = (a.input.shape, a.integer("targets").ints)
    faults.size(shape, of: "scores")
    guard 2...3 ~= shape.count, !shape.dropLast().contains(0) else {
      faults.unsupported(shape, of: "scores")
      return nil
    }
    let (frames, samples, classes) = (shape[0], shape.count == 3 ? shape[1] : 1, shape.last!)
    faults.hyperparameter("blank", Double(blank), isAllowed: blank >= 0 && blank < classes)
    let inputLengths = faults.lengths(a, "inputLengths", samples: samples, atMost: frames)
    faults.size(targets.shape, of: "targets")
    guard 1...2 ~= targets.rank else {
      faults.unsupported(targets.shape, of: "targets")
      return nil
    }
    let width = targets.shape.last!
    let isPadded = targets.rank == 2
    if isPadded { faults.shape(targets.shape, of: "targets", is: [samples, width]) }
    guard let lengths = faults.lengths(a, "targetLengths", samples: samples, atMost: width) else {
      return nil
    }
    let total = lengths.reduce(0) { $1 > .max - $0 ? .max : $0 + $1 }
    if !isPadded { faults.shape(targets.shape, of: "targets", is: [total]) }
    guard let inputLengths, faults.isEmpty else { return nil }

    let list = targets.scalars
    var (labels, start) = ([[Int]](), 0)
    for (sample, length) in lengths.enumerated() {
      labels.append(Array(list[start..<start + length]))
      for position in start..<start + length where !(list[position] >= 0 && list[position] < classes) {
        faults.record(
          .labelOutOfRange(
            argument: "targets", position: targets.shape.index(ofElement: position),
            label: "\(list[position])",
            classCount: classes, ignoreIndex: nil, sample: isPadded ? nil : sample))
        return nil
      }
      start += isPadded ? width : length
    }
    scores = a.input.scalars
    (self.inputLengths, self.labels, self.samples, self.classes) = (inputLengths, labels, samples, classes)
  }
}

extension Faults {
  /// Returns the lengths of the samples if they are possible. Those of a single sample may have an axis or not.
  mutating func lengths(
    _ a: Arguments<Double>, _ name: String, samples: Int, atMost limit: Int
  ) -> [Int]? {
    let tensor = a.integer(name).ints
    if samples > 1 || tensor.rank > 0, !shape(tensor.shape, of: name, is: [samples]) { return nil }
    let lengths = tensor.scalars
    guard let wrong = lengths.firstIndex(where: { $0 < 0 || $0 > limit }) else { return lengths }
    record(
      .valueOutOfRange(
        argument: name, position: tensor.shape.index(ofElement: wrong), value: Double(lengths[wrong]),
        requirement: ""))
    return nil
  }
}
