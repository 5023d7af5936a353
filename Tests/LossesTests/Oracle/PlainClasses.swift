import LossRegistry
import Losses

/// Scores of classes with a label, or a probability of each class, for every sample.
private struct ClassArguments {
  let columns: PlainColumns
  let sampleShape: Shape
  let batch: Int
  let scores: [Bounded]
  /// The weights of the classes, if they have any.
  let weights: [Bounded]?

  init?(_ a: Arguments<Double>, allowsFurtherAxes: Bool, _ numbers: Precision, _ faults: inout Faults) {
    let shape = a.input.shape
    let isPossible = allowsFurtherAxes ? !shape.isEmpty : shape.count <= 2 && shape.last != 0
    if !isPossible { faults.unsupported(shape, of: "input") }
    faults.size(shape, of: "input")
    guard faults.isEmpty || isPossible else { return nil }
    let axis = shape.count > 1 ? 1 : 0
    let classes = shape.isEmpty ? 1 : shape[axis]
    if let weight = a.weight { faults.shape(weight.shape, of: "weight", is: [classes]) }
    sampleShape = shape.isEmpty ? [] : shape.dropping(axis: axis)
    batch = shape.count > 1 ? shape[0] : 1
    guard faults.isEmpty else { return nil }
    columns = PlainColumns(shape, axis: axis)
    scores = numbers(a.input)
    weights = columns.isEmpty ? nil : a.weight.map { numbers($0) }
  }

  func scores(_ column: [Int]) -> [Bounded] { column.map { scores[$0] } }

  func weight(_ label: Int) -> Bounded { weights?[label] ?? 1 }
}

/// What a loss over classes makes of one sample: its value, and the derivative with respect to each score.
typealias SampleTerms = (value: Bounded, derivatives: [Bounded])

extension PlainCall {
  /// A call with a label for each sample, some of which are ignored.
  ///
  /// - Parameter formula: The terms of a sample with these scores, this label and the weight of each class.
  fileprivate init?(
    labelled a: Arguments<Double>, ignoring ignored: Int?, isMeanWeighted: Bool = true,
    allowsFurtherAxes: Bool = true, _ numbers: Precision, _ faults: inout Faults,
    formula: (_ scores: [Bounded], _ label: Int, _ weight: (Int) -> Bounded) -> SampleTerms
  ) {
    let arguments = ClassArguments(a, allowsFurtherAxes: allowsFurtherAxes, numbers, &faults)
    let (shape, labels) = (a.input.shape, a.labels.ints)
    var sampleShape = shape.isEmpty ? shape : shape.dropping(axis: shape.count > 1 ? 1 : 0)
    // A single label may have an axis or not.
    if !allowsFurtherAxes, sampleShape == [] || sampleShape == [1], labels.shape == [] || labels.shape == [1]
    {
      sampleShape = labels.shape
    }
    if faults.shape(labels.shape, of: "target", is: sampleShape), !shape.isEmpty || !allowsFurtherAxes {
      faults.labels(labels, classes: shape.isEmpty ? 1 : shape[shape.count > 1 ? 1 : 0], ignored: ignored)
    }
    guard let arguments, faults.isEmpty else { return nil }

    let columns = arguments.columns.positions
    let samples = zip(columns, labels.scalars).map { column, label -> SampleTerms in
      label == ignored
        ? (0, column.map { _ in 0 }) : formula(arguments.scores(column), label, arguments.weight)
    }
    let counted = labels.scalars.filter { $0 != ignored }
    self.shape = sampleShape
    values = samples.map(\.value)
    mean =
      isMeanWeighted && arguments.weights != nil
      ? counted.map(arguments.weight).sum : Bounded(Double(isMeanWeighted ? counted.count : samples.count))
    meanWeights =
      isMeanWeighted ? labels.scalars.map { $0 == ignored ? 0 : arguments.weight($0) } : nil
    batch = arguments.batch
    gradients = { scales in
      var gradient = numbers(a.input)
      for (sample, column) in columns.enumerated() {
        for (position, derivative) in zip(column, samples[sample].derivatives) {
          gradient[position] = derivative.isZeroByRule ? 0 : scales[sample] * derivative
        }
      }
      return ["input": gradient]
    }
  }
}

extension NLLLoss: PlainLoss {
  func plain(_ a: Arguments<Double>, _ numbers: Precision, _ faults: inout Faults) -> PlainCall? {
    PlainCall(labelled: a, ignoring: ignoreIndex, numbers, &faults) { scores, label, weight in
      (-weight(label) * scores[label], scores.indices.map { $0 == label ? -weight(label) : 0 })
    }
  }
}

extension CrossEntropyLoss: PlainLoss {
  func plain(_ a: Arguments<Double>, _ numbers: Precision, _ faults: inout Faults) -> PlainCall? {
    recordOptions(&faults)
    return a.integers["target"] == nil ? ofProbabilities(a, numbers, &faults) : ofLabels(a, numbers, &faults)
  }

  fileprivate func recordOptions(_ faults: inout Faults) {
    faults.hyperparameter("labelSmoothing", labelSmoothing, isAllowed: 0...1 ~= labelSmoothing)
    faults.hyperparameter("zLoss", zLoss, isAllowed: zLoss >= 0 && zLoss.isFinite)
    if let softCap { faults.hyperparameter("softCap", softCap, isAllowed: softCap > 0) }
  }

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
    PlainCall(labelled: a, ignoring: ignoreIndex, numbers, &faults) { scores, label, weight in
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
  fileprivate func terms(
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

/// A loss of the probability of the label.
protocol PlainClassLoss: PlainLoss {
  var ignoreIndex: Int? { get }
  func recordHyperparameters(_ faults: inout Faults, _ numbers: Precision)
  /// The value at log p and q = 1 − p, and the derivative with respect to log p.
  func terms(_ logP: Bounded, _ q: Bounded, _ numbers: Precision) -> (value: Bounded, slope: Bounded)
}

extension PlainClassLoss {
  func recordHyperparameters(_ faults: inout Faults, _ numbers: Precision) {}

  func plain(_ a: Arguments<Double>, _ numbers: Precision, _ faults: inout Faults) -> PlainCall? {
    recordHyperparameters(&faults, numbers)
    return PlainCall(labelled: a, ignoring: ignoreIndex, numbers, &faults) { scores, label, weight in
      let softmax = PlainSoftmax(scores)
      let q = softmax.complement(of: label)
      let terms = terms(softmax.logProbabilities[label], q, numbers)
      let slope = weight(label) * terms.slope
      return (
        weight(label) * terms.value,
        scores.indices.map { $0 == label ? slope * q : -slope * softmax.probabilities[$0] }
      )
    }
  }
}

extension SofterCrossEntropyLoss: PlainClassLoss {
  func terms(_ logP: Bounded, _ q: Bounded, _: Precision) -> (value: Bounded, slope: Bounded) {
    (-q * logP, (1 - q) * logP - q)
  }
}

extension GeneralizedCrossEntropyLoss: PlainClassLoss {
  func recordHyperparameters(_ faults: inout Faults, _ numbers: Precision) {
    faults.hyperparameter("q", q, isAllowed: 0...1 ~= q)
  }

  // Where q·log p is tiny, (1 − e^(q·log p)) / q is −log p.
  func terms(_ logP: Bounded, _: Bounded, _ numbers: Precision) -> (value: Bounded, slope: Bounded) {
    let q = numbers.rounded(q)
    let exponent = q.isZero ? Bounded(0, ulp: numbers.ulp) : q * logP
    let isTiny = exponent.value.magnitude < numbers.ulp
    return (isTiny ? -logP : -exponent.exponentialMinusOne / q, -exponent.exponential)
  }
}

extension Poly1CrossEntropyLoss: PlainClassLoss {
  func recordHyperparameters(_ faults: inout Faults, _ numbers: Precision) {
    faults.hyperparameter("epsilon", epsilon, isAllowed: numbers.isFinite(epsilon))
  }

  func terms(_ logP: Bounded, _ q: Bounded, _ numbers: Precision) -> (value: Bounded, slope: Bounded) {
    let epsilon = numbers.rounded(epsilon)
    let slope = q.value < 0.5 ? (1 + epsilon) - epsilon * q : 1 + epsilon * logP.exponential
    return (epsilon * q - logP, -slope)
  }
}

extension FocalLoss: PlainLoss {
  // With c the cross entropy and q = 1 − p of the label, the loss is q^γ·c.
  func plain(_ a: Arguments<Double>, _ numbers: Precision, _ faults: inout Faults) -> PlainCall? {
    faults.hyperparameter("gamma", gamma, isAllowed: gamma >= 0 && gamma.isFinite)
    faults.hyperparameter("labelSmoothing", labelSmoothing, isAllowed: 0...1 ~= labelSmoothing)
    let crossEntropy = CrossEntropyLoss(labelSmoothing: labelSmoothing)
    return PlainCall(labelled: a, ignoring: ignoreIndex, numbers, &faults) { scores, label, weight in
      let entropy = crossEntropy.terms(of: scores, label: label, weight: weight, numbers)
      if gamma == 0 { return entropy }
      let softmax = PlainSoftmax(scores)
      let (p, q) = (softmax.probabilities[label], softmax.complement(of: label))
      let power = (numbers.rounded(gamma) * q.logarithm).exponential
      let pull = p.isZero ? 0 : numbers.rounded(gamma) * power * p * entropy.value
      return (
        power.isZero && entropy.value.value.isInfinite ? 0 : power * entropy.value,
        scores.indices.map { index in
          let own = power * entropy.derivatives[index]
          if index == label { return own - pull }
          return q.isZero ? own : own + pull * (softmax.probabilities[index] / q)
        }
      )
    }
  }
}

extension Bounded {
  /// This gap between two scores, or one that costs nothing where it is the difference of equal infinities.
  fileprivate var withoutNaN: Bounded { value.isNaN ? Bounded(-1, ulp: ulp) : self }
}

extension MultiMarginLoss: PlainLoss {
  func plain(_ a: Arguments<Double>, _ numbers: Precision, _ faults: inout Faults) -> PlainCall? {
    faults.hyperparameter("p", Double(p), isAllowed: p == 1 || p == 2)
    faults.hyperparameter("margin", margin, isAllowed: !margin.isNaN)
    return PlainCall(
      labelled: a, ignoring: nil, isMeanWeighted: false, allowsFurtherAxes: false, numbers, &faults
    ) { scores, label, weight in
      if scores.count > 1, let missing = scores.first(where: \.value.isNaN) {
        return (missing, scores.map { _ in missing })
      }
      let factor = weight(label) / Bounded(Double(scores.count))
      var (hinges, slopes) = ([Bounded](), [Bounded]())
      for (index, score) in scores.enumerated() {
        let z = (numbers.rounded(margin) - scores[label] + score).withoutNaN
        let zero = Bounded(0, ulp: numbers.ulp)
        let hinge = index == label ? zero : z.raised(to: zero)
        hinges.append(p == 1 ? hinge : hinge * hinge)
        slopes.append(index == label ? zero : p == 1 ? z.step(atZero: 0) : 2 * hinge)
      }
      let sum = slopes.sum
      return (
        factor * hinges.sum, slopes.indices.map { $0 == label ? -factor * sum : factor * slopes[$0] }
      )
    }
  }
}

extension MultiLabelMarginLoss: PlainLoss {
  func plain(_ a: Arguments<Double>, _ numbers: Precision, _ faults: inout Faults) -> PlainCall? {
    let (shape, labels) = (a.input.shape, a.labels.ints)
    let arguments = ClassArguments(a, allowsFurtherAxes: false, numbers, &faults)
    let areSingle = a.input.count == 1 && shape.count <= 1 && (labels.shape == [] || labels.shape == [1])
    if areSingle || faults.shape(labels.shape, of: "target", is: shape), shape.count <= 2 {
      faults.labels(labels, classes: shape.last ?? 1, ignored: -1)
    }
    guard let arguments, faults.isEmpty else { return nil }

    let list = labels.scalars
    let samples = arguments.columns.positions.map { column -> SampleTerms in
      let scores = arguments.scores(column)
      let right = column.map { list[$0] }.prefix { $0 != -1 }
      let wrong = scores.indices.filter { !right.contains($0) }
      if !right.isEmpty, !wrong.isEmpty, let missing = scores.first(where: \.value.isNaN) {
        return (missing, scores.map { _ in missing })
      }
      var hinges = [Bounded]()
      var slopes = scores.map { _ in [Bounded]() }
      for label in right {
        for index in wrong {
          let z = (1 - scores[label] + scores[index]).withoutNaN
          hinges.append(z.raised(to: Bounded(0, ulp: z.ulp)))
          slopes[index].append(z.step(atZero: 0))
          slopes[label].append(-z.step(atZero: 0))
        }
      }
      let count = Bounded(Double(scores.count))
      return (hinges.sum / count, slopes.map { $0.sum / count })
    }
    return PlainCall(
      shape: arguments.sampleShape, values: samples.map(\.value), mean: Bounded(Double(samples.count)),
      batch: arguments.batch
    ) { scales in
      ["input": zip(scales, samples).flatMap { scale, sample in sample.derivatives.map { scale * $0 } }]
    }
  }
}

extension MultiLabelSoftMarginLoss: PlainLoss {
  func plain(_ a: Arguments<Double>, _ numbers: Precision, _ faults: inout Faults) -> PlainCall? {
    let shape = a.input.shape
    if shape.isEmpty { faults.unsupported(shape, of: "input") }
    faults.shape(a.target.shape, of: "target", is: shape)
    faults.size(shape, of: "target")
    if let weight = a.weight { faults.broadcast(weight.shape, of: "weight", to: shape) }
    guard faults.isEmpty else { return nil }

    let (inputs, targets) = (numbers(a.input), numbers(a.target))
    let weights = a.weight.map { numbers($0.broadcast(to: shape)) }
    let columns = PlainColumns(shape, axis: shape.count - 1)
    let (count, rows) = (Bounded(Double(columns.length)), columns.positions)
    let terms = inputs.indices.map { index -> PlainTerms in
      let (value, derivatives) = BCEWithLogitsLoss.terms(inputs[index], targets[index])
      guard let weight = weights?[index] else { return (value, derivatives) }
      return (value * weight, derivatives.map { $0 * weight })
    }
    return PlainCall(
      shape: Shape(shape.dropLast()),
      values: rows.map { row in row.map { terms[$0].value }.sum / count },
      mean: Bounded(Double(rows.count)), batch: shape.count > 1 ? shape[0] : 1
    ) { scales in
      func gradient(_ argument: Int) -> [Bounded] {
        rows.enumerated().flatMap { sample, row in
          row.map { scales[sample] / count * terms[$0].derivatives[argument] }
        }
      }
      var gradients: Labelled<[Bounded]> = ["input": gradient(0), "target": gradient(1)]
      if let weight = a.weight {
        let places = Tensor(Array(0..<weight.count), shape: weight.shape).broadcast(to: shape).scalars
        var addends = [[Bounded]](repeating: [], count: weight.count)
        for (sample, row) in rows.enumerated() {
          for index in row {
            let value = BCEWithLogitsLoss.terms(inputs[index], targets[index]).value
            addends[places[index]].append(scales[sample] / count * value)
          }
        }
        gradients["weight"] = addends.map(\.sum)
      }
      return gradients
    }
  }
}

extension LinearCrossEntropyLoss: PlainLoss {
  func plain(_ a: Arguments<Double>, _ numbers: Precision, _ faults: inout Faults) -> PlainCall? {
    let crossEntropy = CrossEntropyLoss(
      ignoreIndex: ignoreIndex, labelSmoothing: labelSmoothing, zLoss: zLoss, softCap: softCap)
    crossEntropy.recordOptions(&faults)
    faults.hyperparameter("memoryLimit", Double(memoryLimit), isAllowed: memoryLimit > 0)
    let hasLabels = a.integers["target"] != nil
    if !hasLabels, let ignoreIndex {
      faults.hyperparameter("ignoreIndex", Double(ignoreIndex), isAllowed: ignoreIndex < 0)
    }
    let (shape, layer) = (a.input.shape, a["linearWeight"].shape)
    if !(1...3 ~= shape.count) { faults.unsupported(shape, of: "input") }
    if layer.count < 2 { faults.unsupported(layer, of: "linearWeight") }
    if layer.count > 2, shape.count != 2 { faults.unsupported(shape, of: "input") }
    guard let features = shape.last, layer.count >= 2 else { return nil }
    let (classes, positions) = (layer[0], layer.dropFirst().dropLast())
    faults.shape(layer, of: "linearWeight", is: Shape(layer.dropLast() + [features]))
    if let bias = a.reals["linearBias"] {
      faults.shape(bias.shape, of: "linearBias", is: Shape(layer.dropLast()))
    }
    faults.size(shape, of: "input")
    faults.size(layer, of: "linearWeight")
    let rows = shape.dropLast()
    guard rows.count + positions.count < Shape.maximumRank else { return nil }
    let scoreShape = Shape(rows + [classes] + positions)
    faults.size(scoreShape, of: "scores")
    let sampleShape = Shape(rows + [] + positions)
    if hasLabels {
      if faults.shape(a.labels.shape, of: "target", is: sampleShape) {
        let isOut = outPositions(a, sampleShape)
        faults.labels(
          a.labels.ints, classes: classes, ignored: ignoreIndex, besides: isOut)
      }
    } else {
      faults.shape(a.target.shape, of: "target", is: scoreShape)
    }
    if let weight = a.weight { faults.shape(weight.shape, of: "weight", is: [classes]) }
    if let sampleWeight = a.reals["sampleWeight"] {
      faults.shape(sampleWeight.shape, of: "sampleWeight", is: sampleShape)
    }
    if let mask = a.mask { faults.shape(mask.shape, of: "mask", is: sampleShape) }
    guard faults.isEmpty else { return nil }
    return call(
      a, crossEntropy, scoreShape, sampleShape, rows: rows.reduce(1, *), positions: positions.reduce(1, *),
      numbers)
  }

  /// The samples that have weight 0, or that the mask leaves out.
  private func outPositions(_ a: Arguments<Double>, _ sampleShape: Shape) -> Set<Int> {
    var positions: Set<Int> = []
    for (position, weight) in (a.sampleWeight?.scalars ?? []).enumerated() where weight == 0 {
      positions.insert(position)
    }
    for (position, isIn) in (a.mask?.scalars ?? []).enumerated() where !isIn { positions.insert(position) }
    return positions
  }

  private func call(
    _ a: Arguments<Double>, _ crossEntropy: CrossEntropyLoss, _ scoreShape: Shape, _ sampleShape: Shape,
    rows: Int, positions: Int,
    _ numbers: Precision
  ) -> PlainCall {
    let (features, classes) = (a.input.shape.last!, a["linearWeight"].shape[0])
    let (x, w) = (numbers(a.input), numbers(a["linearWeight"]))
    let bias = a.reals["linearBias"].map { numbers($0) }
    let weights = a.weight.map { numbers($0) }
    let sampleWeights = a.reals["sampleWeight"].map { numbers($0) }
    let isOut = outPositions(a, sampleShape)
    let labels = a.integers["target"]?.ints.scalars
    let probabilities = labels == nil ? numbers(a.target) : []
    func weight(_ index: Int) -> Bounded { weights?[index] ?? 1 }
    func place(_ sample: Int, _ index: Int) -> Int {
      (sample / positions * classes + index) * positions + sample % positions
    }
    func parameter(_ sample: Int, _ index: Int) -> Int { index * positions + sample % positions }

    // Of each sample that counts: the value, and the gradient with respect to scores and probabilities for a scale.
    typealias Gradients = (Bounded) -> (scores: [Bounded], probabilities: [Bounded])
    var values = [Bounded]()
    var gradients = [Gradients?]()
    var mean: Bounded = 0
    for sample in 0..<rows * positions {
      if labels?[sample] == ignoreIndex && labels != nil || isOut.contains(sample) || classes == 0 {
        values.append(0)
        gradients.append(nil)
        continue
      }
      let row = sample / positions * features
      let scores = (0..<classes).map { index in
        let start = parameter(sample, index) * features
        let product = PlainProduct.sum((0..<features).map { (x[row + $0], w[start + $0]) }, numbers)
        return bias.map { product + $0[parameter(sample, index)] } ?? product
      }
      let own = sampleWeights?[sample] ?? 1
      if let label = labels?[sample] {
        let terms = crossEntropy.terms(of: scores, label: label, weight: weight, numbers)
        values.append(sampleWeights == nil ? terms.value : own * terms.value)
        gradients.append { scale in (terms.derivatives.map { scale * own * $0 }, []) }
        mean = mean + (weights == nil ? own : own * weight(label))
      } else {
        let terms = crossEntropy.terms(
          of: scores, probabilities: (0..<classes).map { probabilities[place(sample, $0)] }, weight: weight,
          numbers)
        values.append(sampleWeights == nil ? terms.value : own * terms.value)
        gradients.append { terms.gradients(sampleWeights == nil ? $0 : $0 * own) }
        mean = mean + own
      }
    }
    return PlainCall(
      shape: sampleShape, values: values, mean: mean, batch: a.input.rank > 1 ? a.input.shape[0] : 1
    ) { scales in
      let terms = gradients.enumerated().map { sample, gradient in gradient.map { $0(scales[sample]) } }
      let samples = terms.indices.filter { terms[$0] != nil }
      func slope(_ sample: Int, _ index: Int) -> Bounded { terms[sample]!.scores[index] }
      var result: Labelled<[Bounded]> = [:]
      result["input"] = (0..<rows * features).map { element in
        let (row, feature) = element.quotientAndRemainder(dividingBy: features)
        let own = (row * positions..<(row + 1) * positions).filter { terms[$0] != nil }
        if own.isEmpty { return 0 }
        return PlainProduct.sum(
          own.flatMap { sample in
            (0..<classes).map { (slope(sample, $0), w[parameter(sample, $0) * features + feature]) }
          }, numbers)
      }
      func samplesOf(_ parameter: Int) -> [Int] { samples.filter { $0 % positions == parameter % positions } }
      result["linearWeight"] = (0..<w.count).map { element in
        let (parameter, feature) = element.quotientAndRemainder(dividingBy: features)
        return PlainProduct.sum(
          samplesOf(parameter).map {
            (slope($0, parameter / positions), x[$0 / positions * features + feature])
          }, numbers)
      }
      if let bias {
        result["linearBias"] = bias.indices.map { parameter in
          PlainProduct.sum(
            samplesOf(parameter).map { (slope($0, parameter / positions), 1) }, numbers)
        }
      }
      if labels == nil {
        var target = probabilities
        for (sample, terms) in terms.enumerated() {
          for index in 0..<classes { target[place(sample, index)] = terms?.probabilities[index] ?? 0 }
        }
        result["target"] = target
      }
      return result
    }
  }
}

/// Sums of products, as in a product of matrices.
enum PlainProduct {
  /// The sum of products. It may have been made in any order, with a rounding for each addition.
  static func sum(_ factors: [(Bounded, Bounded)], _ numbers: Precision) -> Bounded {
    var isUndecided = false
    let products = factors.map { a, b in
      // 0 · ∞ where the 0 may be another number.
      isUndecided =
        isUndecided || a.value.isInfinite && b.error >= b.value.magnitude && b.error > 0
        || b.value.isInfinite && a.error >= a.value.magnitude && a.error > 0
      return a * b
    }
    var sum = products.sum
    sum.ulp = numbers.ulp
    let magnitudes = products.reduce(0) { $0 + $1.value.magnitude }
    if isUndecided || products.contains(where: { $0.error == .infinity }) { sum.error = .infinity }
    if sum.value.isFinite, sum.error < .infinity {
      sum.error += Double(factors.count + 1) * numbers.ulp * magnitudes
    }
    return sum
  }
}
