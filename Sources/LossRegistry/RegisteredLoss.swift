import Losses

/// What every general suite, the benchmark and the documentation check know of one loss, measure or activation.
package struct RegisteredLoss: Sendable {
  /// The name of the Swift type.
  package let typeName: String
  /// The name in `torch.nn.functional`, or that of the reference cases where PyTorch has none.
  package let functionalName: String?
  /// Whether the library has it; otherwise it is a loss of a user's own.
  package let isPublic: Bool
  /// Distinct values, for coding and hashing: first the default one, then the same with every default written out,
  /// which is equal to it, then others that differ from it and from each other.
  package let values: [any Adapter]
  /// How a reference case is turned into a call.
  package let reference: ReferenceCall?
  /// Small calls with the values of the plain formula.
  package let samples: @Sendable () -> [LossUnderTest]
  /// Calls that are large enough for several threads, with the values of the plain formula.
  package let largeSamples: @Sendable () -> [LossUnderTest]
  /// Seeded generators of calls.
  package let generators: [Generator]

  init<Loss: Adapter>(
    _ functionalName: String?, isPublic: Bool = true, default: Loss, spelledOut: Loss, others: [Loss] = [],
    reference: ReferenceCall? = nil, samples: @escaping @Sendable () -> [LossUnderTest],
    largeSamples: @escaping @Sendable () -> [LossUnderTest] = { [] }, generators: [Generator]
  ) {
    typeName = Loss.typeName
    self.functionalName = functionalName
    self.isPublic = isPublic
    values = [`default`, spelledOut] + others
    self.reference = reference
    self.samples = samples
    self.largeSamples = largeSamples
    self.generators = generators + (Generator.Call.takesMask(`default`) ? generators.map(\.masked) : [])
  }
}

extension RegisteredLoss: CustomStringConvertible {
  package var description: String { typeName }
}
