internal import Foundation
public import RealMath

/// The p-norm of a difference, ‖a − b + eps‖ₚ, where eps is added to each signed difference.
///
///     let distance = try PairwiseDistance()([[3, 0]] as Tensor<Float>, [[0, 4]])
///     print(distance)  // [5.0]
///
/// p is any positive number or ∞, which gives the largest difference. At zero distance the gradient is 0.
///
/// [PyTorch: PairwiseDistance](https://docs.pytorch.org/docs/stable/generated/torch.nn.PairwiseDistance.html)
public struct PairwiseDistance: VectorMeasure {
  /// The norm: any positive number or ∞.
  public var p: Double
  /// What is added to each signed difference.
  public var eps: Double

  /// Creates the distance with the given hyperparameters.
  public init(p: Double = 2, eps: Double = 1e-6) {
    self.p = p
    self.eps = eps
  }

  public func checkHyperparameters() throws(LossError) {
    guard p > 0 else { throw .invalidHyperparameter(name: "p", value: p, requirement: "positive") }
  }

  @specialized(where S == Float) @specialized(where S == Double)
  public func value<S: RealScalar>(of a: Span<S>, _ b: Span<S>) -> Double {
    func sum(_ term: (Double) -> Double) -> Double {
      Lanes.reduce(count: a.count, 0, +) { index in term(difference(a, b, at: index).magnitude) }
    }
    switch p {
    case 1: return sum { $0 }
    case 2: return sum { $0 * $0 }.squareRoot()
    case .infinity: return Lanes.reduce(count: a.count, 0, maximum) { difference(a, b, at: $0).magnitude }
    default: return Foundation.pow(sum { Foundation.pow($0, p) }, 1 / p)
    }
  }

  // With d = a − b + eps and D = ‖d‖ₚ: ∂D/∂a = sign d · (|d| / D)^(p−1) = −∂D/∂b. For p = ∞ all elements that are the
  // largest share 1.
  @specialized(where S == Float) @specialized(where S == Double)
  public func addGradients<S: RealScalar>(
    of a: Span<S>, _ b: Span<S>, scale: Double, to da: inout MutableSpan<S>, _ db: inout MutableSpan<S>
  ) {
    let distance = value(of: a, b)
    if distance == 0 { return }
    let share: (Double) -> Double
    switch p {
    case 1: share = { _ in scale }
    case 2: share = { scale * ($0 / distance) }
    case .infinity:
      let ties = a.indices.count { difference(a, b, at: $0).magnitude == distance }
      share = { $0 == distance ? scale / Double(ties) : 0 }
    default: share = { scale * Foundation.pow($0 / distance, p - 1) }
    }
    for index in a.indices {
      let d = difference(a, b, at: index)
      if d == 0 { continue }
      let slope = S(d > 0 ? share(d.magnitude) : -share(d.magnitude))
      da[index] += slope
      db[index] -= slope
    }
  }

  @inline(__always)
  private func difference<S: RealScalar>(_ a: Span<S>, _ b: Span<S>, at index: Int) -> Double {
    Double(a[index]) - Double(b[index]) + eps
  }

  /// The larger of two numbers, or what is not a number.
  private func maximum(_ x: Double, _ y: Double) -> Double { y > x || y.isNaN ? y : x }
}
