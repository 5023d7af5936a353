import Foundation
package import Losses
package import Tensors

/// A tensor of a reference case, in the dtype and the memory layout that the case gives it.
package struct ReferenceTensor: Equatable, Sendable {
  package enum DType: String, Decodable, Sendable {
    case float64, float32, float16, bfloat16, int64, int32, uint8, bool
  }

  /// The elements in row-major order. Among numbers that are expected, `nil` is one that is not compared.
  package enum Values: Equatable, Sendable {
    case floats([Double?])
    case integers([Int64])
    case booleans([Bool])

    package var count: Int {
      switch self {
      case .floats(let values): values.count
      case .integers(let values): values.count
      case .booleans(let values): values.count
      }
    }
  }

  package let dtype: DType
  package let shape: [Int]
  /// `nil` where the tensor is contiguous.
  package let strides: [Int]?
  package let values: Values

  package init(dtype: DType, shape: [Int], strides: [Int]?, values: Values) {
    (self.dtype, self.shape, self.strides, self.values) = (dtype, shape, strides, values)
  }

  /// The tensor, if its dtype is that of `T`.
  package func tensor<T: ReferenceElement>(
    of type: T.Type = T.self
  ) throws(ReferenceProblem) -> Tensor<T> {
    guard dtype == T.dtype else {
      throw .inexpressible("a tensor is \(dtype) where \(T.dtype) is needed")
    }
    guard shape.count <= Shape.maximumRank else { throw .inexpressible("a tensor has \(shape.count) axes") }
    guard let elements = T.elements(of: values) else { throw .invalid("values that are not \(dtype)") }
    guard let strides else { return Tensor(elements, shape: Shape(shape)) }
    let layout = Layout(
      shape: Shape(shape),
      strides: Strides(strides),
      // The element whose indices are all 0 comes after those that negative strides lead to.
      offset: zip(shape, strides).reduce(0) { $0 + max(0, (1 - $1.0) * $1.1) }
    )
    guard let positions = layout.positions else { throw .invalid("strides that lead out of memory") }
    var storage = [T](repeating: T.gap, count: positions.upperBound)
    var isWritten = [Bool](repeating: false, count: storage.count)
    for (index, element) in elements.enumerated() {
      let position = zip(layout.shape.index(ofElement: index), strides)
        .reduce(layout.offset) { $0 + $1.0 * $1.1 }
      if isWritten[position], !storage[position].isSameValue(as: element) {
        throw .invalid("strides that give one place two values")
      }
      (storage[position], isWritten[position]) = (element, true)
    }
    return Tensor(storage: Storage(storage), layout: layout)
  }
}

extension ReferenceTensor: Decodable {
  enum Key: String, CodingKey {
    case dtype, shape, strides, values
  }

  package init(from decoder: any Decoder) throws {
    try self.init(from: decoder.container(keyedBy: Key.self))
  }

  init(from container: KeyedDecodingContainer<Key>) throws {
    dtype = try container.decode(DType.self, forKey: .dtype)
    shape = try container.decode([Int].self, forKey: .shape)
    strides = try container.decodeIfPresent([Int].self, forKey: .strides)
    values =
      switch dtype {
      case .float64 where Self.isBytes(container): .floats(try Self.decode(Double.self, from: container))
      case .float32 where Self.isBytes(container): .floats(try Self.decode(Float.self, from: container))
      case .float64, .float32, .float16, .bfloat16:
        .floats(try container.decode([Double?].self, forKey: .values))
      case .int64, .int32, .uint8: .integers(try container.decode([Int64].self, forKey: .values))
      case .bool: .booleans(try container.decode([Bool].self, forKey: .values))
      }
    guard shape.allSatisfy({ $0 >= 0 }), shape.reduce(1, *) == values.count,
      strides.map({ $0.count == shape.count }) ?? true
    else {
      throw DecodingError.dataCorruptedError(
        forKey: .shape,
        in: container,
        debugDescription: "shape \(shape), strides \(strides ?? []) and \(values.count) values"
      )
    }
  }
}

// Many numbers may be written as their bytes, in base64.
extension ReferenceTensor {
  private static func isBytes(_ container: KeyedDecodingContainer<Key>) -> Bool {
    (try? container.decode(String.self, forKey: .values)) != nil
  }

  private static func decode<S: BinaryFloatingPoint>(
    _: S.Type,
    from container: KeyedDecodingContainer<Key>
  ) throws -> [Double?] {
    try unsafe container.decode(Data.self, forKey: .values).withUnsafeBytes { bytes in
      unsafe bytes.bindMemory(to: S.self).map { Double($0) }
    }
  }
}

/// What an element of a reference tensor can be.
package protocol ReferenceElement: TensorScalar {
  static var dtype: ReferenceTensor.DType { get }

  /// Fills the memory between the elements of a strided tensor, and spoils every result that it gets into.
  static var gap: Self { get }

  static func elements(of values: ReferenceTensor.Values) -> [Self]?

  func isSameValue(as other: Self) -> Bool
}

extension ReferenceElement where Self: BinaryFloatingPoint {
  package static var gap: Self { .nan }

  package static func elements(of values: ReferenceTensor.Values) -> [Self]? {
    guard case .floats(let values) = values else { return nil }
    var elements: [Self] = []
    elements.reserveCapacity(values.count)
    for value in values {
      guard let value else { return nil }
      elements.append(Self(value))
    }
    return elements
  }

  package func isSameValue(as other: Self) -> Bool { self == other || isNaN && other.isNaN }
}

extension ReferenceElement where Self: FixedWidthInteger {
  package static var gap: Self { .max }

  package static func elements(of values: ReferenceTensor.Values) -> [Self]? {
    guard case .integers(let values) = values else { return nil }
    let elements = values.compactMap { Self(exactly: $0) }
    return elements.count == values.count ? elements : nil
  }

  package func isSameValue(as other: Self) -> Bool { self == other }
}

extension Int64: ReferenceElement {
  package static var dtype: ReferenceTensor.DType { .int64 }
}

extension Int32: ReferenceElement {
  package static var dtype: ReferenceTensor.DType { .int32 }
}

extension UInt8: ReferenceElement {
  package static var dtype: ReferenceTensor.DType { .uint8 }
}

extension Bool: ReferenceElement {
  package static var dtype: ReferenceTensor.DType { .bool }
  package static var gap: Bool { true }

  package static func elements(of values: ReferenceTensor.Values) -> [Bool]? {
    guard case .booleans(let values) = values else { return nil }
    return values
  }

  package func isSameValue(as other: Bool) -> Bool { self == other }
}

/// What a reference case can be computed in.
package protocol ReferenceScalar: ReferenceElement, LossScalar {
  /// The format's ε.
  static var tolerance: Double { get }
}

extension Double: ReferenceScalar {
  package static var dtype: ReferenceTensor.DType { .float64 }
  package static var tolerance: Double { 1e-10 }
}

extension Float: ReferenceScalar {
  package static var dtype: ReferenceTensor.DType { .float32 }
  package static var tolerance: Double { 1e-5 }
}

#if !((os(macOS) || targetEnvironment(macCatalyst)) && arch(x86_64))
  extension Float16: ReferenceScalar {
    package static var dtype: ReferenceTensor.DType { .float16 }
    package static var tolerance: Double { 0x1p-7 }
  }
#endif

extension BFloat16: ReferenceScalar {
  package static var dtype: ReferenceTensor.DType { .bfloat16 }
  package static var tolerance: Double { 0x1p-7 }
}
