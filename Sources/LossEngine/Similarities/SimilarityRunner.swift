internal import RealMath
internal import Tensors

/// Runs a function over the similarities of vectors, which exist for a block of rows at a time.
///
/// For each block: the similarities by a product of matrices, the function of each row, which leaves the derivatives G,
/// then the gradients with respect to rows and columns by two more products, G · columns and Gᵀ · rows. Where these are
/// the same vectors, half of the similarities and one product are enough. What blocks have in common is added up in
/// their order, and threads share the work on one.
struct SimilarityRunner<S: LossScalar, C: RealScalar> {
  let vectors: [Tensor<S>]
  /// How many of the first of them have a row for each sample.
  let sampledVectors: Int
  let features: Int
  let passes: [SimilarityPass]
  let isNormalizing: Bool
  let function: any SimilarityFunction
  let samples: CountedSamples?
  let parameters: [Double]
  let values: UncheckedBuffer<Double>
  let scaling: Reducer.Scaling<S>
  /// Those of the vectors, then those of the parameters.
  let destinations: [Destination<S>?]?

  /// Computes all values, and the gradients if they have destinations.
  @specialized(where S == Float, C == Float) @specialized(where S == Float, C == Double)
  @specialized(where S == Double, C == Double)
  @specialized(where S == HalfPrecision, C == Float) @specialized(where S == HalfPrecision, C == Double)
  func run() { computeAll() }

  // Not inlined into an entry that sets up all that it holds.
  @inline(never)
  private func computeAll() {
    let count = vectors.indices.reduce(0) { $0 + rowCount($1) }
    let hasGradient = destinations != nil
    let elements = Scratch<C>(slots: hasGradient ? 2 : 1, slotSize: count * features)
    // Vectors without elements have no lengths that are read, and may be without number.
    let numbers = Scratch<Double>(slots: 2, slotSize: isNormalizing && features > 0 ? count : 0)
    let sums = Scratch<Double>(slots: 1, slotSize: max(1, parameters.count))
    defer {
      elements.deallocate()
      numbers.deallocate()
      sums.deallocate()
    }
    let rows = UnitRows(
      features: features, elements: elements[0], isNormalizing: isNormalizing, scales: numbers[0],
      lengths: numbers[1])
    load(to: rows)
    if hasGradient { elements[1].clear(count: count * features) }
    for index in parameters.indices { sums[0][index] = 0 }
    for pass in passes { run(pass, rows, gradient: hasGradient ? elements[1] : nil, sums: sums[0]) }
    guard let destinations else { return }
    store(elements[1], rows, areCompared: passes.contains { $0.comparesRows }, to: destinations)
    for (index, destination) in destinations[vectors.count...].enumerated() {
      destination?.store(sums[0][index], at: 0)
    }
  }
}

// Vectors.
extension SimilarityRunner {
  /// For each row of an argument, which of those that count it is, if not all do; −1 where it does not.
  private func places(_ argument: Int) -> [Int]? { argument < sampledVectors ? samples?.places : nil }

  /// The rows of an argument that count.
  private func rowCount(_ argument: Int) -> Int {
    let count = vectors[argument].shape[0]
    return argument < sampledVectors ? samples.count(of: count) : count
  }

  /// Calls `body` with some rows of each argument that a thread computes at a time: the argument's position, and the
  /// positions of the rows among those of all that count, `nil` where one does not.
  private func forEachPart(
    _ body: (_ argument: Int, _ rows: Range<Int>, _ place: (Int) -> Int?) -> Void
  ) {
    var first = 0
    for (index, tensor) in vectors.enumerated() {
      let (count, places) = (tensor.shape[0], places(index))
      Parallelism.forEachChunk(
        of: features == 0 ? 0 : count, chunkSize: max(1, 4 * Blocks.size / max(1, features)),
        cost: Double(count) * Double(features) * 2
      ) { rows in
        body(index, rows) { row in
          guard let places else { return first + row }
          return places[row] < 0 ? nil : first + places[row]
        }
      }
      first += rowCount(index)
    }
  }

  private func load(to rows: UnitRows<C>) {
    forEachPart { argument, part, place in
      vectors[argument].withOperand { operand in
        let scratch = Scratch<S.Computation>(slots: 1, slotSize: part.count * features)
        defer { scratch.deallocate() }
        let elements = operand.load(
          part.lowerBound * features..<part.upperBound * features, scratch: scratch[0])
        for (index, row) in part.enumerated() {
          guard let place = place(row) else { continue }
          rows.set(place, to: elements.advanced(by: index * features))
        }
      }
    }
  }

  /// - Parameter areCompared: Whether there is a value that depends on the vectors. The gradient with respect to vectors
  ///   that none depends on is 0, whatever they hold.
  private func store(
    _ gradient: UncheckedBuffer<C>, _ rows: UnitRows<C>, areCompared: Bool,
    to destinations: [Destination<S>?]
  ) {
    forEachPart { argument, part, place in
      guard let destination = destinations[argument] else { return }
      let scratch = Scratch<S.Computation>(slots: 1, slotSize: part.count * features)
      defer { scratch.deallocate() }
      let start = part.lowerBound * features
      let results = destination.buffer(from: start, scratch: scratch[0])
      for (index, row) in part.enumerated() {
        let result = results.advanced(by: index * features)
        guard areCompared, let place = place(row) else {
          result.clear(count: features)
          continue
        }
        rows.makeVectorGradient(place, of: gradient.advanced(by: place * features), to: result)
      }
      destination.store(start..<part.upperBound * features, from: results)
    }
  }
}

// Blocks.
extension SimilarityRunner {
  /// How many bytes the similarities of a block and their derivatives may take, if those of a row do not take more.
  private static var blockSize: Int { 16 << 20 }

  private func run(
    _ pass: SimilarityPass, _ rows: UnitRows<C>, gradient: UncheckedBuffer<C>?,
    sums: UncheckedBuffer<Double>
  ) {
    let width = pass.width
    if pass.rows.isEmpty || width == 0 { return }
    let fitting = Self.blockSize / (2 * MemoryLayout<C>.stride * width)
    let size = min(max(fitting, 1), pass.rows.count)
    let numbers = Scratch<C>(slots: 2, slotSize: size * width)
    let slopes = Scratch<Double>(slots: 1, slotSize: size * max(1, parameters.count))
    defer {
      numbers.deallocate()
      slopes.deallocate()
    }
    var totals = parameters.map { _ in CompensatedSum() }
    Blocks.forEach(in: pass.rows, size: size) { block in
      computeSimilarities(of: block, pass, rows, to: numbers[0])
      computeFunction(
        of: block, pass, rows, numbers[0], derivatives: numbers[1], slopes: slopes[0],
        needsDerivatives: gradient != nil)
      guard let gradient else { return }
      addGradients(of: block, pass, rows, numbers[1], to: gradient)
      for row in 0..<block.count {
        for index in parameters.indices { totals[index].add(slopes[0][row * parameters.count + index]) }
      }
    }
    for index in parameters.indices { sums[index] += totals[index].value }
  }

  /// The first vector that is compared with one row of a block alone.
  private func firstPartner(of block: Range<Int>, _ pass: SimilarityPass) -> Int? {
    pass.firstPartner.map { $0 + block.lowerBound - pass.rows.lowerBound }
  }

  /// What a block has for each similarity, if it is of all vectors with one another.
  private func square(
    of block: Range<Int>, _ pass: SimilarityPass, _ elements: UncheckedBuffer<C>
  ) -> SquareMatrix<C>? {
    block == pass.columns ? SquareMatrix(elements: elements, size: block.count) : nil
  }

  private func computeSimilarities(
    of block: Range<Int>, _ pass: SimilarityPass, _ rows: UnitRows<C>, to similarities: UncheckedBuffer<C>
  ) {
    if let square = square(of: block, pass, similarities) {
      return square.setProducts(ofRowsAt: rows.row(block.lowerBound), features: features)
    }
    let partner = firstPartner(of: block, pass)
    MatrixProduct.compute(
      Matrix(rows.row(block.lowerBound), rowStride: features),
      Matrix(rows.row(pass.columns.lowerBound), rowStride: features).transposed, rows: block.count,
      columns: pass.columns.count, depth: features, adding: false,
      to: similarities.advanced(by: partner == nil ? 0 : 1), stride: pass.width)
    guard let partner else { return }
    for index in 0..<block.count {
      let (a, b) = (rows.row(block.lowerBound + index), rows.row(partner + index))
      similarities[index * pass.width] = C(
        Summation.sum(count: features) { Double(a[$0]) * Double(b[$0]) })
    }
  }

  private func computeFunction(
    of block: Range<Int>, _ pass: SimilarityPass, _ rows: UnitRows<C>, _ similarities: UncheckedBuffer<C>,
    derivatives: UncheckedBuffer<C>, slopes: UncheckedBuffer<Double>, needsDerivatives: Bool
  ) {
    let width = pass.width
    Parallelism.forEachChunk(
      of: block.count, chunkSize: Blocks.linesPerChunk(of: width),
      cost: Double(block.count) * Double(width) * 2
    ) { part in
      for index in part {
        let position = block.lowerBound + index - pass.rows.lowerBound
        let weight = pass.weight * samples.weight(ofRow: position)
        let scale = scaling.scale(at: samples.valuePosition(ofRow: position)) * weight
        let row = SimilarityRow(
          similarities: similarities.advanced(by: index * width),
          derivatives: derivatives.advanced(by: index * width), count: width,
          excluded: pass.excludesSelf ? position : -1, vector: rows.row(block.lowerBound + index),
          others: rows.row(pass.columns.lowerBound), features: features, positives: pass.positives[position],
          parameters: parameters, scale: scale,
          needsDerivatives: needsDerivatives,
          parameterDerivatives: slopes.advanced(by: index * parameters.count))
        let value = dispatch(
          row, on: C.self, inFloat: { function.compute($0 as SimilarityRow<Float>) },
          inDouble: { function.compute($0 as SimilarityRow<Double>) })
        values[position] += weight * value
      }
    }
  }

  private func addGradients(
    of block: Range<Int>, _ pass: SimilarityPass, _ rows: UnitRows<C>, _ derivatives: UncheckedBuffer<C>,
    to gradient: UncheckedBuffer<C>
  ) {
    let (width, columns) = (pass.width, pass.columns)
    let partner = firstPartner(of: block, pass)
    let slopes = Matrix(derivatives.advanced(by: partner == nil ? 0 : 1), rowStride: width)
    let unitRows = Matrix(rows.row(block.lowerBound), rowStride: features)
    func place(_ row: Int) -> UncheckedBuffer<C> { gradient.advanced(by: row * features) }
    // G + Gᵀ takes the place of two products.
    let square = square(of: block, pass, derivatives)
    square?.addTransposed()
    MatrixProduct.compute(
      slopes, Matrix(rows.row(columns.lowerBound), rowStride: features), rows: block.count,
      columns: features, depth: columns.count, adding: true, to: place(block.lowerBound), stride: features)
    if square != nil { return }
    MatrixProduct.compute(
      slopes.transposed, unitRows, rows: columns.count, columns: features, depth: block.count,
      adding: true, to: place(columns.lowerBound), stride: features)
    guard let partner else { return }
    for index in 0..<block.count {
      let slope = derivatives[index * width]
      let (own, other) = (place(block.lowerBound + index), place(partner + index))
      let (unit, partnerUnit) = (rows.row(block.lowerBound + index), rows.row(partner + index))
      for feature in 0..<features {
        own[feature] += slope * partnerUnit[feature]
        other[feature] += slope * unit[feature]
      }
    }
  }
}
