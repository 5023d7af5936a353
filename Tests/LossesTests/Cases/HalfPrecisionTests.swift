import Losses
import RealMath
import Testing

#if !(os(macOS) && arch(x86_64))
  /// The conversions between half precision and `Float`, which the standard library has as well.
  struct HalfPrecisionTests {
    /// Adds to each element of the input a share of the target: exactly, if that has few digits. The sum is the
    /// derivative, so that it is stored as it is.
    struct SumLoss: ElementwiseLoss {
      var share: Double
      var reduction: Reduction { .sum }

      @inline(__always)
      func terms<S: RealScalar>(_ input: S, target: S) -> ElementwiseTerms<S> {
        let sum = input + S(share) * target
        return ElementwiseTerms(value: 0, inputDerivative: sum, targetDerivative: 0)
      }
    }

    static let all = (0...UInt16.max).map(Float16.init(bitPattern:))

    /// The number as it is compared: all of its bits, unless it is NaN, whose sign and payload mean nothing.
    func bits<S: BinaryFloatingPoint>(_ number: S) -> UInt32 {
      number.isNaN ? .max : Float(number).bitPattern
    }

    @Test func everyPatternIsItsNumber() {
      for number in Self.all {
        #expect(bits(number.computation) == bits(Float(number)))
        #expect(bits(Float16(computation: Float(number))) == bits(number))
      }
    }

    /// Of every pattern the number and its neighbours in `Float`, and halfway to the next pattern the same.
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

    /// In blocks, at any distance from each other, with some left over in the end. The shares of the target reach the
    /// ties of numbers of all magnitudes.
    @Test(arguments: [0, 0x1p-11, 0x1p-12, 0x1.8p-12, 0x1p-25, 0x1.8p-24, 1], [1, 2, 3])
    func blocks(_ share: Double, _ step: Int) throws {
      let numbers = Array(Self.all.dropLast(3))
      let apart = numbers.flatMap { [$0] + [Float16](repeating: 1, count: step - 1) }
      let input = Tensor(apart, shape: [numbers.count, step])[.all, 0]
      let targets = share < 0x1p-20 ? [1, -1, 0] : numbers
      let target = Tensor((0..<numbers.count).map { targets[$0 % targets.count] })
      let sums = try SumLoss(share: share).backward(input, target: target)
      for (index, sum) in sums.scalars.enumerated() {
        let exact = Float(numbers[index]) + Float(share) * Float(target[index])
        if bits(sum) != bits(Float16(exact)) { Issue.record("\(exact) became \(sum)") }
      }
    }
  }
#endif
