internal import RealMath
package import Tensors

/// What each sample of a call counts for: its weight, but 0 where a mask leaves it out.
///
/// A sample that counts for 0 is *out*: its value and its gradients are 0 whatever it holds, and its label is not checked.
// A reference, since what holds it is copied for each call.
@usableFromInline
package protocol SampleWeights: AnyObject, Sendable {
  /// The weights of the samples at a range, in row-major order.
  subscript(range: Range<Int>) -> [Double] { get }

  /// The weight of a sample.
  subscript(sample: Int) -> Double { get }

  /// The sum of all.
  var sum: Double { get }

  /// Returns the weights times a power of two that brings the largest near 1, and its exponent. Where one is infinite or
  /// NaN, they stay as they are.
  func broughtNearOne() -> (weights: any SampleWeights, exponent: Int)
}

extension SampleWeights {
  @usableFromInline
  package subscript(sample: Int) -> Double { self[sample..<sample + 1][0] }
}

/// Weights of one scalar type, which are 1 where there is but a mask.
final class TypedSampleWeights<S: LossScalar>: SampleWeights {
  private let weight: Tensor<S>?
  private let mask: Mask?
  private let count: Int
  /// What all weights are multiplied by.
  private let factor: Double

  init(weight: Tensor<S>?, mask: Mask?, count: Int, factor: Double = 1) {
    self.weight = weight
    self.mask = mask
    self.count = count
    self.factor = factor
  }

  subscript(range: Range<Int>) -> [Double] { weights(at: range) }

  @specialized(where S == Float) @specialized(where S == Double) @specialized(where S == HalfPrecision)
  @specialized(where S == BFloat16)
  private func weights(at range: Range<Int>) -> [Double] {
    var weights = [Double](repeating: 1, count: range.count)
    if let weight {
      let scratch = Scratch<S.Computation>(slots: 1, slotSize: range.count)
      defer { scratch.deallocate() }
      weight.withOperand { operand in
        let elements = operand.load(range, scratch: scratch[0])
        for index in weights.indices { weights[index] = Double(elements[index]) }
      }
      if factor != 1 {
        for index in weights.indices { weights[index] = WeightRange.product(weights[index], factor) }
      }
    }
    if let mask {
      let isIn = mask[range]
      for index in weights.indices where isIn[index] == 0 { weights[index] = 0 }
    }
    return weights
  }

  var sum: Double {
    if mask == nil, factor == 1, let weight { return weight.sum }
    let chunkSize = Blocks.chunkSize(of: count)
    return Parallelism.sum(over: count, chunkSize: chunkSize, cost: Double(count)) { chunk in
      Blocks.sum(over: chunk) { self[$0].reduce(0, +) }
    }
  }

  func broughtNearOne() -> (weights: any SampleWeights, exponent: Int) {
    var largest = 0.0
    Blocks.forEach(in: 0..<count) { block in
      for weight in self[block] where weight.magnitude > largest || weight.isNaN {
        largest = weight.magnitude
      }
    }
    let exponent = WeightRange.exponent(bringing: largest, nearOneIn: Double.self)
    if exponent == 0 { return (self, 0) }
    return (
      TypedSampleWeights(
        weight: weight, mask: mask, count: count, factor: factor * WeightRange.power(exponent)), exponent
    )
  }
}

extension Check {
  /// Returns what samples of this shape count for, unless all count alike.
  // Not inlined, since most calls have neither.
  @inline(never)
  @specialized(where S == Float) @specialized(where S == Double) @specialized(where S == HalfPrecision)
  @specialized(where S == BFloat16)
  package static func sampleWeights<S: LossScalar>(
    _ weight: Tensor<S>?, mask: Tensor<Bool>?, shape: Shape
  ) throws(LossError) -> (any SampleWeights)? {
    if weight == nil, mask == nil { return nil }
    if let weight { try Self.shape(of: weight, named: "sampleWeight", is: shape) }
    return TypedSampleWeights(
      weight: weight, mask: try Self.mask(mask, is: shape), count: shape.elementCount)
  }
}
