import Foundation

/// Why a case cannot be run.
enum ReferenceProblem: Error, Equatable {
  /// The Swift interface has no way to write the call. Where PyTorch refuses it too, that is as it should be.
  case inexpressible(String)

  /// The case is not what the format says, or has what the suite does not know.
  case invalid(String)
}

/// The cases of one loss.
struct ReferenceFile: Decodable {
  let loss: String
  let cases: [ReferenceCase]

  init(loss: String, cases: [ReferenceCase]) {
    self.loss = loss
    self.cases = cases
  }

  init(contentsOf url: URL) throws { self = try Self.decode(from: Data(contentsOf: url)) }

  static func decode<Value: Decodable>(_ type: Value.Type = Value.self, from data: Data) throws -> Value {
    let decoder = JSONDecoder()
    decoder.nonConformingFloatDecodingStrategy = .convertFromString(
      positiveInfinity: "Infinity",
      negativeInfinity: "-Infinity",
      nan: "NaN"
    )
    return try decoder.decode(type, from: data)
  }
}

struct ReferenceCase {
  struct Call: Decodable {
    let arguments: [String: ReferenceArgument]
    let upstream: ReferenceTensor?
    let expect: Expectation
  }

  struct Expectation: Decodable {
    let error: String?
    let value: ReferenceTensor?
    let gradients: [String: ReferenceTensor?]?
  }

  let name: String
  /// A case that cannot be read is a failure of its own and does not hide the others.
  let call: Result<Call, any Error>
}

extension ReferenceCase: Decodable {
  private enum Key: String, CodingKey {
    case name
  }

  init(from decoder: any Decoder) throws {
    name = try decoder.container(keyedBy: Key.self).decode(String.self, forKey: .name)
    call = Result { try Call(from: decoder) }
  }
}

extension ReferenceCase.Expectation {
  private enum Key: String, CodingKey {
    case error, value, gradients
  }

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    error = try container.decodeIfPresent(String.self, forKey: .error)
    // A null is not compared, but nothing may be left out by mistake.
    value = error == nil ? try container.decode(ReferenceTensor?.self, forKey: .value) : nil
    gradients = error == nil ? try container.decode([String: ReferenceTensor?].self, forKey: .gradients) : nil
  }
}

enum ReferenceArgument: Equatable {
  case null
  case boolean(Bool)
  case integer(Int)
  case number(Double)
  case text(String)
  case list([Int])
  case tensor(ReferenceTensor)
}

extension ReferenceArgument: Decodable {
  init(from decoder: any Decoder) throws {
    if let container = try? decoder.container(keyedBy: ReferenceTensor.Key.self) {
      self = .tensor(try ReferenceTensor(from: container))
      return
    }
    let container = try decoder.singleValueContainer()
    if container.decodeNil() {
      self = .null
    } else if let value = try? container.decode(Bool.self) {
      self = .boolean(value)
    } else if let value = try? container.decode(Int.self) {
      self = .integer(value)
    } else if let value = try? container.decode(Double.self) {
      self = .number(value)
    } else if let value = try? container.decode(String.self) {
      self = .text(value)
    } else {
      self = .list(try container.decode([Int].self))
    }
  }
}
