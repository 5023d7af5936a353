package import Losses
package import RealMath

/// The example in the documentation of `VectorMeasure`: Σ |a − b|
package struct CityBlockDistance: VectorMeasure {
  package init() {}

  package func value<S: RealScalar>(of a: Span<S>, _ b: Span<S>) -> Double {
    a.indices.reduce(0) { $0 + Double((a[$1] - b[$1]).magnitude) }
  }

  package func addGradients<S: RealScalar>(
    of a: Span<S>, _ b: Span<S>, scale: Double, to da: inout MutableSpan<S>, _ db: inout MutableSpan<S>
  ) {
    for index in a.indices {
      let slope: S = a[index] > b[index] ? 1 : a[index] < b[index] ? -1 : 0
      da[index] += S(scale) * slope
      db[index] -= S(scale) * slope
    }
  }
}

extension CityBlockDistance: PlainMeasure {
  package func evaluation<S: LossScalar>(of a: Arguments<S>) throws(LossError) -> ErasedEvaluation<S> {
    ErasedEvaluation(try self(a["input1"], a["input2"]))
  }

  func distance(_ a: [Bounded], _ b: [Bounded], _: Precision) -> PlainDistance {
    let d = zip(a, b).map { $0 - $1 }
    return PlainDistance(d.map(\.magnitude).sum, d.map(\.sign), d.map { -$0.sign })
  }
}

extension RegisteredLoss {
  static let cityBlockDistance = RegisteredLoss(
    nil, isPublic: false, default: CityBlockDistance(), spelledOut: CityBlockDistance(),
    samples: { LossUnderTest.vectorShapes.map { LossUnderTest(CityBlockDistance(), vectors: $0) } },
    generators: [.measure("a measure of one's own") { _ in CityBlockDistance() }])
}
