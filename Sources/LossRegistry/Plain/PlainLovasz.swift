import Losses

/// A Lovász extension of the Jaccard loss.
protocol PlainLovaszLoss: LovaszAdapter {
  static var isHinge: Bool { get }
}

extension PlainLovaszLoss {
  package func plain(_ a: Arguments<Double>, _ numbers: Precision, _ faults: inout Faults) -> PlainCall? {
    guard let layout = LovaszLayout(a, isHinge: Self.isHinge, numbers, &faults) else { return nil }
    let counted = a.labels.ints.scalars.enumerated().map { layout.weights.isOut[$0] ? 0 : $1 }
    faults.labels(
      Tensor(counted, shape: a.labels.shape), classes: Self.isHinge ? 2 : layout.classes, ignored: ignoreIndex
    )
    guard faults.isEmpty else { return nil }

    let truths = a.labels.ints.scalars
    let columns = (0..<layout.columnCount).filter {
      truths[$0] != ignoreIndex && !layout.weights.isOut[$0]
    }
    let probabilities = probabilities(numbers(a.input), columns, layout)
    var slopes = probabilities.map { _ in 0 as Bounded }
    let values = (0..<(perImage ? layout.samples : 1)).map { group in
      let own = perImage ? columns.filter { layout.sample($0) == group } : columns
      return value(of: own, truths, probabilities, layout, &slopes, numbers)
    }
    return PlainCall(
      shape: perImage ? [layout.samples] : [], values: values, mean: Bounded(Double(values.count)),
      batch: perImage ? layout.samples : 1
    ) { [slopes] scales in
      var gradient = slopes.map { _ in 0 as Bounded }
      for column in columns {
        let (places, scale) = (layout.places(column), scales[perImage ? layout.sample(column) : 0])
        let mean = Self.isHinge ? 0 : places.map { slopes[$0] * probabilities[$0] }.sum
        for place in places {
          gradient[place] =
            scale * (Self.isHinge ? slopes[place] : probabilities[place] * (slopes[place] - mean))
        }
      }
      return ["input": gradient]
    }
  }

  /// The probabilities of the columns that count; for the hinge, the scores.
  private func probabilities(_ scores: [Bounded], _ columns: [Int], _ layout: LovaszLayout) -> [Bounded] {
    if Self.isHinge { return scores }
    var probabilities = scores
    for column in columns {
      let places = layout.places(column)
      for (place, p) in zip(places, PlainSoftmax(places.map { scores[$0] }).probabilities) {
        probabilities[place] = p
      }
    }
    return probabilities
  }

  /// Returns the value of some columns, and writes the slopes.
  private func value(
    of columns: [Int], _ truths: [Int], _ probabilities: [Bounded], _ layout: LovaszLayout,
    _ slopes: inout [Bounded], _ numbers: Precision
  ) -> Bounded {
    var present: [(value: Bounded, places: [Int])] = []
    for index in 0..<layout.classes {
      let elements = columns.map { column -> LovaszElement in
        let place = layout.places(column)[index]
        let isTrue = truths[column] == (Self.isHinge ? 1 : index)
        let p = probabilities[place]
        let error = isTrue ? 1 - p : Self.isHinge ? 1 + p : p
        return LovaszElement(
          error: error, isTrue: isTrue, place: place, weight: layout.weights[column]?.value ?? 1)
      }
      if !Self.isHinge, !elements.contains(where: \.isTrue) { continue }
      present.append((LovaszElement.value(elements, &slopes, numbers.ulp), elements.map(\.place)))
    }
    let count = Bounded(max(1, Double(present.count)))
    for place in present.flatMap(\.places) { slopes[place] = slopes[place] / count }
    return present.map(\.value).sum / count
  }
}

/// How the elements of a call belong to samples, classes and positions. A column is a position of a sample.
private struct LovaszLayout {
  let (samples, classes, positions): (Int, Int, Int)
  let weights: PositionWeights
  var columnCount: Int { samples * positions }

  init?(_ a: Arguments<Double>, isHinge: Bool, _ numbers: Precision, _ faults: inout Faults) {
    let (shape, labelShape) = (a.input.shape, a.labels.shape)
    faults.size(shape, of: "input")
    guard isHinge ? shape.count >= 1 : shape.count >= 2 && shape[1] > 0 else {
      faults.unsupported(shape, of: "input")
      return nil
    }
    let classless = shape.count > 1 ? shape.dropping(axis: 1) : []
    let isChannelMissing = isHinge && shape.count > 1 && shape[1] == 1 && labelShape == classless
    let expected = isHinge && !isChannelMissing ? shape : classless
    guard faults.shape(labelShape, of: "target", is: expected), faults.isEmpty else { return nil }
    (samples, classes) = (shape[0], isHinge ? 1 : shape[1])
    positions = shape.dropFirst(isHinge ? 1 : 2).reduce(1, *)
    guard let weights = PositionWeights(a, labelShape, samples * positions, numbers, &faults) else {
      return nil
    }
    self.weights = weights
  }

  func sample(_ column: Int) -> Int { column / positions }

  /// The places of a column's classes among all elements.
  func places(_ column: Int) -> [Int] {
    (0..<classes).map { (column / positions * classes + $0) * positions + column % positions }
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
