internal import Tensors

/// The elements of an argument that do not lie one after another.
///
/// Who makes one answers for the storage, who copies from it for the positions and the memory.
@safe
final class StridedElements<S: LossScalar> {
  private let origin: UnsafePointer<S>
  private let layout: Layout
  private let lines: Layout?

  init(_ storage: UnsafePointer<S>, _ layout: Layout) {
    self.layout = layout.merged
    lines = self.layout.interleavedLines
    unsafe origin = storage + layout.offset
  }

  /// Whether neighbouring lines lie closer together than neighbours in a line.
  var isInterleaved: Bool { lines != nil }

  /// Copies the elements at `range`, which counts in row-major order.
  func copy(_ range: Range<Int>, to memory: UnsafeMutablePointer<S.Computation>) {
    let length = layout.shape.last!
    let (firstWhole, lastWhole) = ((range.lowerBound + length - 1) / length, range.upperBound / length)
    guard firstWhole + 1 < lastWhole, let lines else { return unsafe copyRuns(range, to: memory) }
    let whole = firstWhole * length..<lastWhole * length
    unsafe copyRuns(range.lowerBound..<whole.lowerBound, to: memory)
    unsafe copy(firstWhole..<lastWhole, of: lines, to: memory + (whole.lowerBound - range.lowerBound))
    unsafe copyRuns(whole.upperBound..<range.upperBound, to: memory + (whole.upperBound - range.lowerBound))
  }

  /// Copies whole lines position by position, to read what is close together at once.
  private func copy(_ range: Range<Int>, of lines: Layout, to memory: UnsafeMutablePointer<S.Computation>) {
    let (length, stride) = (layout.shape.last!, layout.strides.last!)
    var next = unsafe memory
    lines.forEachRun(in: range) { run in
      let start = unsafe origin + run.start
      let copied =
        run.stride == 1
        ? unsafe Squares.transpose(start, stride: stride, to: next, lines: run.count, length: length)
        : (lines: 0, length: 0)
      for position in 0..<length {
        let start = unsafe start + position * stride
        for line in (position < copied.length ? copied.lines : 0)..<run.count {
          unsafe next[line &* length &+ position] = start[line &* run.stride].computation
        }
      }
      unsafe next += run.count * length
    }
  }

  private func copyRuns(_ range: Range<Int>, to memory: UnsafeMutablePointer<S.Computation>) {
    var next = unsafe memory
    layout.forEachRun(in: range) { run in
      unsafe Conversion.load(origin + run.start, stride: run.stride, count: run.count, to: next)
      unsafe next += run.count
    }
  }
}

extension Layout {
  /// The first elements of the lines along the last axis, if neighbouring lines lie closer together than neighbours
  /// in a line, as in a transposed matrix.
  fileprivate var interleavedLines: Layout? {
    let inner = shape.count - 1
    guard inner > 0, strides[inner].magnitude > strides[inner - 1].magnitude else { return nil }
    return Layout(shape: Shape(shape.dropLast()), strides: Strides(strides.dropLast()), offset: offset)
  }
}
