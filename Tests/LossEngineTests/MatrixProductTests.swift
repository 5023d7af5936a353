import LossEngine
import LossRegistry
import RealMath
import Tensors
import Testing

/// Products of matrices have the bits of plain loops: one block of 256 products after the other, in order, and with fused
/// multiply-add where the processor has it.
struct MatrixProductTests {
  /// Rows, columns and depth.
  static let sizes = [
    (0, 3, 2), (1, 1, 0), (1, 1, 1), (6, 16, 3), (7, 17, 5), (13, 40, 255), (5, 33, 256), (96, 8, 257),
    (97, 31, 20), (400, 270, 3), (3, 5, 1030),
  ]

  private func numbers<C: LossScalar>(_ count: Int, seed: UInt64) -> [C] {
    Tensor<Double>.random(in: -1..<1, [count], seed: seed).scalars.map { C($0) }
  }

  private func expectBitsOfLoops<C: RealScalar & LossScalar>(
    _: C.Type, _ size: (rows: Int, columns: Int, depth: Int), transposed: (a: Bool, b: Bool), adding: Bool
  ) {
    let (rows, columns, depth) = size
    var a: [C] = numbers(rows * depth, seed: 1)
    var b: [C] = numbers(depth * columns, seed: 2)
    // Rows of the result are farther apart than they are long.
    let stride = columns + 2
    let old: [C] = numbers(rows * stride, seed: 3)
    var expected = old
    for row in 0..<rows {
      for column in 0..<columns {
        var total: C = adding ? old[row * stride + column] : 0
        for start in Swift.stride(from: 0, to: depth, by: 256) {
          var sum: C = 0
          for index in start..<min(start + 256, depth) {
            let left = transposed.a ? a[index * rows + row] : a[row * depth + index]
            let right = transposed.b ? b[column * depth + index] : b[index * columns + column]
            sum = MatrixProduct.isFused ? sum.addingProduct(left, right) : sum + left * right
          }
          total = adding || start > 0 ? total + sum : sum
        }
        expected[row * stride + column] = total
      }
    }
    for threads in [1, 3] {
      var result = old
      unsafe a.withUnsafeMutableBufferPointer { a in
        unsafe b.withUnsafeMutableBufferPointer { b in
          unsafe result.withUnsafeMutableBufferPointer { result in
            guard let a = a.baseAddress, let b = b.baseAddress, let result = result.baseAddress else {
              return
            }
            let left = unsafe Matrix(UncheckedBuffer(a), rowStride: transposed.a ? rows : depth)
            let right = unsafe Matrix(UncheckedBuffer(b), rowStride: transposed.b ? depth : columns)
            Parallelism.$maximumThreads.withValue(threads) {
              MatrixProduct.compute(
                transposed.a ? left.transposed : left, transposed.b ? right.transposed : right, rows: rows,
                columns: columns, depth: depth, adding: adding, to: unsafe UncheckedBuffer(result),
                stride: stride)
            }
          }
        }
      }
      #expect(result == expected, "\(C.self), \(threads) threads")
    }
  }

  @Test(arguments: sizes, [false, true])
  func bitsAreThoseOfLoops(_ size: (Int, Int, Int), adding: Bool) {
    for a in [false, true] {
      for b in [false, true] {
        expectBitsOfLoops(Float.self, size, transposed: (a, b), adding: adding)
        expectBitsOfLoops(Double.self, size, transposed: (a, b), adding: adding)
      }
    }
  }
}
