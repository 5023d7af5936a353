import Losses

/// A loss of the overlap of regions.
protocol PlainRegionLoss: RegionAdapter {
  /// Whether all classes together have one value.
  static var isJoint: Bool { get }

  func recordHyperparameters(_ faults: inout Faults, _ numbers: Precision)
  /// Returns the terms of each class.
  func terms(_ sums: [BoundedOverlap]) -> [BoundedOverlapTerms]
}

/// What the positions of regions count for.
struct PositionWeights {
  let isOut: [Bool]
  private let weights: [Bounded]?

  /// Returns `nil` where a shape is wrong or a weight negative.
  init?(_ a: Arguments<Double>, _ shape: Shape, _ count: Int, _ numbers: Precision, _ faults: inout Faults) {
    if let weight = a.sampleWeight { faults.shape(weight.shape, of: "sampleWeight", is: shape) }
    if let mask = a.mask { faults.shape(mask.shape, of: "mask", is: shape) }
    guard faults.isEmpty else { return nil }
    weights = a.sampleWeight.map { numbers($0) }
    let mask = a.mask?.scalars
    if let weights {
      let wrong = weights.indices.first { weights[$0].value < 0 && mask?[$0] != false }
      if let wrong {
        faults.record(
          .valueOutOfRange(
            argument: "sampleWeight", position: shape.index(ofElement: wrong), value: weights[wrong].value,
            requirement: ""))
        return nil
      }
    }
    isOut = (0..<count).map { [weights] in mask?[$0] == false || weights?[$0].value == 0 }
  }

  subscript(position: Int) -> Bounded? { weights?[position] }
}

/// The overlap of a predicted and a true region.
struct BoundedOverlap {
  var (intersection, excess, lack): (Bounded, Bounded, Bounded)
  var target: Double
}

/// The value for a class, and its derivatives with respect to its sums.
struct BoundedOverlapTerms {
  var (value, intersection, excess, lack): (Bounded, Bounded, Bounded, Bounded)

  static var nothing: BoundedOverlapTerms {
    BoundedOverlapTerms(value: 0, intersection: 0, excess: 0, lack: 0)
  }

  static var nan: BoundedOverlapTerms {
    let nan = Bounded(.nan)
    return BoundedOverlapTerms(value: nan, intersection: nan, excess: nan, lack: nan)
  }
}

extension PlainRegionLoss {
  static var isJoint: Bool { false }
  func recordHyperparameters(_ faults: inout Faults, _ numbers: Precision) {}
  package var argumentsWithoutNaN: Set<String> { ["target"] }

  package func plain(_ a: Arguments<Double>, _ numbers: Precision, _ faults: inout Faults) -> PlainCall? {
    faults.hyperparameter("smoothing", smoothing, isAllowed: smoothing >= 0 && smoothing.isFinite)
    recordHyperparameters(&faults, numbers)
    guard let layout = RegionLayout(a, mode, numbers, &faults) else { return nil }
    recordTarget(a, layout, &faults)
    guard faults.isEmpty else { return nil }

    let columns = columns(a, layout, numbers)
    let (classes, groupCount) = (layout.classes, perSample ? layout.samples : 1)
    let groups = (0..<groupCount).map { group in
      let own = columns.filter { $0.group == group }
      return terms((0..<classes).map { index in RegionColumn.overlap(own, index) })
    }
    let values = groups.flatMap { terms in (Self.isJoint ? Array(terms.prefix(1)) : terms).map(\.value) }
    let groupShape: Shape = perSample ? [groupCount] : []
    return PlainCall(
      shape: Self.isJoint ? groupShape : groupShape.inserting(classes, axis: groupShape.count),
      values: values, mean: Bounded(Double(values.count)), batch: groupCount
    ) { scales in
      var gradient = Array(repeating: 0 as Bounded, count: a.input.count)
      for column in columns {
        let scales = (0..<classes).map { scales[Self.isJoint ? column.group : column.group * classes + $0] }
        for (place, slope) in zip(column.places, slopes(column, groups[column.group], scales)) {
          gradient[place] = slope
        }
      }
      return ["input": gradient]
    }
  }

  /// The first target that is neither in its range nor ignored.
  private func recordTarget(_ a: Arguments<Double>, _ layout: RegionLayout, _ faults: inout Faults) {
    if let labels = layout.labels {
      let counted = labels.scalars.enumerated().map { layout.isOut($0) ? 0 : $1 }
      return faults.labels(
        Tensor(counted, shape: labels.shape), classes: layout.hasClasses ? layout.classes : 2,
        ignored: ignoreIndex)
    }
    let (target, ignored) = (a.target.scalars, ignoreIndex.map { Double($0) })
    let outside = target.indices.first {
      !(0...1 ~= target[$0]) && target[$0] != ignored && !layout.isOut($0)
    }
    guard let outside else { return }
    faults.record(
      .valueOutOfRange(
        argument: "target", position: a.target.shape.index(ofElement: outside), value: target[outside],
        requirement: ""))
  }

  /// For each sample and position, the elements of all classes; an ignored one has no truth.
  private func columns(
    _ a: Arguments<Double>, _ layout: RegionLayout, _ numbers: Precision
  ) -> [RegionColumn] {
    let (scores, ignored) = (numbers(a.input), ignoreIndex.map { Double($0) })
    let truths = layout.labels?.scalars.map { Double($0) } ?? a.target.scalars
    return (0..<layout.samples * layout.positions).map { column in
      let (sample, position) = column.quotientAndRemainder(dividingBy: layout.positions)
      let places = (0..<layout.classes).map { (sample * layout.classes + $0) * layout.positions + position }
      let truth = (0..<layout.classes).map { index -> Double? in
        let truth = truths[layout.hasClasses ? column : places[index]]
        if layout.weights.isOut[column] || truth == ignored { return nil }
        return layout.hasClasses ? (truth == Double(index) ? 1 : 0) : truth
      }
      return RegionColumn(
        group: perSample ? sample : 0, places: places,
        probabilities: probabilities(places.map { scores[$0] }, truth, numbers), truth: truth,
        weight: layout.weights[column])
    }
  }

  /// The probabilities of a column. An element without truth has no part in a softmax.
  private func probabilities(
    _ scores: [Bounded], _ truth: [Double?], _ numbers: Precision
  ) -> [Bounded] {
    if !fromLogits { return scores }
    if mode != .multiclass { return scores.map(\.sigmoid) }
    return PlainSoftmax(zip(scores, truth).map { $1 == nil ? numbers(-Double.infinity) : $0 }).probabilities
  }

  /// The derivatives with respect to the scores of a column; 0 where there is no truth.
  ///
  /// - Parameters:
  ///   - terms: Those of each class.
  ///   - scales: The derivative of the objective with respect to the value of each class.
  private func slopes(
    _ column: RegionColumn, _ terms: [BoundedOverlapTerms], _ scales: [Bounded]
  ) -> [Bounded] {
    let slopes = scales.indices.map { index -> Bounded in
      if column.truth[index] == nil { return 0 }
      let slope = scales[index] * column.slope(terms[index], index)
      return column.weight.map { $0 * slope } ?? slope
    }
    let mean = zip(slopes, column.probabilities).map { $0.isZeroByRule ? 0 : $0 * $1 }.sum
    return slopes.indices.map { index in
      if column.truth[index] == nil { return 0 }
      let p = column.probabilities[index]
      if !fromLogits { return slopes[index] }
      return mode == .multiclass ? p * (slopes[index] - mean) : slopes[index] * (p * (1 - p))
    }
  }
}

/// How the elements of a call of regions belong to samples, classes and positions.
private struct RegionLayout {
  let (samples, classes, positions): (Int, Int, Int)
  let labels: Tensor<Int>?
  /// Whether a position has the label of a class, rather than a truth for each class.
  let hasClasses: Bool
  let weights: PositionWeights

  init?(_ a: Arguments<Double>, _ mode: RegionMode, _ numbers: Precision, _ faults: inout Faults) {
    let (shape, isBinary) = (a.input.shape, mode == .binary)
    faults.size(shape, of: "input")
    guard isBinary ? shape.count >= 1 : shape.count >= 2 && shape[1] > 0 else {
      faults.unsupported(shape, of: "input")
      return nil
    }
    labels = a.integers["target"]?.ints
    let targetShape = labels?.shape ?? a.target.shape
    let classless = shape.count > 1 ? shape.dropping(axis: 1) : []
    let isClassless = shape.count > 1 && targetShape == classless
    let mayHaveClasses = mode == .multiclass && labels != nil
    hasClasses = mayHaveClasses && isClassless
    if !hasClasses, !(isBinary && isClassless && shape[1] == 1) {
      let expected = mayHaveClasses && targetShape.count != shape.count ? classless : shape
      guard faults.shape(targetShape, of: "target", is: expected) else { return nil }
    }
    guard faults.isEmpty else { return nil }
    (samples, classes) = (shape[0], isBinary ? 1 : shape[1])
    positions = shape.dropFirst(isBinary ? 1 : 2).reduce(1, *)
    let weights = PositionWeights(
      a, mode.positionShape(of: shape, target: targetShape), samples * positions, numbers, &faults)
    guard let weights else { return nil }
    self.weights = weights
  }

  /// Whether an element of the target is one of a position that is out.
  func isOut(_ element: Int) -> Bool {
    weights.isOut[hasClasses ? element : element / (classes * positions) * positions + element % positions]
  }
}

/// The elements of all classes at one position.
private struct RegionColumn {
  var group: Int
  var places: [Int]
  var probabilities: [Bounded]
  var truth: [Double?]
  /// `nil` where all positions count alike.
  var weight: Bounded?

  static func overlap(_ columns: [RegionColumn], _ index: Int) -> BoundedOverlap {
    func sum(_ term: (Bounded, Double) -> Bounded) -> Bounded {
      columns.compactMap { column in
        column.truth[index].map { truth in
          let term = term(column.probabilities[index], truth)
          return column.weight.map { $0 * term } ?? term
        }
      }.sum
    }
    return BoundedOverlap(
      intersection: sum { p, t in p.value > t ? Bounded(t, error: p.error, ulp: p.ulp) : p },
      excess: sum { p, t in p.value <= t ? Bounded(0, error: p.error, ulp: p.ulp) : p - Bounded(t) },
      lack: sum { p, t in p.value >= t ? Bounded(0, error: p.error, ulp: p.ulp) : Bounded(t) - p },
      target: columns.reduce(0) { sum, column in
        column.truth[index].map { sum + $0 * (column.weight?.value ?? 1) } ?? sum
      })
  }

  /// The slope with respect to a probability.
  func slope(_ terms: BoundedOverlapTerms, _ index: Int) -> Bounded {
    guard let t = truth[index] else { return 0 }
    let p = probabilities[index]
    if p.value.isNaN { return p }
    let (below, above) = (terms.intersection - terms.lack, terms.excess)
    let middle = (below + above) / 2
    if (p.value - t).magnitude <= 2 * p.error {
      return Bounded(
        middle.value, error: middle.error + (above.value - below.value).magnitude, ulp: max(middle.ulp, p.ulp)
      )
    }
    return p.value < t ? below : p.value > t ? above : middle
  }
}

extension BoundedOverlap {
  /// The part of an error in its sum with an overlap: 1 where the error alone is infinite.
  static func errorShare(_ error: Bounded, overlap: Bounded) -> Bounded {
    let sum = overlap + error
    return sum.value.isFinite ? error / sum : 1 - overlap / sum
  }

  /// One less the Tversky index, to a power.
  func tversky(_ alpha: Double, _ beta: Double, _ gamma: Double, smoothing: Double) -> BoundedOverlapTerms {
    if target == 0 { return excess.value.isNaN ? .nan : .nothing }
    let overlap = intersection + Bounded(smoothing)
    if intersection.value == -.infinity { return .nan }
    // A weight of 0 leaves out even an infinite sum.
    func weighted(_ sum: Bounded, by weight: Double) -> Bounded { weight == 0 ? 0 : Bounded(weight) * sum }
    let error = weighted(excess, by: alpha) + weighted(lack, by: beta)
    let denominator = overlap + error
    if denominator.value < 1.000001e-7 {
      let any = Bounded(0, error: .infinity)
      return BoundedOverlapTerms(value: any, intersection: any, excess: any, lack: any)
    }
    let ratio = Self.errorShare(error, overlap: overlap)
    // The rounding error of the complement is all of a small error.
    let value = gamma == 1 ? 1 - overlap / denominator : ratio
    let share = overlap / denominator / denominator
    let (inner, slope): (Bounded, Bounded) =
      gamma == 1 || value.value.isNaN
      ? (value, 1)
      : value.value <= 0
        ? (
          Bounded(gamma == 0 ? 1 : 0, error: value.error > 0 ? .infinity : 0),
          Bounded(0, error: value.error > 0 ? .infinity : 0)
        )
        : (value.power(gamma), Bounded(gamma) * value.power(gamma - 1))
    return BoundedOverlapTerms(
      value: inner, intersection: slope * -(ratio / denominator),
      excess: slope * Bounded(alpha) * share, lack: slope * Bounded(beta) * share)
  }
}
