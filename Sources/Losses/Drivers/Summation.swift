/// Sums that come out the same, to the bit, wherever the addends lie and whoever adds them.
enum Summation {
  /// The sum of `count` addends at `values`, whose memory it overwrites.
  ///
  /// Halves are added to each other until `lanes` remain, which are then added in `Double`: a loop that
  /// vectorises, with an error that grows with the logarithm of the count. The order depends on `count` alone.
  static func consume<Scalar: BinaryFloatingPoint & BitwiseCopyable>(
    _ values: UnsafeMutablePointer<Scalar>,
    count: Int
  ) -> Double {
    var count = count
    while count > lanes {
      let half = (count &+ 1) / 2
      for index in 0..<count &- half {
        unsafe values[index] += values[half &+ index]
      }
      count = half
    }
    var sum = 0.0
    for index in 0..<count { sum += unsafe Double(values[index]) }
    return sum
  }

  private static var lanes: Int { 16 }
}
