public import RealMath
package import Tensors

extension Check {
  /// Throws unless all elements lie in `domain`, if there is one, but for those that a mask leaves out. NaN does not,
  /// unless it is allowed.
  @specialized(where S == Float) @specialized(where S == Double) @specialized(where S == HalfPrecision)
  @specialized(where S == BFloat16)
  package static func elements<S: LossScalar>(
    of tensor: Tensor<S>, named name: String, in domain: ClosedRange<Double>?,
    allowingNaN: Bool = false, where mask: Mask? = nil
  ) throws(LossError) {
    guard let domain else { return }
    typealias C = S.Computation
    let (lowest, highest) = (C(domain.lowerBound), C(domain.upperBound))
    // The first of several that share memory tells for all, unless a mask tells them apart.
    let tensor = mask == nil ? tensor.withoutRepetitions : tensor
    let wrong = tensor.indexOfFirst { start, elements, count in
      var difference: C.RawSignificand = 0
      unsafe withUnsafeMutablePointer(to: &difference) { difference in
        let kernel = unsafe DomainKernel(
          elements: elements, count: count, lowest: lowest, highest: highest,
          difference: difference)
        kernel(elements: count)
      }
      if difference == 0 { return nil }
      let isIn = mask?[start..<start + count]
      return (0..<count).first {
        !(lowest...highest ~= elements[$0]) && !(allowingNaN && elements[$0].isNaN) && isIn?[$0] != 0
      }
    }
    guard let index = wrong else { return }
    let (lower, upper) = (LossError.text(domain.lowerBound), LossError.text(domain.upperBound))
    throw .valueOutOfRange(
      argument: name, position: index, value: Double(tensor[index]),
      requirement: domain.upperBound == .infinity ? "at least \(lower)" : "in \(lower)...\(upper)")
  }

  /// Throws if an element of an argument is negative, unless a mask leaves out all elements that it is broadcast to.
  ///
  /// - Parameter aligned: The argument as it is broadcast: it may have a last axis of length 1 more.
  @specialized(where S == Float) @specialized(where S == Double) @specialized(where S == HalfPrecision)
  @specialized(where S == BFloat16)
  package static func nonNegative<S: LossScalar>(
    _ tensor: Tensor<S>, named name: String, as aligned: Tensor<S>, broadcastTo shape: Shape,
    where mask: Mask?
  ) throws(LossError) {
    let domain = 0...Double.infinity
    if mask == nil { return try elements(of: tensor, named: name, in: domain, allowingNaN: true) }
    do {
      let broadcast = aligned.broadcast(to: shape)
      try elements(of: broadcast, named: name, in: domain, allowingNaN: true, where: mask)
    } catch {
      // Where it is in the argument, which may have fewer elements.
      guard case .valueOutOfRange(_, let position, let value, let requirement) = error else { throw error }
      let place = zip(position.suffix(aligned.rank), aligned.shape).map { $1 == 1 ? 0 : $0 }
      throw .valueOutOfRange(
        argument: name, position: Shape(place.prefix(tensor.rank)), value: value, requirement: requirement)
    }
  }
}

/// Compares numbers with a domain: moving them inside changes the bits of those that are not.
///
/// It also changes those of NaN, and of −0 where the domain begins at 0.
@safe @usableFromInline
package struct DomainKernel<C: RealScalar>: Kernel {
  @usableFromInline let elements: UncheckedBuffer<C>
  @usableFromInline let count: Int
  @usableFromInline let lowest: C
  @usableFromInline let highest: C
  /// Where the differences of the bits go, combined by a bitwise *or*.
  @usableFromInline let difference: UnsafeMutablePointer<C.RawSignificand>

  @export(implementation) @inline(__always)
  package func run() {
    var difference: C.RawSignificand = 0
    for index in 0..<count {
      let element = elements[index]
      let raised = element > lowest ? element : lowest
      difference |= C.Traits.difference(raised < highest ? raised : highest, element)
    }
    unsafe self.difference.pointee = difference
  }
}
