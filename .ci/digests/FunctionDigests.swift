import RealMath

/// A line for each function of RealMath: the digest of its results for the arguments of the tests' fixture, and for
/// many more, ordinary and extreme.
struct FunctionDigests<S: RealScalar> {
  private let scalar: StaticString
  private let number: (_ bits: UInt64) -> S

  /// - Parameter number: Returns the number of some bits.
  init(named scalar: StaticString, _ number: @escaping (_ bits: UInt64) -> S) {
    self.scalar = scalar
    self.number = number
  }

  func run() {
    line("exp") { exp($0) }
    line("expm1") { expm1($0) }
    line("expNonPositive") { expNonPositive(-$0.magnitude) }
    line("expNegatedMagnitude") { expNegatedMagnitude($0) }
    line("log") { log($0) }
    line("log1p") { log1p($0) }
    line("minusLog1p") { minusLog1p($0.magnitude) }
    line("sigmoid") { sigmoid($0) }
    line("softplus") { softplus($0) }
    line("logSigmoid") { logSigmoid($0) }
    line("logGamma") { logGamma($0.magnitude) }
    line("digamma") { digamma($0.magnitude) }
    line("pow") { pow($0.magnitude, 1.37) }
    var digest = Digest()
    Fixture.forEachRow(of: "pow", scalar) { digest.add(pow(number($0), number($1))) }
    print("pow of the fixture \(scalar) \(digest.text)")
  }

  private func line(_ name: StaticString, _ function: (S) -> S) {
    var digest = Digest()
    var numbers = Numbers(seed: 2)
    Fixture.forEachRow(of: name, scalar) { argument, _ in digest.add(function(number(argument))) }
    for _ in 0..<2000 { digest.add(function(S(numbers.number(in: -100, 100)))) }
    for _ in 0..<2000 { digest.add(function(S(numbers.number(in: -1, 1)))) }
    let special: [S] = [
      0, -0.0, 1, -1, .infinity, -.infinity, .nan, .leastNonzeroMagnitude, .leastNormalMagnitude,
      .greatestFiniteMagnitude, -.greatestFiniteMagnitude,
    ]
    for number in special { digest.add(function(number)) }
    print("\(name) \(scalar) \(digest.text)")
  }
}

/// The arguments in `fixture.json` of the tests of RealMath. `.ci/platforms` makes its text a constant.
enum Fixture {
  /// Calls `body` with the first two numbers of each row of a function, as bits: an argument and its result, or a base and
  /// an exponent.
  ///
  /// A function or type begins with a line that holds its name alone; each row has a line of its own, within quotation
  /// marks.
  static func forEachRow(
    of function: StaticString, _ scalar: StaticString, _ body: (_ first: UInt64, _ second: UInt64) -> Void
  ) {
    var (isFunction, isScalar) = (false, false)
    for line in fixture.bytes.split(separator: UInt8(ascii: "\n")) where line.first == UInt8(ascii: "\"") {
      let words = line.split { $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: " ") }
      switch line.last {
      case UInt8(ascii: "{"): isFunction = words[0].elementsEqual(function.bytes)
      case UInt8(ascii: "["): isScalar = words[0].elementsEqual(scalar.bytes)
      default: if isFunction, isScalar { body(bits(words[0]), bits(words[1])) }
      }
    }
  }

  private static func bits(_ hexadecimal: some Sequence<UInt8>) -> UInt64 {
    hexadecimal.reduce(0) { bits, digit in
      let zero: UInt8 = digit < UInt8(ascii: "a") ? UInt8(ascii: "0") : UInt8(ascii: "a") - 10
      return bits << 4 | UInt64(digit - zero)
    }
  }
}

extension StaticString {
  fileprivate var bytes: [UInt8] { withUTF8Buffer { unsafe [UInt8]($0) } }
}
