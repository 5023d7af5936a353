#if !hasFeature(Embedded)
  private enum CodingKeys: String, CodingKey {
    case shape
    case scalars
  }

  extension Tensor: Encodable where Scalar: Encodable {
    /// Writes the shape, and the elements in row-major order.
    public func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(shape, forKey: .shape)
      try container.encode(scalars, forKey: .scalars)
    }
  }

  extension Tensor: Decodable where Scalar: Decodable {
    /// Reads what `encode(to:)` writes. A shape that is not that of the elements throws `DecodingError`.
    public init(from decoder: any Decoder) throws {
      let container = try decoder.container(keyedBy: CodingKeys.self)
      let shape = try container.decode(Shape.self, forKey: .shape)
      let scalars = try container.decode([Scalar].self, forKey: .scalars)
      guard shape.validElementCount == scalars.count else {
        throw DecodingError.dataCorruptedError(
          forKey: .shape,
          in: container,
          debugDescription: "\(shape) is not the shape of \(scalars.count) elements"
        )
      }
      self.init(whole: scalars, shape: shape)
    }
  }

  extension AxisList: Codable {
    public init(from decoder: any Decoder) throws {
      let elements = try [Int](from: decoder)
      guard elements.count <= Self.maximumRank else {
        throw DecodingError.dataCorrupted(
          .init(
            codingPath: decoder.codingPath,
            debugDescription: "\(elements.count) axes, but at most \(Self.maximumRank) are possible"
          )
        )
      }
      self.init(elements)
    }

    public func encode(to encoder: any Encoder) throws { try Array(self).encode(to: encoder) }
  }

  extension BFloat16: Codable {
    /// Writes the number as a `Float`.
    public func encode(to encoder: any Encoder) throws {
      var container = encoder.singleValueContainer()
      try container.encode(Float(self))
    }

    /// Reads a `Float`, and rounds it. A finite one that is too large throws `DecodingError`.
    public init(from decoder: any Decoder) throws {
      let value = try decoder.singleValueContainer().decode(Float.self)
      self.init(value)
      if value.isFinite && isInfinite {
        throw DecodingError.dataCorrupted(
          DecodingError.Context(
            codingPath: decoder.codingPath, debugDescription: "\(value) is too large for BFloat16"))
      }
    }
  }
#endif
