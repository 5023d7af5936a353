import Losses

/// What is timed: what a call computes, or a ``Limit``.
enum Pass: String, CaseIterable {
  /// The value.
  case forward
  /// The value and the gradient, in a new tensor.
  case gradient
  /// The value and the gradient, in a tensor that is reused.
  case gradientInto = "gradient-into"
  /// The limit of the value.
  case forwardLimit = "forward-limit"
  /// The limit of the value and the gradient.
  case gradientLimit = "gradient-limit"
}

/// Times the calls of a row, repeats them for a profiler, or hashes their results.
struct Meter {
  enum Purpose {
    case times
    /// Makes this many calls of each pass, for a profiler.
    case calls(Int)
    /// Hashes the bits of the results.
    case digest
  }

  let purpose: Purpose
  /// The median time of a call.
  private(set) var nanoseconds: [Pass: Double] = [:]
  /// The memory that a call with a reused gradient takes besides, where the system tells.
  private(set) var bytes: Int?
  /// The hash of the results of all passes.
  private(set) var digest = Digest()
  /// The bytes of the operands.
  private var operandBytes = 0

  init(_ purpose: Purpose) { self.purpose = purpose }

  /// Counts operands, which every pass reads.
  mutating func reads<each Scalar>(_ operands: repeat Tensor<each Scalar>) {
    for operand in repeat each operands { operandBytes += operand.bytes }
  }

  /// Counts the operands in a structure of tensors.
  mutating func reads(all operands: Any) {
    operandBytes += tensors(of: operands).reduce(0) { $0 + $1.bytes }
  }

  /// Measures each pass of the call that `evaluate` makes.
  // Inlined, so that the call is compiled as in a client's own loop.
  @inline(__always)
  mutating func measure(_ evaluate: () throws -> some Evaluation) throws {
    try measure(
      forward: { try evaluate().value() },
      gradient: { try evaluate().valueWithGradient() },
      into: { try evaluate().valueWithGradient(into: &$0) })
  }

  /// Measures each pass of the call that `evaluate` makes, with an upstream gradient.
  @inline(__always)
  mutating func measure<E: Evaluation>(upstream: Tensor<E.Scalar>, _ evaluate: () throws -> E) throws {
    try measure(
      forward: { try evaluate().value() },
      gradient: { try evaluate().valueWithGradient(upstream: upstream) },
      into: { try evaluate().valueWithGradient(into: &$0, upstream: upstream) },
      upstreamBytes: upstream.bytes)
  }

  /// Measures each pass of the call that `evaluate` makes, with the statistics of its labels.
  @inline(__always)
  mutating func measureStatistics(_ evaluate: () throws -> some LabelEvaluation) throws {
    try measure(
      forward: { try evaluate().valueWithStatistics().value },
      gradient: {
        let (value, gradient, _) = try evaluate().valueWithGradientAndStatistics()
        return (value, gradient)
      },
      into: { try evaluate().valueWithGradientAndStatistics(into: &$0).value })
  }

  @inline(__always)
  private mutating func measure<Value, Gradient>(
    forward: () throws -> Value,
    gradient: () throws -> (value: Value, gradient: Gradient),
    into: (inout Gradient) throws -> Value,
    upstreamBytes: Int = 0
  ) throws {
    if case .digest = purpose { return try addResults(forward, gradient, into) }
    try measure(.forward) { count in
      for _ in 0..<count { _ = try forward() }
    }
    try measure(.gradient) { count in
      for _ in 0..<count { _ = try gradient() }
    }
    var reused = try gradient().gradient
    try measure(.gradientInto) { count in
      for _ in 0..<count { _ = try into(&reused) }
    }
    if case .times = purpose {
      bytes = try ProcessMemory.rise { _ = try into(&reused) }
      try measureLimits(of: try forward(), reused, upstreamBytes: upstreamBytes)
    }
  }

  private mutating func measureLimits(of value: Any, _ gradient: Any, upstreamBytes: Int) throws {
    let valueBytes = tensors(of: value).reduce(0) { $0 + $1.bytes }
    let gradientBytes = tensors(of: gradient).reduce(0) { $0 + $1.bytes }
    for (pass, read, written) in [
      (Pass.forwardLimit, operandBytes, valueBytes),
      (.gradientLimit, operandBytes + upstreamBytes, valueBytes + gradientBytes),
    ] {
      var limit = Limit(operandBytes: read, resultBytes: written)
      try measure(pass) { count in
        for _ in 0..<count { limit.run() }
      }
    }
  }

  @inline(__always)
  mutating func measure(_ pass: Pass, _ makeCalls: (Int) throws -> Void) throws {
    if case .calls(let count) = purpose {
      try makeCalls(count)
    } else {
      nanoseconds[pass] = try Self.medianTime(makeCalls)
    }
  }

  private mutating func addResults<Value, Gradient>(
    _ forward: () throws -> Value, _ gradient: () throws -> (value: Value, gradient: Gradient),
    _ into: (inout Gradient) throws -> Value
  ) throws {
    digest.add(try forward())
    var results = try gradient()
    digest.add(results)
    results.value = try into(&results.gradient)
    digest.add(results)
  }

  /// Brings the allocator into the state it has in a long-running program: some allocators, once a large block has
  /// been freed, keep blocks of up to that size for reuse.
  static func warmUpMemory() { _ = Tensor<Float>.zeros([6 << 20]) }

  /// Returns the median time of a call in nanoseconds, where `makeCalls` makes a given number of calls.
  private static func medianTime(_ makeCalls: (Int) throws -> Void) throws -> Double {
    let warmUp = 3e7
    let budget = 3e8
    // Far longer than reading the clock takes.
    let shortestSample = 1e5

    func time(_ calls: Int) throws -> Double {
      try ContinuousClock().measure { try makeCalls(calls) } / .nanoseconds(1)
    }

    // Warms up caches, threads and the processor's clock, and finds how many calls make a sample.
    var calls = 1
    var spent = 0.0
    var sample = 0.0
    repeat {
      sample = try time(calls)
      spent += sample
      if sample < shortestSample { calls *= 2 }
    } while spent < warmUp

    let minimumCount = sample > budget ? 3 : 11
    let count = max(minimumCount, Int((budget - warmUp) / sample))
    let samples = try (0..<count).map { _ in try time(calls) }.sorted()
    return samples[count / 2] / Double(calls)
  }
}
