import Foundation
import Losses
import Testing

struct PrecisionTests {
  /// Every step in Float rounds to half an ulp of what may be as large as the scale; sums are in Double: 32 ulp.
  @Test(arguments: Subject.all)
  func floatIsDoubleToItsPrecision(_ subject: Subject) throws {
    let single = Arguments<Float>(subject.arguments)
    let exact = Arguments<Double>(single)
    for (reduction, _) in subject.reductions {
      let upstream = Tensor<Float>(subject.upstream(reduction))
      let value = try subject.form.value(single, reduction)
      let values = try subject.form.value(exact, .none).scalars
      let scale = values.reduce(0) { max($0, $1.magnitude) } * (reduction == .none ? 1 : Double(values.count))
      try expectClose(
        value, subject.form.value(exact, reduction), ulps: 32,
        scale: scale / subject.reductions.first { $0.reduction == reduction }!.denominator, "\(reduction)")
      let gradients = try subject.form.allGradients(single, reduction, upstream: upstream)
      let expected = try subject.form.allGradients(exact, reduction, upstream: Tensor<Double>(upstream))
      for (gradient, double) in zip(gradients, expected) {
        expectClose(gradient, double, ulps: 32, "\(reduction)")
      }
    }
  }

  #if !(os(macOS) && arch(x86_64))
    /// Float16 is computed in Float, and rounded in the end.
    @Test(arguments: Subject.all)
    func float16IsRoundedFloat(_ subject: Subject) throws {
      let half = Arguments<Float16>(subject.arguments)
      let single = Arguments<Float>(half)
      for (reduction, _) in subject.reductions {
        let upstream = Tensor<Float16>(subject.upstream(reduction))
        let value = try subject.form.value(half, reduction)
        let expected = try subject.form.value(single, reduction)
        if reduction == .none {
          expectSameBits(value, Tensor<Float16>(expected))
        } else {
          // Rounding to Float on the way may tip the rounding to Float16.
          expectClose(value, Tensor<Double>(expected), ulps: 0.5 + 0x1p-10, "\(reduction)")
        }
        let gradients = try subject.form.allGradients(half, reduction, upstream: upstream)
        let wide = try subject.form.allGradients(single, reduction, upstream: Tensor<Float>(upstream))
        for (gradient, expected) in zip(gradients, wide) {
          expectSameBits(gradient, Tensor<Float16>(expected), "\(reduction)")
        }
        var buffer = Tensor<Float16>.zeros(half.input.shape)
        let written = try subject.form.valueWithGradient(half, reduction, upstream: upstream, into: &buffer)
        expectSameBits(written, value, "\(reduction)")
        expectSameBits(buffer, gradients[0], "\(reduction)")
        let views = half.arranged(.stepped)
        try expectSameBits(subject.form.value(views, reduction), value, "\(reduction)")
      }
    }

    /// The sum overflows Float16, the mean does not.
    @Test func meansOfFloat16DoNotOverflow() throws {
      let input = Tensor<Float16>(repeating: 200, shape: [300])
      #expect(try MSELoss()(input, target: .zeros([300])).item == 40_000)
      #expect(try MSELoss(reduction: .sum)(input, target: .zeros([300])).item == .infinity)
    }
  #endif

  /// A sum in Float would be off by a thousandth.
  @Test func sumsAreHeldInDouble() throws {
    let input = Tensor<Float>(0.1).broadcast(to: [100_000])
    let sum = try L1Loss(reduction: .sum)(input, target: .zeros([100_000]))
    expectClose(sum, Tensor(100_000 * Double(0.1 as Float)), ulps: 4)
  }

  /// Few large numbers among many small ones, of which each addition in Float would lose something.
  @Test(arguments: [1764, 59_988])
  func sumsOfNumbersOfAllMagnitudes(_ count: Int) throws {
    let exponents = Tensor<Float>(Tensor<Double>.random(in: -8..<8, [count], seed: 5))
    let input = exponents.map { exp($0) }
    let sum = try L1Loss(reduction: .sum)(input, target: .zeros([count]))
    expectClose(sum, Tensor(input.scalars.reduce(0) { $0 + Double($1) }), ulps: 1)
  }

  /// The sums of the upper halves and of the lower ones have room for all their digits, or all that count.
  @Test func longSumsInDouble() throws {
    let count = 1 << 21
    let input = Tensor<Double>.random(in: 0..<1, [count], seed: 6)
    let upper = input.scalars.reduce(0) { $0 + ($1 * 0x1p26).rounded(.down) }
    let lower = input.scalars.reduce(0) { $0 + ($1 * 0x1p26 - ($1 * 0x1p26).rounded(.down)) }
    let sum = try L1Loss(reduction: .sum)(input, target: .zeros([count]))
    expectClose(sum, Tensor((upper + lower) * 0x1p-26), ulps: 1)
  }
}
