public import RealMath
public import Tensors

extension Check {
  /// Throws unless the last axis holds boxes: x₁, y₁, x₂, y₂.
  @usableFromInline
  package static func boxShape(_ shape: Shape, named name: String) throws(LossError) {
    if shape.last == 4 { return }
    throw .unsupportedShape(argument: name, shape: shape, requirement: "only [4] and [N…, 4] are possible")
  }

  /// Throws where a box that counts ends before it begins. A coordinate that is NaN is neither before nor behind another.
  @usableFromInline
  @specialized(where S == Float) @specialized(where S == Double) @specialized(where S == HalfPrecision)
  @specialized(where S == BFloat16)
  package static func boxes<S: LossScalar>(
    of tensor: Tensor<S>, named name: String, samples: (any SampleWeights)?
  ) throws(LossError) {
    // Blocks hold whole boxes.
    let endOfWrong = tensor.indexOfFirst { start, elements, count in
      var wrong: Int32 = 0
      unsafe withUnsafeMutablePointer(to: &wrong) { wrong in
        let kernel = unsafe BoxOrderKernel(boxes: elements, boxCount: count / 4, wrong: wrong)
        kernel(elements: count)
      }
      if wrong == 0 { return nil }
      let weights = samples?[start / 4..<(start + count) / 4]
      return (0..<count).first {
        $0 % 4 >= 2 && elements[$0] < elements[$0 - 2] && weights?[$0 / 4] != 0
      }
    }
    guard let end = endOfWrong else { return }
    var beginning = end
    beginning[end.count - 1] -= 2
    throw .valueOutOfRange(
      argument: name, position: end, value: Double(tensor[end]),
      requirement: "at least \(LossError.text(Double(tensor[beginning]))), which \(name)\(beginning) is")
  }
}

/// Counts the boxes that end before they begin.
@safe @usableFromInline
package struct BoxOrderKernel<C: RealScalar>: Kernel {
  @usableFromInline let boxes: UncheckedBuffer<C>
  @usableFromInline let boxCount: Int
  @usableFromInline let wrong: UnsafeMutablePointer<Int32>

  @export(implementation) @inline(__always)
  package func run() {
    var count: Int32 = 0
    for box in 0..<boxCount {
      let corner = boxes.advanced(by: 4 &* box)
      count &+= corner[2] < corner[0] ? 1 : 0
      count &+= corner[3] < corner[1] ? 1 : 0
    }
    unsafe wrong.pointee = count
  }
}
