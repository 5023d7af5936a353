import ExampleTools
import Losses

/// Several rows as tensors for the network and for CTC. Narrow rows are padded with blank paper to the width T of the
/// widest.
struct Batch {
  /// How many columns the network sees to each side of the current one: nearly the width of a digit.
  private static let reach = 7
  /// The number of pixels in that window.
  static let windowSize = (2 * reach + 1) * Row.height

  let count: Int
  /// The pixels around each column, [N·T, windowSize].
  let windows: Tensor<Float>
  /// The digits of all rows, one row after another.
  let targets: Tensor<Int>
  /// The number of columns of each row.
  let inputLengths: Tensor<Int>
  /// The number of digits in each row.
  let targetLengths: Tensor<Int>

  init(_ rows: some Collection<Row>) {
    count = rows.count
    let width = rows.map(\.width).max() ?? 0
    var windows: [Float] = []
    for row in rows {
      let left = Self.paper(columns: Self.reach)
      let right = Self.paper(columns: width - row.width + Self.reach)
      let pixels = left + row.pixels + right
      for start in stride(from: 0, to: width * Row.height, by: Row.height) {
        windows += pixels[start..<start + Self.windowSize]
      }
    }
    self.windows = Tensor(windows, shape: [count * width, Self.windowSize])
    targets = Tensor(rows.flatMap(\.digits))
    inputLengths = Tensor(rows.map(\.width))
    targetLengths = Tensor(rows.map(\.digits.count))
  }

  private static func paper(columns: Int) -> [Float] { Array(repeating: 0, count: columns * Row.height) }
}

extension Batch {
  /// The network's scores, [N·T, C], in the order that CTC expects, [T, N, C]. This is a view, not a copy.
  func frames(_ scores: Tensor<Float>) -> Tensor<Float> {
    scores.reshaped(to: [count, scores.shape[0] / count, scores.shape[1]]).transposed(0, 1)
  }

  /// The inverse of `frames(_:)`, for the gradient.
  func scores(_ frames: Tensor<Float>) -> Tensor<Float> {
    frames.transposed(0, 1).reshaped(to: [frames.shape[0] * count, frames.shape[2]])
  }
}
