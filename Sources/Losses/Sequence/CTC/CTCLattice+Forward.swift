internal import LossEngine
internal import RealMath

extension CTCLattice {
  /// What the forward variables tell.
  struct Forward {
    var logLikelihood = 0.0
    /// The likelihood, scaled by `power` and the largest emissions.
    var likelihood = Number.zero
    var power = 0.0
    /// The sum of the logarithms of the largest emissions.
    var logScale = CompensatedSum()
    /// Whether a variable has vanished.
    var isLossy = false
  }

  /// (6) and (7): a state is reached from itself and from the one before, and a label also from the label before.
  ///
  /// ```
  /// αₜ(blank i) = yₜ(blank) · (αₜ₋₁(blank i) + αₜ₋₁(label i − 1))
  /// αₜ(label i) = yₜ(lᵢ) · (αₜ₋₁(label i) + αₜ₋₁(blank i) + skipᵢ · αₜ₋₁(label i − 1))
  /// ```
  ///
  /// Before the first frame, all paths are at the first blank.
  @specialized(where C == Float, Number == Double) @specialized(where C == Double, Number == Double)
  @specialized(where C == Float, Number == WideDouble) @specialized(where C == Double, Number == WideDouble)
  @specialized(where C == Float, Number == LogDouble) @specialized(where C == Double, Number == LogDouble)
  mutating func forward() -> Forward {
    var result = Forward()
    enter(windows.count - 1, &result)
    result.power = scale.power
    // (8)
    result.likelihood = lastBlanks[labelCount] + lastLabels[labelCount]
    result.logLikelihood = result.likelihood.logarithm(dividedByPower: result.power) + result.logScale.value
    return result
  }

  /// Brings the rows of a window into the table, and adds what the frames on the way to it tell.
  mutating func enter(_ window: Int, _ result: inout Forward) {
    if window == resident { return }
    let route = checkpoints.route(to: window)
    restore(route.saved)
    for next in route.start...window {
      if route.saves(next) { save(at: checkpoints.add(next)) }
      compute(windows[next], &result)
    }
    resident = window
  }

  /// Goes back to variables that were saved, or to those before the first frame.
  private mutating func restore(_ position: Int?) {
    guard let position else {
      scale = RowScale(exponent: Self.forwardExponent)
      zeros(1)[0] = .one
      _ = zeros(2)
      return
    }
    scale = savedScales[position]
    for index in 0..<labelCount + 4 {
      lastLabels[index] = savedRows[2 * position][index]
      lastBlanks[index] = savedRows[2 * position + 1][index]
    }
  }

  private mutating func save(at position: Int) {
    savedScales.removeLast(savedScales.count - position)
    savedScales.append(scale)
    for index in 0..<labelCount + 4 {
      savedRows[2 * position][index] = lastLabels[index]
      savedRows[2 * position + 1][index] = lastBlanks[index]
    }
  }

  /// Computes the forward variables at the frames of a window from those of the frame before.
  private mutating func compute(_ window: Range<Int>, _ result: inout Forward) {
    emissions.load(window, of: frames)
    band.load(window)
    bounds[0] = scale.bound
    var old = lastLabels
    let blanks = lastBlanks
    for position in 0..<window.count {
      let (new, emitted) = (row(position), emissions[position])
      let (oldLabels, newLabels) = (old.advanced(by: 1), new.advanced(by: 1))
      let (labelBand, blankBand) = (band.labels(at: position), band.blanks(at: position))
      forEachLanes(of: labelBand) { index in
        let sum =
          (Lanes(oldLabels, at: index) + Lanes(blanks, at: index))
          + Lanes(skips, at: index) * Lanes(old, at: index)
        (sum * Lanes(emitted, atPlaces: emissions.slots, from: index)).store(to: newLabels, at: index)
      }
      let blank = Lanes(repeating: emitted[emissions.blankSlot])
      forEachLanes(of: blankBand) { index in
        ((Lanes(blanks, at: index) + Lanes(old, at: index)) * blank).store(to: blanks, at: index)
      }
      new[labelBand.lowerBound] = .zero
      newLabels[labelBand.upperBound] = .zero
      blanks[blankBand.upperBound] = .zero

      scale.follow(logSmallest: emissions.logSmallest[position])
      if scale.isDue || window.lowerBound + position == frames.sample.frames - 1 {
        let rescaling = Number.rescale(newLabels, labelBand, blanks, blankBand, to: scale.exponent)
        scale.apply(rescaling)
        result.isLossy = result.isLossy || rescaling.isLossy
      }
      result.logScale.add(emissions.logLargest[position])
      powers[position] = scale.power
      bounds[position + 1] = scale.bound
      old = new
    }
    let lastBand = band.labels(at: window.count - 1)
    for index in lastBand.lowerBound...lastBand.upperBound + 1 { lastLabels[index] = old[index] }
  }
}
