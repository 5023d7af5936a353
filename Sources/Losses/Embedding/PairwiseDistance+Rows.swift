public import LossEngine
public import RealMath

extension PairwiseDistance: RowFormula {
  @export(implementation) @inline(__always)
  package func compute<C: RealScalar>(_ row: Row<C>) { MeasureFormula(self).compute(row) }

  @export(implementation) @inline(__always)
  package func computeRows<C: RealScalar>(_ block: RowBlock<C>) {
    if block.length == 1 { return computeNumbers(block) }
    if !isEuclidean(length: block.length) {
      for index in 0..<block.rowCount { computeUncommon(block[index]) }
      return
    }
    let (a, b) = (block.first, block.second)
    block.setSums(of: a, b, to: block.values) { squaredDifference($0, $1) }
    for index in 0..<block.rowCount {
      let distance = euclideanNorm(ofSquares: block.values[index], block.pair(a, b, index))
      block.values[index] = distance
      guard let da = block.firstGradient, let db = block.secondGradient else { continue }
      guard let factor = plainFactor(block.scales[index], distance, C.self) else {
        computeUncommon(block[index])
        continue
      }
      for place in block.elements(of: index) {
        let slope = factor * difference(a[place], b[place])
        // Neither is −0.
        da[place] = 0 + slope
        db[place] = 0 - slope
      }
    }
  }

  /// Computes rows of one number each, whose distance is the magnitude of the difference for any p.
  @export(implementation) @inline(__always)
  func computeNumbers<C: RealScalar>(_ block: RowBlock<C>) {
    let (a, b) = (block.first, block.second)
    for row in 0..<block.rowCount { block.values[row] = distance(a[row], b[row]) }
    guard let da = block.firstGradient, let db = block.secondGradient else { return }
    for row in 0..<block.rowCount {
      let value = block.values[row]
      let slope = select(
        value == value, self.slope(a[row], b[row], distance: value, scale: block.scales[row]), .nan)
      // Neither is −0.
      da[row] = 0 + slope
      db[row] = 0 - slope
    }
  }

  /// Returns the distance of two numbers.
  @export(implementation) @inline(__always)
  func distance<C: RealScalar>(_ a: C, _ b: C) -> Double { difference(Double(a), Double(b)).magnitude }

  /// Returns the derivative of the distance of two numbers, times a scale.
  @export(implementation) @inline(__always)
  func slope<C: RealScalar>(_ a: C, _ b: C, distance: Double, scale: Double) -> C {
    let (d, share) = (difference(a, b), C(scale))
    return select(distance == 0, 0, select(d > 0, share, select(d < 0, -share, 0)))
  }

  /// Computes a row that is not like most.
  // Not inlined: it is too much for a kernel besides what most rows take.
  @usableFromInline
  @specialized(where C == Float) @specialized(where C == Double)
  func computeUncommon<C: RealScalar>(_ row: Row<C>) { compute(row) }
}

// With vectors of a few elements, most of the time would go into telling one case from another, row by row. So the
// Euclidean distances of a block are computed by loops without cases. A row whose gradient is more than a factor times
// the difference is then left to the formula.
extension PairwiseDistance {
  /// Whether this is the Euclidean distance of vectors of more than one dimension.
  @export(implementation) @inline(__always)
  func isEuclidean(length: Int) -> Bool { p == 2 && length > 1 }

  /// Returns what the gradient of a Euclidean distance is times the difference, unless it takes more than that.
  @export(implementation) @inline(__always)
  func plainFactor<C: RealScalar>(_ scale: Double, _ distance: Double, _: C.Type) -> C? {
    let factor = C(scale / distance)
    // The type may be unable to hold the differences of a distance that it cannot hold.
    let isPlain = distance > 0 && distance <= Double(C.greatestFiniteMagnitude)
    return isPlain && (factor.isNormal || scale == 0) ? factor : nil
  }
}
