package import Losses

extension AdaptiveLogSoftmaxWithLoss {
  package func plain(_ a: Arguments<Double>, _ numbers: Precision, _ faults: inout Faults) -> PlainCall? {
    let weights = AdaptiveSoftmaxWeights(a)
    faults.hyperparameter("divValue", divValue, isAllowed: divValue > 0)
    var cutoffFaults = Faults()
    recordCutoffs(&cutoffFaults, tails: weights.tails.count)
    for error in cutoffFaults.errors { faults.record(error) }
    let shape = a.input.shape
    if !(1...2 ~= shape.count) { faults.unsupported(shape, of: "input") }
    faults.size(shape, of: "input")
    guard cutoffFaults.isEmpty, let features = shape.last else { return nil }
    let classes = recordWeights(weights, features: features, &faults)
    let sampleShape = Shape(shape.dropLast())
    if faults.shape(a.labels.shape, of: "target", is: sampleShape), let classes {
      faults.labels(a.labels.ints, classes: classes, ignored: nil)
    }
    guard faults.isEmpty, let classes else { return nil }
    let layers = AdaptiveLayers(
      weights, clusters: zip(cutoffs, cutoffs.dropFirst() + [classes]).map { $0..<$1 }, numbers)
    let rows = zip(numbers.rows(of: a.input), a.labels.ints.scalars).map { layers.row($0, label: $1) }
    return PlainCall(
      shape: sampleShape, values: rows.map(\.value), mean: Bounded(Double(rows.count)),
      batch: a.input.rank > 1 ? a.input.shape[0] : 1
    ) { scales in
      layers.gradients(rows: zip(rows, scales).map { row, scale in row.scaled(by: scale) })
    }
  }

  private func recordCutoffs(_ faults: inout Faults, tails: Int) {
    faults.hyperparameter("the number of cutoffs", Double(cutoffs.count), isAllowed: cutoffs.count == tails)
    faults.hyperparameter("the number of cutoffs", Double(cutoffs.count), isAllowed: !cutoffs.isEmpty)
    for (index, cutoff) in cutoffs.enumerated() {
      let previous = index == 0 ? 0 : cutoffs[index - 1]
      faults.hyperparameter(
        "cutoffs[\(index)]", Double(cutoff), isAllowed: cutoff > previous && Double(cutoff) < 0x1p57)
    }
  }

  /// Returns the number of classes, if the last tail has any.
  private func recordWeights(
    _ weights: AdaptiveSoftmaxWeights<Double>, features: Int, _ faults: inout Faults
  ) -> Int? {
    let scores = cutoffs[0] + cutoffs.count
    faults.shape(weights.head.shape, of: "weights.head", is: [scores, features])
    if let bias = weights.headBias { faults.shape(bias.shape, of: "weights.headBias", is: [scores]) }
    for (index, tail) in weights.tails.enumerated() {
      let (projection, weight) = (tail.projection.shape, tail.weight.shape)
      let name = "weights.tails[\(index)]"
      if projection.count != 2 { faults.unsupported(projection, of: "\(name).projection") }
      guard let projected = projection.first else { continue }
      faults.shape(projection, of: "\(name).projection", is: [projected, features])
      faults.size(projection, of: "\(name).projection")
      let count = index + 1 < cutoffs.count ? cutoffs[index + 1] - cutoffs[index] : max(weight.first ?? 0, 1)
      faults.shape(weight, of: "\(name).weight", is: [count, projected])
      faults.size(weight, of: "\(name).weight")
    }
    return weights.tails.last!.weight.shape.first.map { cutoffs.last! + $0 }
  }
}

/// The terms of a row: those of the head, and of a tail for a label in a cluster.
private struct AdaptiveRow {
  let input: [Bounded]
  var value: Bounded
  var headSlopes: [Bounded]
  var cluster: Int?
  var projected: [Bounded] = []
  var tailSlopes: [Bounded] = []
  /// Whether it adds nothing, whatever the weights hold.
  var isOut = false

  func scaled(by scale: Bounded) -> AdaptiveRow {
    var row = self
    row.isOut = scale.isZeroByRule
    row.headSlopes = headSlopes.map { scale * $0 }
    row.tailSlopes = tailSlopes.map { scale * $0 }
    return row
  }
}

/// The layers of an adaptive softmax.
private struct AdaptiveLayers {
  private let head: [[Bounded]]
  private let bias: [Bounded]?
  private let tails: [(projection: [[Bounded]], weight: [[Bounded]])]
  private let clusters: [Range<Int>]
  private let numbers: Precision

  init(_ weights: AdaptiveSoftmaxWeights<Double>, clusters: [Range<Int>], _ numbers: Precision) {
    head = numbers.rows(of: weights.head)
    bias = weights.headBias.map { numbers($0) }
    tails = weights.tails.map { (numbers.rows(of: $0.projection), numbers.rows(of: $0.weight)) }
    (self.clusters, self.numbers) = (clusters, numbers)
  }

  private func product(_ a: [Bounded], _ b: [Bounded]) -> Bounded {
    PlainProduct.sum(Array(zip(a, b)), numbers)
  }

  private func terms(_ scores: [Bounded], _ label: Int) -> SampleTerms {
    CrossEntropyLoss().terms(of: scores, label: label, weight: { _ in 1 }, numbers)
  }

  func row(_ input: [Bounded], label: Int) -> AdaptiveRow {
    let scores = head.indices.map { index in
      bias.map { product(input, head[index]) + $0[index] } ?? product(input, head[index])
    }
    let cluster = clusters.firstIndex { $0.contains(label) }
    let own = terms(scores, cluster.map { clusters[0].lowerBound + $0 } ?? label)
    // Also the value of the head alone is rounded.
    guard let cluster else {
      return AdaptiveRow(input: input, value: own.value + 0, headSlopes: own.derivatives)
    }
    let projected = tails[cluster].projection.map { product(input, $0) }
    let ofTail = terms(
      tails[cluster].weight.map { product(projected, $0) }, label - clusters[cluster].lowerBound)
    return AdaptiveRow(
      input: input, value: own.value + ofTail.value, headSlopes: own.derivatives, cluster: cluster,
      projected: projected, tailSlopes: ofTail.derivatives)
  }

  /// Returns the gradients of rows whose slopes have been multiplied by the derivatives with respect to their values.
  func gradients(rows: [AdaptiveRow]) -> Labelled<[Bounded]> {
    let counted = rows.filter { !$0.isOut }
    var result: Labelled<[Bounded]> = [:]
    result["input"] = rows.flatMap(inputGradient)
    let inputs = counted.map(\.input)
    result["weights.head"] = head.indices.flatMap { index in
      gradient(counted.map { $0.headSlopes[index] }, inputs, head[index].count)
    }
    if bias != nil {
      result["weights.headBias"] = head.indices.map { index in
        PlainProduct.sum(counted.map { ($0.headSlopes[index], 1) }, numbers)
      }
    }
    for (cluster, tail) in tails.enumerated() {
      let members = counted.filter { $0.cluster == cluster }
      let (inputs, slopes) = (members.map(\.input), members.map(projectedSlopes))
      result["weights.tails[\(cluster)].projection"] = tail.projection.indices.flatMap { index in
        gradient(slopes.map { $0[index] }, inputs, tail.projection[index].count)
      }
      result["weights.tails[\(cluster)].weight"] = tail.weight.indices.flatMap { index in
        gradient(members.map { $0.tailSlopes[index] }, members.map(\.projected), tail.weight[index].count)
      }
    }
    return result
  }

  /// The gradient with respect to a row of a matrix that multiplies vectors.
  private func gradient(_ slopes: [Bounded], _ vectors: [[Bounded]], _ length: Int) -> [Bounded] {
    (0..<length).map { feature in
      PlainProduct.sum(zip(slopes, vectors).map { ($0, $1[feature]) }, numbers)
    }
  }

  /// The gradient with respect to a projected row.
  private func projectedSlopes(_ row: AdaptiveRow) -> [Bounded] {
    guard let cluster = row.cluster, !row.isOut else { return [] }
    let weight = tails[cluster].weight
    return row.projected.indices.map { feature in
      PlainProduct.sum(weight.indices.map { (row.tailSlopes[$0], weight[$0][feature]) }, numbers)
    }
  }

  private func inputGradient(_ row: AdaptiveRow) -> [Bounded] {
    if row.isOut { return row.input.map { _ in 0 } }
    let projectedSlopes = projectedSlopes(row)
    return row.input.indices.map { feature in
      let ofHead = PlainProduct.sum(head.indices.map { (row.headSlopes[$0], head[$0][feature]) }, numbers)
      guard let cluster = row.cluster else { return ofHead }
      let projection = tails[cluster].projection
      return ofHead
        + PlainProduct.sum(projection.indices.map { (projectedSlopes[$0], projection[$0][feature]) }, numbers)
    }
  }
}
