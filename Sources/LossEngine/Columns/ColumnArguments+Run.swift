internal import RealMath
public import Tensors

extension ColumnArguments {
  @usableFromInline var shape: Shape { input.shape }

  package var classWeightSum: Double { weight?.sum ?? Double(axis.classes) }

  /// Computes the loss, and the gradients that have a destination.
  ///
  /// - Parameters:
  ///   - bytesPerClass: The memory that `compute` needs for itself, where it does not take classes in parts.
  ///   - numbersPerScore: The numbers that it needs besides for each score of a panel.
  @usableFromInline
  @specialized(where S == Float) @specialized(where S == Double) @specialized(where S == HalfPrecision)
  @specialized(where S == BFloat16)
  func run(
    _ gradients: GradientDestinations<S>, upstream: Tensor<S>?, bytesPerClass: Int, numbersPerScore: Int,
    _ compute: (ColumnBlock<S.Computation>) -> Void
  ) -> Tensor<S> {
    let (labels, ignoreIndex, probabilities): ((any ClassLabels)?, Int?, Tensor<S>?) =
      switch target {
      case .labels(let labels, let ignoreIndex): (labels, ignoreIndex, nil)
      case .labelLists(let labels): (labels, ColumnTarget<S>.listEnd, nil)
      case .probabilities(let probabilities): (nil, nil, probabilities)
      case .nothing: (nil, nil, nil)
      }
    let hasLabelLists = if case .labelLists = target { true } else { false }
    let bytesPerScore = numbersPerScore * MemoryLayout<S.Computation>.stride
    let bytesOfColumns = (bytesPerClass + bytesPerScore * axis.columnsPerPanel) * axis.classes
    return reducer.run(gradients, upstream: elementUpstream(upstream, gradients)) { scaling in
      input.withOperand { input in
        probabilities.withOperand { probabilities in
          weight.withOperand { weight in
            var runner = ColumnRunner(
              axis: axis, input: input, probabilities: probabilities, labels: labels,
              hasLabelLists: hasLabelLists, ignoreIndex: ignoreIndex,
              weight: weight.map { ColumnWeight(operand: $0) }, samples: samples,
              hasElementValues: hasElementValues, readsLabelsOnly: readsLabelsOnly, scaling: scaling,
              gradients: gradients, records: records)
            runner.isInParts = runner.memoryOfPanel + bytesOfColumns > Self.largestPanel
            // Without columns no weight is read, and there may be no memory for as many as there are classes.
            return (runner.isInParts || axis.columns == 0 ? nil : self.weight).withElements { elements in
              runner.weight?.elements = elements
              // Without classes there may be any number of columns, and values only if each column has one.
              let panels = hasElementValues && self.input.count == 0 ? 0 : axis.panelCount
              return Parallelism.sum(
                over: panels, chunkSize: axis.panelsPerChunk, cost: axis.work
              ) { [runner] chunk in runner.run(chunk, compute) }
            }
          }
        }
      }
    }
  }

  /// Functions with a value for each element always take an upstream for their gradient.
  private func elementUpstream(_ upstream: Tensor<S>?, _ gradients: GradientDestinations<S>) -> Tensor<S>? {
    guard hasElementValues, gradients.first != nil else { return upstream }
    return upstream ?? Tensor(1).broadcast(to: input.shape)
  }

  /// The most bytes of a panel and the weights that are copied at once, and of what is computed of them.
  private static var largestPanel: Int { 4 << 20 }
}

extension ColumnArguments {
  /// Returns the gradient with respect to the weight of the classes, if there is one.
  ///
  /// - Parameters:
  ///   - numbersPerScore: The numbers that `addGradient` needs for each score of a panel.
  ///   - addGradient: Adds the gradient of a block to sums, one for each class.
  @usableFromInline
  @specialized(where S == Float) @specialized(where S == Double) @specialized(where S == HalfPrecision)
  @specialized(where S == BFloat16)
  package func weightGradient(
    upstream: Tensor<S>?, numbersPerScore: Int,
    _ addGradient: (_ block: ColumnBlock<S.Computation>, _ sums: UncheckedBuffer<Double>) -> Void
  ) -> Tensor<S>? {
    guard let weight else { return nil }
    // There may be no memory for as many zeros.
    if axis.columns == 0 { return Tensor(0).broadcast(to: weight.shape) }
    let sums = Scratch<Double>(slots: 1, slotSize: axis.classes)
    defer { sums.deallocate() }
    sums[0].clear(count: axis.classes)
    // Blocks share the sums, and are added in their order.
    Parallelism.withOneThread {
      _ = run(
        GradientDestinations().withoutValue, upstream: upstream, bytesPerClass: 0,
        numbersPerScore: numbersPerScore
      ) {
        addGradient($0, sums[0])
      }
    }
    return Tensor(
      whole: (0..<axis.classes).map { S(computation: S.Computation(sums[0][$0])) }, shape: weight.shape)
  }
}
