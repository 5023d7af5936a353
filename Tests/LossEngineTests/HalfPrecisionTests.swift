import Losses
import RealMath
import Testing

/// Adds a share of the target to each element of the input, exactly if the share has few digits. The sum is the
/// derivative, so it is stored as it is.
private struct SumLoss: ElementwiseLoss {
  var share: Double
  var reduction: Reduction { .sum }

  @inline(__always)
  func terms<S: RealScalar>(_ input: S, target: S) -> ElementwiseTerms<S> {
    let sum = input + S(share) * target
    return ElementwiseTerms(value: 0, inputDerivative: sum, targetDerivative: 0)
  }
}

#if !((os(macOS) || targetEnvironment(macCatalyst)) && arch(x86_64))
  /// The conversions between half precision and `Float`, beside those of the standard library.
  struct HalfPrecisionTests {
    static let all = (0...UInt16.max).map(Float16.init(bitPattern:))

    /// Returns all bits of a number, or the same ones for every NaN.
    func bits<S: BinaryFloatingPoint>(_ number: S) -> UInt32 {
      number.isNaN ? .max : Float(number).bitPattern
    }

    @Test func everyPatternIsItsNumber() {
      for number in Self.all {
        #expect(bits(number.computation) == bits(Float(number)))
        #expect(bits(Float16(computation: Float(number))) == bits(number))
      }
    }

    /// Every number and its neighbours in `Float`, and those halfway to the next number.
    @Test func everyBoundaryIsRoundedToTheNearest() {
      for number in Self.all where number.isFinite {
        let next = number == .greatestFiniteMagnitude ? 65536 : Float(number.nextUp)
        for boundary in [Float(number), (Float(number) + next) / 2] {
          for exact in [boundary.nextDown, boundary, boundary.nextUp] {
            #expect(bits(Float16(computation: exact)) == bits(Float16(exact)), "\(exact)")
          }
        }
      }
    }

    @Test(arguments: [
      (65519.996, 65504), (65520, .infinity), (.greatestFiniteMagnitude, .infinity), (.infinity, .infinity),
      (0x1p-24, 0x1p-24), (0x1p-25, 0), (0x1.000002p-25, 0x1p-24), (0x1.8p-24, 0x1p-23),
      (0x1.ffcp-15, 0x1.ffcp-15),
      (0x1.ffep-15, 0x1p-14), (.leastNonzeroMagnitude, 0), (0, 0), (.nan, .nan), (.signalingNaN, .nan),
    ])
    func special(_ number: Float, _ expected: Float) {
      #expect(bits(Float16(computation: number)) == bits(Float16(expected)))
      #expect(bits(Float16(computation: -number)) == bits(Float16(-expected)))
    }

    /// In blocks, at any stride, with some elements left over at the end. The shares of the target reach the ties of
    /// numbers of all magnitudes.
    @Test(arguments: [0, 0x1p-11, 0x1p-12, 0x1.8p-12, 0x1p-25, 0x1.8p-24, 1], [1, 2, 3])
    func blocks(_ share: Double, _ step: Int) throws {
      let numbers = Array(Self.all.dropLast(3))
      let apart = numbers.flatMap { [$0] + [Float16](repeating: 1, count: step - 1) }
      let input = Tensor(apart, shape: [numbers.count, step])[.all, 0]
      let targets = share < 0x1p-20 ? [1, -1, 0] : numbers
      let target = Tensor((0..<numbers.count).map { targets[$0 % targets.count] })
      let sums = try SumLoss(share: share)(input, target: target).backward()
      for (index, sum) in sums.scalars.enumerated() {
        let exact = Float(numbers[index]) + Float(share) * Float(target[index])
        if bits(sum) != bits(Float16(exact)) { Issue.record("\(exact) became \(sum)") }
      }
    }
  }
#endif

/// The conversions between `BFloat16` and `Float` in blocks. Those of single numbers have tests of their own.
struct BFloat16BlockTests {
  /// In blocks, at any stride, with some elements left over at the end. The shares of the target reach the ties of
  /// numbers of all magnitudes.
  @Test(arguments: [0, 0x1p-8, 0x1p-9, 0x1.8p-9, 0x1.000002p-8, 1], [1, 2, 3])
  func blocks(_ share: Double, _ step: Int) throws {
    let numbers = (0...UInt16.max).dropLast(3).map(BFloat16.init(bitPattern:))
    let apart = numbers.flatMap { [$0] + [BFloat16](repeating: 1, count: step - 1) }
    let input = Tensor(apart, shape: [numbers.count, step])[.all, 0]
    let target = Tensor(numbers)
    let sums = try SumLoss(share: share)(input, target: target).backward()
    for (index, sum) in sums.scalars.enumerated() {
      let exact = BFloat16(Float(numbers[index]) + Float(share) * Float(target[index]))
      if sum.bitPattern != exact.bitPattern, !(sum.isNaN && exact.isNaN) {
        Issue.record("\(exact) became \(sum)")
      }
    }
  }
}
