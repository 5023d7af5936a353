public import LossEngine
public import RealMath
public import Tensors

/// The loss of rows of anchor, positive and negative.
@frozen @usableFromInline
package struct Triplets<Distance: VectorMeasure>: RowFormula {
  @usableFromInline let distance: Distance
  @usableFromInline let margin: Double
  @usableFromInline let swap: Bool

  @inlinable
  init(distance: Distance, margin: Double, swap: Bool) {
    self.distance = distance
    self.margin = margin
    self.swap = swap
  }

  /// Returns the evaluation at given arguments.
  @inlinable
  func evaluation<Scalar: LossScalar>(
    _ anchor: Tensor<Scalar>, _ positive: Tensor<Scalar>, _ negative: Tensor<Scalar>,
    _ sampleWeight: Tensor<Scalar>?, _ mask: Tensor<Bool>?, _ reduction: Reduction
  ) throws(LossError) -> RowEvaluation<Self, TripletGradient<Scalar>, TripletGradient<Scalar>> {
    try Check.hyperparameter("margin", margin, .positive)
    try distance.checkHyperparameters()
    return RowEvaluation(
      self,
      try RowArguments(
        anchor, positive, negative, names: ["positive", "negative"], sampleWeight: sampleWeight,
        mask: mask, reduction: reduction))
  }

  // Specialised for code that is compiled without knowing the types.
  @inlinable
  @specialized(where Distance == CosineDistance) @specialized(where Distance == PairwiseDistance)
  @specialized(where Distance == SquaredEuclideanDistance)
  package func compute(_ block: RowBlock<Float>) { run(block) }

  @inlinable
  @specialized(where Distance == CosineDistance) @specialized(where Distance == PairwiseDistance)
  @specialized(where Distance == SquaredEuclideanDistance)
  package func compute(_ block: RowBlock<Double>) { run(block) }

  /// By how much the negative should be farther away than it is.
  @export(implementation) @inline(__always)
  func gap(_ near: Double, _ far: Double) -> Double {
    // The difference of distances that are nearly equal is exact.
    margin + (near - far)
  }

  /// Returns the smaller one of d(a, n) and d(p, n), or NaN where one is.
  @export(implementation) @inline(__always)
  func smaller(_ far: Double, _ between: Double) -> Double {
    between < far || between.isNaN ? between : far
  }

  /// The part of d(a, n) in the gradient, of which d(p, n) has the rest.
  @export(implementation) @inline(__always)
  func farShare(_ far: Double, _ between: Double) -> Double { far < between ? 1 : far > between ? 0 : 0.5 }

  /// Returns the gap where d(a, p) is out of range, and d(a, n)'s part in the gradient.
  // Not inlined: it is rare, and too much for a kernel.
  @usableFromInline
  @specialized(where Distance == PairwiseDistance, C == Float)
  @specialized(where Distance == PairwiseDistance, C == Double)
  func gapInLargeUnit<C: RealScalar>(_ row: Row<C>, _ distance: PairwiseDistance) -> (Double, Double) {
    guard let negative = row.third else { return (.nan, .nan) }
    func length(_ a: UncheckedBuffer<C>, _ b: UncheckedBuffer<C>) -> Double {
      distance.scaledNorm(VectorPair(a, b, count: row.count), times: 1 / PairwiseDistance.largeUnit)
    }
    let (near, far) = (length(row.first, row.second), length(row.first, negative))
    let between = swap ? length(row.second, negative) : .infinity
    return (margin + (near - smaller(far, between)) * PairwiseDistance.largeUnit, farShare(far, between))
  }

  // The gradient is that of d(a, p) minus that of d(a, n) or d(p, n), the kink included.
  //
  // The pairs (a, p), (a, n) and (p, n) take turns in loops: a distance is inlined wherever it is asked for, which is
  // too much for one function if each pair asks for itself.
  @export(implementation) @inline(__always)
  package func compute<C: RealScalar>(_ row: Row<C>) {
    guard let negative = row.third else { return }
    let (anchor, positive, count) = (row.first, row.second, row.count)
    var (near, far, between) = (0.0, 0.0, Double.infinity)
    for pair in 0..<(swap ? 3 : 2) {
      let value = distance.value(
        of: pair == 2 ? positive : anchor, pair == 0 ? positive : negative, count: count)
      switch pair {
      case 0: near = value
      case 1: far = value
      default: between = value
      }
    }
    var (gap, farShare) = (gap(near, smaller(far, between)), farShare(far, between))
    if near == .infinity, let distance = distance as? PairwiseDistance {
      (gap, farShare) = gapInLargeUnit(row, distance)
    }
    row.value = gap < 0 ? 0 : gap

    guard let da = row.firstGradient, let dp = row.secondGradient, let dn = row.thirdGradient else { return }
    if gap.isNaN { return row.fillGradients(.nan) }
    if gap < 0 { return row.clearGradients() }
    row.fillGradients(0)
    for pair in 0..<3 {
      let (value, share) = pair == 0 ? (near, 1) : pair == 1 ? (far, -farShare) : (between, farShare - 1)
      if share == 0 { continue }
      distance.addGradients(
        of: pair == 2 ? positive : anchor, pair == 0 ? positive : negative, count: count, value: value,
        scale: share * row.scale, to: pair == 2 ? dp : da, pair == 0 ? dp : dn)
    }
  }

  @export(implementation) @inline(__always)
  package func computeRows<C: RealScalar>(_ block: RowBlock<C>) {
    guard let distance = distance as? PairwiseDistance else { return block.forEachRow { compute($0) } }
    if let negatives = block.third, !swap, block.length == 1 {
      computeNumbers(distance, block, negatives)
    } else if let negatives = block.third, !swap, distance.isEuclidean(length: block.length) {
      computeEuclidean(distance, block, negatives)
    } else {
      for index in 0..<block.rowCount { computeUncommon(block[index]) }
    }
  }

  @export(implementation) @inline(__always)
  func computeEuclidean<C: RealScalar>(
    _ distance: PairwiseDistance, _ block: RowBlock<C>, _ negatives: UncheckedBuffer<C>
  ) {
    let (anchors, positives) = (block.first, block.second)
    let scratch = Scratch<Double>(slots: 1, slotSize: block.rowCount)
    defer { scratch.deallocate() }
    let farSquares = scratch[0]
    block.setSums(of: anchors, positives, to: block.values) { distance.squaredDifference($0, $1) }
    block.setSums(of: anchors, negatives, to: farSquares) { distance.squaredDifference($0, $1) }
    for index in 0..<block.rowCount {
      let near = distance.euclideanNorm(
        ofSquares: block.values[index], block.pair(anchors, positives, index))
      let far = distance.euclideanNorm(
        ofSquares: farSquares[index], block.pair(anchors, negatives, index))
      let scale = block.scales[index]
      let gap = gap(near, far)
      block.values[index] = gap < 0 ? 0 : gap
      if !(gap < .infinity) {
        computeUncommon(block[index])
        continue
      }
      guard let da = block.firstGradient, let dp = block.secondGradient, let dn = block.thirdGradient else {
        continue
      }
      if gap < 0 {
        block[index].clearGradients()
        continue
      }
      guard let nearFactor = distance.plainFactor(scale, near, C.self),
        let farFactor = distance.plainFactor(-scale, far, C.self)
      else {
        computeUncommon(block[index])
        continue
      }
      for place in block.elements(of: index) {
        let nearSlope = nearFactor * distance.difference(anchors[place], positives[place])
        let farSlope = farFactor * distance.difference(anchors[place], negatives[place])
        // None is −0.
        da[place] = 0 + nearSlope + farSlope
        dp[place] = 0 - nearSlope
        dn[place] = 0 - farSlope
      }
    }
  }

  /// Computes rows of one number each, without branches but for those that are not like most.
  @export(implementation) @inline(__always)
  func computeNumbers<C: RealScalar>(
    _ distance: PairwiseDistance, _ block: RowBlock<C>, _ negatives: UncheckedBuffer<C>
  ) {
    let (anchors, positives, rows) = (block.first, block.second, block.rowCount)
    let scratch = Scratch<Double>(slots: 3, slotSize: rows)
    defer { scratch.deallocate() }
    let (near, far, gaps) = (scratch[0], scratch[1], scratch[2])
    for row in 0..<rows {
      near[row] = distance.distance(anchors[row], positives[row])
      far[row] = distance.distance(anchors[row], negatives[row])
      gaps[row] = gap(near[row], far[row])
      block.values[row] = gaps[row] < 0 ? 0 : gaps[row]
    }
    if let da = block.firstGradient, let dp = block.secondGradient, let dn = block.thirdGradient {
      for row in 0..<rows {
        let (anchor, scale) = (anchors[row], gaps[row] < 0 ? 0 : block.scales[row])
        let nearSlope = distance.slope(anchor, positives[row], distance: near[row], scale: scale)
        let farSlope = distance.slope(anchor, negatives[row], distance: far[row], scale: -scale)
        // None is −0.
        da[row] = 0 + nearSlope + farSlope
        dp[row] = 0 - nearSlope
        dn[row] = 0 - farSlope
      }
    }
    for row in 0..<rows where !(gaps[row].magnitude < .infinity) || !block.scales[row].isFinite {
      computeUncommon(block[row])
    }
  }

  /// Computes a row that is not like most.
  // Not inlined: it is too much for a kernel besides what most rows take.
  @usableFromInline
  @specialized(where Distance == PairwiseDistance, C == Float)
  @specialized(where Distance == PairwiseDistance, C == Double)
  func computeUncommon<C: RealScalar>(_ row: Row<C>) { compute(row) }
}
