internal import RealMath
internal import Tensors

/// Runs over the positions of a loss of regions twice: to sum up, and to write the gradient that the sums determine.
///
/// Sums over the positions of a block are added in lanes in `Double`, those of blocks one after another, and those of
/// chunks with compensation. All are cut by position alone, so that threads do not change them.
struct RegionRunner<S: LossScalar> {
  typealias C = S.Computation

  let layout: RegionLayout
  let options: RegionOptions
  let input: Operand<S>
  let labels: (any ClassLabels)?
  let masks: Operand<S>?
  let weights: (any SampleWeights)?

  private var samples: Int { layout.samples }
  private var classes: Int { layout.classes }
  private var positions: Int { layout.positions }

  /// The positions that are computed at once, of all classes: enough for loops over them to be long, few enough for the
  /// nearest caches, or at least for little memory.
  private var blockSize: Int {
    let (fitting, most) = (8 * Blocks.size / max(classes, 1), 256 * Blocks.size / max(classes, 1))
    return max(8, min(Blocks.size, max(fitting, min(128, most))))
  }

  /// The positions that a thread does at a time.
  private var partSize: Int { 8 * blockSize }

  /// The parts that the positions of a sample are cut into, and the samples that a thread does at a time if they are
  /// short.
  private var partsPerSample: Int { max(1, (positions + partSize - 1) / partSize) }
  private var samplesPerChunk: Int { partsPerSample > 1 ? 1 : max(1, partSize / max(positions, 1)) }

  /// Whether each part has sums of its own. Otherwise the samples that a thread does at a time share theirs.
  private var isSummedByPart: Bool { options.isPerSample || partsPerSample > 1 }

  /// Calls `body` for every part of some samples, in several threads, with the number of the sums that it belongs to.
  ///
  /// - Parameter parts: The parts, counted from the first one of the first sample; all if it is `nil`. They begin where a
  ///   thread may.
  func forEachPart(
    of parts: Range<Int>? = nil,
    _ body: (_ slot: Int, _ sample: Int, _ positions: Range<Int>, _ scratch: RegionScratch<C>) -> Void
  ) {
    let parts = parts ?? 0..<samples * partsPerSample
    let chunkSize = samplesPerChunk
    Parallelism.forEachChunk(
      of: parts.count, chunkSize: chunkSize,
      cost: Double(parts.count) / Double(partsPerSample) * Double(classes) * Double(positions)
        * (options.fromLogits ? 2 : 1)
    ) { chunk in
      let scratch = RegionScratch<C>(classes: classes, size: min(blockSize, max(positions, 1)))
      defer { scratch.deallocate() }
      for part in parts.lowerBound + chunk.lowerBound..<parts.lowerBound + chunk.upperBound {
        let (sample, index) = part.quotientAndRemainder(dividingBy: partsPerSample)
        let start = index * partSize
        let slot = isSummedByPart ? part : part / chunkSize
        Blocks.forEach(in: start..<min(start + partSize, positions), size: blockSize) {
          body(slot, sample, $0, scratch)
        }
      }
    }
  }

  /// About how many classes of samples have their sums and slopes kept at a time, which takes a few megabytes.
  private static var classesAtATime: Int { 1 << 15 }

  /// The samples whose sums and slopes are kept at a time: all, if they have sums in common.
  var samplesAtATime: Int {
    if !options.isPerSample { return samples }
    return max(1, Self.classesAtATime / classes / samplesPerChunk) * samplesPerChunk
  }

  /// About how many sums of parts are kept at a time.
  private static var sumsAtATime: Int { 1 << 18 }

  /// The parts whose sums are kept at a time.
  private var partsAtATime: Int {
    let slots = max(4, Self.sumsAtATime / (RegionSums.count * classes))
    return isSummedByPart
      ? (slots + samplesPerChunk - 1) / samplesPerChunk * samplesPerChunk : slots * samplesPerChunk
  }

  /// Returns the sums of each class, of each of some samples, or of the batch.
  @specialized(where S == Float) @specialized(where S == Double) @specialized(where S == HalfPrecision)
  @specialized(where S == BFloat16)
  func sums(of samples: Range<Int>) -> [[RegionSums]] {
    let parts = samples.lowerBound * partsPerSample..<samples.upperBound * partsPerSample
    let width = RegionSums.count * classes
    let groups = options.isPerSample ? samples.count : 1
    var sums = [CompensatedSum](repeating: CompensatedSum(), count: groups * width)
    Blocks.forEach(in: parts, size: partsAtATime) { window in
      let slots =
        isSummedByPart
        ? window : window.lowerBound / samplesPerChunk..<(window.upperBound - 1) / samplesPerChunk + 1
      let partial = partialSums(of: window, slots)
      for slot in slots {
        let group = options.isPerSample ? slot / partsPerSample - samples.lowerBound : 0
        let first = (slot - slots.lowerBound) * width
        for index in 0..<width { sums[group * width + index].add(partial[first + index]) }
      }
    }
    return (0..<groups).map { group in
      (0..<classes).map { index in
        let first = group * width + RegionSums.count * index
        return RegionSums(
          intersection: sums[first].value, excess: sums[first + 1].value, lack: sums[first + 2].value,
          target: sums[first + 3].value)
      }
    }
  }

  /// Returns the sums of some parts, which are in these slots: those of each class.
  private func partialSums(of parts: Range<Int>, _ slots: Range<Int>) -> [Double] {
    let width = RegionSums.count * classes
    var partial = [Double](repeating: 0, count: slots.count * width)
    unsafe partial.withUnsafeMutableBufferPointer { partial in
      guard let start = partial.baseAddress else { return }
      let memory = unsafe UncheckedBuffer(start)
      forEachPart(of: parts) { slot, sample, positions, scratch in
        let block = block(sample, positions, scratch)
        if weights != nil {
          // What two regions share grows with both: w·min(p, t) = min(w·p, w·t).
          for lines in [block.probabilities, block.masks] {
            scratch.multiplyByWeights(Panel(origin: lines, lineStride: block.count), in: block)
          }
        }
        OverlapKernel(block: block, sums: memory.advanced(by: (slot - slots.lowerBound) * width))(
          elements: classes * positions.count)
      }
    }
    return partial
  }

  /// Writes the gradient at some samples, given the slopes of each class: of each of the samples, or of the batch.
  @specialized(where S == Float) @specialized(where S == Double) @specialized(where S == HalfPrecision)
  @specialized(where S == BFloat16)
  func write(_ slopes: [RegionSlopes], of samples: Range<Int>, to gradient: Destination<S>) {
    let parts = samples.lowerBound * partsPerSample..<samples.upperBound * partsPerSample
    unsafe slopes.withUnsafeBufferPointer { slopes in
      guard let start = slopes.baseAddress else { return }
      let all = unsafe UncheckedBuffer(reading: start)
      forEachPart(of: parts) { _, sample, positions, scratch in
        let own = all.advanced(by: options.isPerSample ? (sample - samples.lowerBound) * classes : 0)
        let block = block(sample, positions, scratch, weightExponent: own[0].weightExponent)
        let result = Panel(
          origin: gradient.buffer(
            from: range(sample, 0, positions).lowerBound, scratch: scratch.gradient),
          lineStride: gradient.isDirect ? self.positions : positions.count)
        let kernel = OverlapGradientKernel(
          block: block, slopes: own, gradient: result, total: scratch.total, activation: activation)
        kernel(elements: classes * positions.count)
        if weights != nil { scratch.multiplyByWeights(result, in: block) }
        for index in 0..<classes {
          gradient.store(range(sample, index, positions), from: result.line(index))
        }
      }
    }
  }

  private var activation: RegionActivation {
    !options.fromLogits ? .none : options.mode == .multiclass ? .softmax : .sigmoid
  }

  func range(_ sample: Int, _ index: Int, _ positions: Range<Int>) -> Range<Int> {
    let start = (sample * classes + index) * self.positions
    return start + positions.lowerBound..<start + positions.upperBound
  }

  /// Returns the probabilities and the masks of some positions, in the scratch memory.
  ///
  /// - Parameter weightExponent: Their weights are multiplied by 2 to this power.
  @specialized(where S == Float) @specialized(where S == Double) @specialized(where S == HalfPrecision)
  @specialized(where S == BFloat16)
  func block(
    _ sample: Int, _ positions: Range<Int>, _ scratch: RegionScratch<C>, weightExponent: Int = 0
  ) -> RegionBlock<C> {
    let count = positions.count
    for index in 0..<classes {
      let range = range(sample, index, positions)
      if !input.isDirect { _ = input.load(range, scratch: scratch.probabilities.advanced(by: index * count)) }
      let mask = scratch.masks.advanced(by: index * count)
      if let masks {
        let loaded = masks.load(range, scratch: mask)
        for position in 0..<count {
          let isIgnored = options.ignoreIndex.map { loaded[position] == C($0) } ?? false
          mask[position] = isIgnored ? -1 : loaded[position]
        }
      } else if let labels, !layout.hasClassLabels {
        labels.copy(range, to: scratch.labels)
        for position in 0..<count {
          let label = scratch.labels[position]
          mask[position] = label == options.ignoreIndex ? -1 : C(label)
        }
      }
    }
    if let labels, layout.hasClassLabels {
      let start = sample * self.positions
      labels.copy(start + positions.lowerBound..<start + positions.upperBound, to: scratch.labels)
      let masks = Panel(origin: scratch.masks, lineStride: count)
      for position in 0..<count where scratch.labels[position] == options.ignoreIndex {
        scratch.labels[position] = -1
      }
      for position in 0..<count { masks.line(0)[position] = scratch.labels[position] < 0 ? -1 : 0 }
      for index in 1..<max(classes, 1) {
        for position in 0..<count { masks.line(index)[position] = masks.line(0)[position] }
      }
      // A label that does not count may be anything.
      for position in 0..<count where 0..<classes ~= scratch.labels[position] {
        masks.line(scratch.labels[position])[position] = 1
      }
    }
    leaveOut(sample, positions, scratch, WeightRange.power(weightExponent))
    let block = RegionBlock(
      classes: classes, count: count, probabilities: scratch.probabilities, masks: scratch.masks)
    let scores = input.load(range(sample, 0, positions), scratch: scratch.probabilities)
    ActivationKernel(
      block: block, scores: Panel(origin: scores, lineStride: input.isDirect ? self.positions : count),
      activation: activation, largest: scratch.largest, total: scratch.total)(elements: classes * count)
    return block
  }

  /// Finds the weights of some positions, times a power of two. One without weight has no mask of any class.
  private func leaveOut(
    _ sample: Int, _ positions: Range<Int>, _ scratch: RegionScratch<C>, _ power: Double
  ) {
    guard let weights else { return }
    let start = sample * self.positions
    let own = weights[start + positions.lowerBound..<start + positions.upperBound]
    for (position, weight) in own.enumerated() {
      // Beside a slope of 0, a weight that has become infinite would give NaN.
      scratch.weights[position] = C(
        weight.isFinite ? min(weight * power, Double(C.greatestFiniteMagnitude)) : weight)
      if weight != 0 { continue }
      for index in 0..<classes { scratch.masks[index * positions.count + position] = -1 }
    }
  }
}

/// The memory of one thread.
struct RegionScratch<C: RealScalar> {
  private let numbers: Scratch<C>
  private let lines: Scratch<C>
  private let integers: Scratch<Int>

  init(classes: Int, size: Int) {
    numbers = Scratch(slots: 3, slotSize: classes * size)
    lines = Scratch(slots: 3, slotSize: size)
    integers = Scratch(slots: 1, slotSize: size)
  }

  var probabilities: UncheckedBuffer<C> { numbers[0] }
  var masks: UncheckedBuffer<C> { numbers[1] }
  var gradient: UncheckedBuffer<C> { numbers[2] }
  var largest: UncheckedBuffer<C> { lines[0] }
  var total: UncheckedBuffer<C> { lines[1] }
  var weights: UncheckedBuffer<C> { lines[2] }
  var labels: UncheckedBuffer<Int> { integers[0] }

  /// Multiplies the elements that count, a line of each class, by the weights of their positions.
  func multiplyByWeights(_ panel: Panel<C>, in block: RegionBlock<C>) {
    for index in 0..<block.classes {
      let (line, masks) = (panel.line(index), block.masks.advanced(by: index * block.count))
      for position in 0..<block.count {
        line[position] = select(masks[position] < 0, line[position], line[position] * weights[position])
      }
    }
  }

  func deallocate() {
    numbers.deallocate()
    lines.deallocate()
    integers.deallocate()
  }
}
