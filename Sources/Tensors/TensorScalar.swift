/// What the elements of a tensor may be: floating-point numbers, integers and `Bool`.
public protocol TensorScalar: BitwiseCopyable, Sendable {}

extension Float: TensorScalar {}
extension Double: TensorScalar {}
extension BFloat16: TensorScalar {}

#if !((os(macOS) || targetEnvironment(macCatalyst)) && arch(x86_64))
  extension Float16: TensorScalar {}
#endif

extension Int: TensorScalar {}
extension Int8: TensorScalar {}
extension Int16: TensorScalar {}
extension Int32: TensorScalar {}
extension Int64: TensorScalar {}
extension Int128: TensorScalar {}
extension UInt: TensorScalar {}
extension UInt8: TensorScalar {}
extension UInt16: TensorScalar {}
extension UInt32: TensorScalar {}
extension UInt64: TensorScalar {}
extension UInt128: TensorScalar {}

extension Bool: TensorScalar {}
