import LossRegistry
import Losses

/// A loss of the overlap of regions.
protocol PlainRegionLoss: PlainLoss, RegionAdapter {
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

  func plain(_ a: Arguments<Double>, _ numbers: Precision, _ faults: inout Faults) -> PlainCall? {
    let shape = a.input.shape
    let isBinary = mode == .binary
    faults.hyperparameter("smoothing", smoothing, isAllowed: smoothing >= 0 && smoothing.isFinite)
    recordHyperparameters(&faults, numbers)
    faults.size(shape, of: "input")
    guard isBinary ? shape.count >= 1 : shape.count >= 2 && shape[1] > 0 else {
      faults.unsupported(shape, of: "input")
      return nil
    }
    let classless = shape.count > 1 ? shape.dropping(axis: 1) : []
    let labels = a.integers["target"]?.ints
    let targetShape = labels?.shape ?? a.target.shape
    let isClassless = shape.count > 1 && targetShape == classless
    let hasClasses = mode == .multiclass && labels != nil && isClassless
    if !hasClasses, !(isBinary && isClassless && shape[1] == 1) {
      let expected =
        mode == .multiclass && labels != nil && targetShape.count != shape.count ? classless : shape
      faults.shape(targetShape, of: "target", is: expected)
      guard targetShape == expected else { return nil }
    }
    guard faults.isEmpty else { return nil }
    let (samples, classes) = (shape[0], isBinary ? 1 : shape[1])
    let positions = shape.dropFirst(isBinary ? 1 : 2).reduce(1, *)
    guard
      let weights = PositionWeights(
        a, mode.positionShape(of: shape, target: targetShape), samples * positions, numbers, &faults)
    else { return nil }
    func isOut(_ element: Int) -> Bool {
      weights.isOut[hasClasses ? element : element / (classes * positions) * positions + element % positions]
    }
    if let labels {
      let counted = labels.scalars.enumerated().map { isOut($0) ? 0 : $1 }
      faults.labels(
        Tensor(counted, shape: labels.shape), classes: hasClasses ? shape[1] : 2, ignored: ignoreIndex)
    } else {
      let ignored = ignoreIndex.map { Double($0) }
      let outside = a.target.scalars.indices.first {
        !(0...1 ~= a.target.scalars[$0]) && a.target.scalars[$0] != ignored && !isOut($0)
      }
      if let outside {
        faults.record(
          .valueOutOfRange(
            argument: "target", position: targetShape.index(ofElement: outside),
            value: a.target.scalars[outside],
            requirement: ""))
      }
    }
    guard faults.isEmpty else { return nil }

    let scores = numbers(a.input)
    let truths = labels?.scalars.map { Double($0) } ?? a.target.scalars
    /// For each sample and position, the elements of all classes; an ignored one has no truth.
    let columns = (0..<samples * positions).map { column -> RegionColumn in
      let (sample, position) = column.quotientAndRemainder(dividingBy: positions)
      let places = (0..<classes).map { (sample * classes + $0) * positions + position }
      let own = places.map { scores[$0] }
      let probabilities =
        !fromLogits ? own : mode == .multiclass ? PlainSoftmax(own).probabilities : own.map(\.sigmoid)
      let truth = (0..<classes).map { index -> Double? in
        let truth = truths[hasClasses ? column : places[index]]
        if weights.isOut[column] || truth == ignoreIndex.map({ Double($0) }) { return nil }
        return hasClasses ? (truth == Double(index) ? 1 : 0) : truth
      }
      return RegionColumn(
        group: perSample ? sample : 0, places: places, probabilities: probabilities, truth: truth,
        weight: weights[column])
    }
    let groups = (0..<(perSample ? samples : 1)).map { group in
      let own = columns.filter { $0.group == group }
      return terms((0..<classes).map { index in RegionColumn.overlap(own, index) })
    }
    let values = groups.flatMap { terms in (Self.isJoint ? Array(terms.prefix(1)) : terms).map(\.value) }
    let groupShape: Shape = perSample ? [samples] : []
    return PlainCall(
      shape: Self.isJoint ? groupShape : groupShape.inserting(classes, axis: groupShape.count),
      values: values,
      mean: Bounded(Double(values.count)), batch: perSample ? samples : 1
    ) { scales in
      var gradient = scores.map { _ in 0 as Bounded }
      for column in columns {
        let slopes = (0..<classes).map { index in
          let scale = scales[Self.isJoint ? column.group : column.group * classes + index]
          let slope = scale * column.slope(groups[column.group][index], index)
          return column.weight.map { $0 * slope } ?? slope
        }
        let mean = zip(slopes, column.probabilities).map { $0.isZeroByRule ? 0 : $0 * $1 }.sum
        for (index, place) in column.places.enumerated() where column.truth[index] != nil {
          let p = column.probabilities[index]
          gradient[place] =
            !fromLogits
            ? slopes[index]
            : mode == .multiclass ? p * (slopes[index] - mean) : slopes[index] * (p * (1 - p))
        }
      }
      return ["input": gradient]
    }
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
  /// One less the Tversky index, to a power.
  func tversky(_ alpha: Double, _ beta: Double, _ gamma: Double, smoothing: Double) -> BoundedOverlapTerms {
    if target == 0 { return excess.value.isNaN ? .nan : .nothing }
    let overlap = intersection + Bounded(smoothing)
    let error = Bounded(alpha) * excess + Bounded(beta) * lack
    let denominator = overlap + error
    if denominator.value < 1.000001e-7 {
      let any = Bounded(0, error: .infinity)
      return BoundedOverlapTerms(value: any, intersection: any, excess: any, lack: any)
    }
    let value = 1 - overlap / denominator
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
      value: inner, intersection: slope * -(error / denominator / denominator),
      excess: slope * Bounded(alpha) * share, lack: slope * Bounded(beta) * share)
  }
}

extension DiceLoss: PlainRegionLoss {
  func terms(_ sums: [BoundedOverlap]) -> [BoundedOverlapTerms] {
    sums.map { $0.tversky(0.5, 0.5, 1, smoothing: smoothing) }
  }
}

extension JaccardLoss: PlainRegionLoss {
  func terms(_ sums: [BoundedOverlap]) -> [BoundedOverlapTerms] {
    sums.map { $0.tversky(1, 1, 1, smoothing: smoothing) }
  }
}

extension TverskyLoss: PlainRegionLoss {
  func recordHyperparameters(_ faults: inout Faults, _ numbers: Precision) {
    for (name, value) in [("alpha", alpha), ("beta", beta), ("gamma", gamma)] {
      faults.hyperparameter(name, value, isAllowed: value >= 0 && value.isFinite)
    }
  }

  func terms(_ sums: [BoundedOverlap]) -> [BoundedOverlapTerms] {
    sums.map { $0.tversky(alpha, beta, gamma, smoothing: smoothing) }
  }
}

extension GeneralizedDiceLoss: PlainRegionLoss {
  static var isJoint: Bool { true }

  func terms(_ sums: [BoundedOverlap]) -> [BoundedOverlapTerms] {
    guard let least = sums.map(\.target).filter({ $0 > 0 }).min() else {
      let hasNaN = sums.contains { $0.excess.value.isNaN || $0.target.isNaN }
      return sums.map { _ in hasNaN ? .nan : .nothing }
    }
    let weights = sums.map { sum in
      let ratio = Bounded(sum.target > 0 ? least / sum.target : 1, error: 4e-16)
      return ratio * ratio
    }
    let overlap =
      Bounded(smoothing * least * least, error: smoothing * least * least * 4e-16)
      + 2 * zip(weights, sums).map { $0 * $1.intersection }.sum
    let error = zip(weights, sums).map { $0 * ($1.excess + $1.lack) }.sum
    let denominator = overlap + error
    let value = error / denominator
    return weights.map { weight in
      let share = weight / denominator
      let rest = share * (overlap / denominator)
      return BoundedOverlapTerms(
        value: 1 - overlap / denominator, intersection: -2 * share * value, excess: rest, lack: rest)
    }
  }
}
