import Foundation
import LossRegistry
import Tensors
import Testing

/// `BFloat16`, beside the arithmetic of `Double`, which holds all of its numbers and the middles between them.
struct BFloat16Tests {
  static let all = (0...UInt16.max).map(BFloat16.init(bitPattern:))

  /// Some numbers of every kind and magnitude.
  static let some: [BFloat16] =
    stride(from: 0, through: UInt16.max, by: 1021).map(BFloat16.init(bitPattern:))
    + [0, -0.0, 1, -1, 3, 7, 37, .infinity, -.infinity, .nan, .pi, .greatestFiniteMagnitude]
    + [.leastNormalMagnitude, .leastNonzeroMagnitude, -.leastNonzeroMagnitude]

  /// All bits of a number, or the same ones for every NaN.
  private static func bits(_ number: BFloat16) -> UInt16 { number.isNaN ? .max : number.bitPattern }

  /// The value of a pattern, from the definition of the format.
  private static func value(_ pattern: UInt16) -> Double {
    let (exponent, fraction) = (Int(pattern >> 7 & 0xff), Double(pattern & 0x7f))
    let magnitude =
      exponent == 0xff
      ? (fraction == 0 ? .infinity : .nan)
      : exponent == 0
        ? fraction * 0x1p-133 : Double(sign: .plus, exponent: exponent - 134, significand: 128 + fraction)
    return pattern & 0x8000 == 0 ? magnitude : -magnitude
  }

  /// The nearest number, found among all: of two equally near ones that with an even pattern.
  private static func nearest(_ number: Double) -> BFloat16 {
    if number.isNaN { return .nan }
    // The patterns of numbers that are not negative are in order, and the one after the largest stands for 2¹²⁸.
    var (low, high) = (0, 0x7f80)
    func value(_ pattern: Int) -> Double { pattern == 0x7f80 ? 0x1p128 : Self.value(UInt16(pattern)) }
    while high - low > 1 {
      let middle = (low + high) / 2
      if value(middle) <= number.magnitude { low = middle } else { high = middle }
    }
    if number.magnitude >= 0x1p128 { low = high }
    let middle = (value(low) + value(high)) / 2
    let isUp = number.magnitude > middle || number.magnitude == middle && high.isMultiple(of: 2)
    return BFloat16(bitPattern: UInt16(isUp ? high : low) | (number.sign == .minus ? 0x8000 : 0))
  }

  private func expectSame(
    _ number: BFloat16, _ expected: BFloat16, _ comment: @autoclosure () -> String,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    if Self.bits(number) == Self.bits(expected) { return }
    Issue.record("\(comment()) is \(number), expected \(expected)", sourceLocation: sourceLocation)
  }
}

// Conversions.
extension BFloat16Tests {
  private func converted<S: BinaryFloatingPoint, T: BinaryFloatingPoint>(_ number: S, to _: T.Type) -> T {
    T(number)
  }

  @Test func everyPatternIsItsNumber() {
    for number in Self.all {
      let value = Self.value(number.bitPattern)
      func expectValue(_ double: Double) {
        if double != value && !(double.isNaN && value.isNaN) || double.sign != value.sign {
          Issue.record("\(number.bitPattern) is \(double), expected \(value)")
        }
      }
      expectValue(Double(number))
      expectValue(Double(Float(number)))
      expectValue(converted(number, to: Double.self))
      expectValue(Double(converted(number, to: Float.self)))
      expectSame(BFloat16(Float(number)), number, "\(value) from Float")
      expectSame(BFloat16(Double(number)), number, "\(value) from Double")
      expectSame(converted(number, to: BFloat16.self), number, "\(value) from itself")
      #expect(number.isNaN || BFloat16(exactly: value)?.bitPattern == number.bitPattern)
    }
  }

  /// Every middle between two numbers and its neighbours in `Float`, and in `Double`, where a number rounded to `Float`
  /// first would seem to lie in the middle.
  @Test func everyMiddleIsRoundedToEven() {
    for pattern in 0...0x7f7f as ClosedRange<UInt16> {
      let next = pattern == 0x7f7f ? 0x1p128 : Self.value(pattern + 1)
      let middle = (Self.value(pattern) + next) / 2
      let (lower, upper) = (BFloat16(bitPattern: pattern), BFloat16(bitPattern: pattern + 1))
      let even = pattern.isMultiple(of: 2) ? lower : upper
      for (number, expected) in [(middle.nextDown, lower), (middle, even), (middle.nextUp, upper)] {
        expectSame(BFloat16(number), expected, "\(number)")
        expectSame(BFloat16(-number), -expected, "\(-number)")
      }
      let float = Float(middle)
      for (number, expected) in [(float.nextDown, lower), (float, even), (float.nextUp, upper)] {
        expectSame(BFloat16(number), expected, "\(number)")
        expectSame(BFloat16(-number), -expected, "\(-number)")
        expectSame(converted(number, to: BFloat16.self), expected, "\(number), generic")
      }
    }
  }

  /// The bits of `torch.tensor(x, dtype=torch.float32).to(torch.bfloat16)` in PyTorch 2.13, for the bits of x.
  @Test(
    arguments: [
      (0x3f80_8000, 0x3f80), (0x3f81_8000, 0x3f82), (0x3f80_8001, 0x3f81), (0x3f80_7fff, 0x3f80),
      (0x3f81_8001, 0x3f82), (0x7f7f_7fff, 0x7f7f), (0x7f7f_8000, 0x7f80), (0x7f7f_ffff, 0x7f80),
      (0xff7f_8000, 0xff80), (0x7f80_0000, 0x7f80), (0x8000_0000, 0x8000), (0x0000_0001, 0x0000),
      (0x0000_8000, 0x0000), (0x0000_8001, 0x0001), (0x0001_8000, 0x0002), (0x007f_8000, 0x0080),
      (0x007f_ffff, 0x0080), (0x8000_8000, 0x8000), (0x2265_b1f5, 0x2266), (0x91b7_584a, 0x91b7),
      (0xd8f1_6adf, 0xd8f1), (0xcd61_3e30, 0xcd61), (0xc386_bbc4, 0xc387), (0x1027_c4d1, 0x1028),
      (0x414c_343c, 0x414c), (0x1e2f_eb89, 0x1e30), (0x7ed4_d57b, 0x7ed5), (0xc2ce_6f44, 0xc2ce),
      (0x7311_d8a3, 0x7312), (0x78e5_1061, 0x78e5), (0xa6ce_cc1b, 0xa6cf), (0x612e_7696, 0x612e),
      (0xc9e9_c616, 0xc9ea), (0x35bf_992d, 0x35c0), (0x1807_2e8c, 0x1807), (0x7ce4_2c82, 0x7ce4),
      (0x0741_c7a8, 0x0742), (0xe4b0_6ce6, 0xe4b0), (0x9b81_0e76, 0x9b81), (0x008a_05a6, 0x008a),
    ] as [(UInt32, UInt16)])
  func floatsAreRoundedAsByPyTorch(_ bits: UInt32, _ expected: UInt16) {
    #expect(BFloat16(Float(bitPattern: bits)).bitPattern == expected)
  }

  /// Whatever the payload, and where all of it is lost.
  @Test(arguments: [0x7f80_0001, 0x7f80_ffff, 0x7fff_ffff, 0x7fc0_0000, 0x7fa0_1234] as [UInt32])
  func nanIsKept(_ bits: UInt32) {
    for bits in [bits, bits | 0x8000_0000] {
      let number = BFloat16(Float(bitPattern: bits))
      #expect(number.isNaN && !number.isSignalingNaN)
      #expect(number.bitPattern | 0x40 == UInt16(bits >> 16) | 0x40)
      #expect(BFloat16(Double(Float(bitPattern: bits))).isNaN)
    }
  }

  #if arch(x86_64) && !os(Windows) && !os(Android)
    /// `Float80` has more digits than `Double`, too.
    @Test func longerNumbersAreRoundedOnce() {
      let ulp = Float80(sign: .plus, exponent: -54, significand: 1)
      for (number, expected) in [(257 - ulp, 256), (257, 256), (257 + ulp, 258), (259 - ulp, 258)] {
        #expect(BFloat16(number) == BFloat16(Double(expected)))
        #expect(BFloat16(-number) == -BFloat16(Double(expected)))
      }
      #expect(BFloat16(Float80.greatestFiniteMagnitude) == .infinity)
      #expect(BFloat16(Float80.nan).isNaN)
      #expect(BFloat16(exactly: 1 + ulp) == nil)
    }
  #endif

  @Test func integers() {
    for number in -70_000...70_000 {
      expectSame(BFloat16(number), Self.nearest(Double(number)), "\(number)")
      expectSame(BFloat16(Float(number)), Self.nearest(Double(number)), "\(number).0")
      if BFloat16(exactly: number).map({ Double($0) })
        != (Double(Self.nearest(Double(number))) == Double(number) ? Double(number) : nil)
      {
        Issue.record("\(number) exactly")
      }
    }
    for bits in 8..<62 {
      let middle = 257 << bits
      #expect(BFloat16(middle - 1) == BFloat16(256 << bits))
      #expect(BFloat16(middle) == BFloat16(256 << bits))
      #expect(BFloat16(middle + 1) == BFloat16(258 << bits))
      #expect(BFloat16(-middle - 1) == -BFloat16(258 << bits))
      if bits == 53 { break }
    }
    #expect(BFloat16(Int.min) == -0x1p63)
    #expect(BFloat16(UInt128.max) == .infinity)
    #expect(BFloat16(UInt8.max) == 255 && BFloat16(Int8.min) == -128)
    #expect(BFloat16(exactly: 257) == nil && BFloat16(exactly: -256) == -256)
    #expect(Int(BFloat16(-3.5)) == -3 && Int(exactly: BFloat16(3.5)) == nil && UInt8(BFloat16(200)) == 200)
  }

  @Test func literals() {
    let (integer, fraction): (BFloat16, BFloat16) = (257, 0.1)
    #expect(integer.bitPattern == 0x4380 && fraction.bitPattern == 0x3dcd)
    #expect((-0.0 as BFloat16).bitPattern == 0x8000 && (1e39 as BFloat16) == .infinity)
    #expect(BFloat16().bitPattern == 0)
  }
}

// What the protocols ask for.
extension BFloat16Tests {
  @Test func constants() {
    #expect(BFloat16.greatestFiniteMagnitude.nextUp == .infinity)
    #expect(Double(BFloat16.greatestFiniteMagnitude) == 0x1.fep127)
    #expect(Double(BFloat16.leastNormalMagnitude) == 0x1p-126)
    #expect(Double(BFloat16.leastNonzeroMagnitude) == 0x1p-133)
    #expect(BFloat16.ulpOfOne == (1 as BFloat16).nextUp - 1)
    #expect(Double(BFloat16.pi) < .pi && Double(BFloat16.pi.nextUp) > .pi)
    #expect(BFloat16.nan.isNaN && !BFloat16.nan.isSignalingNaN && BFloat16.signalingNaN.isSignalingNaN)
    #expect(!BFloat16.infinity.isFinite && BFloat16.radix == 2)
  }

  /// Those of `Float` for the same number, but for what counts digits.
  @Test func propertiesOfEveryNumber() {
    for number in Self.all {
      let float = Float(number)
      #expect(
        number.isNaN == float.isNaN && number.isSignalingNaN == float.isSignalingNaN
          && number.isFinite == float.isFinite && number.isInfinite == float.isInfinite
          && number.isNormal == float.isNormal && number.isSubnormal == float.isSubnormal
          && number.isZero == float.isZero && number.sign == float.sign
          && number.floatingPointClass == float.floatingPointClass)
      #expect(number.exponent == float.exponent && number.significandWidth == float.significandWidth)
      expectSame(
        BFloat16(
          sign: number.sign, exponentBitPattern: number.exponentBitPattern,
          significandBitPattern: number.significandBitPattern), number, "the number of the parts of \(number)"
      )
      guard number.isFinite else { continue }
      if !number.isZero {
        expectSame(
          BFloat16(sign: number.sign, exponent: number.exponent, significand: number.significand), number,
          "the number of the exponent and significand of \(number)")
        #expect(Float(number.binade) == float.binade)
      }
      let away = number.sign == .minus ? number.nextDown : number.nextUp
      let ulp = (away.isFinite ? Double(away) : away < 0 ? -0x1p128 : 0x1p128) - Double(number)
      #expect(Double(number.ulp) == ulp.magnitude)
      #expect(Double(number.magnitude) == Double(number).magnitude && Double(-number) == -Double(number))
    }
  }

  @Test func neighbours() {
    let numbers = Self.all.filter { !$0.isNaN && $0.bitPattern != 0x8000 }.sorted()
    #expect(numbers.first == -.infinity && numbers.last == .infinity)
    for (number, next) in zip(numbers, numbers.dropFirst()) {
      #expect(number < next && number.nextUp == next && next.nextDown == number)
    }
    #expect(BFloat16.infinity.nextUp == .infinity && BFloat16.signalingNaN.nextUp.isNaN)
  }

  @Test func comparisonAndHashing() {
    for left in Self.some {
      for right in Self.some {
        let (a, b) = (Float(left), Float(right))
        #expect((left == right) == (a == b) && (left < right) == (a < b) && (left <= right) == (a <= b))
        if left == right { #expect(left.hashValue == right.hashValue) }
      }
    }
    #expect(!BFloat16.nan.isEqual(to: .nan) && (0 as BFloat16) == -0.0)
    #expect(Set(Self.all.filter { !$0.isNaN }).count == 0x10000 - 2 * 0x7f - 1)
  }

  @Test func arithmeticIsRoundedOnce() {
    for left in Self.some {
      for right in stride(from: 0, through: UInt16.max, by: 7).map(BFloat16.init(bitPattern:)) {
        let (a, b) = (Double(left), Double(right))
        func expectRounded(_ result: BFloat16, _ exact: Double, _ operation: String) {
          expectSame(result, Self.nearest(exact), "\(left) \(operation) \(right)")
        }
        // What `Double` rounds off a sum or quotient doesn't matter: it has more than twice as many digits.
        expectRounded(left + right, a + b, "+")
        expectRounded(left - right, a - b, "-")
        expectRounded(left * right, a * b, "*")
        expectRounded(left / right, a / b, "/")
      }
    }
    for number in Self.all {
      expectSame(number.squareRoot(), Self.nearest(Double(number).squareRoot()), "root of \(number)")
      for rule in [FloatingPointRoundingRule.up, .toNearestOrEven, .towardZero] {
        expectSame(number.rounded(rule), Self.nearest(Double(number).rounded(rule)), "\(number) rounded")
      }
    }
  }

  @Test func compoundArithmetic() {
    var number: BFloat16 = 3
    number += 2
    number *= 4
    number -= 5
    number /= 6
    #expect(number == 2.5)
    number.negate()
    #expect(number == -2.5 && number.advanced(by: 1) == -1.5 && number.distance(to: 1) == 3.5)
    #expect((7.5 as BFloat16).remainder(dividingBy: 2) == -0.5)
    #expect((7.5 as BFloat16).truncatingRemainder(dividingBy: 2) == 1.5)
    #expect(BFloat16(signOf: -1, magnitudeOf: 3) == -3)
    #expect(BFloat16(sign: .minus, exponent: 2000, significand: 1) == -.infinity)
    #expect(BFloat16(sign: .plus, exponent: -140, significand: 128) == .leastNonzeroMagnitude)
  }

  /// 7 · 37 = 259 lies in the middle between 258 and 260, which what is added decides.
  @Test func productsAndSumsAreRoundedOnce() {
    let tiny = BFloat16(0x1p-100)
    #expect((tiny).addingProduct(7, 37) == 260 && (-tiny).addingProduct(7, 37) == 258)
    #expect((tiny).addingProduct(-7, 37) == -258 && (-tiny).addingProduct(-7, 37) == -260)
    #expect((0 as BFloat16).addingProduct(7, 37) == 260 && (0 as BFloat16).addingProduct(3, 87) == 260)
    for (x, y) in zip(Self.some, Self.some.dropFirst(5)) {
      for z in Self.some {
        let exact = Double(z).addingProduct(Double(x), Double(y))
        expectSame(z.addingProduct(x, y), Self.nearest(exact), "\(z) + \(x) * \(y)")
      }
    }
  }

  /// Each description reads back, and no shorter one would.
  @Test func descriptionsAreShortest() {
    for number in Self.all where number.isFinite {
      let text = number.description
      guard let double = Double(text) else {
        Issue.record("\(text) is no number")
        continue
      }
      expectSame(BFloat16(double), number, text)
      if number.magnitude >= 1 && number.magnitude <= 0x1p24 && number.rounded() == number { continue }
      // With a digit less, rounded up or down, it would not.
      let digits = text.prefix { $0 != "e" }.filter(\.isNumber).drop { $0 == "0" }
      let significant = digits.reversed().drop { $0 == "0" }.count
      guard significant > 1, let exponent = Int(String(format: "%.*e", 17, double).split(separator: "e")[1])
      else { continue }
      let step = "1e\(exponent - significant + 2)"
      let lower = Double(number) / Double(step)!
      for shorter in [lower.rounded(.down), lower.rounded(.up)] {
        let decimal = Double("\(Int(shorter))\(step.dropFirst())")!
        if BFloat16(decimal) == number { Issue.record("\(text) could be \(decimal)") }
      }
    }
  }

  @Test(
    arguments: [
      (0.1, "0.1"), (65536, "65536.0"), (-2.5, "-2.5"), (.pi, "3.14"), (1e-5, "1e-05"), (3e8, "3e+08"),
      (.greatestFiniteMagnitude, "3.39e+38"), (.leastNonzeroMagnitude, "9e-41"), (-0.0, "-0.0"),
      (.nan, "nan"),
      (-.infinity, "-inf"), (16_777_216, "16777216.0"),
    ] as [(BFloat16, String)])
  func description(_ number: BFloat16, _ text: String) { #expect("\(number)" == text) }

  @Test func coding() throws {
    for number in Self.some where number.isFinite {
      let data = try JSONEncoder().encode([number])
      #expect(try JSONDecoder().decode([BFloat16].self, from: data)[0].bitPattern == number.bitPattern)
    }
    #expect(try JSONDecoder().decode([BFloat16].self, from: Data("[257, 0.1]".utf8)) == [256, 0.1])
    #expect(throws: DecodingError.self) {
      try JSONDecoder().decode([BFloat16].self, from: Data("[3.4e38]".utf8))
    }
  }
}

// Tensors.
extension BFloat16Tests {
  @Test func tensors() throws {
    let tensor: Tensor<BFloat16> = [[0.1, 2], [-3, 65536]]
    #expect(tensor.scalars.map(\.bitPattern) == [0x3dcd, 0x4000, 0xc040, 0x4780])
    #expect(Tensor<Float>(tensor) == [[0.10009765625, 2], [-3, 65536]])
    #expect(Tensor<Double>(tensor)[0, 0] == 0.10009765625)
    #expect(Tensor<BFloat16>(Tensor<Float>(tensor)) == tensor)
    #expect(Tensor<BFloat16>([1.00390625, 1.01171875] as Tensor<Double>) == [1, 1.015625])
    #expect(Tensor<Int>(tensor) == [[0, 2], [-3, 65536]])
    #expect(Tensor<Int>(exactly: tensor) == nil)
    #expect(Tensor<BFloat16>([257, 1] as Tensor<Int>) == [256, 1])
    #expect(Tensor<BFloat16>([true, false]) == [1, 0])
    #expect((2 * tensor - tensor) / tensor == .ones([2, 2]))
    // 65535.1 is nearest to 65536, and 2¹⁶ + 2⁸ lies in the middle between two numbers, of which 1 more decides.
    #expect(tensor.sum() == 65536)
    #expect(Tensor<BFloat16>([0x1p16, 0x1p8, 1]).sum() == 0x1.02p16)
    #expect(Tensor<BFloat16>([3e38, 3e38, -3e38]).sum() == 3e38)
    #expect(Tensor<BFloat16>([1, -.infinity]).sum() == -.infinity)
    #expect("\(tensor)" == "[[    0.1,     2.0],\n [   -3.0, 65536.0]]")
    let coded = try JSONDecoder().decode(Tensor<BFloat16>.self, from: JSONEncoder().encode(tensor))
    #expect(coded == tensor)
    let number: BFloat16 = 0.5
    let borrowed = unsafe [number, 1].withUnsafeBufferPointer { memory in
      unsafe Tensor(unsafeBorrowing: memory, shape: [2]).contiguous().scalars
    }
    #expect(borrowed == [0.5, 1])
  }

  @Test func randomTensors() {
    var generator = SplitMix64(seed: 4)
    let uniform = Tensor<BFloat16>.random(in: -1..<1, shape: [2000], using: &generator)
    #expect(uniform.scalars.allSatisfy { (-1..<1).contains($0) })
    // The standard error of the mean is 1/√(3·2000); a step of the numbers drawn is 2⁻⁷.
    let mean = uniform.scalars.reduce(0) { $0 + Double($1) } / 2000
    #expect(abs(mean) < 4 / 6000.0.squareRoot() + 0x1p-7)
    let normal = Tensor<BFloat16>.randomNormal(shape: [2000], using: &generator)
    #expect(abs(normal.scalars.reduce(0) { $0 + Double($1) } / 2000) < 4 / 2000.0.squareRoot())
  }
}
