import Foundation
import LossRegistry
import Losses
import Tensors
import Testing

/// The suite's own machinery: a comparison can fail, and cases are read as they are meant.
struct ReferenceComparisonTests {
  private static func expected(_ values: [Double?], shape: [Int]? = nil) -> ReferenceTensor {
    ReferenceTensor(dtype: .float64, shape: shape ?? [values.count], strides: nil, values: .floats(values))
  }

  private static func tensor(_ json: String) throws -> ReferenceTensor {
    try ReferenceFile.decode(from: Data(json.utf8))
  }

  @Test(
    arguments: [
      ([1, 2], [1, 2]),
      ([.nan, -.nan, 0], [.nan, .nan, -0.0]),
      ([.infinity, -.infinity, 1], [.infinity, -.infinity, 1]),
      ([1, 12345, .infinity], [1, nil, nil]),
      ([], []),
    ] as [([Double], [Double?])]
  )
  func accepts(_ actual: [Double], _ expected: [Double?]) {
    #expect(Self.expected(expected).mismatch(with: Tensor(actual), tolerance: 1e-10) == nil)
  }

  @Test(
    arguments: [
      ([1, 2.001], [1, 2], 1),
      ([1, -2], [1, 2], 1),
      ([.infinity], [-.infinity], 0),
      ([0, .infinity], [.nan, .infinity], 0),
      ([0, .nan], [0, 1], 1),
      ([.infinity], [1], 0),
      ([1], [.infinity], 0),
      ([.greatestFiniteMagnitude], [.infinity], 0),
      ([.nan], [.infinity], 0),
      ([5, 5, 5], [nil, 5, 6], 2),
      ([1e-300], [0], 0),
    ] as [([Double], [Double?], Int)]
  )
  func rejects(_ actual: [Double], _ expected: [Double?], at position: Int) throws {
    let mismatch = try #require(Self.expected(expected).mismatch(with: Tensor(actual), tolerance: 1e-10))
    guard case .element(let found, _, _) = mismatch else {
      Issue.record("\(mismatch)")
      return
    }
    #expect(found == [position])
  }

  @Test func namesTheFirstDifference() {
    let actual: Tensor<Float> = [[1, 2, 3], [4, 5.5, 6.5]]
    let mismatch = Self.expected([1, 2, 3, 4, 5, 6], shape: [2, 3]).mismatch(with: actual, tolerance: 1e-5)
    #expect(mismatch == .element(position: [1, 1], actual: 5.5, expected: 5))
    #expect(mismatch?.description == "at [1, 1] is 5.5, expected 5.0")
  }

  @Test(arguments: [[6], [3, 2], [2, 3, 1], []] as [Shape])
  func rejectsAnotherShape(_ shape: Shape) {
    let actual = Tensor<Double>(repeating: 0, shape: shape)
    let mismatch = Self.expected([0, 0, 0, 0, 0, 0], shape: [2, 3]).mismatch(with: actual, tolerance: 1e-10)
    #expect(mismatch == .shape(actual: shape, expected: [2, 3]))
  }

  /// With ε = 2⁻²⁰ and s = 320 the limits are exact: 0.05·s is 16, and numbers may differ by ε · max(|e|, 16). Infinities
  /// do not count for s.
  @Test(arguments: [(0.0, 16.0), (1, 16), (-8, 16), (16, 16), (32, 32), (-64, 64), (320, 320)])
  func toleranceEndsWhereTheFormatSays(_ expected: Double, _ scale: Double) {
    let limit = 0x1p-20 * scale
    let reference = Self.expected([expected, 320, -.infinity, .nan])
    for (difference, isAccepted) in [
      (limit, true), (-limit, true), (limit * 1.001, false), (-limit * 1.001, false),
    ] {
      let actual = Tensor([expected + difference, 320, -.infinity, .nan])
      #expect((reference.mismatch(with: actual, tolerance: 0x1p-20) == nil) == isAccepted)
    }
  }

  /// Four ulp of Float of each element, and of the least number where that is less.
  @Test(arguments: [1, -3, 0x1p-100, 320, 0x1p-140, 0] as [Double])
  func elementToleranceEndsWhereItSays(_ expected: Double) {
    let reference = Self.expected([expected, 320])
    let ulp = max(Double(Float.ulpOfOne) * expected.magnitude, 0x1p-149)
    // The number that is compared must be one of Float.
    let near = Float(expected + 4 * ulp).nextDown
    let far = Float(expected + 5 * ulp).nextUp
    #expect(reference.mismatch(with: Tensor([near, 320]), ulps: 4) == nil)
    #expect(reference.mismatch(with: Tensor([far, 320]), ulps: 4) != nil)
  }

  @Test func stridedLayoutsAreBuiltAsGiven() throws {
    let transposed: Tensor<Double> = try Self.tensor(
      #"{"dtype":"float64","shape":[2,3],"strides":[1,2],"values":[1,2,3,4,5,"-Infinity"]}"#
    ).tensor()
    #expect(transposed.strides == [1, 2])
    #expect(transposed == Tensor([1, 2, 3, 4, 5, -.infinity], shape: [2, 3]))
    #expect(transposed.storage.array == [1, 4, 2, 5, 3, -.infinity])

    let stepped: Tensor<Float> = try Self.tensor(
      #"{"dtype":"float32","shape":[2,2],"strides":[5,2],"values":[1,2,3,4]}"#
    ).tensor()
    #expect(stepped == Tensor([1, 2, 3, 4], shape: [2, 2]))
    #expect(stepped.storage.array.count == 8)
    // NaN between the elements spoils every result that it gets into.
    #expect(stepped.storage.array.map(\.isNaN) == [false, true, false, true, true, false, true, false])

    let broadcast: Tensor<Int64> = try Self.tensor(
      #"{"dtype":"int64","shape":[2,3],"strides":[0,1],"values":[7,8,-100,7,8,-100]}"#
    ).tensor()
    #expect(broadcast.storage.array == [7, 8, -100])
    #expect(broadcast == Tensor([7, 8, -100, 7, 8, -100], shape: [2, 3]))

    let reversed: Tensor<UInt8> = try Self.tensor(
      #"{"dtype":"uint8","shape":[3],"strides":[-2],"values":[1,2,3]}"#
    ).tensor()
    #expect(reversed.strides == [-2])
    #expect(reversed == Tensor([1, 2, 3]))
    #expect(reversed.storage.array == [3, 255, 2, 255, 1])

    let empty: Tensor<Double> = try Self.tensor(
      #"{"dtype":"float64","shape":[2,0],"strides":[1,2],"values":[]}"#
    ).tensor()
    #expect(empty.shape == [2, 0])
  }

  @Test func contiguousTensorsOfEveryType() throws {
    let scalar = try Self.tensor(#"{"dtype":"float64","shape":[],"values":["NaN"]}"#)
    #expect(try scalar.tensor(of: Double.self).item.isNaN)
    let labels = try Self.tensor(#"{"dtype":"int64","shape":[1],"values":[9007199254740993]}"#)
    #expect(try labels.tensor(of: Int64.self).item == 9_007_199_254_740_993)
    let narrow = try Self.tensor(#"{"dtype":"int32","shape":[1],"values":[-3]}"#)
    #expect(try narrow.tensor(of: Int32.self).item == -3)
    let mask = try Self.tensor(#"{"dtype":"bool","shape":[2],"values":[true,false]}"#)
    #expect(try mask.tensor(of: Bool.self) == Tensor([true, false]))
    let half = try Self.tensor(#"{"dtype":"float16","shape":[1],"values":[0.5]}"#)
    #expect(throws: ReferenceProblem.self) { try half.tensor(of: Float.self) }
    #if !((os(macOS) || targetEnvironment(macCatalyst)) && arch(x86_64))
      #expect(try half.tensor(of: Float16.self).item == 0.5)
    #endif
  }

  @Test(arguments: [
    #"{"dtype":"float64","shape":[2],"values":[1]}"#,
    #"{"dtype":"float64","shape":[2],"strides":[1,1],"values":[1,2]}"#,
    #"{"dtype":"float64","shape":[-1,-1],"values":[1]}"#,
    #"{"dtype":"int64","shape":[1],"values":[0.5]}"#,
    #"{"dtype":"complex64","shape":[],"values":[1]}"#,
    #"{"dtype":"float64","shape":[1],"values":["one"]}"#,
  ])
  func malformedTensorsAreRejected(_ json: String) {
    #expect(throws: DecodingError.self) { try Self.tensor(json) }
  }

  @Test(arguments: [
    #"{"dtype":"float64","shape":[2],"strides":[0],"values":[1,2]}"#,
    #"{"dtype":"float64","shape":[1],"values":[null]}"#,
  ])
  func contradictoryArgumentsAreRejected(_ json: String) throws {
    let tensor = try Self.tensor(json)
    #expect(throws: ReferenceProblem.self) { try tensor.tensor(of: Double.self) }
  }

  @Test(
    arguments: [
      ("null", .null), ("true", .boolean(true)), ("-100", .integer(-100)), ("0.5", .number(0.5)),
      (#""Infinity""#, .number(.infinity)), (#""mean""#, .text("mean")), ("[3, 4]", .list([3, 4])),
    ] as [(String, ReferenceArgument)]
  )
  func argumentsOfEveryKind(_ json: String, _ expected: ReferenceArgument) throws {
    #expect(try ReferenceFile.decode(from: Data(json.utf8)) == expected)
  }

  /// The failures of one case of `mse_loss`, whose value is 1 and whose gradients are ±2.
  private static func failures(
    input: String = #"{"dtype":"float64","shape":[1],"values":[3]}"#,
    reduction: String = #""sum""#,
    more: String = "",
    expect: String
  ) throws -> [String] {
    let one = #"{"dtype":"float64","shape":[1],"values":[2]}"#
    let json = #"""
      {"name":"case","arguments":{"input":\#(input),"target":\#(one),"weight":null,"reduction":\#(reduction)\#(more)},
       "upstream":{"dtype":"float64","shape":[],"values":[1]},"expect":\#(expect)}
      """#
    let reference: ReferenceCase = try ReferenceFile.decode(from: Data(json.utf8))
    return reference.failures(of: try #require(LossRegistry.loss(functionalName: "mse_loss")))
  }

  private static func expectation(
    value: Double = 1,
    input: Double = 2,
    target: Double = -2,
    more: String = ""
  )
    -> String
  {
    #"""
    {"value":{"dtype":"float64","shape":[],"values":[\#(value)]},
     "gradients":{"input":{"dtype":"float64","shape":[1],"values":[\#(input)]},
                  "target":{"dtype":"float64","shape":[1],"values":[\#(target)]}\#(more)}}
    """#
  }

  @Test func everyVerbIsCompared() throws {
    #expect(try Self.failures(expect: Self.expectation()) == [])
    #expect(
      try Self.failures(expect: Self.expectation(value: 1.5)) == [
        "call: value at [] is 1.0, expected 1.5",
        "valueWithGradient: value at [] is 1.0, expected 1.5",
        "valueWithGradient(into:): value at [] is 1.0, expected 1.5",
        "valueWithGradient(addingTo:): value at [] is 1.0, expected 1.5",
      ]
    )
    #expect(
      try Self.failures(expect: Self.expectation(input: -2)) == [
        "backward: gradient of input at [0] is 2.0, expected -2.0",
        "valueWithGradient: gradient of input at [0] is 2.0, expected -2.0",
        "valueWithGradient(into:): gradient of input at [0] is 2.0, expected -2.0",
        "gradients: gradient of input at [0] is 2.0, expected -2.0",
      ]
    )
    #expect(
      try Self.failures(expect: Self.expectation(target: 2)) == [
        "gradients: gradient of target at [0] is -2.0, expected 2.0"
      ]
    )
    #expect(try Self.failures(expect: #"{"value":null,"gradients":{"input":null,"target":null}}"#) == [])
  }

  @Test func missingResultsAreFailures() throws {
    #expect(
      try Self.failures(expect: Self.expectation(more: #","weight":null"#)) == [
        "no verb gives the gradient of weight"
      ]
    )
    #expect(try Self.failures(more: #","beta":1"#, expect: Self.expectation()).count == 1)
    #expect(try Self.failures(reduction: #""average""#, expect: Self.expectation()).count == 1)
    #expect(try Self.failures(expect: "{}").count == 1)
    let file = ReferenceFile(
      loss: "no_loss",
      cases: [ReferenceCase(name: "case", call: .failure(CancellationError()))]
    )
    #expect(!ReferenceReport(of: file).passes)
    #expect(ReferenceReport(of: file).description.hasPrefix("no_loss: 0 passed, 1 failed\n"))
    #expect(!ReferenceReport(of: ReferenceFile(loss: "mse_loss", cases: [])).passes)
  }

  @Test func invalidCallsMustThrow() throws {
    let error = #"{"error":"no"}"#
    #expect(
      try Self.failures(expect: error) == ["call: does not throw, where PyTorch says: no"])
    #expect(try Self.failures(input: #"{"dtype":"float64","shape":[2],"values":[1,2]}"#, expect: error) == [])
    // Swift cannot express these.
    #expect(try Self.failures(input: #"{"dtype":"float32","shape":[1],"values":[1]}"#, expect: error) == [])
    #expect(try Self.failures(reduction: #""average""#, expect: error) == [])
    // This one is unknown to the suite.
    #expect(try Self.failures(reduction: #""average""#, more: #","beta":1"#, expect: error).count == 1)
  }
}
