package import Foundation

/// Why a case cannot be run.
package enum ReferenceProblem: Error, Equatable {
  /// The Swift interface cannot express the call. Where PyTorch rejects it too, the case passes.
  case inexpressible(String)

  /// The case does not follow the format, or has something that the suite does not know.
  case invalid(String)
}

/// The cases of one loss.
package struct ReferenceFile: Decodable {
  package let loss: String
  package let cases: [ReferenceCase]

  package init(loss: String, cases: [ReferenceCase]) {
    self.loss = loss
    self.cases = cases
  }

  package init(contentsOf url: URL) throws { self = try Self.decode(from: Data(contentsOf: url)) }

  package static func decode<Value: Decodable>(
    _ type: Value.Type = Value.self, from data: Data
  ) throws -> Value {
    let decoder = JSONDecoder()
    decoder.nonConformingFloatDecodingStrategy = .convertFromString(
      positiveInfinity: "Infinity", negativeInfinity: "-Infinity", nan: "NaN")
    return try decoder.decode(type, from: data)
  }
}

package struct ReferenceCase {
  package struct Call: Decodable {
    package let arguments: [String: ReferenceArgument]
    package let upstream: ReferenceTensor?
    package let expect: Expectation
  }

  package struct Expectation: Decodable {
    package let error: String?
    package let value: ReferenceTensor?
    /// Minus the values before any reduction, where PyTorch returns them beside the loss.
    package let output: ReferenceTensor?
    package let gradients: [String: ReferenceTensor?]?
  }

  package let name: String
  /// A case that cannot be read is a failure of its own, which does not hide the others.
  package let call: Result<Call, any Error>

  package init(name: String, call: Result<Call, any Error>) {
    self.name = name
    self.call = call
  }
}

extension ReferenceCase: Decodable {
  private enum Key: String, CodingKey {
    case name
  }

  package init(from decoder: any Decoder) throws {
    name = try decoder.container(keyedBy: Key.self).decode(String.self, forKey: .name)
    call = Result { try Call(from: decoder) }
  }
}

extension ReferenceCase.Expectation {
  private enum Key: String, CodingKey {
    case error, value, output, gradients
  }

  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    error = try container.decodeIfPresent(String.self, forKey: .error)
    // A null is not compared, but nothing may be left out by mistake.
    value = error == nil ? try container.decode(ReferenceTensor?.self, forKey: .value) : nil
    output = try container.decodeIfPresent(ReferenceTensor.self, forKey: .output)
    gradients =
      error == nil
      ? try container.decode([String: Gradient?].self, forKey: .gradients).reduce(into: [:]) {
        all, gradient in
        for (suffix, tensor) in gradient.value?.tensors ?? ["": nil] { all[gradient.key + suffix] = tensor }
      } : nil
  }

  /// The gradient with respect to an argument: a tensor, or a list of pairs of them.
  private struct Gradient: Decodable {
    /// The tensors, and what follows the name of the argument in theirs.
    let tensors: [String: ReferenceTensor?]

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      guard let pairs = try? container.decode([[ReferenceTensor?]].self) else {
        tensors = ["": try container.decode(ReferenceTensor.self)]
        return
      }
      tensors = pairs.enumerated().reduce(into: [:]) { all, pair in
        for (index, tensor) in pair.element.enumerated() { all["[\(pair.offset)][\(index)]"] = tensor }
      }
    }
  }
}

package enum ReferenceArgument: Equatable, Sendable {
  case null
  case boolean(Bool)
  case integer(Int)
  case number(Double)
  case text(String)
  case list([Int])
  case numbers([Double])
  case tensor(ReferenceTensor)
  case tensorLists([[ReferenceTensor]])
}

extension ReferenceArgument: Decodable {
  package init(from decoder: any Decoder) throws {
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
    } else if let values = try? container.decode([Int].self) {
      self = .list(values)
    } else if let lists = try? container.decode([[ReferenceTensor]].self) {
      self = .tensorLists(lists)
    } else {
      self = .numbers(try container.decode([Double].self))
    }
  }
}
