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
      reduction, shape: shape, mean: Double(max(shape.elementCount, 1)), batch: max(shape.first ?? 1, 1))
  }

  @usableFromInline var shape: Shape { input.shape }

  /// Computes the loss, and the gradient if it has a destination.
  @usableFromInline
  @specialized(where S == Float) @specialized(where S == Double) @specialized(where S == HalfPrecision)
  @specialized(where S == BFloat16)
  func run(_ gradients: GradientDestinations<S>, upstream: Tensor<S>?) -> Tensor<S> {
    reducer.run(gradients, upstream: upstream) { scaling in
      // There may be classes without number, and nothing of them.
      if input.count == 0 { return reducer.storeZeros(scaling) }
      return withElements(slopesIn: gradients.first) { elements, runner in
        storeErrors(to: elements, runner)
        var (sum, scales) = (CompensatedSum(), [Double]())
        for (group, values) in regions(elements).enumerated() {
          let present = values.compactMap { $0 }
          let count = max(1, Double(present.count))
          let value = present.reduce(0, +) / count
          scaling.values?.store(value, at: group)
          sum.add(value)
          scales.append(scaling.scale(at: group) / count)
        }
        if let gradient = gradients.first {
          runner.forEachPart { _, sample, positions, memory in
            let scale = C(scales[options.isPerSample ? sample : 0])
            write(sample, positions, scale: scale, runner, elements, memory, to: gradient)
          }
        }
        return sum.value
      }
    }
  }

  /// Calls `body` with memory for what is kept of each element. Slopes may be where the gradient will be.
  private func withElements(
    slopesIn gradient: Destination<S>?, _ body: (LovaszElements<C>, RegionRunner<S>) -> Double
  ) -> Double {
    let direct = gradient.flatMap { $0.isDirect ? $0 : nil }
    let slots = direct == nil ? 2 : 1
    let scratch = Scratch<C>(slots: slots, slotSize: input.count)
    let marks = Scratch<Bool>(slots: 1, slotSize: input.count)
    defer {
      scratch.deallocate()
      marks.deallocate()
    }
    scratch.useHugePages(slots: slots)
    let elements = LovaszElements(
      scores: scratch[0], slopes: direct?.buffer(from: 0, scratch: scratch[0]) ?? scratch[1],
      areIgnored: marks[0])
    return input.withOperand { input in
      body(
        elements,
        RegionRunner(
          layout: layout, options: options, input: input, labels: target, masks: nil, weights: weights))
    }
  }

  /// Finds the scores or probabilities of all elements, and how far they are from the truth.
  private func storeErrors(to elements: LovaszElements<C>, _ runner: RegionRunner<S>) {
    runner.forEachPart { _, sample, positions, memory in
      let block = runner.block(sample, positions, memory)
      for index in 0..<layout.classes {
        let line = index * positions.count
        elements.advanced(by: runner.range(sample, index, positions).lowerBound).set(
          positions.count, to: block.probabilities.advanced(by: line),
          masks: block.masks.advanced(by: line), errors)
      }
    }
  }

  /// Computes the value of each region, group by group, and replaces errors by slopes with respect to scores or
  /// probabilities. A region without any truth has no value where there are several classes.
  private func regions(_ elements: LovaszElements<C>) -> [ArraySlice<Double?>] {
    let groups = options.isPerSample ? layout.samples : 1
    let samples = options.isPerSample ? 1 : layout.samples
    var values = [Double?](repeating: nil, count: groups * layout.classes)
    let count = values.count
    unsafe values.withUnsafeMutableBufferPointer { values in
      guard let memory = values.baseAddress else { return }
      Parallelism.forEachChunk(of: count, chunkSize: 1, cost: 20 * Double(input.count)) { chunk in
        for region in chunk {
          let (group, index) = region.quotientAndRemainder(dividingBy: layout.classes)
          func forEachSample(_ body: (_ line: LovaszElements<C>, _ weights: [Double]?) -> Void) {
            for sample in group * samples..<(group + 1) * samples {
              body(
                elements.advanced(by: (sample * layout.classes + index) * layout.positions),
                weights?[sample * layout.positions..<(sample + 1) * layout.positions])
            }
          }
          var extent = LovaszExtent<C>()
          forEachSample { line, weights in extent.add(layout.positions, of: line, weights) }
          if errors == .softmax, extent.truth == 0 {
            forEachSample { line, _ in line.slopes.clear(count: layout.positions) }
            continue
          }
          var order = LovaszOrder<C>(extent, capacity: samples * layout.positions)
          defer { order.deallocate() }
          forEachSample { line, weights in order.add(layout.positions, of: line, weights) }
          unsafe memory[region] = order.value()
        }
      }
    }
    return (0..<groups).map { values[$0 * layout.classes..<($0 + 1) * layout.classes] }
  }

  // Under a softmax, the slope g with respect to a probability p becomes p·(g − Σ g·p).
  private func write(
    _ sample: Int, _ positions: Range<Int>, scale: C, _ runner: RegionRunner<S>,
    _ elements: LovaszElements<C>, _ memory: RegionScratch<C>, to gradient: Destination<S>
  ) {
    let total = memory.total
    total.clear(count: positions.count)
    for index in 0..<layout.classes {
      let line = elements.advanced(by: runner.range(sample, index, positions).lowerBound)
      for position in 0..<positions.count {
        let product = line.slopes[position] * line.scores[position]
        total[position] += line.areIgnored[position] ? 0 : product
      }
    }
    for index in 0..<layout.classes {
      let range = runner.range(sample, index, positions)
      let line = elements.advanced(by: range.lowerBound)
      let result = memory.gradient
      for position in 0..<positions.count {
        let (p, g) = (line.scores[position], line.slopes[position])
        let slope = errors == .hinge ? g : p * (g - total[position])
        result[position] = line.areIgnored[position] ? 0 : scale * slope
      }
      if gradient.isDirect { unsafe line.slopes.pointer.update(from: result.pointer, count: positions.count) }
      gradient.store(range, from: result)
    }
  }
}
