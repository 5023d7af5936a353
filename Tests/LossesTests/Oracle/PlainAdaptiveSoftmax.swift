import LossRegistry
import Losses

extension AdaptiveLogSoftmaxWithLoss: PlainLoss {
  func plain(_ a: Arguments<Double>, _ numbers: Precision, _ faults: inout Faults) -> PlainCall? {
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
    return call(
      a, weights, zip(cutoffs, cutoffs.dropFirst() + [classes]).map { $0..<$1 }, sampleShape, numbers)
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

  /// The terms of a row: those of the head, and of a tail for labels in a cluster.
  private struct Row {
    var value: Bounded
    var headSlopes: [Bounded]
    var cluster: Int?
    var projected: [Bounded] = []
    var tailSlopes: [Bounded] = []
  }

  private func call(
    _ a: Arguments<Double>, _ weights: AdaptiveSoftmaxWeights<Double>, _ clusters: [Range<Int>],
    _ sampleShape: Shape, _ numbers: Precision
  ) -> PlainCall {
    func matrix(_ tensor: Tensor<Double>) -> [[Bounded]] {
      let (elements, length) = (numbers(tensor), tensor.shape.last!)
      return (0..<tensor.shape.dropLast().reduce(1, *)).map {
        Array(elements[$0 * length..<($0 + 1) * length])
      }
    }
    func product(_ a: [Bounded], _ b: [Bounded]) -> Bounded { PlainProduct.sum(Array(zip(a, b)), numbers) }
    func terms(_ scores: [Bounded], _ label: Int) -> (value: Bounded, derivatives: [Bounded]) {
      CrossEntropyLoss().terms(of: scores, label: label, weight: { _ in 1 }, numbers)
    }
    let (inputs, head) = (matrix(a.input), matrix(weights.head))
    let bias = weights.headBias.map { numbers($0) }
    let tails = weights.tails.map { (projection: matrix($0.projection), weight: matrix($0.weight)) }

    let rows = zip(inputs, a.labels.ints.scalars).map { x, label -> Row in
      let scores = head.indices.map { index in
        bias.map { product(x, head[index]) + $0[index] } ?? product(x, head[index])
      }
      let cluster = clusters.firstIndex { $0.contains(label) }
      let own = terms(scores, cluster.map { cutoffs[0] + $0 } ?? label)
      // Also the value of the head alone is rounded.
      guard let cluster else { return Row(value: own.value + 0, headSlopes: own.derivatives) }
      let projected = tails[cluster].projection.map { product(x, $0) }
      let ofTail = terms(
        tails[cluster].weight.map { product(projected, $0) }, label - clusters[cluster].lowerBound)
      return Row(
        value: own.value + ofTail.value, headSlopes: own.derivatives, cluster: cluster, projected: projected,
        tailSlopes: ofTail.derivatives)
    }
    return PlainCall(
      shape: sampleShape, values: rows.map(\.value), mean: Bounded(Double(rows.count)),
      batch: a.input.rank > 1 ? a.input.shape[0] : 1
    ) { scales in
      // A row that is out adds nothing, whatever the weights hold.
      let counted = rows.indices.filter { !scales[$0].isZeroByRule }
      func headSlope(_ row: Int, _ index: Int) -> Bounded { scales[row] * rows[row].headSlopes[index] }
      func tailSlope(_ row: Int, _ index: Int) -> Bounded { scales[row] * rows[row].tailSlopes[index] }
      // With respect to the projected rows.
      let projectedSlopes = rows.indices.map { row -> [Bounded] in
        guard let cluster = rows[row].cluster, counted.contains(row) else { return [] }
        let weight = tails[cluster].weight
        return rows[row].projected.indices.map { feature in
          PlainProduct.sum(weight.indices.map { (tailSlope(row, $0), weight[$0][feature]) }, numbers)
        }
      }
      var result: Labelled<[Bounded]> = [:]
      result["input"] = rows.indices.flatMap { row in
        inputs[row].indices.map { feature -> Bounded in
          if scales[row].isZeroByRule { return 0 }
          let ofHead = PlainProduct.sum(
            head.indices.map { (headSlope(row, $0), head[$0][feature]) }, numbers)
          guard let cluster = rows[row].cluster else { return ofHead }
          let projection = tails[cluster].projection
          return ofHead
            + PlainProduct.sum(
              projection.indices.map { (projectedSlopes[row][$0], projection[$0][feature]) }, numbers)
        }
      }
      result["weights.head"] = head.indices.flatMap { index in
        head[index].indices.map { feature in
          PlainProduct.sum(counted.map { (headSlope($0, index), inputs[$0][feature]) }, numbers)
        }
      }
      if bias != nil {
        result["weights.headBias"] = head.indices.map { index in
          PlainProduct.sum(counted.map { (headSlope($0, index), 1) }, numbers)
        }
      }
      for (cluster, tail) in tails.enumerated() {
        let members = counted.filter { rows[$0].cluster == cluster }
        result["weights.tails[\(cluster)].projection"] = tail.projection.indices.flatMap { index in
          tail.projection[index].indices.map { feature in
            PlainProduct.sum(members.map { (projectedSlopes[$0][index], inputs[$0][feature]) }, numbers)
          }
        }
        result["weights.tails[\(cluster)].weight"] = tail.weight.indices.flatMap { index in
          tail.weight[index].indices.map { feature in
            PlainProduct.sum(members.map { (tailSlope($0, index), rows[$0].projected[feature]) }, numbers)
          }
        }
      }
      return result
    }
  }
}
