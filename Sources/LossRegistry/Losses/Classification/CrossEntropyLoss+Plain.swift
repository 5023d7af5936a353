package import Losses

extension CrossEntropyLoss {
  package func plain(_ a: Arguments<Double>, _ numbers: Precision, _ faults: inout Faults) -> PlainCall? {
    recordOptions(&faults)
    return a.integers["target"] == nil ? ofProbabilities(a, numbers, &faults) : ofLabels(a, numbers, &faults)
  }

  func recordOptions(_ faults: inout Faults) {
    faults.hyperparameter("labelSmoothing", labelSmoothing, isAllowed: 0...1 ~= labelSmoothing)
    faults.hyperparameter("zLoss", zLoss, isAllowed: zLoss >= 0 && zLoss.isFinite)
    if let softCap { faults.hyperparameter("softCap", softCap, isAllowed: softCap > 0) }
  }

  /// Whether the weight of the label multiplies all of the value.
  var isOfLabelAlone: Bool { labelSmoothing == 0 && zLoss == 0 }

  /// The smoothing of each class, of which those masked by a score of −∞ have none.
  private func shares(of scores: [Bounded], _ numbers: Precision) -> [Bounded] {
    let isMasked = scores.map { $0.value == -.infinity }
    let unmasked = isMasked.count { !$0 }
    // Where all are, everything is NaN.
    let share = numbers.rounded(labelSmoothing / Double(unmasked == 0 ? scores.count : unmasked))
    return isMasked.map { $0 && unmasked > 0 ? 0 : share }
  }

  /// −k·log p
  private func product(_ factor: Bounded, _ logProbability: Bounded) -> Bounded {
    factor.isZero ? 0 : -factor * logProbability
  }

  /// The scores after the cap, and its derivatives.
  private func capped(_ scores: [Bounded], _ numbers: Precision) -> (scores: [Bounded], slopes: [Bounded]?) {
    guard let softCap else { return (scores, nil) }
    let largest =
      numbers.ulp > Double.ulpOfOne ? Double(Float.greatestFiniteMagnitude) : .greatestFiniteMagnitude
    let cap = numbers.rounded(min(max(softCap, numbers.leastNormal), largest))
    let terms = scores.map { x -> (y: Bounded, slope: Bounded) in
      let v = x / cap
      let m = (-2 * v.magnitude).exponentialMinusOne
      let e = (-2 * v.magnitude).exponential
      let y = cap * (-m / (2 + m))
      return (v.value.magnitude < 1e-10 ? x : v.value < 0 ? -y : y, 4 * e / ((1 + e) * (1 + e)))
    }
    return (terms.map(\.y), terms.map(\.slope))
  }

  /// λ·z² for the log-sum-exp z, and its derivative.
  private func zTerm(_ softmax: PlainSoftmax, _ numbers: Precision) -> (value: Bounded, slope: Bounded) {
    if zLoss == 0 { return (0, 0) }
    let (weight, z) = (numbers.rounded(zLoss), softmax.logSum)
    return (weight * z * z, 2 * weight * z)
  }

  private func ofLabels(_ a: Arguments<Double>, _ numbers: Precision, _ faults: inout Faults) -> PlainCall? {
    PlainCall(labelled: a, ignoring: ignoreIndex, isOfLabelAlone: isOfLabelAlone, numbers, &faults) {
      scores, label, weight in
      terms(of: scores, label: label, weight: weight, numbers)
    }
  }

  /// The terms of a sample with these scores, this label and the weight of each class.
  func terms(
    of scores: [Bounded], label: Int, weight: (Int) -> Bounded, _ numbers: Precision
  ) -> SampleTerms {
    let capped = capped(scores, numbers)
    let softmax = PlainSoftmax(capped.scores)
    let unsmoothed = numbers.rounded(1 - labelSmoothing)
    let unsmoothedValue =
      unsmoothed.isZero ? 0 : -(unsmoothed * weight(label)) * softmax.logProbabilities[label]
    // Without smoothing, the weights of other classes have no part in it.
    let smoothing = zip(shares(of: capped.scores, numbers), scores.indices.map(weight)).map {
      labelSmoothing == 0 ? 0 : $0 * $1
    }
    let smoothedValue = zip(smoothing, softmax.logProbabilities).map(product).sum
    let z = zTerm(softmax, numbers)
    let pull = labelSmoothing == 0 && zLoss == 0 ? 0 : smoothing.sum + z.slope
    let ownFactor = unsmoothed * weight(label)
    var derivatives = scores.indices.map { index in
      let smoothed =
        labelSmoothing == 0 && zLoss == 0 ? 0 : pull * softmax.probabilities[index] - smoothing[index]
      return index == label
        ? smoothed - ownFactor * softmax.complement(of: label)
        : smoothed + ownFactor * softmax.probabilities[index]
    }
    if let slopes = capped.slopes { derivatives = zip(derivatives, slopes).map { $0 * $1 } }
    return (unsmoothedValue + smoothedValue + z.value, derivatives)
  }

  private func ofProbabilities(
    _ a: Arguments<Double>, _ numbers: Precision, _ faults: inout Faults
  ) -> PlainCall? {
    if let ignoreIndex {
      faults.hyperparameter("ignoreIndex", Double(ignoreIndex), isAllowed: ignoreIndex < 0)
    }
    faults.shape(a.target.shape, of: "target", is: a.input.shape)
    guard let arguments = ClassArguments(a, allowsFurtherAxes: true, numbers, &faults), faults.isEmpty else {
      return nil
    }
    let (columns, target) = (arguments.columns.positions, numbers(a.target))
    let samples = columns.map { column in
      terms(
        of: arguments.scores(column), probabilities: column.map { target[$0] }, weight: arguments.weight,
        numbers)
    }
    return PlainCall(
      shape: arguments.sampleShape, values: samples.map(\.value),
      mean: Bounded(a.input.count == 0 ? 0 : Double(columns.count)), batch: arguments.batch
    ) { scales in
      var (inputGradient, targetGradient) = (target, target)
      for (sample, column) in columns.enumerated() {
        let (inputDerivatives, targetDerivatives) = samples[sample].gradients(scales[sample])
        for (index, position) in column.enumerated() {
          inputGradient[position] = inputDerivatives[index]
          targetGradient[position] = targetDerivatives[index]
        }
      }
      guard let weight = a.weight else {
        return ["input": inputGradient, "target": targetGradient]
      }
      // The sum over the samples of the value without the weights, class by class.
      let plain = columns.map { column in
        weightTerms(arguments.scores(column), column.map { target[$0] }, numbers)
      }
      let weightGradient = (0..<weight.count).map { index in
        zip(scales, plain).map { $0 * $1[index] }.sum
      }
      return ["input": inputGradient, "target": targetGradient, "weight": weightGradient]
    }
  }

  /// −t·log p of each class.
  private func weightTerms(
    _ scores: [Bounded], _ probabilities: [Bounded], _ numbers: Precision
  ) -> [Bounded] {
    let scores = capped(scores, numbers).scores
    let (softmax, shares) = (PlainSoftmax(scores), shares(of: scores, numbers))
    return scores.indices.map { index in
      let t = numbers.rounded(1 - labelSmoothing) * probabilities[index] + shares[index]
      return product(t, softmax.logProbabilities[index])
    }
  }

  /// The terms of a sample with these scores, these probabilities and the weight of each class: the value, and the
  /// gradients with respect to scores and probabilities for the derivative with respect to the value.
  func terms(
    of scores: [Bounded], probabilities: [Bounded], weight: (Int) -> Bounded, _ numbers: Precision
  ) -> (value: Bounded, gradients: (_ scale: Bounded) -> (scores: [Bounded], probabilities: [Bounded])) {
    let capped = capped(scores, numbers)
    let unsmoothed = numbers.rounded(1 - labelSmoothing)
    let (softmax, shares) = (PlainSoftmax(capped.scores), shares(of: capped.scores, numbers))
    let weights = scores.indices.map(weight)
    // The factors of the log-probabilities.
    let factors = scores.indices.map { weights[$0] * (unsmoothed * probabilities[$0] + shares[$0]) }
    let z = zTerm(softmax, numbers)
    let value = zip(factors, softmax.logProbabilities).map(product).sum
    let total = factors.sum + z.slope
    return (
      value + z.value,
      { scale in
        (
          factors.indices.map { index in
            let derivative = scale * (total * softmax.probabilities[index] - factors[index])
            return capped.slopes.map { derivative * $0[index] } ?? derivative
          },
          factors.indices.map { index in
            let factor = unsmoothed * weights[index] * scale
            return factor.isZero ? 0 : -factor * softmax.logProbabilities[index]
          }
        )
      }
    )
  }
}
