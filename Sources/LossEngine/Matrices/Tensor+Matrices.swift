internal import RealMath
package import Tensors

extension Tensor where Scalar: LossScalar, Scalar.Computation == Scalar {
  /// Returns the product of each row of this matrix with each row of another one.
  ///
  /// - Parameter addends: What is added to the elements of each column.
  @specialized(where Scalar == Float) @specialized(where Scalar == Double)
  package func products(withRowsOf other: Tensor, adding addends: Tensor? = nil) -> Tensor {
    let (rows, columns, depth) = (shape[0], other.shape[0], shape[1])
    var result = Tensor(repeating: 0, shape: [rows, columns])
    result.withDestination { destination in
      Optional(self).withElements { left in
        Optional(other).withElements { right in
          addends.withElements { addends in
            let unused = Scratch<Scalar>(slots: 0, slotSize: 0)
            defer { unused.deallocate() }
            let result = destination.buffer(from: 0, scratch: unused[0])
            if let left, let right {
              MatrixProduct.compute(
                Matrix(left, rowStride: depth), Matrix(right, rowStride: depth).transposed, rows: rows,
                columns: columns, depth: depth, adding: false, to: result, stride: columns)
            }
            guard let addends else { return }
            for row in 0..<rows {
              let elements = result.advanced(by: row * columns)
              for column in 0..<columns { elements[column] += addends[column] }
            }
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
