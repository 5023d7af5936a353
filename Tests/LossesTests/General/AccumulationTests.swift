import LossRegistry
import Losses
import Testing

/// `valueWithGradient(addingTo:)` leaves the old number plus the gradient, rounded once. For types of 16 bits, both are
/// added in `Float`, in which the gradient is computed.
struct AccumulationTests {
  @Test(arguments: LossRegistry.samples)
  func gradientIsAdded(_ sample: LossUnderTest) throws {
    try expectAccumulation(sample, in: Double.self)
    try expectAccumulation(sample, in: Float.self)
    try expectAccumulation(sample, in: Half.self)
    try expectAccumulation(sample, in: BFloat16.self)
  }

  private func expectAccumulation<S: LossScalar>(_ sample: LossUnderTest, in _: S.Type) throws {
    let arguments = Arguments<S>(sample.arguments)
    for (reduction, _) in sample.reductions {
      let evaluation = try sample.loss.evaluation(of: arguments, reduction)
      for upstream in [nil, Tensor<S>(sample.upstream(reduction))] {
        let value = evaluation.value()
        let gradient = try sample.loss.unroundedGradient(of: arguments, reduction, upstream: upstream)
        for arrangement in [nil, Arrangement.transposed, .reversed] {
          let old = gradient.map { _, tensor in
            let drawn = Tensor<S>(Tensor<Double>.random(in: -2..<2, tensor.shape, seed: 7))
            return arrangement?.view(of: drawn) ?? drawn
          }
          var buffers = old
          let written = try evaluation.valueWithGradient(addingTo: &buffers, upstream: upstream)
          let comment = "\(S.self), \(reduction), \(arrangement.map { "\($0)" } ?? "contiguous")"
          expectSameBits(written, value, comment)
          expectSameBits(buffers, sum(old, gradient), comment)
        }
      }
    }
  }

  /// Across blocks and chunks, by any number of threads.
  @Test(arguments: LossRegistry.generators)
  func gradientIsAddedByEveryThread(_ generator: Generator) throws {
    var decisions = Decisions(seed: 2, isHostile: false, isLarge: true)
    let call = generator.call(&decisions)
    try expectLargeAccumulation(call, in: Float.self)
    try expectLargeAccumulation(call, in: Half.self)
    try expectLargeAccumulation(call, in: BFloat16.self)
  }

  private func expectLargeAccumulation<S: LossScalar>(_ call: Generator.Call, in _: S.Type) throws {
    let arguments = Arguments<S>(call.arguments)
    let evaluation = try call.loss.evaluation(of: arguments, .mean)
    let value = evaluation.value()
    let gradient = try call.loss.unroundedGradient(of: arguments, .mean, upstream: nil)
    let old = gradient.map { Tensor<S>(Tensor<Double>.random(in: -1..<1, $1.shape, seed: 8)) }
    for threads in [1, 3] {
      var buffers = old
      let written = try Parallelism.withThreads(threads) {
        try evaluation.valueWithGradient(addingTo: &buffers, upstream: nil)
      }
      expectSameBits(written, value, "\(S.self), \(threads) threads")
      expectSameBits(buffers, sum(old, gradient), "\(S.self), \(threads) threads")
    }
  }

  /// A zero gradient leaves the number as it is, and NaN and infinities follow the rules of addition.
  @Test func specialNumbers() throws {
    let target: Tensor<Float> = [1, 1, 1, 1, 1]
    var buffer = Tensor<Float>([.nan, .infinity, -0.0, 0, 0x1p24])
    let evaluation = try L1Loss(reduction: .none)([1, 1, 1, 1, 2] as Tensor<Float>, target: target)
    try evaluation.valueWithGradient(addingTo: &buffer)
    #expect(buffer[0].isNaN && buffer[1] == .infinity)
    #expect(buffer[2] == 0 && buffer[3] == 0)
    // 2²⁴ + 1 is halfway between two numbers of Float, and is rounded to the even one.
    #expect(buffer[4] == 0x1p24)
  }

  /// Two losses of one input, and the gradient of their sum.
  @Test func gradientsOfSeveralLossesAddUp() throws {
    let input = Tensor<Double>.random(in: -2..<2, [5, 4], seed: 3)
    let target = Tensor<Double>.random(in: -2..<2, [5, 4], seed: 4)
    var gradient = Tensor<Double>.zeros([5, 4])
    let squares = try MSELoss()(input, target: target).valueWithGradient(addingTo: &gradient)
    let magnitudes = try L1Loss()(input, target: target).valueWithGradient(
      addingTo: &gradient, upstream: Tensor(0.5))
    let first = try MSELoss()(input, target: target).valueWithGradient()
    let second = try L1Loss()(input, target: target).valueWithGradient(upstream: Tensor(0.5))
    expectSameBits(squares, first.value)
    expectSameBits(magnitudes, second.value)
    expectSameBits(gradient, Tensor(shape: [5, 4]) { first.gradient[$0] + second.gradient[$0] })
  }
}
