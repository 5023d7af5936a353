#if !hasFeature(Embedded)
  internal import LossEngine
  internal import Tensors

  extension PartialCrossEntropy: Codable {
    private enum CodingKeys: String, CodingKey {
      case classCount
      case loss
      case shape
      case sampleWeights
      case parts
    }

    /// Writes all numbers such that they can be read back as they are: those that JSON has no number for as text.
    public func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(classCount, forKey: .classCount)
      try container.encode(loss, forKey: .loss)
      try container.encode(shape, forKey: .shape)
      try container.encode(sampleWeights.map { CodedNumber($0) }, forKey: .sampleWeights)
      try container.encode(parts, forKey: .parts)
    }

    /// Reads what `encode(to:)` writes. What no worker can have written throws `DecodingError`.
    public init(from decoder: any Decoder) throws {
      let container = try decoder.container(keyedBy: CodingKeys.self)
      classCount = try container.decode(Int.self, forKey: .classCount)
      loss = try container.decode(CrossEntropyLoss.self, forKey: .loss)
      shape = try container.decode(Shape.self, forKey: .shape)
      sampleWeights = try container.decode([CodedNumber].self, forKey: .sampleWeights).map(\.value)
      parts = try container.decode([Part].self, forKey: .parts)
      if let flaw {
        throw DecodingError.dataCorrupted(
          DecodingError.Context(codingPath: decoder.codingPath, debugDescription: flaw))
      }
    }

    /// What is wrong with a result that was decoded.
    private var flaw: String? {
      do {
        try loss.options.check()
        _ = try Reducer(loss.reduction, shape: shape, mean: 1, batch: 1)
        for part in parts { _ = try ClassSlice(part.classes, of: classCount) }
      } catch { return "\(error)" }
      if loss.classAxis != 1 { return "the class axis is \(loss.classAxis)" }
      if shape.validElementCount != sampleWeights.count {
        return "there are \(sampleWeights.count) sample weights for labels of shape \(shape)"
      }
      if parts.isEmpty { return "there are no classes" }
      for (part, next) in zip(parts, parts.dropFirst())
      where part.classes.upperBound > next.classes.lowerBound {
        return "the classes \(part.classes) come before \(next.classes)"
      }
      if parts.count > 1, classes == [0..<classCount] { return "the parts of all classes are not joined" }
      if Set(parts.flatMap(\.labelledRows)).count < parts.reduce(0, { $0 + $1.labelledRows.count }) {
        return "the label of a row is among the classes of several parts"
      }
      return parts.lazy.compactMap { flaw(of: $0) }.first
    }

    private func flaw(of part: Part) -> String? {
      let (rows, isSmoothed) = (sampleWeights.indices, loss.labelSmoothing > 0)
      guard part.maxima.count == rows.count, part.sumsMinusOne.count == rows.count,
        part.distances.count == (isSmoothed ? rows.count : 0),
        part.unmasked.isEmpty || isSmoothed && part.unmasked.count == rows.count,
        part.unmaskedWeights.count == part.unmasked.count
      else { return "the numbers of rows differ" }
      for row in rows where !part.isPossible(row) {
        return "row \(row) cannot have the maximum \(part.maxima[row]) and the sum \(part.sumsMinusOne[row])"
      }
      if let count = part.unmasked.first(where: { !(0...part.classes.count ~= $0) }) {
        return "\(count) of \(part.classes.count) classes are not masked"
      }
      let labelled = part.labelledRows
      guard labelled.count == part.labelScores.count, labelled.count == part.labelWeights.count,
        zip(labelled, labelled.dropFirst()).allSatisfy({ $0 < $1 }),
        labelled.allSatisfy({ rows.contains($0) && sampleWeights[$0] != 0 })
      else { return "the rows with a label are wrong" }
      for (row, score) in zip(labelled, part.labelScores) where score > part.maxima[row] {
        return "row \(row) cannot have a label with the score \(score) and the maximum \(part.maxima[row])"
      }
      if isComplete, labelled.count != rows.count(where: { sampleWeights[$0] != 0 }) {
        return "the labels of some rows are missing"
      }
      return nil
    }
  }

  extension PartialCrossEntropy.Part: Codable {
    private enum CodingKeys: String, CodingKey {
      case classes
      case classWeightSum
      case labelWeightSum
      case maxima
      case sumsMinusOne
      case labelledRows
      case labelScores
      case labelWeights
      case distances
      case unmasked
      case unmaskedWeights
    }

    func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: CodingKeys.self)
      func encode(_ numbers: [Double], _ key: CodingKeys) throws {
        if !numbers.isEmpty { try container.encode(numbers.map { CodedNumber($0) }, forKey: key) }
      }
      try container.encode(classes, forKey: .classes)
      try container.encode(CodedNumber(classWeightSum), forKey: .classWeightSum)
      try container.encode(CodedNumber(labelWeightSum), forKey: .labelWeightSum)
      try encode(maxima, .maxima)
      try encode(sumsMinusOne, .sumsMinusOne)
      if !labelledRows.isEmpty { try container.encode(labelledRows, forKey: .labelledRows) }
      try encode(labelScores, .labelScores)
      try encode(labelWeights, .labelWeights)
      try encode(distances, .distances)
      if !unmasked.isEmpty { try container.encode(unmasked, forKey: .unmasked) }
      try encode(unmaskedWeights, .unmaskedWeights)
    }

    init(from decoder: any Decoder) throws {
      let container = try decoder.container(keyedBy: CodingKeys.self)
      func numbers(_ key: CodingKeys) throws -> [Double] {
        try container.decodeIfPresent([CodedNumber].self, forKey: key)?.map(\.value) ?? []
      }
      self.init(
        classes: try container.decode(Range<Int>.self, forKey: .classes),
        classWeightSum: try container.decode(CodedNumber.self, forKey: .classWeightSum).value,
        labelWeightSum: try container.decode(CodedNumber.self, forKey: .labelWeightSum).value,
        maxima: try numbers(.maxima), sumsMinusOne: try numbers(.sumsMinusOne),
        labelledRows: try container.decodeIfPresent([Int].self, forKey: .labelledRows) ?? [],
        labelScores: try numbers(.labelScores), labelWeights: try numbers(.labelWeights),
        distances: try numbers(.distances),
        unmasked: try container.decodeIfPresent([Int].self, forKey: .unmasked) ?? [],
        unmaskedWeights: try numbers(.unmaskedWeights))
    }

    /// Whether scores can have the maximum and the sum of a row.
    fileprivate func isPossible(_ row: Int) -> Bool {
      let (maximum, sum) = (maxima[row], sumsMinusOne[row])
      if maximum == -.infinity { return sum == -1 }
      if !maximum.isFinite { return sum.isNaN }
      // No exponential is larger than that of the maximum, and rounding adds little.
      return 0...2 * Double(classes.count) ~= sum
    }
  }

  /// A number that is written as text where JSON has none for it.
  struct CodedNumber: Codable {
    let value: Double

    init(_ value: Double) { self.value = value }

    func encode(to encoder: any Encoder) throws {
      var container = encoder.singleValueContainer()
      if value.isFinite {
        try container.encode(value)
      } else {
        try container.encode(value.isNaN ? "nan" : value < 0 ? "-inf" : "inf")
      }
    }

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      guard let text = try? container.decode(String.self) else {
        value = try container.decode(Double.self)
        return
      }
      switch text {
      case "nan": value = .nan
      case "inf": value = .infinity
      case "-inf": value = -.infinity
      default:
        throw DecodingError.dataCorruptedError(in: container, debugDescription: "\(text) is no number")
      }
    }
  }
#endif
