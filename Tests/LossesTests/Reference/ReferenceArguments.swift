import Losses

/// The arguments of a case, as a loss takes them.
///
/// An accessor throws `inexpressible` for what Swift's types rule out, such as text in the place of a number.
final class ReferenceArguments {
  private let arguments: [String: ReferenceArgument]
  private let names: Set<String>
  private var checks: [(name: String, isUnchanged: () throws -> Bool)] = []

  /// - Parameter names: What the loss takes. Anything else among the arguments is an error.
  init(_ arguments: [String: ReferenceArgument], names: Set<String>) throws(ReferenceProblem) {
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

  /// The tensor as the file has it, in whatever dtype that is.
  func source(_ name: String) throws(ReferenceProblem) -> ReferenceTensor {
    guard case .tensor(let source) = try required(name) else { throw .inexpressible("\(name) is no tensor") }
    return source
  }

  func tensor<T: ReferenceElement>(_ name: String) throws(ReferenceProblem) -> Tensor<T> {
    let source = try source(name)
    return try watched(source.tensor(), name) { try source.tensor() }
  }

  func optionalTensor<T: ReferenceElement>(_ name: String) throws(ReferenceProblem) -> Tensor<T>? {
    switch argument(name) {
    case nil, .null: nil
    default: try tensor(name)
    }
  }

  func number(_ name: String) throws(ReferenceProblem) -> Double {
    switch try required(name) {
    case .number(let value): return value
    case .integer(let value): return Double(value)
    case let other: throw .inexpressible("\(name) is \(other)")
    }
  }

  func integer(_ name: String) throws(ReferenceProblem) -> Int {
    switch try required(name) {
    case .integer(let value): return value
    case let other: throw .inexpressible("\(name) is \(other)")
    }
  }

  /// The reductions that every loss of PyTorch has.
  func reduction() throws(ReferenceProblem) -> Reduction {
    switch try required("reduction") {
    case .text("none"): return .none
    case .text("sum"): return .sum
    case .text("mean"): return .mean
    case let other: throw .inexpressible("reduction is \(other)")
    }
  }

  /// Remembers to check that the calls leave `tensor` as it is.
  func watched<T>(_ tensor: Tensor<T>, _ name: String, again: @escaping () throws -> Tensor<T>) -> Tensor<T> {
    checks.append((name, { try again().isIdentical(to: tensor) }))
    return tensor
  }

  /// The arguments whose memory is not what it was.
  var changed: [String] {
    get throws { try checks.filter { try !$0.isUnchanged() }.map(\.name) }
  }
}
