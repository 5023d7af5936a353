internal import LossEngine
internal import RealMath

// The sums over all paths of a target through the frames. A path passes every label in turn, each for one frame or
// more, with blanks between them where there is time, and always between two that are equal.
//
// Equation numbers are those of A. Graves, S. Fernández, F. Gomez, J. Schmidhuber, Connectionist temporal
// classification, ICML 2006, https://doi.org/10.1145/1143844.1143891. Its states l′ alternate between blanks and
// labels. Here the two are kept apart, so that each recurrence is a loop without branches:
//
// ```
// blank i, before label i:  state s = 2i + 1,  0 ≤ i ≤ |l|
// label i:                  state s = 2i + 2,  0 ≤ i < |l|
// ```
//
// Both directions are in one file: builds that compile files one by one specialise nothing for others.
//
// Only the states of the band are computed, and zeros are written beside them. Emissions are over the largest of their
// frame, and each row of variables is scaled by a power of two.

/// The forward and backward variables of one sample.
///
/// Several states are computed at once, up to one more than the band has. Where a row has what was computed beyond its
/// band, there is room for it, and a zero is written over it if it is read.
@safe
struct CTCLattice<C: RealScalar, Number: LatticeNumber> {
  private typealias Lanes = Number.Lanes

  let emissions: CTCEmissions<C, Number>
  private let frames: CTCFrames<C>
  private let labelCount: Int
  private let windows: CTCWindows
  private let band: CTCBand
  private let keepsRows: Bool
  /// For each frame of a window the forward variables of the labels, after a zero for the one before the first.
  private let table: Scratch<Number>
  /// 1 for labels that may follow the one before without a blank, 0 for others. There is a 0 after the last.
  private let skips: UncheckedBuffer<Number>
  /// For each frame of a window the exponent of the scale of the forward variables, and the binary logarithm of a bound of
  /// these without the scale, after that of the frame before the window.
  private let exponents: UncheckedBuffer<Double>
  private let bounds: UncheckedBuffer<Double>
  private let numbers: Scratch<Number>
  private let doubles: Scratch<Double>

  /// The window whose rows are in the table.
  private var resident: Int?
  /// The scale of the forward variables at the last frame that they are known of.
  private var scale = RowScale(goal: Self.forwardExponent)
  private var checkpoints: CTCCheckpoints
  /// The forward variables before some windows, labels and blanks.
  private let savedRows: Scratch<Number>
  private var savedScales: [RowScale] = []

  /// - Parameter keepsRows: Whether the forward variables of all frames are kept, or can be found again, for the
  ///   backward ones to be joined with.
  /// - Precondition: The sample has a path.
  init(_ frames: CTCFrames<C>, keepsRows: Bool) {
    let sample = frames.sample
    self.frames = frames
    self.keepsRows = keepsRows
    labelCount = sample.labels.count
    let numbersPerFrame = CTCEmissions<C, Number>.mostClasses(of: sample) + (keepsRows ? labelCount + 1 : 0)
    windows = CTCWindows(
      frames: sample.frames,
      bytesPerFrame: numbersPerFrame * MemoryLayout<Number>.stride + Self.bytesPerFrame,
      bytesPerState: keepsRows ? 2 * (labelCount + 4) * MemoryLayout<Number>.stride : 0, memory: sample.memory
    )
    emissions = CTCEmissions(sample, length: windows.length)
    band = CTCBand(sample, length: windows.length)
    checkpoints = CTCCheckpoints(capacity: windows.states)
    savedRows = Scratch(slots: 2 * windows.states, slotSize: labelCount + 4)
    // What is computed beyond a row goes to the place before the next one, which is written to later. Of two rows that
    // take turns, it would be a place that is still needed.
    table =
      keepsRows
      ? Scratch(slots: windows.length + 1, slotSize: labelCount + 1)
      : Scratch(slots: 2, slotSize: labelCount + 2)
    numbers = Scratch(slots: 7, slotSize: labelCount + 4)
    doubles = Scratch(slots: 2, slotSize: windows.length + 1)
    (exponents, bounds) = (doubles[0], doubles[1])
    let labels = sample.labels
    skips = numbers[0]
    for index in 0..<labelCount {
      let mayFollow = index > 0 && labels[index] != labels[index - 1]
      skips[index] = mayFollow ? .one : .zero
    }
    skips[labelCount] = .zero
  }

  func deallocate() {
    emissions.deallocate()
    band.deallocate()
    table.deallocate()
    numbers.deallocate()
    doubles.deallocate()
    savedRows.deallocate()
  }

  /// What is kept of each frame beside the variables and the probabilities: seven numbers and the four bounds of a band.
  private static var bytesPerFrame: Int { 7 * MemoryLayout<Double>.stride + 4 * MemoryLayout<Int>.stride }

  /// Zeros for a row of labels or blanks, with room on either side.
  private func zeros(_ slot: Int) -> UncheckedBuffer<Number> {
    let row = numbers[slot]
    for index in 0..<labelCount + 4 { row[index] = .zero }
    return row
  }

  /// The forward variables of the labels at a position of the window, after a zero.
  private func row(_ position: Int) -> UncheckedBuffer<Number> { table[keepsRows ? position : position % 2] }

  /// The forward variables at the last frame that they are known of: those of the labels, after a zero, and of the
  /// blanks. Their memory is free once the rows of a window have been computed.
  private var lastLabels: UncheckedBuffer<Number> { numbers[2] }
  private var lastBlanks: UncheckedBuffer<Number> { numbers[1] }

  @inline(__always)
  private func forEachLanes(of states: Range<Int>, _ body: (Int) -> Void) {
    var state = states.lowerBound
    while state < states.upperBound {
      body(state)
      state &+= Lanes.count
    }
  }

  /// The exponents near which the largest variables of a frame are held. The sum is that of their products, which must
  /// not overflow. The forward variables have the larger range below them, for the loss alone is found without the
  /// others.
  private static var forwardExponent: Double { 800 }
  private static var backwardExponent: Double { 0 }
}

extension CTCLattice {
  /// What the forward variables tell.
  struct Forward {
    var logLikelihood = 0.0
    /// The likelihood, scaled by 2 to the power of `exponent` and by the largest emissions.
    var likelihood = Number.zero
    var exponent = 0.0
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
    result.exponent = scale.exponent
    // (8)
    result.likelihood = lastBlanks[labelCount] + lastLabels[labelCount]
    result.logLikelihood =
      result.likelihood.logarithm(dividedByTwoTo: result.exponent) + result.logScale.value
    return result
  }

  /// Brings the rows of a window into the table, and adds what the frames on the way to it tell.
  private mutating func enter(_ window: Int, _ result: inout Forward) {
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
      scale = RowScale(goal: Self.forwardExponent)
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
        let rescaling = Number.rescale(newLabels, labelBand, blanks, blankBand, to: scale.goal)
        scale.apply(rescaling)
        result.isLossy = result.isLossy || rescaling.isLossy
      }
      result.logScale.add(emissions.logLargest[position])
      exponents[position] = scale.exponent
      bounds[position + 1] = scale.bound
      old = new
    }
    let lastBand = band.labels(at: window.count - 1)
    for index in lastBand.lowerBound...lastBand.upperBound + 1 { lastLabels[index] = old[index] }
  }

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
    var (logScale, rowScale) = (0.0, RowScale(goal: Self.backwardExponent))
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
        let exponent = forward.exponent - exponents[position] - rowScale.exponent
        body(
          CTCPosteriors(
            frame: frames.lowerBound + position, largest: emissions.largest[position], emissions: emitted,
            sums: sums,
            factor: reciprocal.multiplied(byTwoTo: exponent)))

        let logPrefix = forward.logScale.value - logScale
        vanished.add(
          forward: max(bounds[position + 1], bounds[position] + UnderflowBound.growth) + logPrefix
            * Double.Traits.inverseLn2,
          backward: max(bound, boundAfter + UnderflowBound.growth) + logScale * Double.Traits.inverseLn2)
        rowScale.follow(logSmallest: emissions.logSmallest[position])
        if rowScale.isDue {
          rowScale.apply(
            Number.rescale(new.labels, labelBand, new.blanks, blankBand, to: rowScale.goal))
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
