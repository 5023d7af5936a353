/// What an entry of a slicing subscript can be: an `Int`, a range of them, or an `AxisSlice`.
///
///     tensor[2, 1..<3, .stride(by: -1)]
public protocol AxisSelection {
  /// The selection in the form that all kinds have in common.
  var axisSlice: AxisSlice { get }
}

/// Which elements of an axis to take, and in what order.
///
/// Indices count from 0; there are no negative ones that count from the end.
public struct AxisSlice: Hashable, Sendable {
  enum Content: Hashable {
    /// One element, which leaves no axis.
    case index(Int)
    /// Every `step`th element from `first` on, or from the edge where that is `nil`.
    case elements(first: Int?, end: End, step: Int)
  }

  enum End: Hashable {
    case upTo(Int)
    case through(Int)
    /// The last element, or the first where the step is negative.
    case edge
  }

  let content: Content

  init(_ content: Content) { self.content = content }
}

extension AxisSelection where Self == AxisSlice {
  /// The whole axis.
  public static var all: AxisSlice { AxisSlice(.elements(first: nil, end: .edge, step: 1)) }

  /// Every `step`th element, beginning with the last one when `step` is negative: `.stride(by: -1)` is the axis
  /// reversed.
  ///
  /// - Precondition: `step` is not 0.
  public static func stride(by step: Int) -> AxisSlice {
    AxisSlice(.elements(first: nil, end: .edge, step: step))
  }

  /// The elements that the function `stride(from:to:by:)` of the standard library counts.
  ///
  /// - Precondition: `step` is not 0.
  public static func stride(from first: Int, to end: Int, by step: Int) -> AxisSlice {
    AxisSlice(.elements(first: first, end: .upTo(end), step: step))
  }

  /// The elements that the function `stride(from:through:by:)` of the standard library counts.
  ///
  /// - Precondition: `step` is not 0.
  public static func stride(from first: Int, through last: Int, by step: Int) -> AxisSlice {
    AxisSlice(.elements(first: first, end: .through(last), step: step))
  }
}

extension AxisSlice: AxisSelection {
  public var axisSlice: AxisSlice { self }
}

extension Int: AxisSelection {
  /// The element at this index; the axis is dropped.
  public var axisSlice: AxisSlice { AxisSlice(.index(self)) }
}

extension Range: AxisSelection where Bound == Int {
  public var axisSlice: AxisSlice {
    AxisSlice(.elements(first: lowerBound, end: .upTo(upperBound), step: 1))
  }
}

extension ClosedRange: AxisSelection where Bound == Int {
  public var axisSlice: AxisSlice {
    AxisSlice(.elements(first: lowerBound, end: .through(upperBound), step: 1))
  }
}

extension PartialRangeFrom: AxisSelection where Bound == Int {
  public var axisSlice: AxisSlice { AxisSlice(.elements(first: lowerBound, end: .edge, step: 1)) }
}

extension PartialRangeUpTo: AxisSelection where Bound == Int {
  public var axisSlice: AxisSlice { AxisSlice(.elements(first: 0, end: .upTo(upperBound), step: 1)) }
}

extension PartialRangeThrough: AxisSelection where Bound == Int {
  public var axisSlice: AxisSlice { AxisSlice(.elements(first: 0, end: .through(upperBound), step: 1)) }
}

extension AxisSlice: CustomStringConvertible {
  public var description: String {
    switch content {
    case .index(let index): "\(index)"
    case .elements(nil, _, 1): ".all"
    case .elements(nil, _, let step): ".stride(by: \(step))"
    case .elements(let first?, .edge, _): "\(first)..."
    case .elements(let first?, .upTo(let end), 1): "\(first)..<\(end)"
    case .elements(let first?, .through(let last), 1): "\(first)...\(last)"
    case .elements(let first?, .upTo(let end), let step): ".stride(from: \(first), to: \(end), by: \(step))"
    case .elements(let first?, .through(let last), let step):
      ".stride(from: \(first), through: \(last), by: \(step))"
    }
  }
}

extension AxisSlice {
  /// Which elements of an axis of this length are selected, or `nil` if one of them or a bound lies outside.
  /// The count is `nil` where the axis is dropped.
  ///
  /// - Precondition: the step is not 0.
  func elements(ofLength length: Int) -> (first: Int, step: Int, count: Int?)? {
    switch content {
    case .index(let index):
      return index >= 0 && index < length ? (index, 1, nil) : nil
    case .elements(let givenFirst, let end, let step):
      require(step != 0, "a stride by 0")
      let first = givenFirst ?? (step > 0 ? 0 : length - 1)
      guard let count = end.count(from: first, by: step, ofLength: length) else { return nil }
      return (first, step, count)
    }
  }
}

extension AxisSlice.End {
  /// The number of elements from `first` to here, or `nil` if one of them, or a bound of none, lies outside an
  /// axis of this length.
  func count(from first: Int, by step: Int, ofLength length: Int) -> Int? {
    let (bound, isIncluded) =
      switch self {
      case .upTo(let bound): (bound, false)
      case .through(let bound): (bound, true)
      case .edge: (step > 0 ? length : -1, false)
      }
    let isAhead = step > 0 ? first < bound : first > bound
    guard isAhead || isIncluded && first == bound else {
      // Upwards, an end that is not included lies behind what there is, and downwards in front of it.
      let places = (step > 0 && !isIncluded ? 0 : -1)...(step < 0 && !isIncluded ? length - 1 : length)
      return places.contains(first) && places.contains(bound) ? 0 : nil
    }
    // The distance of two integers may not fit in `Int`, but does in `UInt`.
    let distance = UInt(bitPattern: step > 0 ? bound &- first : first &- bound)
    let steps = (isIncluded ? distance : distance - 1) / step.magnitude
    guard first >= 0, first < length, steps < UInt(length) else { return nil }
    // Further than that leads out of the axis, and the product might not fit in `Int`.
    guard steps == 0 || step.magnitude <= UInt(length - 1) / steps else { return nil }
    let last = first + Int(steps) * step
    return last >= 0 && last < length ? Int(steps) + 1 : nil
  }
}
