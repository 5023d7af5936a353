import LossRegistry
import Tensors
import Testing

@Suite struct RandomTests {
  @Test func oneStateGivesOneTensor() {
    func draw<Result>(_ make: (inout SplitMix64) -> Result) -> Result {
      var generator = SplitMix64(seed: 7)
      return make(&generator)
    }
    let shape: Shape = [3, 5]
    #expect(
      draw { Tensor<Float>.random(in: -1..<1, shape: shape, using: &$0) }
        == draw { Tensor<Float>.random(in: -1..<1, shape: shape, using: &$0) }
    )
    #expect(
      draw { Tensor<Int>.random(in: 0...9, shape: shape, using: &$0) }
        == draw { Tensor<Int>.random(in: 0...9, shape: shape, using: &$0) }
    )
    let normal = draw { Tensor<Double>.randomNormal(shape: shape, using: &$0) }
    #expect(normal == draw { Tensor<Double>.randomNormal(shape: shape, using: &$0) })
    #expect(normal.count == Set(normal.scalars).count)
  }

  @Test func uniformNumbersLieInTheirRange() {
    var generator = SplitMix64(seed: 1)
    let floats = Tensor<Float>.random(in: 2..<4, shape: [50, 40], using: &generator)
    #expect(floats.scalars.allSatisfy { (2..<4).contains($0) })
    #expect(abs(mean(floats.scalars.map(Double.init)) - 3) < 0.05)
    let single = Tensor<Double>.random(in: 1.5...1.5, shape: [2], using: &generator)
    #expect(single.scalars == [1.5, 1.5])
    let bytes = Tensor<UInt8>.random(in: 250...255, shape: [200], using: &generator)
    #expect(Set(bytes.scalars) == Set(250...255))
    let digits = Tensor<Int16>.random(in: -5..<5, shape: [200], using: &generator)
    #expect(Set(digits.scalars) == Set(-5..<5))
  }

  @Test func theSystemsGeneratorIsEnough() {
    let floats = Tensor<Float>.random(in: 2..<4, shape: [50])
    #expect(floats.scalars.allSatisfy { (2..<4).contains($0) })
    #expect(floats != Tensor<Float>.random(in: 2..<4, shape: [50]))
    #expect(Tensor<Double>.random(in: 1.5...1.5, shape: [2]).scalars == [1.5, 1.5])
    #expect(Set(Tensor<Int8>.random(in: -5..<5, shape: [2_000]).scalars) == Set(-5..<5))
    #expect(Set(Tensor<UInt8>.random(in: 250...255, shape: [2_000]).scalars) == Set(250...255))
    #expect(Set(Tensor<Float>.randomNormal(shape: [8]).scalars).count == 8)
  }

  @Test func normalMoments() {
    var generator = SplitMix64(seed: 2)
    let count = 20_000
    let tensor = Tensor<Double>.randomNormal(
      mean: 3,
      standardDeviation: 2,
      shape: [count],
      using: &generator
    )
    let standard = tensor.scalars.map { ($0 - 3) / 2 }
    // Standard errors are 1, √2, √15 and √96 over √count; four of them are allowed.
    let allowed = 4 / Double(count).squareRoot()
    #expect(abs(mean(standard)) < allowed)
    #expect(abs(mean(standard.map { $0 * $0 }) - 1) < allowed * 2.0.squareRoot())
    #expect(abs(mean(standard.map { $0 * $0 * $0 })) < allowed * 15.0.squareRoot())
    #expect(abs(mean(standard.map { $0 * $0 * $0 * $0 }) - 3) < allowed * 96.0.squareRoot())
    #expect(abs(mean(zip(standard, standard.dropFirst()).map { $0 * $1 })) < allowed)
  }

  @Test func normalNumbersComeInPairs() {
    var generator = SplitMix64(seed: 6)
    var other = generator
    _ = Tensor<Float>.randomNormal(shape: [4], using: &generator)
    for _ in 0..<4 { _ = other.next() }
    #expect(generator.state == other.state)
  }

  @Test func aNormalTensorOfOddCount() {
    var generator = SplitMix64(seed: 3)
    let tensor = Tensor<Float>.randomNormal(shape: [3], using: &generator)
    #expect(tensor.scalars.allSatisfy { $0.isFinite })
    #expect(Tensor<Float>.randomNormal(shape: [0], using: &generator).count == 0)
    let constant = Tensor<Float>.randomNormal(mean: 5, standardDeviation: 0, shape: [2], using: &generator)
    #expect(constant.scalars == [5, 5])
  }

  #if !((os(macOS) || targetEnvironment(macCatalyst)) && arch(x86_64))
    @Test func halfPrecision() {
      var generator = SplitMix64(seed: 4)
      let uniform = Tensor<Float16>.random(in: 0..<1, shape: [500], using: &generator)
      #expect(uniform.scalars.allSatisfy { (0..<1).contains($0) })
      let normal = Tensor<Float16>.randomNormal(shape: [500], using: &generator)
      #expect(abs(mean(normal.scalars.map(Double.init))) < 4 / 500.0.squareRoot())
    }
  #endif

  /// A generator of zeros asks for the logarithm of the smallest number, one of ones for that of the largest.
  @Test(arguments: [0, UInt64.max])
  func extremeBitsGiveFiniteNumbers(bits: UInt64) {
    struct Constant: RandomNumberGenerator {
      let bits: UInt64
      func next() -> UInt64 { bits }
    }
    var generator = Constant(bits: bits)
    let tensor = Tensor<Double>.randomNormal(shape: [2], using: &generator)
    #expect(tensor.scalars.allSatisfy { $0.magnitude < 9 })
  }

  private func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }
}
