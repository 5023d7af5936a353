import LossRegistry
import Losses

// A loss that nobody has given rows of its own is still counted.

extension Row {
  /// A row for each generator of calls of every loss in the registry, which is only counted: a large call, in `Float`.
  ///
  /// How many elements it has is not known before it is drawn.
  static var registered: [Row] {
    LossRegistry.all.filter(\.isPublic).flatMap(\.generators).map { generator in
      Row("registry/\(generator.name)", elements: 0, isTimed: false) { meter in
        var decisions = Decisions(seed: 1, isHostile: false, isLarge: true)
        let call = generator.call(&decisions)
        let arguments = Arguments<Float>(call.arguments)
        try meter.measure(buffers: { $0.buffers(repeating: 0, for: arguments) }) {
          try call.loss.evaluation(of: arguments, .mean)
        }
      }
    }
  }
}

extension Meter {
  /// Measures each pass of the call that `evaluate` makes, whose type is hidden.
  fileprivate mutating func measure(
    buffers: (ErasedEvaluation<Float>) -> ErasedEvaluation<Float>.Gradients,
    _ evaluate: () throws -> ErasedEvaluation<Float>
  ) throws {
    try measure(.forward) { count in
      for _ in 0..<count { _ = try evaluate().value() }
    }
    try measure(.gradient) { count in
      for _ in 0..<count { _ = try evaluate().valueWithGradient(upstream: nil) }
    }
    var reused = buffers(try evaluate())
    try measure(.gradientInto) { count in
      for _ in 0..<count { _ = try evaluate().valueWithGradient(into: &reused, upstream: nil) }
    }
  }
}
