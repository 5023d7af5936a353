public import RealMath
public import Tensors

/// Returns the result of the function for the type that a block is computed in. There are two such types, and functions
/// for both, which are not generic: a generic one would leave a body behind for types that nobody computes in.
///
/// - Precondition: `Block` is a type that is generic over `C` alone, and the other two are that type for `Float` and
///   `Double`.
// A cast would look up the metadata of the block each time.
@export(implementation) @inline(__always)
package func dispatch<C: RealScalar, Block, FloatBlock, DoubleBlock, Result>(
  _ block: Block, on _: C.Type, inFloat: (FloatBlock) -> Result, inDouble: (DoubleBlock) -> Result
) -> Result {
  if C.self == Float.self { return inFloat(unsafe unsafeBitCast(block, to: FloatBlock.self)) }
  if C.self == Double.self { return inDouble(unsafe unsafeBitCast(block, to: DoubleBlock.self)) }
  stop("\(C.self) is computed in neither Float nor Double")
}
