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
// Only the states of the band are computed, and zeros are written beside them. Emissions are over the largest of their
// frame, and each row of variables is scaled by a power of two.

/// The forward and backward variables of one sample.
///
/// Several states are computed at once, up to one more than the band has. Where a row has what was computed beyond its
/// band, there is room for it, and a zero is written over it if it is read.
@safe
struct CTCLattice<C: RealScalar, Number: LatticeNumber> {
  typealias Lanes = Number.Lanes

  let emissions: CTCEmissions<C, Number>
  let frames: CTCFrames<C>
  let labelCount: Int
  let windows: CTCWindows
  let band: CTCBand
  let keepsRows: Bool
  /// For each frame of a window the forward variables of the labels, after a zero for the one before the first.
  let table: Scratch<Number>
  /// 1 for labels that may follow the one before without a blank, 0 for others. There is a 0 after the last.
  let skips: UncheckedBuffer<Number>
  /// For each frame of a window the power of two that the forward variables are scaled by, and the binary logarithm of a
  /// bound of these without it, after that of the frame before the window.
  let powers: UncheckedBuffer<Double>
  let bounds: UncheckedBuffer<Double>
  let numbers: Scratch<Number>
  let doubles: Scratch<Double>

  /// The window whose rows are in the table.
  var resident: Int?
  /// The scale of the forward variables at the last frame that they are known of.
  var scale = RowScale(exponent: Self.forwardExponent)
  var checkpoints: CTCCheckpoints
  /// The forward variables before some windows, labels and blanks.
  let savedRows: Scratch<Number>
  var savedScales: [RowScale] = []

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
    (powers, bounds) = (doubles[0], doubles[1])
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
  static var bytesPerFrame: Int { 7 * MemoryLayout<Double>.stride + 4 * MemoryLayout<Int>.stride }

  /// Zeros for a row of labels or blanks, with room on either side.
  func zeros(_ slot: Int) -> UncheckedBuffer<Number> {
    let row = numbers[slot]
    for index in 0..<labelCount + 4 { row[index] = .zero }
    return row
  }

  /// The forward variables of the labels at a position of the window, after a zero.
  func row(_ position: Int) -> UncheckedBuffer<Number> { table[keepsRows ? position : position % 2] }

  /// The forward variables at the last frame that they are known of: those of the labels, after a zero, and of the
  /// blanks. Their memory is free once the rows of a window have been computed.
  var lastLabels: UncheckedBuffer<Number> { numbers[2] }
  var lastBlanks: UncheckedBuffer<Number> { numbers[1] }

  @inline(__always)
  func forEachLanes(of states: Range<Int>, _ body: (Int) -> Void) {
    var state = states.lowerBound
    while state < states.upperBound {
      body(state)
      state &+= Lanes.count
    }
  }

  /// The exponents near which the largest variables of a frame are held. The sum is that of their products, which must
  /// not overflow. The forward variables have the larger range below them, for the loss alone is found without the
  /// others.
  static var forwardExponent: Double { 800 }
  static var backwardExponent: Double { 0 }
}
