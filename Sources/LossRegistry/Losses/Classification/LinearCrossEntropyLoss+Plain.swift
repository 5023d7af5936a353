package import Losses

extension LinearCrossEntropyLoss {
  package func plain(_ a: Arguments<Double>, _ numbers: Precision, _ faults: inout Faults) -> PlainCall? {
    let crossEntropy = CrossEntropyLoss(
      ignoreIndex: ignoreIndex, labelSmoothing: labelSmoothing, zLoss: zLoss, softCap: softCap)
    crossEntropy.recordOptions(&faults)
    faults.hyperparameter("memoryLimit", Double(memoryLimit), isAllowed: memoryLimit > 0)
    if a.integers["target"] == nil, let ignoreIndex {
      faults.hyperparameter("ignoreIndex", Double(ignoreIndex), isAllowed: ignoreIndex < 0)
    }
    guard let layer = PlainLayer(a, numbers, &faults) else { return nil }
    recordSamples(a, layer, &faults)
    guard faults.isEmpty else { return nil }
    let samples = samples(a, layer, crossEntropy, numbers)
    let hasWeightedLabels = a.weight != nil && a.integers["target"] != nil
    return PlainCall(
      shape: layer.sampleShape, values: samples.map(\.value), mean: samples.reduce(0) { $0 + $1.meanWeight },
      areWeightless: hasWeightedLabels && crossEntropy.isOfLabelAlone ? samples.map(\.isWeightless) : nil,
      batch: a.input.rank > 1 ? a.input.shape[0] : 1
    ) { scales in
      let slopes = zip(samples, scales).map { sample, scale in sample.slopes?(scale) }
      var gradients = layer.gradients(slopes.map { $0?.scores })
      if a.integers["target"] == nil {
        var target = numbers(a.target)
        for (sample, slopes) in slopes.enumerated() {
          for index in 0..<layer.classes {
            target[layer.place(sample, index)] = slopes?.probabilities[index] ?? 0
          }
        }
        gradients["target"] = target
      }
      return gradients
    }
  }

  private func recordSamples(_ a: Arguments<Double>, _ layer: PlainLayer, _ faults: inout Faults) {
    if a.integers["target"] == nil {
      faults.shape(a.target.shape, of: "target", is: layer.scoreShape)
    } else if faults.shape(a.labels.shape, of: "target", is: layer.sampleShape) {
      faults.labels(a.labels.ints, classes: layer.classes, ignored: ignoreIndex, besides: outPositions(a))
    }
    if let weight = a.weight { faults.shape(weight.shape, of: "weight", is: [layer.classes]) }
    if let sampleWeight = a.sampleWeight {
      faults.shape(sampleWeight.shape, of: "sampleWeight", is: layer.sampleShape)
    }
    if let mask = a.mask { faults.shape(mask.shape, of: "mask", is: layer.sampleShape) }
  }

  /// The samples that have weight 0, or that the mask leaves out.
  private func outPositions(_ a: Arguments<Double>) -> Set<Int> {
    var positions: Set<Int> = []
    for (position, weight) in (a.sampleWeight?.scalars ?? []).enumerated() where weight == 0 {
      positions.insert(position)
    }
    for (position, isIn) in (a.mask?.scalars ?? []).enumerated() where !isIn { positions.insert(position) }
    return positions
  }

  /// What the loss makes of one sample.
  private struct Sample {
    var value: Bounded
    /// What the sample adds to the denominator of the mean.
    var meanWeight: Bounded
    /// Whether it is out, or has a label of weight 0.
    var isWeightless = true
    /// Returns the gradients with respect to scores and probabilities, if the derivative of the objective with respect to
    /// the value is given; `nil` for a sample that is out.
    var slopes: ((_ scale: Bounded) -> (scores: [Bounded], probabilities: [Bounded]))?
  }

  private func samples(
    _ a: Arguments<Double>, _ layer: PlainLayer, _ crossEntropy: CrossEntropyLoss, _ numbers: Precision
  ) -> [Sample] {
    let weights = a.weight.map { numbers($0) }
    let sampleWeights = a.sampleWeight.map { numbers($0) }
    let isOut = outPositions(a)
    let labels = a.integers["target"]?.ints.scalars
    let probabilities = labels == nil ? numbers(a.target) : []
    func weight(_ index: Int) -> Bounded { weights?[index] ?? 1 }
    return (0..<layer.sampleCount).map { sample in
      if labels != nil && labels?[sample] == ignoreIndex || isOut.contains(sample) || layer.classes == 0 {
        return Sample(value: 0, meanWeight: 0)
      }
      let (scores, own) = (layer.scores(sample), sampleWeights?[sample] ?? 1)
      if let label = labels?[sample] {
        let terms = crossEntropy.terms(of: scores, label: label, weight: weight, numbers)
        return Sample(
          value: sampleWeights == nil ? terms.value : own * terms.value,
          meanWeight: weights == nil ? own : own * weight(label), isWeightless: weight(label).isZero
        ) { scale in (terms.derivatives.map { scale * own * $0 }, []) }
      }
      let terms = crossEntropy.terms(
        of: scores, probabilities: (0..<layer.classes).map { probabilities[layer.place(sample, $0)] },
        weight: weight, numbers)
      return Sample(value: sampleWeights == nil ? terms.value : own * terms.value, meanWeight: own) {
        terms.gradients(sampleWeights == nil ? $0 : $0 * own)
      }
    }
  }
}

/// A layer that scores classes: each row of the input has a score for every class at every position.
private struct PlainLayer {
  let (sampleShape, scoreShape): (Shape, Shape)
  let classes: Int
  var sampleCount: Int { rows * positions }
  private let (rows, positions, features): (Int, Int, Int)
  private let (input, weights): ([Bounded], [Bounded])
  private let bias: [Bounded]?
  private let numbers: Precision

  init?(_ a: Arguments<Double>, _ numbers: Precision, _ faults: inout Faults) {
    let (shape, layer) = (a.input.shape, a["linearWeight"].shape)
    if !(1...3 ~= shape.count) { faults.unsupported(shape, of: "input") }
    if layer.count < 2 { faults.unsupported(layer, of: "linearWeight") }
    if layer.count > 2, shape.count != 2 { faults.unsupported(shape, of: "input") }
    guard let features = shape.last, layer.count >= 2 else { return nil }
    faults.shape(layer, of: "linearWeight", is: Shape(layer.dropLast() + [features]))
    if let bias = a.reals["linearBias"] {
      faults.shape(bias.shape, of: "linearBias", is: Shape(layer.dropLast()))
    }
    faults.size(shape, of: "input")
    faults.size(layer, of: "linearWeight")
    let (rows, positions) = (shape.dropLast(), layer.dropFirst().dropLast())
    guard rows.count + positions.count < Shape.maximumRank else { return nil }
    classes = layer[0]
    (sampleShape, scoreShape) = (Shape(rows + [] + positions), Shape(rows + [classes] + positions))
    faults.size(scoreShape, of: "scores")
    // Lengths beyond all memory have no product.
    let isPossible = faults.isEmpty
    self.rows = isPossible ? rows.reduce(1, *) : 0
    self.positions = isPossible ? positions.reduce(1, *) : 0
    self.features = features
    self.numbers = numbers
    input = isPossible ? numbers(a.input) : []
    weights = isPossible ? numbers(a["linearWeight"]) : []
    bias = isPossible ? a.reals["linearBias"].map { numbers($0) } : nil
  }

  /// The position of a sample's score, or its probability, among all.
  func place(_ sample: Int, _ index: Int) -> Int {
    (sample / positions * classes + index) * positions + sample % positions
  }

  /// The position of the class of a sample's score among those of all positions.
  private func parameter(_ sample: Int, _ index: Int) -> Int { index * positions + sample % positions }

  func scores(_ sample: Int) -> [Bounded] {
    let row = sample / positions * features
    return (0..<classes).map { index in
      let start = parameter(sample, index) * features
      let product = PlainProduct.sum((0..<features).map { (input[row + $0], weights[start + $0]) }, numbers)
      return bias.map { product + $0[parameter(sample, index)] } ?? product
    }
  }

  /// The gradients with respect to the input and the layer.
  ///
  /// - Parameter slopes: The gradient with respect to the scores of each sample; `nil` for one that is out.
  func gradients(_ slopes: [[Bounded]?]) -> Labelled<[Bounded]> {
    let samples = slopes.indices.filter { slopes[$0] != nil }
    func sum(_ factors: [(Bounded, Bounded)]) -> Bounded { PlainProduct.sum(factors, numbers) }
    /// For each sample that a parameter scores, the derivative with respect to the score and another factor.
    func ofSamples(_ parameter: Int, _ factor: (_ sample: Int) -> Bounded) -> Bounded {
      let (index, position) = parameter.quotientAndRemainder(dividingBy: positions)
      return sum(
        samples.filter { $0 % positions == position }.map { (slopes[$0]![index], factor($0)) })
    }
    var result: Labelled<[Bounded]> = [:]
    result["input"] = (0..<rows * features).map { element in
      let (row, feature) = element.quotientAndRemainder(dividingBy: features)
      let own = (row * positions..<(row + 1) * positions).filter { slopes[$0] != nil }
      if own.isEmpty { return 0 }
      return sum(
        own.flatMap { sample in
          (0..<classes).map { index in
            (slopes[sample]![index], weights[parameter(sample, index) * features + feature])
          }
        })
    }
    result["linearWeight"] = weights.indices.map { element in
      let (parameter, feature) = element.quotientAndRemainder(dividingBy: features)
      return ofSamples(parameter) { input[$0 / positions * features + feature] }
    }
    if let bias { result["linearBias"] = bias.indices.map { ofSamples($0) { _ in 1 } } }
    return result
  }
}
