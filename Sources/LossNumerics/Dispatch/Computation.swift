public import RealMath
public import Tensors

/// Calls the function for the type that a block is computed in. There are two such types, and functions for both, which
/// are not generic: a generic one would leave a body behind for types that nobody computes in.
///
/// - Precondition: `Block` is a type that is generic over `C` alone, and the other two are that type for `Float` and
///   `Double`.
// A cast would look up the metadata of the block each time.
@export(implementation) @inline(__always)
package func dispatch<C: RealScalar, Block, FloatBlock, DoubleBlock>(
  _ block: Block, on _: C.Type, inFloat: (FloatBlock) -> Void, inDouble: (DoubleBlock) -> Void
) {
  if C.self == Float.self {
    inFloat(unsafe unsafeBitCast(block, to: FloatBlock.self))
  } else if C.self == Double.self {
    inDouble(unsafe unsafeBitCast(block, to: DoubleBlock.self))
  } else {
    stop("\(C.self) is computed in neither Float nor Double")
  }
}
