import Losses

/// Scores of classes with a label, or a probability of each class, for every sample.
struct ClassArguments {
  let columns: PlainColumns
  let sampleShape: Shape
  let batch: Int
  let scores: [Bounded]
  /// The weights of the classes, if they have any.
  let weights: [Bounded]?

  init?(_ a: Arguments<Double>, allowsFurtherAxes: Bool, _ numbers: Precision, _ faults: inout Faults) {
    let shape = a.input.shape
    let isPossible = allowsFurtherAxes ? !shape.isEmpty : shape.count <= 2 && shape.last != 0
    if !isPossible { faults.unsupported(shape, of: "input") }
    faults.size(shape, of: "input")
    guard faults.isEmpty || isPossible else { return nil }
    let axis = shape.count > 1 ? 1 : 0
    let classes = shape.isEmpty ? 1 : shape[axis]
    if let weight = a.weight { faults.shape(weight.shape, of: "weight", is: [classes]) }
    sampleShape = shape.isEmpty ? [] : shape.dropping(axis: axis)
    batch = shape.count > 1 ? shape[0] : 1
    guard faults.isEmpty else { return nil }
    columns = PlainColumns(shape, axis: axis)
    scores = numbers(a.input)
    weights = columns.isEmpty ? nil : a.weight.map { numbers($0) }
  }

  func scores(_ column: [Int]) -> [Bounded] { column.map { scores[$0] } }

  func weight(_ label: Int) -> Bounded { weights?[label] ?? 1 }
}

/// What a loss over classes makes of one sample: its value, and the derivative with respect to each score.
typealias SampleTerms = (value: Bounded, derivatives: [Bounded])

extension PlainCall {
  /// A call with a label for each sample, some of which are ignored.
  ///
  /// - Parameters:
  ///   - isOfLabelAlone: Whether the weight of the label multiplies all of the value.
  ///   - formula: The terms of a sample with these scores, this label and the weight of each class.
  init?(
    labelled a: Arguments<Double>, ignoring ignored: Int?, isMeanWeighted: Bool = true,
    isOfLabelAlone: Bool = true, allowsFurtherAxes: Bool = true, _ numbers: Precision, _ faults: inout Faults,
    formula: (_ scores: [Bounded], _ label: Int, _ weight: (Int) -> Bounded) -> SampleTerms
  ) {
    let arguments = ClassArguments(a, allowsFurtherAxes: allowsFurtherAxes, numbers, &faults)
    let (shape, labels) = (a.input.shape, a.labels.ints)
    var sampleShape = shape.isEmpty ? shape : shape.dropping(axis: shape.count > 1 ? 1 : 0)
    // A single label may have an axis or not.
    if !allowsFurtherAxes, sampleShape == [] || sampleShape == [1], labels.shape == [] || labels.shape == [1]
    {
      sampleShape = labels.shape
    }
    if faults.shape(labels.shape, of: "target", is: sampleShape), !shape.isEmpty || !allowsFurtherAxes {
      faults.labels(labels, classes: shape.isEmpty ? 1 : shape[shape.count > 1 ? 1 : 0], ignored: ignored)
    }
    guard let arguments, faults.isEmpty else { return nil }

    let columns = arguments.columns.positions
    let samples = zip(columns, labels.scalars).map { column, label -> SampleTerms in
      label == ignored
        ? (0, column.map { _ in 0 }) : formula(arguments.scores(column), label, arguments.weight)
    }
    let counted = labels.scalars.filter { $0 != ignored }
    self.shape = sampleShape
    values = samples.map(\.value)
    mean =
      isMeanWeighted && arguments.weights != nil
      ? counted.map(arguments.weight).sum : Bounded(Double(isMeanWeighted ? counted.count : samples.count))
    meanWeights =
      isMeanWeighted ? labels.scalars.map { $0 == ignored ? 0 : arguments.weight($0) } : nil
    areWeightless = isOfLabelAlone ? meanWeights?.map(\.isZero) : nil
    batch = arguments.batch
    gradients = { scales in
      var gradient = numbers(a.input)
      for (sample, column) in columns.enumerated() {
        for (position, derivative) in zip(column, samples[sample].derivatives) {
          gradient[position] = derivative.isZeroByRule ? 0 : scales[sample] * derivative
        }
      }
      return ["input": gradient]
    }
  }
}

extension Bounded {
  /// This gap between two scores, or one that costs nothing where it is the difference of equal infinities.
  var withoutNaN: Bounded { value.isNaN ? Bounded(-1, ulp: ulp) : self }
}
