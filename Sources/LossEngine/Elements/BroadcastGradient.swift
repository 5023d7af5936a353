internal import RealMath
internal import Tensors

/// The gradient with respect to an argument that may have been broadcast: it is summed over the axes along which it was.
///
/// The addends of each sum are added one after another, in row-major order.
struct BroadcastGradient<S: LossScalar> {
  /// Whether the argument has another shape than the gradients of its elements.
  let isSummed: Bool
  /// The gradient, where nothing is summed.
  private var elements: Tensor<S>
  private let shape: Shape
  private var sums: [Double] = []
  /// Where the sum of each element is.
  private var layout: Layout

  /// The most elements that are computed before they are summed.
  static var windowSize: Int { 16 * Blocks.largestChunk }

  /// - Parameters:
  ///   - shape: That of the argument.
  ///   - broadShape: The one that it was broadcast to.
  init(_ shape: Shape, from broadShape: Shape) {
    self.shape = shape
    isSummed = shape != broadShape
    elements = Tensor(uninitialized: isSummed ? [0] : shape)
    // Without addends there may be no memory for as many sums as the argument has elements: a view repeats their zero.
    let hasAddends = isSummed && broadShape.elementCount > 0
    if hasAddends { sums = Array(repeating: 0, count: shape.elementCount) }
    layout =
      hasAddends ? Tensor(whole: sums, shape: shape).broadcast(to: broadShape).layout.merged : elements.layout
  }

  /// Calls `body` with the destination of the gradients of the elements at `window`, which is at most `windowSize` long
  /// where they are summed.
  mutating func withDestination(at window: Range<Int>, _ body: (Destination<S>) -> Void) {
    guard isSummed else { return elements.withDestination { body($0) } }
    let scratch = Scratch<S.Computation>(slots: 1, slotSize: window.count)
    defer { scratch.deallocate() }
    body(Destination(unrounded: scratch[0], from: window.lowerBound))
    add(scratch[0], at: window)
  }

  private mutating func add(_ gradient: UncheckedBuffer<S.Computation>, at window: Range<Int>) {
    unsafe sums.withUnsafeMutableBufferPointer { sums in
      var next = 0
      // All positions of a layout lie inside its storage.
      layout.forEachRun(in: window) { run in
        if run.stride == 0 {
          var sum = unsafe sums[run.start]
          for index in 0..<run.count { sum += Double(gradient[next &+ index]) }
          unsafe sums[run.start] = sum
        } else {
          for index in 0..<run.count {
            unsafe sums[run.start &+ index &* run.stride] += Double(gradient[next &+ index])
          }
        }
        next &+= run.count
      }
    }
  }

  /// The gradient with respect to the argument.
  var gradient: Tensor<S> {
    if !isSummed { return elements }
    if sums.isEmpty { return Tensor(0).broadcast(to: shape) }
    return Tensor(whole: sums.map { S(computation: S.Computation($0)) }, shape: shape)
  }
}
