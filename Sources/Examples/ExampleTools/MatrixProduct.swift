package import Losses

/// The matrix a·b + c, where c broadcasts: it may be one row or one number.
package func product(_ a: Tensor<Float>, _ b: Tensor<Float>, plus c: Tensor<Float> = 0) -> Tensor<Float> {
  let (rows, inner, columns) = (a.shape[0], a.shape[1], b.shape[1])
  let start = c.broadcast(to: [1, columns]).scalars
  var result: [Float] = []
  result.reserveCapacity(rows * columns)
  a.withSpan { a in
    b.withSpan { b in
      for row in 0..<rows {
        var sums = start
        add(a.extracting(row * inner..<(row + 1) * inner), times: b, to: &sums)
        result += sums
      }
    }
  }
  return Tensor(result, shape: [rows, columns])
}

/// The sum of each column of a matrix, as a matrix of one row.
package func columnSums(_ matrix: Tensor<Float>) -> Tensor<Float> {
  product(Tensor<Float>(1).broadcast(to: [1, matrix.shape[0]]), matrix)
}

/// Adds the product of a row and the matrix `b` to `sums`.
private func add(_ row: Span<Float>, times b: Span<Float>, to sums: inout [Float]) {
  let columns = sums.count
  func line(_ index: Int) -> Range<Int> { index * columns..<(index + 1) * columns }
  // Skipping zeros pays: about half of the pixels are blank, and about half of the hidden units are 0. Each index is
  // written before it is known whether it counts, which saves a branch.
  var used = Array(repeating: 0, count: row.count)
  var count = 0
  for index in row.indices {
    used[count] = index
    count += row[index] == 0 ? 0 : 1
  }
  // Four lines at a time, so that each sum is read and written once for four products. The products are added in the
  // same order as one at a time, so the rounding is the same.
  let rest = count - count % 4
  for next in stride(from: 0, to: rest, by: 4) {
    let (i, j, k, l) = (used[next], used[next + 1], used[next + 2], used[next + 3])
    let (first, second, third, fourth) = (row[i], row[j], row[k], row[l])
    let (bi, bj) = (b.extracting(line(i)), b.extracting(line(j)))
    let (bk, bl) = (b.extracting(line(k)), b.extracting(line(l)))
    for column in 0..<columns {
      sums[column] =
        sums[column] + first * bi[column] + second * bj[column] + third * bk[column] + fourth * bl[column]
    }
  }
  for index in used[rest..<count] {
    let (factor, line) = (row[index], b.extracting(line(index)))
    for column in 0..<columns { sums[column] += factor * line[column] }
  }
}
