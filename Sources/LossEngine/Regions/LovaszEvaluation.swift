internal import RealMath
public import Tensors

/// Which errors a Lovász extension is made of.
@usableFromInline
package enum LovaszErrors: Sendable {
  /// How far a score is from a margin of 1, in one region.
  case hinge
  /// How far the probability of a class is from the truth, in a region of each class.
  case softmax
}

/// The arguments of a Lovász extension of the Jaccard loss, found to be right.
@usableFromInline
package struct LovaszArguments<S: LossScalar>: Sendable {
  typealias C = S.Computation

  private let input: Tensor<S>
  private let target: any ClassLabels
  private let errors: LovaszErrors
  private let options: RegionOptions
  private let layout: RegionLayout
  private let weights: (any SampleWeights)?
  @usableFromInline let reducer: Reducer

  @usableFromInline
  @inline(never)
  @specialized(where S == Float) @specialized(where S == Double) @specialized(where S == HalfPrecision)
  @specialized(where S == BFloat16)
  package init(
    _ input: Tensor<S>, target: any ClassLabels, errors: LovaszErrors, perImage: Bool, ignoreIndex: Int?,
    sampleWeight: Tensor<S>?, mask: Tensor<Bool>?, reduction: Reduction
  ) throws(LossError) {
    let mode: RegionMode = errors == .hinge ? .binary : .multiclass
    layout = try RegionLayout(
      input.shape, target: target.shape, hasMasks: false, mode: mode, needsClassLabels: errors == .softmax)
    weights = try Check.regionWeights(sampleWeight, mask: mask, layout: layout)
    _ = try Check.labels(
      target, classes: errors == .hinge ? 2 : layout.classes, besides: ignoreIndex, samples: weights)
    self.input = input
    self.target = target
    self.errors = errors
    options = RegionOptions(
      mode: mode, fromLogits: errors == .softmax, isPerSample: perImage, ignoreIndex: ignoreIndex)
    let shape: Shape = perImage ? [layout.samples] : []
    reducer = try Reducer(
      reduction, shape: shape, mean: Double(shape.elementCount), batch: shape.first ?? 1)
  }

  @usableFromInline var shape: Shape { input.shape }

  /// Computes the loss, and the gradient if it has a destination.
  @usableFromInline
  @specialized(where S == Float) @specialized(where S == Double) @specialized(where S == HalfPrecision)
  @specialized(where S == BFloat16)
  func run(_ gradients: GradientDestinations<S>, upstream: Tensor<S>?) -> Tensor<S> {
    reducer.run(gradients, upstream: upstream) { run($0, gradients) }
  }

  // Not inlined, since the reducer calls it in several places.
  @inline(never)
  private func run(_ scaling: Reducer.Scaling<S>, _ gradients: GradientDestinations<S>) -> Double {
    // There may be classes without number, and nothing of them.
    if input.count == 0 {
      if let values = scaling.values {
        for index in 0..<reducer.valueCount { values.store(0, at: index) }
      }
      return 0
    }
    let scratch = Scratch<C>(slots: 3, slotSize: input.count)
    defer { scratch.deallocate() }
    let (scores, masks, slopes) = (scratch[0], scratch[1], scratch[2])
    return input.withOperand { input in
      let runner = RegionRunner<S>(
        layout: layout, options: options, input: input, labels: target, masks: nil, weights: weights)
      runner.forEachPart { _, sample, positions, memory in
        let block = runner.block(sample, positions, memory)
        for index in 0..<layout.classes {
          let start = runner.range(sample, index, positions).lowerBound
          let line = index * positions.count
          for position in 0..<positions.count {
            scores[start + position] = block.probabilities[line + position]
            masks[start + position] = block.masks[line + position]
          }
        }
      }
      let values = regions(scores, masks, slopes)
      let groups = options.isPerSample ? layout.samples : 1
      var (sum, scales) = (CompensatedSum(), [Double]())
      for group in 0..<groups {
        let present = values[group * layout.classes..<(group + 1) * layout.classes].compactMap { $0 }
        let count = max(1, Double(present.count))
        let value = present.reduce(0, +) / count
        scaling.values?.store(value, at: group)
        sum.add(value)
        scales.append(scaling.scale(at: group) / count)
      }
      if let gradient = gradients.first {
        runner.forEachPart { _, sample, positions, memory in
          let scale = C(scales[options.isPerSample ? sample : 0])
          write(sample, positions, scale: scale, runner, scores, masks, slopes, memory, to: gradient)
        }
      }
      return sum.value
    }
  }

  /// Computes the value of each region of each group, and writes the slopes with respect to scores or probabilities. A
  /// region without any truth has no value where there are several classes.
  private func regions(
    _ scores: UncheckedBuffer<C>, _ masks: UncheckedBuffer<C>, _ slopes: UncheckedBuffer<C>
  ) -> [Double?] {
    let groups = options.isPerSample ? layout.samples : 1
    let samples = options.isPerSample ? 1 : layout.samples
    var values = [Double?](repeating: nil, count: groups * layout.classes)
    let count = values.count
    unsafe values.withUnsafeMutableBufferPointer { values in
      guard let memory = values.baseAddress else { return }
      _ = Parallelism.sum(over: count, chunkSize: 1, cost: 20 * Double(input.count)) { chunk in
        for region in chunk {
          let (group, index) = region.quotientAndRemainder(dividingBy: layout.classes)
          var order = LovaszOrder<C>(capacity: samples * layout.positions)
          defer { order.deallocate() }
          for sample in group * samples..<(group + 1) * samples {
            let start = (sample * layout.classes + index) * layout.positions
            let own = weights?[sample * layout.positions..<(sample + 1) * layout.positions]
            for place in start..<start + layout.positions {
              slopes[place] = 0
              let (score, truth) = (scores[place], masks[place])
              if truth < 0 { continue }
              let error = errors == .hinge ? 1 - score * (2 * truth - 1) : (truth - score).magnitude
              let weight = own?[place - start] ?? 1
              // Until the slope is known, the weight stands in its place.
              if order.append(error, at: place, isTrue: truth > 0, weight: weight) {
                slopes[place] = C(weight)
              }
            }
          }
          if errors == .softmax, order.truth == 0 {
            order.clear(slopes)
          } else {
            unsafe memory[region] = order.value(masks, slopes)
          }
        }
        return 0
      }
    }
    return values
  }

  // Under a softmax, the slope g with respect to a probability p becomes p·(g − Σ g·p).
  private func write(
    _ sample: Int, _ positions: Range<Int>, scale: C, _ runner: RegionRunner<S>, _ scores: UncheckedBuffer<C>,
    _ masks: UncheckedBuffer<C>, _ slopes: UncheckedBuffer<C>, _ memory: RegionScratch<C>,
    to gradient: Destination<S>
  ) {
    let total = memory.total
    total.clear(count: positions.count)
    for index in 0..<layout.classes {
      let start = runner.range(sample, index, positions).lowerBound
      for position in 0..<positions.count where masks[start + position] >= 0 {
        total[position] += slopes[start + position] * scores[start + position]
      }
    }
    for index in 0..<layout.classes {
      let range = runner.range(sample, index, positions)
      let start = range.lowerBound
      let result = gradient.buffer(from: start, scratch: memory.gradient)
      for position in 0..<positions.count {
        let (p, g) = (scores[start + position], slopes[start + position])
        let slope = errors == .hinge ? g : p * (g - total[position])
        result[position] = masks[start + position] < 0 ? 0 : scale * slope
      }
      gradient.store(range, from: result)
    }
  }
}

/// The errors of the elements of a region, in descending order, those that are equal in the order of their places.
///
/// An element of weight w counts as w elements.
private struct LovaszOrder<C: RealScalar> {
  private struct Entry: BitwiseCopyable {
    var key: UInt64
    var place: Int
  }

  private let memory: Scratch<Entry>
  private var count = 0
  /// How many elements are true.
  private(set) var truth = 0.0
  private var hasNaN = false
  private var largestKey: UInt64 = 0
  /// The key of the smallest error of what is true: 0 where it is not positive.
  private var leastTrueKey = UInt64.max

  init(capacity: Int) { memory = Scratch(slots: 2, slotSize: capacity) }

  func deallocate() { memory.deallocate() }

  /// Adds the error of an element, and returns whether it may cost something. One that is not positive changes nothing but
  /// the number of what is true.
  mutating func append(_ error: C, at place: Int, isTrue: Bool, weight: Double) -> Bool {
    // The bits of positive numbers are ordered as they are.
    let key = error <= 0 ? 0 : Self.bits(error)
    if isTrue {
      truth += weight
      leastTrueKey = min(leastTrueKey, key)
    }
    if error.isNaN || weight.isNaN { hasNaN = true }
    if key == 0 { return false }
    largestKey = max(largestKey, key)
    memory[0][count] = Entry(key: key, place: place)
    count += 1
    return true
  }

  private static func bits(_ error: C) -> UInt64 {
    if let error = error as? Float { return UInt64(error.bitPattern) }
    return Double(error).bitPattern
  }

  private static func error(_ bits: UInt64) -> Double {
    C.self == Float.self ? Double(Float(bitPattern: UInt32(bits))) : Double(bitPattern: bits)
  }

  // The k-th largest error is multiplied by what the Jaccard loss grows by if it is made the k-th mistake. With I that
  // are true and not yet mistaken, in a union of U, that is w / U for one that is true, and w·I / (U·(U + w)) for one that
  // is not. Where nothing is true, the first mistake costs all.
  /// Returns the value, and replaces weights by slopes: with respect to scores that are to be 1 where something is true.
  mutating func value(_ masks: UncheckedBuffer<C>, _ slopes: UncheckedBuffer<C>) -> Double {
    if !hasNaN { dropWhatCostsNothing(slopes) }
    let entries = sorted()
    var (intersection, union) = (truth, truth)
    var sum = CompensatedSum()
    for index in 0..<count {
      let entry = entries[index]
      let (isTrue, weight) = (masks[entry.place] > 0, Double(slopes[entry.place]))
      let step: Double
      if isTrue {
        step = weight / union
        intersection -= weight
      } else {
        step = union == 0 ? 1 : weight * (intersection / union / (union + weight))
        union += weight
      }
      if step != 0 { sum.add(step * Self.error(entry.key)) }
      slopes[entry.place] = hasNaN ? .nan : C(isTrue ? -step : step)
    }
    return hasNaN ? .nan : sum.value
  }

  /// Drops the errors that cost nothing, whatever their order, and replaces their weights by slopes of 0.
  ///
  /// Once all that is true is mistaken, nothing is left to lose: I is 0. So errors count only down to the smallest of what
  /// is true; and where nothing is, the largest alone.
  private mutating func dropWhatCostsNothing(_ slopes: UncheckedBuffer<C>) {
    let least = truth > 0 ? leastTrueKey : largestKey
    var kept = 0
    for index in 0..<count {
      let entry = memory[0][index]
      if entry.key >= least {
        memory[0][kept] = entry
        kept += 1
      } else {
        slopes[entry.place] = 0
      }
    }
    count = kept
  }

  /// Replaces weights by slopes of 0.
  func clear(_ slopes: UncheckedBuffer<C>) {
    for index in 0..<count { slopes[memory[0][index].place] = 0 }
  }

  /// Sorts by digits of eleven bits, from the last to the first, each of which keeps the order of the others.
  private func sorted() -> UncheckedBuffer<Entry> {
    var (source, destination) = (memory[0], memory[1])
    let digit = 11
    let bits = C.self == Float.self ? 32 : 64
    for shift in stride(from: 0, to: bits, by: digit) {
      var ends = [Int](repeating: 0, count: 1 << digit)
      func bucket(_ entry: Entry) -> Int {
        (1 << digit) - 1 - Int(truncatingIfNeeded: entry.key >> UInt64(shift)) & (1 << digit - 1)
      }
      for index in 0..<count { ends[bucket(source[index])] += 1 }
      if ends.contains(count) { continue }
      var start = 0
      for index in ends.indices { (ends[index], start) = (start, start + ends[index]) }
      for index in 0..<count {
        let entry = source[index]
        let place = bucket(entry)
        destination[ends[place]] = entry
        ends[place] += 1
      }
      (source, destination) = (destination, source)
    }
    return source
  }
}

/// A Lovász extension of the Jaccard loss at given arguments.
@frozen @usableFromInline
package struct LovaszEvaluation<S: LossScalar>: EngineEvaluation {
  @usableFromInline package typealias Scalar = S
  @usableFromInline package typealias Gradient = Tensor<S>
  @usableFromInline package typealias Gradients = InputGradient<S>

  @usableFromInline let arguments: LovaszArguments<S>

  @inlinable
  package init(_ arguments: LovaszArguments<S>) { self.arguments = arguments }

  @inlinable package var gradientShape: Shape { arguments.shape }
  @inlinable package var reducer: Reducer { arguments.reducer }

  @inlinable
  package func run(_ gradients: GradientDestinations<S>, upstream: Tensor<S>?) -> Tensor<S> {
    arguments.run(gradients, upstream: upstream)
  }
}
