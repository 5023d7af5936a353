import Losses

/// A loss of the probability of the label.
protocol PlainClassLoss: ClassAxisAdapter {
  var ignoreIndex: Int? { get }

  /// Records the hyperparameters that the library must reject.
  func recordHyperparameters(_ faults: inout Faults, _ numbers: Precision)

  /// The value at log p and q = 1 − p, and the derivative with respect to log p.
  func terms(_ logP: Bounded, _ q: Bounded, _ numbers: Precision) -> (value: Bounded, slope: Bounded)
}

extension PlainClassLoss {
  func recordHyperparameters(_ faults: inout Faults, _ numbers: Precision) {}
  package var valueUnit: ValueUnit? { .column }

  package func plain(_ a: Arguments<Double>, _ numbers: Precision, _ faults: inout Faults) -> PlainCall? {
    recordHyperparameters(&faults, numbers)
    return PlainCall(labelled: a, ignoring: ignoreIndex, numbers, &faults) { scores, label, weight in
      let softmax = PlainSoftmax(scores)
      let q = softmax.complement(of: label)
      let terms = terms(softmax.logProbabilities[label], q, numbers)
      let slope = weight(label) * terms.slope
      return (
        weight(label) * terms.value,
        scores.indices.map { $0 == label ? slope * q : -slope * softmax.probabilities[$0] }
      )
    }
  }
}
