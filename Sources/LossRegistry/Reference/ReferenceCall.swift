import Losses

/// How the cases of one function of PyTorch become calls.
package struct ReferenceCall: Sendable {
  /// A tensor among the arguments.
  package struct Parameter: Sendable {
    /// The name that PyTorch and the cases give it.
    package let name: String
    /// The label that it has here.
    package let label: String
    let kind: Kind

    init(_ name: String, as label: String? = nil, _ kind: Kind = .tensor) {
      self.name = name
      self.label = label ?? name
      self.kind = kind
    }
  }

  enum Kind {
    /// A tensor of the dtype that the case is computed in.
    case tensor
    /// The same, or null.
    case optionalTensor
    /// Real numbers of any type.
    case numbers
    /// The same, or null.
    case optionalNumbers
    /// A tensor of the dtype that the case is computed in, or nothing where a number stands for a hyperparameter.
    case tensorUnlessNumber
    /// Real numbers of any type, unless there is a weight: then PyTorch takes nothing but the case's dtype.
    case numbersUnlessWeighted
    /// One variance for all, a number, or a tensor of them.
    case variance
    /// A tensor of integers of any type.
    case labels
    /// A tensor of Int64, the only type that PyTorch takes.
    case int64Labels
    /// Labels, or class probabilities in the case's dtype.
    case labelsOrProbabilities
    /// Integers of any type, a tensor or a list.
    case integers
    /// For each tail of a head, the weights of its two layers.
    case tails
  }

  /// The tensors. The dtype of the first is what a case is computed in.
  package let parameters: [Parameter]
  /// The names of all arguments. Any other in a case is a failure.
  package let names: Set<String>
  /// The loss with the hyperparameters of a case.
  package let loss: @Sendable (ReferenceArguments) throws -> any Adapter

  init(
    _ options: [String], _ parameters: [Parameter],
    loss: @escaping @Sendable (ReferenceArguments) throws -> any Adapter
  ) {
    self.parameters = parameters
    names = Set(options + parameters.map(\.name))
    self.loss = loss
  }

  /// PyTorch's name of the argument with this label.
  package func name(of label: String) -> String {
    if let parameter = parameters.first(where: { $0.label == label }) { return parameter.name }
    guard let tails = parameters.first(where: { $0.kind == .tails }), label.hasPrefix(tails.label) else {
      return label
    }
    let place = label.dropFirst(tails.label.count)
    return tails.name + place.replacing(".projection", with: "[0]").replacing(".weight", with: "[1]")
  }

  /// The tensors of a case, to be computed in the given type.
  package func arguments<S: ReferenceScalar>(
    _ source: ReferenceArguments, in scalar: S.Type
  ) throws(ReferenceProblem) -> Arguments<S> {
    var arguments = Arguments<S>([:])
    for parameter in parameters { try add(parameter, from: source, to: &arguments) }
    return arguments
  }

  private func add<S: ReferenceScalar>(
    _ parameter: Parameter, from source: ReferenceArguments, to arguments: inout Arguments<S>
  ) throws(ReferenceProblem) {
    let (name, label) = (parameter.name, parameter.label)
    switch parameter.kind {
    case .tensor: arguments.reals[label] = try source.tensor(name)
    case .optionalTensor: arguments.reals[label] = try source.optionalTensor(name)
    case .numbers: arguments.reals[label] = try source.numbers(name)
    case .optionalNumbers: arguments.reals[label] = source.isGiven(name) ? try source.numbers(name) : nil
    case .tensorUnlessNumber:
      arguments.reals[label] = source.isNumber(name) ? nil : try source.tensor(name)
    case .numbersUnlessWeighted:
      let isWeighted = parameters.contains { $0.kind == .optionalTensor && source.isGiven($0.name) }
      arguments.reals[label] = isWeighted ? try source.tensor(name) : try source.numbers(name)
    case .variance:
      let variance: Tensor<S> = try source.numbers(name)
      if variance.rank == 0, arguments.input.rank > 1, (try? source.source(name)) != nil {
        throw .inexpressible("a variance without axes is a number")
      }
      arguments.reals[label] = variance
    case .labels: arguments.integers[label] = try source.labels(name)
    case .int64Labels: arguments.integers[label] = try source.tensor(name) as Tensor<Int64>
    case .labelsOrProbabilities:
      if try source.source(name).dtype == S.dtype {
        arguments.reals[label] = try source.tensor(name)
      } else {
        arguments.integers[label] = try source.labels(name)
      }
    case .integers: arguments.integers[label] = try source.integers(name)
    case .tails:
      let tails: [(projection: Tensor<S>, weight: Tensor<S>)] = try source.pairs(name)
      for (index, tail) in tails.enumerated() {
        arguments["\(label)[\(index)].projection"] = tail.projection
        arguments["\(label)[\(index)].weight"] = tail.weight
      }
    }
  }
}

extension [ReferenceCall.Parameter] {
  /// Input and target.
  static let elements = [ReferenceCall.Parameter("input"), ReferenceCall.Parameter("target", .numbers)]

  /// Input, target and a weight for each element.
  static let weightedElements = [
    ReferenceCall.Parameter("input"), ReferenceCall.Parameter("target", .numbersUnlessWeighted),
    ReferenceCall.Parameter("weight", .optionalTensor),
  ]

  /// Scores, labels and a weight for each class.
  static let labelled = [
    ReferenceCall.Parameter("input"), ReferenceCall.Parameter("target", .labels),
    ReferenceCall.Parameter("weight", .optionalTensor),
  ]

  /// Two inputs and a pair label.
  static let pair = [
    ReferenceCall.Parameter("input1"), ReferenceCall.Parameter("input2"),
    ReferenceCall.Parameter("target", .numbers),
  ]

  static let triplet = [
    ReferenceCall.Parameter("anchor"), ReferenceCall.Parameter("positive"),
    ReferenceCall.Parameter("negative"),
  ]
}
