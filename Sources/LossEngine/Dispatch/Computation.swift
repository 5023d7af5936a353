public import Tensors

/// Calls the function for the type that a block is computed in. There are two such types, and functions for both, which
/// are not generic: a generic one would leave a body behind for types that nobody computes in.
@export(implementation) @inline(__always)
package func compute<Block, FloatBlock, DoubleBlock>(
  _ block: Block, inFloat: (FloatBlock) -> Void, inDouble: (DoubleBlock) -> Void
) {
  if let block = block as? FloatBlock {
    inFloat(block)
  } else if let block = block as? DoubleBlock {
    inDouble(block)
  } else {
    stop("\(Block.self) is computed in neither Float nor Double")
  }
}
