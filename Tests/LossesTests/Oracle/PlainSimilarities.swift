import Foundation
import LossRegistry
import Losses

/// The vectors of a call, divided by their lengths or as they are.
private struct PlainVectors {
  let vectors: [[Bounded]]
  /// What the gradient with respect to each vector is divided by; 0 for a vector of zeros.
  private let lengths: [(scale: Double, scaled: Bounded)]?

  init(_ tensors: [Tensor<Double>], areNormalized: Bool, _ numbers: Precision) {
    let rows = tensors.flatMap { tensor in
      let (elements, length) = (numbers(tensor), tensor.shape[1])
      return (0..<tensor.shape[0]).map { Array(elements[$0 * length..<($0 + 1) * length]) }
    }
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
private struct PlainRow {
  var vector: Int
  var others: [Int]
  /// The positions among the others of those that the vector belongs to.
  var positives: [Int]
  /// Which value the row adds to, and what it is multiplied by.
  var value: Int
  var weight = 1.0
}

/// What a function makes of the similarities of a row: derivatives with respect to these and to the parameters.
private typealias PlainRowTerms = (value: Bounded, slopes: [Bounded], parameters: [Bounded])

extension PlainCall {
  /// - Parameters:
  ///   - labels: Those of the arguments that have a gradient: of the vectors, then of the parameters.
  ///   - vectors: The arguments that are matrices of vectors.
  fileprivate init(
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
private func crossEntropy(
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

extension InfoNCELoss: PlainLoss {
  func plain(_ a: Arguments<Double>, _ numbers: Precision, _ faults: inout Faults) -> PlainCall? {
    faults.hyperparameter("temperature", temperature, isAllowed: numbers.isDivisor(temperature))
    let shape = a["query"].shape
    guard faults.matrix(a["query"], of: "query") else { return nil }
    faults.shape(a["positive"].shape, of: "positive", is: shape)
    if let negatives = a.reals["negatives"] {
      if isSymmetric { faults.unsupported(negatives.shape, of: "negatives") }
      if faults.matrix(negatives, of: "negatives") {
        faults.shape(negatives.shape, of: "negatives", is: [negatives.shape[0], shape[1]])
      }
    }
    if let temperature = a.reals["temperature"], faults.shape(temperature.shape, of: "temperature", is: []) {
      if !numbers.isDivisor(temperature.item) {
        faults.record(
          .valueOutOfRange(argument: "temperature", position: [], value: temperature.item, requirement: ""))
      }
    }
    faults.similarities(of: shape[0], with: a.reals["negatives"]?.shape.first ?? shape[0])
    guard faults.isEmpty else { return nil }

    let count = shape[0]
    let divisor = a.reals["temperature"].map { numbers($0.item) } ?? numbers.rounded(temperature)
    let weight = isSymmetric ? 0.5 : 1
    var rows: [PlainRow] = (0..<count).map { index in
      guard let negatives = a.reals["negatives"] else {
        return PlainRow(
          vector: index, others: Array(count..<2 * count), positives: [index], value: index, weight: weight)
      }
      return PlainRow(
        vector: index, others: [count + index] + (0..<negatives.shape[0]).map { 2 * count + $0 },
        positives: [0], value: index)
    }
    if isSymmetric {
      rows += (0..<count).map {
        PlainRow(vector: count + $0, others: Array(0..<count), positives: [$0], value: $0, weight: weight)
      }
    }
    let vectors = ["query", "positive"] + (a.reals["negatives"] == nil ? [] : ["negatives"])
    return PlainCall(
      a, labels: vectors + (a.reals["temperature"] == nil ? [] : ["temperature"]), vectors: vectors,
      rows: rows, valueCount: count, mean: count, numbers
    ) { crossEntropy($0, $1, temperature: divisor) }
  }
}

extension NTXentLoss: PlainLoss {
  func plain(_ a: Arguments<Double>, _ numbers: Precision, _ faults: inout Faults) -> PlainCall? {
    faults.hyperparameter("temperature", temperature, isAllowed: numbers.isDivisor(temperature))
    guard faults.matrix(a["input1"], of: "input1") else { return nil }
    let count = a["input1"].shape[0]
    faults.shape(a["input2"].shape, of: "input2", is: a["input1"].shape)
    faults.similarities(of: 2 * count, with: 2 * count)
    guard faults.isEmpty else { return nil }
    let rows = (0..<2 * count).map { index in
      let others = (0..<2 * count).filter { $0 != index }
      return PlainRow(
        vector: index, others: others, positives: [others.firstIndex(of: (index + count) % (2 * count))!],
        value: index)
    }
    let labels = ["input1", "input2"]
    return PlainCall(
      a, labels: labels, vectors: labels, rows: rows, valueCount: 2 * count, mean: 2 * count, numbers
    ) { crossEntropy($0, $1, temperature: numbers.rounded(temperature)) }
  }
}

extension SupConLoss: PlainLoss {
  func plain(_ a: Arguments<Double>, _ numbers: Precision, _ faults: inout Faults) -> PlainCall? {
    faults.hyperparameter("temperature", temperature, isAllowed: numbers.isDivisor(temperature))
    guard faults.matrix(a.input, of: "input") else { return nil }
    let count = a.input.shape[0]
    faults.shape(a.labels.shape, of: "target", is: [count])
    faults.similarities(of: count, with: count)
    guard faults.isEmpty else { return nil }
    let labels = a.labels.ints.scalars
    let rows = (0..<count).map { index in
      let others = (0..<count).filter { $0 != index }
      return PlainRow(
        vector: index, others: others,
        positives: others.indices.filter { labels[others[$0]] == labels[index] }, value: index)
    }
    return PlainCall(
      a, labels: ["input"], vectors: ["input"], rows: rows, valueCount: count,
      mean: rows.filter { !$0.positives.isEmpty }.count, numbers
    ) { crossEntropy($0, $1, temperature: numbers.rounded(temperature)) }
  }
}

extension SigLIPLoss: PlainLoss {
  func plain(_ a: Arguments<Double>, _ numbers: Precision, _ faults: inout Faults) -> PlainCall? {
    guard faults.matrix(a["input1"], of: "input1") else { return nil }
    faults.shape(a["input2"].shape, of: "input2", is: a["input1"].shape)
    let parameters = ["scale", "bias"].filter { a.reals[$0] != nil }
    for label in parameters { faults.shape(a[label].shape, of: label, is: []) }
    let count = a["input1"].shape[0]
    faults.similarities(of: count, with: count)
    guard faults.isEmpty else { return nil }
    let rows = (0..<count).map {
      PlainRow(vector: $0, others: Array(count..<2 * count), positives: [$0], value: $0)
    }
    let (scale, bias) = (numbers(a["scale"].item), numbers(a.reals["bias"]?.item ?? 0))
    let vectors = ["input1", "input2"]
    return PlainCall(
      a, labels: vectors + parameters, vectors: vectors, areNormalized: false, rows: rows,
      valueCount: count, mean: count, numbers
    ) { similarities, positives in
      let z: [Bounded] = similarities.map { scale * $0 + bias }
      var (values, slopes): ([Bounded], [Bounded]) = ([], [])
      for index in z.indices {
        let isPositive = positives.contains(index)
        values.append(isPositive ? (-z[index]).softplus : z[index].softplus)
        slopes.append(isPositive ? -(-z[index]).sigmoid : z[index].sigmoid)
      }
      let weighted = zip(slopes, similarities).map { $0 * $1 }
      return (values.sum, slopes.map { $0 * scale }, [weighted.sum, slopes.sum])
    }
  }
}

extension ArcFaceLoss: PlainLoss {
  func plain(_ a: Arguments<Double>, _ numbers: Precision, _ faults: inout Faults) -> PlainCall? {
    faults.hyperparameter("margin", margin, isAllowed: 0...Double.pi ~= margin)
    return PlainCall(embeddings: a, scale: scale, numbers, &faults) { cosine in
      let (c, s) = (Bounded(cos(margin)), Bounded(sin(margin)))
      let beyond = -c - cosine
      if beyond.isAmbiguous { return (Bounded(0, error: .infinity), Bounded(0, error: .infinity)) }
      if beyond.value > 0 { return (cosine - Bounded(margin) * s, 1) }
      let square = (1 - cosine) * (1 + cosine)
      // What little is left of two parallel vectors depends on rounding.
      if square.value <= 4 * square.error + 64 * numbers.ulp {
        return (
          cosine * c - Bounded(0, error: square.error.squareRoot() + 1e-2) * s, Bounded(0, error: .infinity)
        )
      }
      let sine = square.squareRoot
      return (cosine * c - sine * s, c + cosine * s / sine)
    }
  }
}

extension CosFaceLoss: PlainLoss {
  func plain(_ a: Arguments<Double>, _ numbers: Precision, _ faults: inout Faults) -> PlainCall? {
    faults.hyperparameter("margin", margin, isAllowed: !margin.isNaN)
    return PlainCall(embeddings: a, scale: scale, numbers, &faults) { ($0 - numbers.rounded(margin), 1) }
  }
}

extension PlainCall {
  fileprivate init?(
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
  fileprivate mutating func similarities(of rows: Int, with columns: Int) {
    size([rows, columns], of: "similarities")
  }

  /// Returns whether the tensor is a matrix.
  fileprivate mutating func matrix(_ tensor: Tensor<Double>, of name: String) -> Bool {
    size(tensor.shape, of: name)
    if tensor.rank == 2 { return true }
    unsupported(tensor.shape, of: name)
    return false
  }
}
