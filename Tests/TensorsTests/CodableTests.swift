import Foundation
import Tensors
import Testing

@Suite struct CodableTests {
  @Test(arguments: shapes)
  func roundTrips(shape: Shape) throws {
    for tensor in layouts(of: numbered(shape)) {
      #expect(try roundTrip(tensor) == tensor)
      #expect(try roundTrip(tensor).isWhole)
    }
  }

  @Test func scalarTypes() throws {
    let floats: Tensor<Float> = [[0.1, -1e30], [3, 1.2e-38]]
    #expect(try roundTrip(floats) == floats)
    let bools: Tensor<Bool> = [true, false]
    #expect(try roundTrip(bools) == bools)
    #if !((os(macOS) || targetEnvironment(macCatalyst)) && arch(x86_64))
      let halves: Tensor<Float16> = [0.1, 65504]
      #expect(try roundTrip(halves) == halves)
    #endif
  }

  @Test func format() throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    let data = try encoder.encode(numbered([2, 2]).transposed())
    #expect(String(decoding: data, as: UTF8.self) == #"{"scalars":[0,2,1,3],"shape":[2,2]}"#)
  }

  @Test(
    arguments: [
      #"{"shape":[2,2],"scalars":[1,2,3]}"#, #"{"shape":[],"scalars":[]}"#,
      #"{"shape":[-1,-2],"scalars":[1,2]}"#,
      #"{"shape":[-1,0],"scalars":[]}"#, #"{"shape":[4294967296,4294967296],"scalars":[]}"#,
      #"{"shape":[9223372036854775807,2],"scalars":[1]}"#, #"{"shape":[1,1,1,1,1,1,1,1,1],"scalars":[1]}"#,
      #"{"shape":[2.5],"scalars":[1,2]}"#, #"{"shape":[1],"scalars":[null]}"#, #"{"shape":[1]}"#,
      #"{"scalars":[1]}"#, #"[1]"#,
    ]
  )
  func badDataThrows(json: String) {
    #expect(throws: DecodingError.self) {
      try JSONDecoder().decode(Tensor<Int>.self, from: Data(json.utf8))
    }
  }

  private func roundTrip<Value: Codable>(_ value: Value) throws -> Value {
    try JSONDecoder().decode(Value.self, from: JSONEncoder().encode(value))
  }
}
