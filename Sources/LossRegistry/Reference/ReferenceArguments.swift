import Losses
package import Tensors

/// The arguments of a case, converted to what a loss takes.
///
/// An accessor throws `inexpressible` for what Swift's types rule out, such as text in the place of a number.
package final class ReferenceArguments {
  private let arguments: [String: ReferenceArgument]
  private let names: Set<String>
  private var checks: [(name: String, isUnchanged: () throws -> Bool)] = []

  /// - Parameter names: The parameters of the loss. Any other argument is an error.
  package init(_ arguments: [String: ReferenceArgument], names: Set<String>) throws(ReferenceProblem) {
    self.arguments = arguments
    self.names = names
    let unknown = Set(arguments.keys).subtracting(names).sorted()
    guard unknown.isEmpty else {
      throw .invalid("unknown arguments: \(unknown.joined(separator: ", "))")
    }
  }

  private func argument(_ name: String) -> ReferenceArgument? {
    precondition(names.contains(name), "\(name) is not in the table")
    return arguments[name]
  }

  private func required(_ name: String) throws(ReferenceProblem) -> ReferenceArgument {
    guard let argument = argument(name) else { throw .invalid("\(name) is missing") }
    return argument
  }

  /// Whether there is an argument of this name other than null.
  package func isGiven(_ name: String) -> Bool { (argument(name) ?? .null) != .null }

  /// Whether the argument is a number and not a tensor.
  package func isNumber(_ name: String) -> Bool {
    switch argument(name) {
    case .number, .integer: true
    default: false
    }
  }

  /// The tensor in the dtype that the file has it in.
  package func source(_ name: String) throws(ReferenceProblem) -> ReferenceTensor {
    guard case .tensor(let source) = try required(name) else { throw .inexpressible("\(name) is no tensor") }
    return source
  }

  /// Remembers to check that calls leave `tensor` as it is.
  package func watched<T>(
    _ tensor: Tensor<T>, _ name: String, again: @escaping () throws -> Tensor<T>
  ) -> Tensor<T> {
    checks.append((name, { try again().isIdentical(to: tensor) }))
    return tensor
  }

  /// The arguments whose memory is not what it was.
  package var changed: [String] {
    get throws { try checks.filter { try !$0.isUnchanged() }.map(\.name) }
  }
}

extension ReferenceArguments {
  func tensor<T: ReferenceElement>(_ name: String) throws(ReferenceProblem) -> Tensor<T> {
    let source = try source(name)
    return try watched(source.tensor(), name) { try source.tensor() }
  }

  func optionalTensor<T: ReferenceElement>(_ name: String) throws(ReferenceProblem) -> Tensor<T>? {
    isGiven(name) ? try tensor(name) : nil
  }

  /// Pairs of tensors.
  func pairs<T: ReferenceElement>(_ name: String) throws(ReferenceProblem) -> [(Tensor<T>, Tensor<T>)] {
    let lists: [[ReferenceTensor]]
    switch try required(name) {
    case .null, .list([]): lists = []
    case .tensorLists(let tensors): lists = tensors
    case let other: throw .inexpressible("\(name) is \(other)")
    }
    var pairs: [(Tensor<T>, Tensor<T>)] = []
    for list in lists {
      guard list.count == 2 else { throw .inexpressible("\(name) has a list of \(list.count) tensors") }
      let (first, second) = (try list[0].tensor(of: T.self), try list[1].tensor(of: T.self))
      pairs.append(
        (watched(first, name) { try list[0].tensor() }, watched(second, name) { try list[1].tensor() }))
    }
    return pairs
  }

  /// Real numbers, in whatever type the file has them.
  func numbers<S: ReferenceScalar>(_ name: String) throws(ReferenceProblem) -> Tensor<S> {
    switch argument(name) {
    case .number(let value): return Tensor(S(value))
    case .integer(let value): return Tensor(S(value))
    default: break
    }
    switch try source(name).dtype {
    case .int64: return Tensor(try tensor(name) as Tensor<Int64>)
    case .int32: return Tensor(try tensor(name) as Tensor<Int32>)
    default: return try tensor(name)
    }
  }

  /// Integers, in whatever type the file has them. A list of them is a tensor with one axis.
  func integers(_ name: String) throws(ReferenceProblem) -> any IntegerTensor {
    switch argument(name) {
    case .integer(let value): return Tensor(Int64(value))
    case .list(let values): return Tensor(values.map { Int64($0) })
    default: return try labels(name)
    }
  }

  /// A tensor of integers of some type.
  func labels(_ name: String) throws(ReferenceProblem) -> any IntegerTensor {
    switch try source(name).dtype {
    case .int64: return try tensor(name) as Tensor<Int64>
    case .int32: return try tensor(name) as Tensor<Int32>
    case .uint8: return try tensor(name) as Tensor<UInt8>
    case let dtype: throw .inexpressible("\(name) is \(dtype)")
    }
  }
}

// Hyperparameters.
extension ReferenceArguments {
  func boolean(_ name: String) throws(ReferenceProblem) -> Bool {
    switch try required(name) {
    case .boolean(let value): return value
    case let other: throw .inexpressible("\(name) is \(other)")
    }
  }

  func number(_ name: String) throws(ReferenceProblem) -> Double {
    switch try required(name) {
    case .number(let value): return value
    case .integer(let value): return Double(value)
    case let other: throw .inexpressible("\(name) is \(other)")
    }
  }

  /// A number, or `nil` where it is null.
  func optionalNumber(_ name: String) throws(ReferenceProblem) -> Double? {
    isGiven(name) ? try number(name) : nil
  }

  /// A number, or `nil` where it is a tensor.
  func numberUnlessTensor(_ name: String) throws(ReferenceProblem) -> Double? {
    isNumber(name) ? try number(name) : nil
  }

  func listOfNumbers(_ name: String) throws(ReferenceProblem) -> [Double] {
    switch try required(name) {
    case .list(let values): return values.map { Double($0) }
    case .numbers(let values): return values
    case let other: throw .inexpressible("\(name) is \(other)")
    }
  }

  func listOfIntegers(_ name: String) throws(ReferenceProblem) -> [Int] {
    switch try required(name) {
    case .list(let values): return values
    case let other: throw .inexpressible("\(name) is \(other)")
    }
  }

  func integer(_ name: String) throws(ReferenceProblem) -> Int {
    switch try required(name) {
    case .integer(let value): return value
    case let other: throw .inexpressible("\(name) is \(other)")
    }
  }

  /// The text of an argument, or the given one where it is null.
  func text(_ name: String, default other: String) throws(ReferenceProblem) -> String {
    switch try required(name) {
    case .null: return other
    case .text(let text): return text
    case let other: throw .inexpressible("\(name) is \(other)")
    }
  }

  /// The reductions that every loss of PyTorch has, and `"batchmean"` where a loss has that.
  func reduction(hasBatchMean: Bool = false) throws(ReferenceProblem) -> Reduction {
    switch try required("reduction") {
    case .text("batchmean") where hasBatchMean: return .batchMean
    case .text("none"): return .none
    case .text("sum"): return .sum
    case .text("mean"): return .mean
    case let other: throw .inexpressible("reduction is \(other)")
    }
  }
}

extension Tensor {
  /// Whether both have the same layout and memory, to the bit.
  package func isIdentical(to other: Tensor) -> Bool {
    guard layout == other.layout else { return false }
    return unsafe storage.withUnsafeBufferPointer { elements in
      unsafe other.storage.withUnsafeBufferPointer { others in
        unsafe UnsafeRawBufferPointer(elements).elementsEqual(UnsafeRawBufferPointer(others))
      }
    }
  }
}
