extension Layout {
  /// Equally spaced elements.
  @frozen @usableFromInline
  package struct Run {
    /// The position of the first element, counted from the element whose indices are all 0.
    @usableFromInline package var start: Int
    @usableFromInline package var stride: Int
    @usableFromInline package var count: Int

    @inlinable
    package init(start: Int, stride: Int, count: Int) {
      self.start = start
      self.stride = stride
      self.count = count
    }
  }

  /// Calls `body` with the runs that make up the elements at `range`, which counts in row-major order.
  ///
  /// The fewer axes, the longer the runs: call it on the `merged` layout.
  @inlinable
  package func forEachRun(in range: Range<Int>, _ body: (Run) -> Void) {
    guard !range.isEmpty else { return }
    let inner = shape.count - 1
    var index = shape.index(ofElement: range.lowerBound)
    var start = zip(index, strides).reduce(0) { $0 + $1.0 * $1.1 }
    var remaining = range.count
    while true {
      let count = Swift.min(shape[inner] - index[inner], remaining)
      body(Run(start: start, stride: strides[inner], count: count))
      remaining -= count
      if remaining == 0 { return }
      // On to the start of the next line, carrying into the outer axes.
      start -= index[inner] * strides[inner]
      index[inner] = 0
      var axis = inner - 1
      while true {
        index[axis] += 1
        start += strides[axis]
        if index[axis] < shape[axis] { break }
        start -= shape[axis] * strides[axis]
        index[axis] = 0
        axis -= 1
      }
    }
  }
}
