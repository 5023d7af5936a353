import Losses

/// The value of a formula at one element, and its derivatives with respect to the arguments, in their order.
typealias PlainTerms = (value: Bounded, derivatives: [Bounded])

/// A loss that has a value for each element, of an input and a target.
///
/// A conforming type writes its formula; what else there is has a default that holds for most.
protocol PlainElementwiseLoss: ReducingAdapter {
  /// The value at an input and a target, with the derivatives with respect to both.
  func terms(_ x: Bounded, _ t: Bounded, _ numbers: Precision) -> PlainTerms

  /// Records the hyperparameters that the library must reject.
  func recordHyperparameters(_ faults: inout Faults, _ numbers: Precision)

  /// The range of input and target.
  var plainDomain: ClosedRange<Double>? { get }
  /// The range of the target alone.
  var plainTargetDomain: ClosedRange<Double>? { get }
  /// What shapes a weight may have, and whether `mean` divides by the sum of the weights.
  var plainWeighting: ElementWeighting { get }
}

extension PlainElementwiseLoss {
  func recordHyperparameters(_ faults: inout Faults, _ numbers: Precision) {}
  var plainDomain: ClosedRange<Double>? { nil }
  var plainTargetDomain: ClosedRange<Double>? { nil }
  var plainWeighting: ElementWeighting { .weightedMean }

  package var valueUnit: ValueUnit? { .element }
  package var meanIgnoresWeights: Bool { plainWeighting != .weightedMean }
  package var argumentsWithoutNaN: Set<String> {
    plainDomain != nil ? ["input", "target"] : plainTargetDomain != nil ? ["target"] : []
  }

  package func plain(_ a: Arguments<Double>, _ numbers: Precision, _ faults: inout Faults) -> PlainCall? {
    recordHyperparameters(&faults, numbers)
    if let plainTargetDomain { faults.elements(a.target, of: "target", in: plainTargetDomain) }
    return PlainCall(
      elementsOf: a, ["input", "target"], domain: plainDomain, weighting: plainWeighting, numbers, &faults
    ) {
      terms($0[0], $0[1], numbers)
    }
  }
}

extension PlainCall {
  /// A call whose value at each element depends on the elements at the same index of other arguments.
  ///
  /// - Parameters:
  ///   - labels: The differentiable arguments, which have one shape.
  ///   - others: Arguments that are broadcast to that shape, after which the formula gets them.
  init?(
    elementsOf arguments: Arguments<Double>, _ labels: [String], others: [String] = [],
    domain: ClosedRange<Double>? = nil, weighting: ElementWeighting = .weightedMean, _ numbers: Precision,
    _ faults: inout Faults, formula: (_ elements: [Bounded]) -> PlainTerms
  ) {
    let input = arguments[labels[0]]
    let shape = input.shape
    for label in labels.dropFirst() { faults.shape(arguments[label].shape, of: label, is: shape) }
    if input.count > 0 { faults.size(shape, of: labels.count > 1 ? labels[1] : labels[0]) }
    for label in others { faults.broadcast(arguments[label].shape, of: label, to: shape) }
    let weight = arguments.weight
    if let weight {
      if weighting == .broadcast {
        faults.broadcast(weight.shape, of: "weight", to: shape)
      } else {
        faults.shape(weight.shape, of: "weight", is: shape)
      }
    }
    if let domain { for label in labels { faults.elements(arguments[label], of: label, in: domain) } }
    guard faults.isEmpty else { return nil }

    let columns = (labels + others).map { numbers(arguments[$0].broadcast(to: shape)) }
    let terms = columns[0].indices.map { index in formula(columns.map { $0[index] }) }
    let weights = weight.map { numbers($0.broadcast(to: shape)) }
    self.shape = shape
    values = terms.indices.map { weights == nil ? terms[$0].value : terms[$0].value * weights![$0] }
    mean =
      weighting == .weightedMean ? weights?.sum ?? Bounded(Double(terms.count)) : Bounded(Double(terms.count))
    meanWeights = weighting == .weightedMean ? weights : nil
    areWeightless = meanWeights?.map(\.isZero)
    batch = shape.first ?? 1
    gradients = { scales in
      Labelled(
        labels: labels,
        values: labels.indices.map { argument in
          terms.indices.map { index in
            let derivative = terms[index].derivatives[argument]
            // A masked element adds nothing to the gradient of what is broadcast to it.
            if scales[index].isZeroByRule { return 0 }
            return scales[index] * (weights == nil ? derivative : derivative * weights![index])
          }
        })
    }
  }
}

/// Sums numbers of one shape over the axes along which another shape was broadcast to it.
func sums(_ numbers: [Bounded], _ shape: Shape, to source: Shape) -> [Bounded] {
  if source == shape { return numbers }
  let positions = Tensor(Array(0..<source.elementCount), shape: source).broadcast(to: shape).scalars
  var groups = Array(repeating: [Bounded](), count: source.elementCount)
  for (number, position) in zip(numbers, positions) { groups[position].append(number) }
  return groups.map(\.sum)
}
