package import Losses

extension RNNTLoss {
  package func plain(_ a: Arguments<Double>, _ numbers: Precision, _ faults: inout Faults) -> PlainCall? {
    faults.hyperparameter("clamp", clamp, isAllowed: !clamp.isNaN)
    guard let encoder = a.reals["encoder"] else { return plain(a, a.input, numbers, &faults) }
    let (shape, other) = (encoder.shape, a["predictor"].shape)
    guard shape.count == 3, !shape.dropLast().contains(0) else {
      faults.unsupported(shape, of: "encoder")
      return nil
    }
    guard other.count == 3, other[1] > 0 else {
      faults.unsupported(other, of: "predictor")
      return nil
    }
    faults.shape(other, of: "predictor", is: [shape[0], other[1], shape[2]])
    faults.size(shape, of: "encoder")
    faults.size(other, of: "predictor")
    faults.size([shape[0], shape[1], other[1]], of: "encoder")
    guard faults.isEmpty, var call = plain(a, a.joined, numbers, &faults) else { return nil }
    let (gradients, joinedShape) = (call.gradients, shape.inserting(other[1], axis: 2))
    call.gradients = { scales in
      let gradient = gradients(scales)["input"]!
      return [
        "encoder": sums(gradient, joinedShape, to: shape.inserting(1, axis: 2)),
        "predictor": sums(gradient, joinedShape, to: other.inserting(1, axis: 1)),
      ]
    }
    return call
  }

  private func plain(
    _ a: Arguments<Double>, _ input: Tensor<Double>, _ numbers: Precision, _ faults: inout Faults
  ) -> PlainCall? {
    let (shape, targets) = (input.shape, a.integer("targets").ints)
    faults.size(shape, of: "logits")
    guard shape.count == 4, !shape.dropLast().contains(0) else {
      faults.unsupported(shape, of: "logits")
      return nil
    }
    let (samples, frames, width, classes) = (shape[0], shape[1], shape[2] - 1, shape[3])
    faults.hyperparameter("blank", Double(blank), isAllowed: blank >= -classes && blank < classes)
    let logitLengths = faults.lengths(a, "logitLengths", samples: samples, atMost: frames)
    faults.shape(targets.shape, of: "targets", is: [samples, width])
    let targetLengths = faults.lengths(a, "targetLengths", samples: samples, atMost: width)
    guard let logitLengths, let targetLengths, faults.isEmpty else { return nil }
    for (sample, length) in targetLengths.enumerated() {
      for position in 0..<length where !(0..<classes ~= targets[sample, position]) {
        faults.record(
          .labelOutOfRange(
            argument: "targets", position: [sample, position], label: "\(targets[sample, position])",
            classCount: classes, ignoreIndex: nil))
        return nil
      }
    }
    let terms = (0..<samples).map { sample in
      self.terms(
        input, sample, frames: logitLengths[sample],
        labels: (0..<targetLengths[sample]).map { targets[sample, $0] }, numbers)
    }
    return PlainCall(
      shape: [samples], values: terms.map(\.value), mean: Bounded(Double(samples)), batch: samples
    ) { scales in
      // What is beyond the lengths of a sample is 0.
      var gradient = input.scalars.map { _ in 0 as Bounded }
      for (sample, terms) in terms.enumerated() {
        for (frame, rows) in terms.slopes.enumerated() {
          for (position, slopes) in rows.enumerated() {
            let start = ((sample * frames + frame) * (width + 1) + position) * classes
            for (index, slope) in slopes.enumerated() {
              gradient[start + index] = slope.scaled(by: scales[sample])
            }
          }
        }
      }
      return ["input": gradient]
    }
  }

  /// The loss of one sample, and the derivatives with respect to the logits of each of its frames and positions, unless
  /// all are 0.
  private func terms(
    _ input: Tensor<Double>, _ sample: Int, frames: Int, labels: [Int], _ numbers: Precision
  ) -> (value: Bounded, slopes: [[[Bounded]]]) {
    if frames == 0 { return (Bounded(labels.isEmpty ? 0 : .infinity), []) }
    let classes = input.shape[3]
    let logits = (0..<frames).flatMap { frame in
      (0...labels.count).flatMap { position in (0..<classes).map { input[sample, frame, position, $0] } }
    }
    // Logits that are not finite, or as large as any, have tests of their own.
    let largest = logits.lazy.map(\.magnitude).max() ?? 0
    if logits.contains(where: { !($0.magnitude < 1e6) }) {
      let unknown = Bounded(0, error: .infinity)
      let row = Array(repeating: unknown, count: classes)
      return (unknown, Array(repeating: Array(repeating: row, count: labels.count + 1), count: frames))
    }
    let logProbabilities = input.logProbabilities(
      ofSample: sample, frames: frames, positions: labels.count + 1)
    let blank = blank < 0 ? blank + classes : blank
    let plain = PlainRNNT(recurrencesOf: logProbabilities, labels: labels, blank: blank)
    // Each step adds the rounding of a difference of logits, of an exponential, and of sums of logarithms.
    let logarithms = (largest + plain.loss.magnitude + 1) * .ulpOfOne
    let error =
      Double(frames + labels.count) * (numbers.ulp * (4 + largest) + 4 * logarithms)
      + numbers.ulp * plain.loss.magnitude
    let slopes = logProbabilities.enumerated().map { frame, rows in
      rows.enumerated().map { position, row in
        let posterior = plain.blanks[frame][position] + plain.nexts[frame][position]
        return plain.gradient(at: frame, position, row, labels: labels, blank: blank).map { slope in
          clamped(
            Bounded(
              slope, error: posterior * (2 * error + 8 * numbers.ulp * (2 + largest)), ulp: numbers.ulp),
            numbers)
        }
      }
    }
    return (Bounded(plain.loss, error: error, ulp: numbers.ulp), slopes)
  }

  private func clamped(_ slope: Bounded, _ numbers: Precision) -> Bounded {
    guard clamp > 0, slope.value.magnitude > clamp else { return slope }
    let bound = numbers.rounded(clamp)
    // Near the bound either may be meant.
    return Bounded(slope.value < 0 ? -clamp : clamp, error: slope.error + bound.error, ulp: numbers.ulp)
  }
}
