import Losses

/// A seeded generator of calls of one loss.
package struct Generator: Sendable {
  package let name: String
  /// Whether rows of any length are possible where there are none of them. Not where another argument limits the length,
  /// or where the result would be as long.
  package let allowsLongRows: Bool
  package let call: @Sendable (inout Decisions) -> Call

  /// A call that has still to be made.
  package struct Call: Sendable {
    package var loss: any Adapter
    package var arguments: Arguments<Double>
    /// The arguments whose gradients go into a digest, in this order; `nil` stands for all. They are part of what
    /// is generated, so that digests compare with those of earlier versions.
    package var digested: [String]?

    init(_ loss: any Adapter, _ arguments: Arguments<Double>, digested: [String]? = nil) {
      self.loss = loss
      self.arguments = arguments
      self.digested = digested
    }
  }

  init(
    _ name: String, allowsLongRows: Bool = true, call: @escaping @Sendable (inout Decisions) -> Call
  ) {
    self.name = name
    self.allowsLongRows = allowsLongRows
    self.call = call
  }
}

extension Generator {
  /// The same calls with a mask, with weights of samples, or with both.
  var masked: Generator {
    Generator("\(name), masked", allowsLongRows: false) { decisions in
      var call = call(&decisions)
      guard let shape = call.maskShape?.orScalar,
        // Without classes, nothing but samples that are out is possible.
        shape.elementCount == 0 || call.arguments.reals.values[0].count > 0,
        shape.elementCount == 0 || call.arguments.reals["classWeights"]?.count != 0
      else { return call }
      let takesWeights = call.loss.valueUnit != .element
      if takesWeights, decisions.isOne(in: 2) {
        call.arguments.sampleWeight = decisions.tensor(shape, 0.1..<2)
        if decisions.isOne(in: 2) { return call }
      }
      call.arguments.mask = decisions.mask(shape)
      return call
    }
  }
}

extension Generator.Call {
  /// Whether calls with a mask are generated for a loss.
  static func takesMask(_ loss: any Adapter) -> Bool {
    loss.valueUnit != nil || loss is any RegionAdapter || loss is any LovaszAdapter
  }

  /// The shape of a mask: that of the values, or of the positions of regions.
  var maskShape: Shape? {
    let regions = loss as? any RegionAdapter
    guard regions != nil || loss is any LovaszAdapter else {
      return loss.valueUnit?.valueShape(arguments)
    }
    let target = arguments.integers["target"]?.shape ?? arguments.target.shape
    let mode = regions?.mode ?? (loss is LovaszHingeLoss ? .binary : .multiclass)
    return mode.positionShape(of: arguments.input.shape, target: target)
  }
}

extension Generator: CustomStringConvertible {
  package var description: String { name }
}

extension Generator.Call {
  /// Gives some of the arguments shapes that may be wrong.
  package mutating func injectShapeFaults(_ decisions: inout Decisions) {
    guard decisions.injectsFault(in: 3) else { return }
    func altered<Scalar>(_ tensor: Tensor<Scalar>) -> Tensor<Scalar> {
      guard decisions.isOne(in: 2), let filler = tensor.count > 0 ? tensor.scalars[0] : nil else {
        return tensor
      }
      return Tensor(filler).broadcast(to: decisions.altered(tensor.shape))
    }
    arguments.reals.values = arguments.reals.values.map(altered)
    arguments.integers.values = arguments.integers.values.map { altered($0.ints) }
    arguments.mask = arguments.mask.map(altered)
  }
}
