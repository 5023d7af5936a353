import Losses
import RealMath

/// The example in the documentation of `VectorMeasure`: Σ |a − b|
struct CityBlockDistance: VectorMeasure {
  func value<S: RealScalar>(of a: Span<S>, _ b: Span<S>) -> Double {
    a.indices.reduce(0) { $0 + Double((a[$1] - b[$1]).magnitude) }
  }

  func addGradients<S: RealScalar>(
    of a: Span<S>, _ b: Span<S>, scale: Double, to da: inout MutableSpan<S>, _ db: inout MutableSpan<S>
  ) {
    for index in a.indices {
      let slope: S = a[index] > b[index] ? 1 : a[index] < b[index] ? -1 : 0
      da[index] += S(scale) * slope
      db[index] -= S(scale) * slope
    }
  }
}
