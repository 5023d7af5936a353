internal import RealMath
package import Tensors

extension Tensor where Scalar: LossScalar, Scalar.Computation == Scalar {
  /// Returns the product of each row of this matrix with each row of another one, which is converted some rows at a time.
  ///
  /// - Parameter addends: What is added to the elements of each column.
  @specialized(where Scalar == Float, Other == Float) @specialized(where Scalar == Double, Other == Double)
  @specialized(where Scalar == Float, Other == HalfPrecision)
  @specialized(where Scalar == Float, Other == BFloat16)
  package func products<Other: LossScalar>(
    withRowsOf other: Tensor<Other>, adding addends: Tensor<Other>? = nil
  ) -> Tensor where Other.Computation == Scalar {
    let (rows, columns, depth) = (shape[0], other.shape[0], shape[1])
    var result = Tensor(repeating: 0, shape: [rows, columns])
    if rows == 0 { return result }
    result.withDestination { destination in
      Optional(self).withElements { left in
        let unused = Scratch<Scalar>(slots: 0, slotSize: 0)
        defer { unused.deallocate() }
        let result = destination.buffer(from: 0, scratch: unused[0])
        if let left {
          other.forEachBlockOfRows { first, block, count in
            MatrixProduct.compute(
              Matrix(left, rowStride: depth), Matrix(block, rowStride: depth).transposed, rows: rows,
              columns: count, depth: depth, adding: false, to: result.advanced(by: first), stride: columns)
          }
        }
        addends.withElements { addends in
          guard let addends else { return }
          for row in 0..<rows {
            let elements = result.advanced(by: row * columns)
            for column in 0..<columns { elements[column] += addends[column] }
          }
        }
      }
    }
    return result
  }

  /// Returns the matrix of some of the rows, in increasing order.
  @specialized(where Scalar == Float) @specialized(where Scalar == Double)
  package func gathering(rows: [Int]) -> Tensor {
    let features = shape[1]
    var result = Tensor(uninitialized: [rows.count, features])
    withOperand { operand in
      result.withDestination { destination in
        let unused = Scratch<Scalar>(slots: 0, slotSize: 0)
        defer { unused.deallocate() }
        LinearInput.argument(operand).copy(
          rows, features: features, to: destination.buffer(from: 0, scratch: unused[0]))
      }
    }
    return result
  }
}

extension Tensor where Scalar: LossScalar {
  /// Calls `body` with all rows of a matrix at once, if they can be used where they lie, or some at a time.
  fileprivate func forEachBlockOfRows(
    _ body: (_ first: Int, _ rows: UncheckedBuffer<Scalar.Computation>, _ count: Int) -> Void
  ) {
    let (rows, length) = (shape[0], shape[1])
    withOperand { operand in
      let size = operand.isDirect ? rows : min(max(MatrixProduct.copiedElements / length, 1), rows)
      let scratch = Scratch<Scalar.Computation>(slots: operand.isDirect ? 0 : 1, slotSize: size * length)
      defer { scratch.deallocate() }
      Blocks.forEach(in: 0..<rows, size: size) { block in
        let elements = operand.load(
          block.lowerBound * length..<block.upperBound * length, scratch: scratch[0])
        body(block.lowerBound, elements, block.count)
      }
    }
  }
}
