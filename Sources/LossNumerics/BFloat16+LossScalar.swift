public import RealMath
public import Tensors

extension BFloat16: LossScalar {
  @export(implementation) @inline(__always)
  public init(computation: Float) { self.init(computation) }

  @export(implementation) @inline(__always)
  public var computation: Float { Float(self) }
}
