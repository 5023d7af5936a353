import Losses

/// The vectors of a call, divided by their lengths or as they are.
struct PlainVectors {
  let vectors: [[Bounded]]
  /// What the gradient with respect to each vector is divided by; 0 for a vector of zeros.
  private let lengths: [(scale: Double, scaled: Bounded)]?

  init(_ tensors: [Tensor<Double>], areNormalized: Bool, _ numbers: Precision) {
    let rows = tensors.flatMap { numbers.rows(of: $0) }
    guard areNormalized else {
      vectors = rows
      lengths = nil
      return
    }
    var (units, lengths): ([[Bounded]], [(scale: Double, scaled: Bounded)]) = ([], [])
    for row in rows {
      // Scaled by a power of two, so that no square is out of range.
      let largest = row.reduce(0) { max($0, $1.value.magnitude) }
      let scale =
        largest > 0 ? Double(sign: .plus, exponent: min(-largest.exponent, 1000), significand: 1) : 1
      let scaled = row.map { Bounded($0.value * scale, ulp: $0.ulp) }
      let length = scaled.map { $0 * $0 }.sum.squareRoot
      units.append(largest == 0 ? row.map { _ in 0 } : scaled.map { $0 / length })
      lengths.append((scale, largest == 0 ? 0 : length))
    }
    vectors = units
    self.lengths = lengths
  }

  /// With u = v / |v|: ∂/∂v = (g − (g·u)·u) / |v|.
  func gradient(_ index: Int, _ gradient: [Bounded], _ numbers: Precision) -> [Bounded] {
    guard let (scale, length) = lengths?[index] else { return gradient }
    if length.isZero { return gradient.map { _ in 0 } }
    let unit = vectors[index]
    let along = PlainProduct.sum(Array(zip(gradient, unit)), numbers)
    return zip(gradient, unit).map { ($0 - along * $1) / length * Bounded(scale) }
  }
}

/// A row of similarities: a vector with others.
struct PlainRow {
  var vector: Int
  var others: [Int]
  /// The positions among the others of those that the vector belongs to.
  var positives: [Int]
  /// Which value the row adds to, and what it is multiplied by.
  var value: Int
  var weight = 1.0
}

/// What a function makes of the similarities of a row: derivatives with respect to these and to the parameters.
typealias PlainRowTerms = (value: Bounded, slopes: [Bounded], parameters: [Bounded])

extension PlainCall {
  /// - Parameters:
  ///   - labels: Those of the arguments that have a gradient: of the vectors, then of the parameters.
  ///   - vectors: The arguments that are matrices of vectors.
  init(
    _ a: Arguments<Double>, labels: [String], vectors names: [String], areNormalized: Bool = true,
    rows: [PlainRow], valueCount: Int, mean: Int, _ numbers: Precision,
    function: (_ similarities: [Bounded], _ positives: [Int]) -> PlainRowTerms
  ) {
    // What is left of infinite or undefined numbers is not compared.
    let areFinite = labels.allSatisfy { a[$0].scalars.allSatisfy(\.isFinite) }
    let vectors = PlainVectors(names.map { a[$0] }, areNormalized: areNormalized, numbers)
    let features = a[names[0]].shape[1]
    let terms = rows.map { row in
      function(
        row.others.map { other in
          PlainProduct.sum(Array(zip(vectors.vectors[row.vector], vectors.vectors[other])), numbers)
        }, row.positives)
    }
    var values = Array(repeating: Bounded(0, ulp: numbers.ulp), count: valueCount)
    for (row, terms) in zip(rows, terms) {
      values[row.value] = values[row.value] + Bounded(row.weight) * terms.value
    }
    func compared(_ numbers: [Bounded]) -> [Bounded] {
      areFinite ? numbers : numbers.map { _ in Bounded(0, error: .infinity) }
    }
    self.init(
      shape: [valueCount], values: compared(values), mean: Bounded(Double(max(1, mean))),
      batch: max(1, valueCount)
    ) { scales in
      var products = Array(repeating: [(Bounded, Int)](), count: vectors.vectors.count)
      for (row, terms) in zip(rows, terms) {
        let scale = scales[row.value] * Bounded(row.weight)
        for (other, slope) in zip(row.others, terms.slopes) {
          products[row.vector].append((scale * slope, other))
          products[other].append((scale * slope, row.vector))
        }
      }
      let gradients = products.indices.map { index in
        vectors.gradient(
          index,
          (0..<features).map { feature in
            PlainProduct.sum(products[index].map { ($0.0, vectors.vectors[$0.1][feature]) }, numbers)
          }, numbers)
      }
      var first = 0
      return Labelled(
        labels: labels,
        values: labels.map { label in
          if let parameter = labels[names.count...].firstIndex(of: label) {
            return compared([
              zip(rows, terms).map { row, terms in
                scales[row.value] * Bounded(row.weight) * terms.parameters[parameter - names.count]
              }.sum
            ])
          }
          let count = a[label].shape[0]
          defer { first += count }
          return compared(Array(gradients[first..<first + count].joined()))
        })
    }
  }
}

/// log Σ e^z − the mean of the positives' z, where z = s / τ.
func crossEntropy(
  _ similarities: [Bounded], _ positives: [Int], temperature: Bounded
) -> PlainRowTerms {
  if positives.isEmpty { return (0, similarities.map { _ in 0 }, [0]) }
  let z = similarities.map { $0 / temperature }
  let largest = z.dropFirst().reduce(z[0]) { $1.value > $0.value ? $1 : $0 }
  let exponentials = z.map { z in
    let difference = z - largest
    // Beyond, the exponential may be anything.
    return difference.error < 100 ? difference.exponentialOfUnit : Bounded(0, error: .infinity)
  }
  let (sum, share) = (exponentials.sum, 1 / Bounded(Double(positives.count)))
  let slopes = exponentials.indices.map { index in
    let probability = exponentials[index] / sum
    return positives.contains(index) ? probability - share : probability
  }
  let gap = positives.map { largest - z[$0] }.sum * share
  let weighted = zip(slopes, z).map { $0 * ($1 - largest) }.sum
  return (gap + sum.logarithm, slopes.map { $0 / temperature }, [-(weighted / temperature)])
}

extension PlainCall {
  init?(
    embeddings a: Arguments<Double>, scale: Double, _ numbers: Precision, _ faults: inout Faults,
    margin: (_ cosine: Bounded) -> (value: Bounded, derivative: Bounded)
  ) {
    faults.hyperparameter("scale", scale, isAllowed: scale > 0 && scale.isFinite)
    let (input, weights) = (a.input, a["classWeights"])
    guard faults.matrix(input, of: "input"), faults.matrix(weights, of: "classWeights") else { return nil }
    faults.shape(weights.shape, of: "classWeights", is: [weights.shape[0], input.shape[1]])
    if faults.shape(a.labels.shape, of: "target", is: [input.shape[0]]) {
      faults.labels(a.labels.ints, classes: weights.shape[0], ignored: nil)
    }
    let (count, classes) = (input.shape[0], weights.shape[0])
    faults.similarities(of: count, with: classes)
    guard faults.isEmpty else { return nil }
    let rows = a.labels.ints.scalars.enumerated().map { index, label in
      PlainRow(
        vector: index, others: Array(count..<count + classes), positives: [label], value: index)
    }
    let labels = ["input", "classWeights"]
    self.init(
      a, labels: labels, vectors: labels, rows: rows, valueCount: count, mean: count, numbers
    ) { similarities, positives in
      var cosines = similarities
      let (cosine, derivative) = margin(cosines[positives[0]])
      cosines[positives[0]] = cosine
      var terms = crossEntropy(cosines, positives, temperature: 1 / Bounded(scale))
      terms.slopes[positives[0]] = terms.slopes[positives[0]] * derivative
      return terms
    }
  }
}

extension Faults {
  /// The similarities of all rows leave room for arithmetic with indices.
  mutating func similarities(of rows: Int, with columns: Int) {
    size([rows, columns], of: "similarities")
  }

  /// Returns whether the tensor is a matrix.
  mutating func matrix(_ tensor: Tensor<Double>, of name: String) -> Bool {
    size(tensor.shape, of: name)
    if tensor.rank == 2 { return true }
    unsupported(tensor.shape, of: name)
    return false
  }
}
