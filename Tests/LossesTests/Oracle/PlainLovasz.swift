import LossRegistry
import Losses

/// A Lovász extension of the Jaccard loss.
protocol PlainLovaszLoss: PlainLoss, LovaszAdapter {
  static var isHinge: Bool { get }
}

extension LovaszHingeLoss: PlainLovaszLoss {
  static var isHinge: Bool { true }
}

extension LovaszSoftmaxLoss: PlainLovaszLoss {
  static var isHinge: Bool { false }
}

extension PlainLovaszLoss {
  func plain(_ a: Arguments<Double>, _ numbers: Precision, _ faults: inout Faults) -> PlainCall? {
    let (shape, labels) = (a.input.shape, a.labels.ints)
    let isHinge = Self.isHinge
    faults.size(shape, of: "input")
    guard isHinge ? shape.count >= 1 : shape.count >= 2 && shape[1] > 0 else {
      faults.unsupported(shape, of: "input")
      return nil
    }
    let classless = shape.count > 1 ? shape.dropping(axis: 1) : []
    let isChannelMissing = isHinge && shape.count > 1 && shape[1] == 1 && labels.shape == classless
    if !isChannelMissing {
      let expected = isHinge ? shape : classless
      faults.shape(labels.shape, of: "target", is: expected)
      guard labels.shape == expected else { return nil }
    }
    guard faults.isEmpty else { return nil }
    let (samples, classes) = (shape[0], isHinge ? 1 : shape[1])
    let positions = shape.dropFirst(isHinge ? 1 : 2).reduce(1, *)
    guard let weights = PositionWeights(a, labels.shape, samples * positions, numbers, &faults) else {
      return nil
    }
    let counted = labels.scalars.enumerated().map { weights.isOut[$0] ? 0 : $1 }
    faults.labels(
      Tensor(counted, shape: labels.shape), classes: isHinge ? 2 : shape[1], ignored: ignoreIndex)
    guard faults.isEmpty else { return nil }

    let (scores, truths) = (numbers(a.input), labels.scalars)
    func places(_ column: Int) -> [Int] {
      (0..<classes).map { (column / positions * classes + $0) * positions + column % positions }
    }
    let columns = (0..<samples * positions).filter { truths[$0] != ignoreIndex && !weights.isOut[$0] }
    var probabilities = scores
    if !isHinge {
      for column in columns {
        let places = places(column)
        for (place, p) in zip(places, PlainSoftmax(places.map { scores[$0] }).probabilities) {
          probabilities[place] = p
        }
      }
    }
    var slopes = scores.map { _ in 0 as Bounded }
    let values = (0..<(perImage ? samples : 1)).map { group -> Bounded in
      let own = perImage ? columns.filter { $0 / positions == group } : columns
      var present: [(value: Bounded, places: [Int])] = []
      for index in 0..<classes {
        let elements = own.map { column -> LovaszElement in
          let place = places(column)[index]
          let isTrue = truths[column] == (isHinge ? 1 : index)
          let p = probabilities[place]
          let error = isHinge ? (isTrue ? 1 - p : 1 + p) : isTrue ? 1 - p : p
          return LovaszElement(
            error: error, isTrue: isTrue, place: place, weight: weights[column]?.value ?? 1)
        }
        if !isHinge, !elements.contains(where: \.isTrue) { continue }
        present.append((LovaszElement.value(elements, &slopes, numbers.ulp), elements.map(\.place)))
      }
      let count = Bounded(max(1, Double(present.count)))
      for place in present.flatMap(\.places) { slopes[place] = slopes[place] / count }
      return present.map(\.value).sum / count
    }
    return PlainCall(
      shape: perImage ? [samples] : [], values: values, mean: Bounded(Double(values.count)),
      batch: perImage ? samples : 1
    ) { scales in
      var gradient = scores.map { _ in 0 as Bounded }
      for column in columns {
        let (places, scale) = (places(column), scales[perImage ? column / positions : 0])
        let mean = isHinge ? 0 : places.map { slopes[$0] * probabilities[$0] }.sum
        for place in places {
          gradient[place] = scale * (isHinge ? slopes[place] : probabilities[place] * (slopes[place] - mean))
        }
      }
      return ["input": gradient]
    }
  }
}

/// The error of one element.
private struct LovaszElement {
  var error: Bounded
  var isTrue: Bool
  var place: Int
  var weight: Double

  /// Returns the value of a region, and writes the slopes. Where rounding may have ordered errors otherwise, or one may be
  /// 0, the slope may be any.
  static func value(_ elements: [LovaszElement], _ slopes: inout [Bounded], _ ulp: Double) -> Bounded {
    if let element = elements.first(where: { $0.error.value.isNaN }) {
      for element in elements { slopes[element.place] = Bounded(0, error: .infinity) }
      return element.error
    }
    let order = elements.indices.sorted {
      let (a, b) = (elements[$0].error.value, elements[$1].error.value)
      return a == b ? $0 < $1 : a > b
    }
    let truth = elements.reduce(0) { $1.isTrue ? $0 + $1.weight : $0 }
    var (missed, excess, last) = (0.0, 0.0, 0.0)
    var terms: [Bounded] = []
    for (rank, index) in order.enumerated() {
      let element = elements[index]
      if element.isTrue { missed += element.weight } else { excess += element.weight }
      let jaccard = 1 - (truth - missed) / (truth + excess)
      let step = Bounded(jaccard - last, error: 4e-16, ulp: ulp)
      last = jaccard
      func isAmbiguous(_ other: Int) -> Bool {
        guard order.indices.contains(other) else { return false }
        let neighbour = elements[order[other]].error
        let room = 2 * (element.error.error + neighbour.error)
        return room > 0 && (element.error.value - neighbour.value).magnitude <= room
      }
      let isPositive = element.error.value > 0
      if isPositive, step.value != 0 || element.error.value.isFinite { terms.append(step * element.error) }
      let isUnknown = isAmbiguous(rank - 1) || isAmbiguous(rank + 1) || element.error.isAmbiguous
      slopes[element.place] =
        isUnknown ? Bounded(0, error: .infinity) : !isPositive ? 0 : element.isTrue ? -step : step
    }
    return terms.sum
  }
}
