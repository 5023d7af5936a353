import LossEngine
import Losses

/// The bits of many results in one number: FNV-1a over whole words. The product carries upwards only, so its upper half is
/// folded into the lower one; otherwise two signs that changed would cancel.
struct Digest {
  private var bits: UInt64 = 0xcbf2_9ce4_8422_2325

  /// Sixteen hexadecimal digits.
  var text: String {
    let digits = String(bits, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }

  mutating func add(_ word: UInt64) {
    bits = (bits ^ word) &* 0x100_0000_01b3
    bits ^= bits >> 32
  }

  /// Adds a number. The bits of a NaN are unspecified; any other converts to `Double` exactly.
  mutating func add(_ number: some BinaryFloatingPoint) { add(number.isNaN ? 0 : Double(number).bitPattern) }

  /// Adds what each verb of a loss returns.
  mutating func add<E: Evaluation>(_ loss: E) throws(LossError)
  where E.Gradient: Result, E.Gradients: Result {
    let value = loss.value()
    value.add(to: &self)
    loss.backward().add(to: &self)
    var numbers = Numbers(seed: 3)
    let upstream = numbers.tensor(E.Scalar.self, in: -2, 2, shape: value.shape)
    var (_, gradient) = try loss.valueWithGradient(upstream: upstream)
    gradient.add(to: &self)
    try loss.valueWithGradient(addingTo: &gradient).add(to: &self)
    gradient.add(to: &self)
    try loss.valueWithGradient(into: &gradient, upstream: upstream).add(to: &self)
    gradient.add(to: &self)
    try loss.gradients(upstream: upstream).add(to: &self)
  }
}

/// What a verb returns.
protocol Result {
  func add(to digest: inout Digest)
}

extension Tensor: Result where Scalar: BinaryFloatingPoint {
  func add(to digest: inout Digest) {
    for length in shape { digest.add(UInt64(length)) }
    for scalar in scalars { digest.add(scalar) }
  }
}

extension InputGradient: Result {
  func add(to digest: inout Digest) { input.add(to: &digest) }
}

extension InputTargetGradient: Result {
  func add(to digest: inout Digest) {
    input.add(to: &digest)
    target.add(to: &digest)
  }
}

extension InputTargetWeightGradient: Result {
  func add(to digest: inout Digest) {
    input.add(to: &digest)
    target.add(to: &digest)
    weight?.add(to: &digest)
  }
}

extension InputTargetVarianceGradient: Result {
  func add(to digest: inout Digest) {
    input.add(to: &digest)
    target.add(to: &digest)
    variance.add(to: &digest)
  }
}

extension InputTargetDispersionGradient: Result {
  func add(to digest: inout Digest) {
    input.add(to: &digest)
    target.add(to: &digest)
    dispersion.add(to: &digest)
  }
}

extension PairTargetGradient: Result {
  func add(to digest: inout Digest) {
    input1.add(to: &digest)
    input2.add(to: &digest)
    target.add(to: &digest)
  }
}

extension TripletGradient: Result {
  func add(to digest: inout Digest) {
    anchor.add(to: &digest)
    positive.add(to: &digest)
    negative.add(to: &digest)
  }
}

extension LinearTargetGradient: Result {
  func add(to digest: inout Digest) {
    input.add(to: &digest)
    linearWeight.add(to: &digest)
    linearBias?.add(to: &digest)
    target.add(to: &digest)
  }
}

extension PartedGradient where Self: Result {
  func add(to digest: inout Digest) {
    for part in parts { part?.add(to: &digest) }
  }
}

extension PairGradient: Result {}
extension LinearGradient: Result {}
extension AdaptiveSoftmaxGradient: Result {}
extension EmbeddingGradient: Result {}
extension InfoNCEGradient: Result {}
extension SigLIPGradient: Result {}
extension RNNTJoinedGradient: Result {}

/// Numbers that are the same wherever they are made: SplitMix64.
struct Numbers {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var word = state
    word = (word ^ (word >> 30)) &* 0xbf58_476d_1ce4_e5b9
    word = (word ^ (word >> 27)) &* 0x94d0_49bb_1331_11eb
    return word ^ (word >> 31)
  }

  mutating func number(in lower: Double, _ upper: Double) -> Double {
    lower + (upper - lower) * Double(next() >> 11) * 0x1p-53
  }

  mutating func tensor<S: LossScalar>(
    _: S.Type, in lower: Double, _ upper: Double, shape: Shape
  ) -> Tensor<S> {
    Tensor(shape: shape) { _ in S(number(in: lower, upper)) }
  }

  /// Integers from 0 up to, but not including, `count`.
  mutating func labels(below count: Int, shape: Shape) -> Tensor<Int32> {
    Tensor(shape: shape) { _ in Int32(next() % UInt64(count)) }
  }
}
