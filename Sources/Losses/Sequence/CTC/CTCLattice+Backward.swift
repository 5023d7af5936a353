internal import LossEngine
internal import RealMath

extension CTCLattice {
  /// (10) and (11): a state goes on to itself and the next one, and a label also to the label after.
  ///
  /// ```
  /// βₜ(blank i) = yₜ(blank) · (βₜ₊₁(blank i) + βₜ₊₁(label i))
  /// βₜ(label i) = yₜ(lᵢ) · (βₜ₊₁(label i) + βₜ₊₁(blank i + 1) + skipᵢ₊₁ · βₜ₊₁(label i + 1))
  /// ```
  ///
  /// After the last frame, all paths are at the last blank. The terms of (14), over their sum, are the posteriors of
  /// the states: αₜ · βₜ / (yₜ · p). Here the division by yₜ comes to leaving out the last factor of βₜ.
  ///
  /// Calls `body` for each frame, the last one first. Returns whether what has vanished does not matter.
  @specialized(where C == Float, Number == Double) @specialized(where C == Double, Number == Double)
  @specialized(where C == Float, Number == WideDouble) @specialized(where C == Double, Number == WideDouble)
  @specialized(where C == Float, Number == LogDouble) @specialized(where C == Double, Number == LogDouble)
  mutating func backward(after forward: Forward, _ body: (CTCPosteriors<Number>) -> Void) -> Bool {
    var vanished = UnderflowBound(
      frames: frames.sample.frames, states: 2 * labelCount + 1, logLikelihood: forward.logLikelihood,
      isForwardLossy: forward.isLossy)
    let reciprocal = forward.likelihood.reciprocal
    var (logScale, rowScale) = (0.0, RowScale(exponent: Self.backwardExponent))
    var (bound, boundAfter) = (0.0, 0.0)
    let (products, sums) = (numbers[1], numbers[2])
    var old = (labels: zeros(3).advanced(by: 1), blanks: zeros(4).advanced(by: 1))
    var new = (labels: zeros(5).advanced(by: 1), blanks: zeros(6).advanced(by: 1))
    old.blanks[labelCount] = .one
    for window in (0..<windows.count).reversed() {
      var known = Forward()
      enter(window, &known)
      let frames = windows[window]
      for position in (0..<frames.count).reversed() {
        let (forwardLabels, emitted) = (row(position).advanced(by: 1), emissions[position])
        let (labelBand, blankBand) = (band.labels(at: position), band.blanks(at: position))
        forEachLanes(of: labelBand) { index in
          let sum =
            (Lanes(old.labels, at: index) + Lanes(old.blanks, at: index &+ 1))
            + Lanes(skips, at: index &+ 1) * Lanes(old.labels, at: index &+ 1)
          (Lanes(forwardLabels, at: index) * sum).store(to: products, at: index)
          (sum * Lanes(emitted, atPlaces: emissions.slots, from: index)).store(to: new.labels, at: index)
        }
        let blank = Lanes(repeating: emitted[emissions.blankSlot])
        forEachLanes(of: blankBand) { index in
          ((Lanes(old.blanks, at: index) + Lanes(old.labels, at: index)) * blank).store(
            to: new.blanks, at: index)
        }
        new.labels[labelBand.lowerBound &- 1] = .zero
        new.labels[labelBand.upperBound] = .zero
        new.blanks[blankBand.lowerBound &- 1] = .zero

        // (15)
        for slot in 0..<emissions.classCount { sums[slot] = .zero }
        for index in labelBand {
          let slot = emissions.slots[index]
          sums[slot] = sums[slot] + products[index]
        }
        let power = forward.power - powers[position] - rowScale.power
        body(
          CTCPosteriors(
            frame: frames.lowerBound + position, largest: emissions.largest[position], emissions: emitted,
            sums: sums,
            factor: reciprocal.multiplied(byPower: power)))

        let logPrefix = forward.logScale.value - logScale
        vanished.add(
          forward: max(bounds[position + 1], bounds[position] + UnderflowBound.growth) + logPrefix
            * Double.Traits.inverseLn2,
          backward: max(bound, boundAfter + UnderflowBound.growth) + logScale * Double.Traits.inverseLn2)
        rowScale.follow(logSmallest: emissions.logSmallest[position])
        if rowScale.isDue {
          rowScale.apply(
            Number.rescale(new.labels, labelBand, new.blanks, blankBand, to: rowScale.exponent))
        }
        logScale += emissions.logLargest[position]
        (bound, boundAfter) = (rowScale.bound, bound)
        vanished.step(logLargest: emissions.logLargest[position], sum: emissions.sum(at: position))
        swap(&old, &new)
      }
    }
    return vanished.areNegligible
  }
}

/// The posteriors of the classes that a target uses, at one frame.
struct CTCPosteriors<Number: LatticeNumber> {
  let frame: Int
  /// The largest emission.
  let largest: Double
  /// The emission of each class, over the largest.
  let emissions: UncheckedBuffer<Number>
  /// The sum over the labels of each class.
  let sums: UncheckedBuffer<Number>
  /// What the sums are to be multiplied by.
  let factor: Number
}
