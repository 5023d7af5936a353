internal import RealMath

/// What is kept of each element.
struct LovaszElements<C: RealScalar> {
  /// The scores, or the probabilities.
  let scores: UncheckedBuffer<C>
  /// The errors, 0 where they are negative, with a minus before those of what is true; later the slopes.
  let slopes: UncheckedBuffer<C>
  let areIgnored: UncheckedBuffer<Bool>

  func advanced(by count: Int) -> LovaszElements {
    LovaszElements(
      scores: scores.advanced(by: count), slopes: slopes.advanced(by: count),
      areIgnored: areIgnored.advanced(by: count))
  }

  /// Sets elements, and their errors instead of the slopes.
  func set(
    _ count: Int, to elements: UncheckedBuffer<C>, masks: UncheckedBuffer<C>, _ errors: LovaszErrors
  ) {
    for index in 0..<count {
      let (score, truth) = (elements[index], masks[index])
      let error = errors == .hinge ? 1 - score * (2 * truth - 1) : (truth - score).magnitude
      let cost = truth < 0 || error <= 0 ? 0 : error
      scores[index] = score
      slopes[index] = truth > 0 ? -cost : cost
      areIgnored[index] = truth < 0
    }
  }
}

/// What is known of a region before its errors are sorted.
struct LovaszExtent<C: RealScalar> {
  /// How many elements are true.
  private(set) var truth = 0.0
  private(set) var hasNaN = false
  private var leastTrueError = C.infinity
  private var largestError: C = 0

  /// Below it, errors cost nothing, whatever their order.
  ///
  /// Once all that is true is mistaken, nothing is left to lose. So errors count only down to the smallest of what is true;
  /// and where nothing is, the largest alone.
  var leastError: C { hasNaN ? 0 : truth > 0 ? leastTrueError : largestError }

  mutating func add(_ count: Int, of line: LovaszElements<C>, _ weights: [Double]?) {
    Blocks.forEach(in: 0..<count) { block in
      let errors = line.slopes.advanced(by: block.lowerBound)
      let trueCount = Lanes.reduce(count: block.count, 0, +) { errors[$0].sign == .minus ? 1 : 0 as C }
      let nanCount = Lanes.reduce(count: block.count, 0, +) { errors[$0] == errors[$0] ? 0 : 1 as C }
      let least = Lanes.reduce(count: block.count, C.infinity, { $0 < $1 ? $0 : $1 }) {
        errors[$0].sign == .minus ? -errors[$0] : .infinity
      }
      let largest = Lanes.reduce(count: block.count, 0 as C, { $0 > $1 ? $0 : $1 }) { errors[$0].magnitude }
      hasNaN = hasNaN || nanCount > 0
      leastTrueError = min(leastTrueError, least)
      largestError = max(largestError, largest)
      guard let weights else {
        truth += Double(trueCount)
        return
      }
      for index in block where !line.areIgnored[index] {
        if line.slopes[index].sign == .minus { truth += weights[index] }
        if weights[index].isNaN { hasNaN = true }
      }
    }
  }
}

/// The errors of the elements of a region that may cost something, in descending order, those that are equal in the order
/// of their places.
///
/// An element of weight w counts as w elements.
struct LovaszOrder<C: RealScalar> {
  private struct Entry: BitwiseCopyable {
    let error: C
    /// The weight, with a minus before that of what is true.
    let signedWeight: C
    /// Where the slope will be.
    let slope: UncheckedBuffer<C>
  }

  private let extent: LovaszExtent<C>
  private let memory: Scratch<Entry>
  private var count = 0

  init(_ extent: LovaszExtent<C>, capacity: Int) {
    self.extent = extent
    memory = Scratch(slots: 2, slotSize: capacity)
  }

  func deallocate() { memory.deallocate() }

  /// Adds the errors of some elements, or replaces them by slopes of 0.
  mutating func add(_ elements: Int, of line: LovaszElements<C>, _ weights: [Double]?) {
    let least = extent.leastError
    for index in 0..<elements {
      let error = line.slopes[index]
      if error == 0 || error.magnitude < least {
        line.slopes[index] = 0
      } else {
        let weight = weights.map { C($0[index]) } ?? 1
        memory[0][count] = Entry(
          error: error.magnitude, signedWeight: error.sign == .minus ? -weight : weight,
          slope: line.slopes.advanced(by: index))
        count += 1
      }
    }
  }

  // The k-th largest error is multiplied by what the Jaccard loss grows by if it is made the k-th mistake. With I that
  // are true and not yet mistaken, in a union of U, that is w / U for one that is true, and w·I / (U·(U + w)) for one that
  // is not. Where nothing is true, the first mistake costs all.
  /// Returns the value, and writes slopes: with respect to scores that are to be 1 where something is true.
  func value() -> Double {
    let entries = sorted()
    var (intersection, union) = (extent.truth, extent.truth)
    var sum = CompensatedSum()
    for index in 0..<count {
      let entry = entries[index]
      let (isTrue, weight) = (entry.signedWeight.sign == .minus, Double(entry.signedWeight.magnitude))
      let step: Double
      if isTrue {
        step = weight / union
        intersection -= weight
      } else {
        step = union == 0 ? 1 : growth(weight, intersection, union)
        union += weight
      }
      if step != 0 { sum.add(step * Double(entry.error)) }
      entry.slope[0] = extent.hasNaN ? .nan : C(isTrue ? -step : step)
    }
    return extent.hasNaN ? .nan : sum.value
  }

  /// Returns w·I / (U·(U + w)).
  private func growth(_ weight: Double, _ intersection: Double, _ union: Double) -> Double {
    let quotient = intersection / union / (union + weight)
    // That of tiny weights may be out of range.
    return quotient < .infinity ? weight * quotient : intersection / union * (weight / (union + weight))
  }

  /// The bits of positive numbers are ordered as they are.
  private static func bits(_ error: C) -> UInt64 {
    if let error = error as? Float { return UInt64(error.bitPattern) }
    return Double(error).bitPattern
  }

  /// Sorts by digits of eleven bits, from the last to the first, each of which keeps the order of the others.
  private func sorted() -> UncheckedBuffer<Entry> {
    if count < 2 { return memory[0] }
    var (source, destination) = (memory[0], memory[1])
    let digit = 11
    let digitEnds = Scratch<Int>(slots: 1, slotSize: 1 << digit)
    defer { digitEnds.deallocate() }
    let ends = digitEnds[0]
    let bits = C.self == Float.self ? 32 : 64
    for shift in stride(from: 0, to: bits, by: digit) {
      ends.fill(0, count: 1 << digit)
      func bucket(_ entry: Entry) -> Int {
        let key = Self.bits(entry.error) >> UInt64(shift)
        return (1 << digit) - 1 - Int(truncatingIfNeeded: key) & (1 << digit - 1)
      }
      for index in 0..<count { ends[bucket(source[index])] += 1 }
      if (0..<1 << digit).contains(where: { ends[$0] == count }) { continue }
      var start = 0
      for index in 0..<1 << digit { (ends[index], start) = (start, start + ends[index]) }
      for index in 0..<count {
        let entry = source[index]
        let place = bucket(entry)
        destination[ends[place]] = entry
        ends[place] += 1
      }
      (source, destination) = (destination, source)
    }
    return source
  }
}
