import Tensors
import Testing

@Suite struct ConversionTests {
  @Test(arguments: shapes)
  func everyElementInItsPlace(shape: Shape) {
    for tensor in layouts(of: numbered(shape)) {
      expect(Tensor<Float>(tensor), shape: shape) { Float(tensor[$0]) }
      expect(Tensor<UInt16>(tensor), shape: shape) { UInt16(tensor[$0]) }
      expect(tensor.map { $0 % 2 == 0 }, shape: shape) { tensor[$0] % 2 == 0 }
    }
  }

  @Test func betweenFloatingPointTypes() {
    let doubles = Tensor<Double>([0.1, -0.0, .infinity, 1e300, .nan])
    let floats = Tensor<Float>(doubles)
    #expect(floats.scalars.map(\.bitPattern) == doubles.scalars.map { Float($0).bitPattern })
    #expect(Tensor<Double>([0.5, 3] as Tensor<Float>) == [0.5, 3])
    #if !((os(macOS) || targetEnvironment(macCatalyst)) && arch(x86_64))
      #expect(Tensor<Float16>([0.1, 70000] as Tensor<Float>).scalars == [0.1, .infinity])
      #expect(Tensor<Float>([0.5, -2] as Tensor<Float16>) == [0.5, -2])
    #endif
  }

  @Test func integersToFloatingPoint() {
    #expect(Tensor<Float>([16_777_217, -3] as Tensor<Int64>) == [16_777_216, -3])
    #expect(Tensor<Double>([255] as Tensor<UInt8>) == [255])
  }

  @Test func floatingPointToIntegers() {
    #expect(Tensor<Int8>([1.9, -1.9, 127.5, -128.5] as Tensor<Double>) == [1, -1, 127, -128])
    #expect(Tensor<Int>(exactly: [1, -2] as Tensor<Float>) == [1, -2])
    #expect(Tensor<Int>(exactly: [1, 0.5] as Tensor<Float>) == nil)
    #expect(Tensor<Int>(exactly: Tensor<Float>([1, .nan])) == nil)
    #expect(Tensor<UInt8>(exactly: [256] as Tensor<Float>) == nil)
  }

  @Test func betweenIntegers() {
    #expect(Tensor<Int64>([1, -1] as Tensor<Int8>) == [1, -1])
    #expect(Tensor<UInt8>(exactly: [[0], [255]] as Tensor<Int>) == [[0], [255]])
    #expect(Tensor<UInt8>(exactly: [0, 256] as Tensor<Int>) == nil)
    #expect(Tensor<UInt8>(exactly: [-1] as Tensor<Int>) == nil)
  }

  @Test func boolsToNumbers() {
    let mask: Tensor<Bool> = [[true, false], [false, true]]
    #expect(Tensor<Float>(mask) == [[1, 0], [0, 1]])
    #expect(Tensor<Int32>(mask.transposed()) == [[1, 0], [0, 1]])
  }

  @Test func errorsOfTheClosurePassThrough() {
    struct Stop: Error {}
    #expect(throws: Stop.self) {
      try numbered([3]).map { value throws(Stop) in
        if value == 2 { throw Stop() }
        return value
      }
    }
  }
}
