import Losses

/// What of a loss is timed.
enum Pass: String, CaseIterable {
  /// The value alone.
  case forward
  /// The value and the gradient, in a new tensor.
  case gradient
  /// The value and the gradient, in a tensor that is used again.
  case gradientInto = "gradient-into"
}

/// Takes the times of a row, or whatever else is to be known of its calls.
struct Meter {
  enum Purpose {
    case times
    /// A number of calls of each pass, for a profiler.
    case calls(Int)
    /// The bits of the results.
    case digest
  }

  let purpose: Purpose
  /// The median time of a call.
  private(set) var nanoseconds: [Pass: Double] = [:]
  /// What all passes have computed.
  private(set) var digest = Digest()

  init(_ purpose: Purpose) { self.purpose = purpose }

  // The loops stand in the caller, so that a call is compiled as it is in a client's own loop.
  @inline(__always)
  mutating func measure<Value, Gradient>(
    forward: () throws -> Value,
    gradient: () throws -> (value: Value, gradient: Gradient),
    into: (inout Gradient) throws -> Value
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
  }

  @inline(__always)
  private mutating func measure(_ pass: Pass, _ makeCalls: (Int) throws -> Void) throws {
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

  /// Brings the allocator to where a program that runs has it: once a large tensor has been freed, some keep the
  /// memory of others of up to that size for the next ones.
  static func warmUpMemory() { _ = Tensor<Float>.zeros([6 << 20]) }

  /// The median time of a call in nanoseconds, where `makeCalls` makes a number of them.
  private static func medianTime(_ makeCalls: (Int) throws -> Void) throws -> Double {
    let warmUp = 3e7
    let budget = 3e8
    // Many times what it takes to read the clock.
    let shortestSample = 1e5

    func time(_ calls: Int) throws -> Double {
      try ContinuousClock().measure { try makeCalls(calls) } / .nanoseconds(1)
    }

    // Caches, threads and the processor's clock are to be as they are in a program that runs. Meanwhile, see how many
    // calls make a sample.
    var calls = 1
    var spent = 0.0
    var sample = 0.0
    repeat {
      sample = try time(calls)
      spent += sample
      if sample < shortestSample { calls *= 2 }
    } while spent < warmUp

    let fewest = sample > budget ? 3 : 11
    let count = max(fewest, Int((budget - warmUp) / sample))
    let samples = try (0..<count).map { _ in try time(calls) }.sorted()
    return samples[count / 2] / Double(calls)
  }
}
