package import Tensors

/// Which elements, or samples, of a call count.
// A reference, since what holds it is copied for each call.
@usableFromInline
package final class Mask: Sendable {
  private let elements: Tensor<Bool>
  private let layout: Layout

  package init(_ elements: Tensor<Bool>) {
    self.elements = elements
    layout = elements.layout.merged
  }

  /// Returns the part at `range`, in row-major order: 0 where an element is out.
  // As bytes, since those of foreign memory need be neither 0 nor 1.
  package subscript(range: Range<Int>) -> [UInt8] {
    unsafe [UInt8](count: range.count) { part in
      unsafe elements.storage.withUnsafeBufferPointer { storage in
        let bytes = unsafe UnsafeRawPointer(storage.baseAddress!)
        var next = 0
        // All positions of a layout lie inside its storage.
        layout.forEachRun(in: range) { run in
          let start = layout.offset &+ run.start
          for index in 0..<run.count {
            unsafe part[next &+ index] = bytes.load(
              fromByteOffset: start &+ index &* run.stride, as: UInt8.self)
          }
          next &+= run.count
        }
      }
    }
  }
}

extension Check {
  /// Returns the mask of a call, if there is one.
  package static func mask(_ mask: Tensor<Bool>?, is expected: Shape) throws(LossError) -> Mask? {
    guard let mask else { return nil }
    try shape(of: mask, named: "mask", is: expected)
    return Mask(mask)
  }
}
