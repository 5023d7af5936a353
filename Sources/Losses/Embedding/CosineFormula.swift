public import LossEngine
public import RealMath

/// What depends on each row's two vectors by their cosine alone.
@usableFromInline
protocol CosineFormula: RowFormula {
  /// Returns the length that a vector counts as having, as `Cosine` asks for it.
  func length(_ square: Double, scale: Double) -> (length: Double, isConstant: Bool)

  /// Returns the value of a row, and its derivative with respect to the cosine: NaN where the value is.
  ///
  /// It has no branches, since labels come in any order, which a processor cannot guess.
  func terms<C: RealScalar>(_ cosine: Double, label: C) -> (value: Double, slope: Double)

  /// Whether the value is 1 − cos, which is found with more digits where vectors are almost parallel.
  func isComplement<C: RealScalar>(label: C) -> Bool

  /// The part of the square of a length that was added to it.
  func addedShare(_ length: Double) -> Double

  /// Computes a row that is not like most, by `compute`.
  // A requirement, since only a conforming type can specialise it. Not inlined: it is too much for a kernel besides
  // what most rows take.
  func computeUncommon<C: RealScalar>(_ row: Row<C>)
}

extension CosineFormula {
  @export(implementation) @inline(__always)
  func cosine<C: RealScalar>(_ pair: VectorPair<C>) -> Cosine {
    Cosine(pair, length: length(_:scale:))
  }

  @export(implementation) @inline(__always)
  package func compute<C: RealScalar>(_ row: Row<C>) {
    let pair = VectorPair(row.first, row.second, count: row.count)
    let cosine = cosine(pair)
    var (value, slope) = terms(cosine.value, label: row.pairLabel)
    if isComplement(label: row.pairLabel) { value = cosine.complement(of: pair, addedShare: addedShare) }
    row.value = value
    guard let da = row.firstGradient, let db = row.secondGradient else { return }
    if value.isNaN { return row.fillGradients(.nan) }
    if slope == 0 { return row.clearGradients() }
    row.fillGradients(0)
    cosine.addGradients(of: pair, scale: slope * row.scale, to: da, db)
  }

  @export(implementation) @inline(__always)
  package func computeRows<C: RealScalar>(_ block: RowBlock<C>) { computeCosines(block) }

  // Most of the time of a short row would go into waiting for roots and quotients. So they are found in loops over the
  // rows of a block, and rows that are not like most are computed by themselves.
  @export(implementation) @inline(__always)
  func computeCosines<C: RealScalar>(_ block: RowBlock<C>) {
    let rows = block.rowCount
    let scratch = Scratch<Double>(slots: 6, slotSize: rows)
    defer { scratch.deallocate() }
    let (squaresA, squaresB, lengthsA, lengthsB) = (scratch[0], scratch[1], scratch[2], scratch[3])
    let (cosines, slopes) = (scratch[4], scratch[5])
    block.setProducts(to: squaresA, cosines, squaresB)
    for row in 0..<rows {
      let (a, b) = (length(squaresA[row], scale: 1), length(squaresB[row], scale: 1))
      let isCommon =
        PowerSums.accurate ~= squaresA[row] && PowerSums.accurate ~= squaresB[row]
        && !a.isConstant && !b.isConstant
      lengthsA[row] = isCommon ? a.length : .nan
      lengthsB[row] = b.length
    }
    for row in 0..<rows { cosines[row] = Cosine.quotient(cosines[row], lengthsA[row] * lengthsB[row]) }
    for row in 0..<rows {
      (block.values[row], slopes[row]) = terms(cosines[row], label: block[row].pairLabel)
    }
    for row in 0..<rows {
      if !(lengthsA[row] > 0) {
        computeUncommon(block[row])
      } else if cosines[row] > Cosine.almostParallel, isComplement(label: block[row].pairLabel) {
        let cosine = Cosine(value: cosines[row], lengthA: lengthsA[row], lengthB: lengthsB[row])
        block.values[row] = cosine.complement(
          of: block.pair(block.first, block.second, row), addedShare: addedShare)
      }
    }
    guard let da = block.firstGradient, let db = block.secondGradient else { return }
    let (across, alongA, alongB) = (squaresA, squaresB, lengthsB)
    for row in 0..<rows {
      let cosine = Cosine(value: cosines[row], lengthA: lengthsA[row], lengthB: lengthsB[row])
      let factors = cosine.factors(scale: slopes[row] * block.scales[row])
      (across[row], alongA[row], alongB[row]) = (factors.across, factors.alongA, factors.alongB)
    }
    if block.length == 1 {
      for row in 0..<rows {
        let (a, b) = (Double(block.first[row]), Double(block.second[row]))
        let isCommon = lengthsA[row] > 0
        // Neither is −0.
        da[row] = select(isCommon, 0 + C(across[row] * b - alongA[row] * a), da[row])
        db[row] = select(isCommon, 0 + C(across[row] * a - alongB[row] * b), db[row])
      }
      return
    }
    block.forEachRow { row in
      let index = row.index
      guard let da = row.firstGradient, let db = row.secondGradient, lengthsA[index] > 0 else { return }
      if slopes[index] == 0 {
        row.clearGradients()
      } else {
        Cosine.Factors(across: across[index], alongA: alongA[index], alongB: alongB[index])
          .setGradients(row.first, row.second, to: da, db, count: row.count, cosine: cosines[index])
      }
    }
  }
}
