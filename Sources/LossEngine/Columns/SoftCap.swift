public import RealMath

// A soft cap c turns a score x into c·tanh(x/c), whose derivative is 1/cosh²(x/c). Both are made of e^(−2·|x/c|), and
// kept for a block: the function over columns sees nothing but capped scores, and its gradient is multiplied by the
// derivatives.

extension ColumnBlock {
  /// Calls `body` with scores that are capped, and makes its gradient that with respect to the scores before the cap.
  @usableFromInline
  @specialized(where C == Float) @specialized(where C == Double)
  package func withScores(cappedAt cap: Double, _ body: (ColumnBlock) -> Void) {
    // One that the type does not hold changes nothing.
    if C(cap) == .infinity { return body(self) }
    let scores = CappedScores(of: self, cap: cap)
    defer { scores.deallocate() }
    guard let parts else {
      body(scores.capping(self))
      return scores.multiplyGradient(of: self)
    }
    let cappedParts = parts.mapped(scores.capping, beforeStoring: scores.multiplyGradient)
    withExtendedLifetime(cappedParts) {
      var block = self
      unsafe block.unownedParts = .passUnretained(cappedParts)
      body(block)
    }
  }
}

@usableFromInline
package enum SoftCap {
  /// The numbers of memory that it takes for each score.
  @inlinable package static var numbersPerScore: Int { 2 }
}

/// Memory for the capped scores of a block, or of one part of it after the other, and for the derivatives.
private struct CappedScores<C: RealScalar> {
  private let cap: C
  private let hasGradient: Bool
  private let numbers: Scratch<C>

  init(of block: ColumnBlock<C>, cap: Double) {
    self.cap = C(max(cap, Double(C.leastNormalMagnitude)))
    hasGradient = block.inputGradient != nil
    let size = block.isResident ? block.classes * block.columns : ColumnParts<C>.size
    numbers = Scratch(slots: hasGradient ? SoftCap.numbersPerScore : 1, slotSize: size)
  }

  func deallocate() { numbers.deallocate() }

  private func extent(_ block: ColumnBlock<C>) -> (lines: Int, length: Int) {
    block.linesAreColumns ? (block.columns, block.classes) : (block.classes, block.columns)
  }

  /// Returns the block with its scores capped, in memory that the next call overwrites.
  func capping(_ block: ColumnBlock<C>) -> ColumnBlock<C> {
    let (lines, length) = extent(block)
    for line in 0..<lines {
      SoftCapKernel(
        scores: block.input.line(line), cap: cap, capped: numbers[0].advanced(by: line * length),
        slopes: hasGradient ? numbers[1].advanced(by: line * length) : nil, count: length)(elements: length)
    }
    var capped = block
    capped.input = Panel(origin: numbers[0], lineStride: length)
    return capped
  }

  /// Multiplies the gradient of the block that was capped last by the derivatives of the cap.
  func multiplyGradient(of block: ColumnBlock<C>) {
    guard let gradient = block.inputGradient else { return }
    let (lines, length) = extent(block)
    for line in 0..<lines {
      ProductKernel(
        numbers: gradient.line(line), factors: numbers[1].advanced(by: line * length), count: length)(
          elements: length)
    }
  }
}

/// The soft cap of scores, and its derivatives.
@usableFromInline
package struct SoftCapKernel<C: RealScalar>: Kernel {
  @usableFromInline let scores: UncheckedBuffer<C>
  @usableFromInline let cap: C
  @usableFromInline let capped: UncheckedBuffer<C>
  @usableFromInline let slopes: UncheckedBuffer<C>?
  @usableFromInline let count: Int

  // With m = e^(−2·|v|) − 1 and e = m + 1, tanh |v| = −m / (2 + m) and 1/cosh² v = 4·e / (2 + m)².
  @export(implementation) @inline(__always)
  package func run() {
    // Below it, the cap changes x by less than half an ulp.
    let smallest = C.ulpOfOne.squareRoot()
    for index in 0..<count {
      let x = scores[index]
      let v = x / cap
      let m = expm1(-(v + v).magnitude)
      let magnitude = cap * (-m / (2 + m))
      let y = select(v < 0, -magnitude, magnitude)
      capped[index] = select(v.magnitude < smallest, x, y)
    }
    guard let slopes else { return }
    for index in 0..<count {
      let v = scores[index] / cap
      let e = expNegatedMagnitude(v + v)
      // The gradient tells of NaN, unless the column is ignored: then it is 0.
      slopes[index] = select(v.isNaN, 1, 4 * e / ((1 + e) * (1 + e)))
    }
  }
}
