import Foundation
import Tensors
import Testing

@Suite struct AxisListTests {
  @Test func collectionOfIntegers() {
    var list: AxisList = [4, 5, 6]
    #expect(Array(list) == [4, 5, 6])
    #expect(list.count == 3 && list.last == 6)
    list[1] = 7
    #expect(list == [4, 7, 6])
    #expect("\(list)" == "[4, 7, 6]")
    #expect(AxisList() == [])
    #expect(AxisList(repeating: 2, count: 3) == [2, 2, 2])
  }

  @Test func insertingAndRemoving() {
    var list: AxisList = [1, 2, 3, 4, 5, 6, 7]
    list.insert(9, at: 0)
    #expect(list == [9, 1, 2, 3, 4, 5, 6, 7])
    #expect(list.remove(at: 3) == 3)
    #expect(list.remove(at: 6) == 7)
    #expect(list == [9, 1, 2, 4, 5, 6])
    list.append(8)
    #expect(list == [9, 1, 2, 4, 5, 6, 8])
  }

  /// Equality must not see the lanes that an element once lay in.
  @Test func equalityAfterRemoving() {
    var list: AxisList = [1, 2]
    list.remove(at: 1)
    #expect(list == [1])
    #expect(list.hashValue == ([1] as AxisList).hashValue)
    #expect([] as AxisList != [0])
  }

  @Test func elementCounts() {
    #expect(([] as Shape).elementCount == 1)
    #expect(([2, 3, 4] as Shape).elementCount == 24)
    #expect(([.max, 2, 0] as Shape).elementCount == 0)
    #expect(([.max, 2] as Shape).elementCountIfRepresentable == nil)
    #expect(([-1, -2] as Shape).validElementCount == nil)
    #expect(([2, 0] as Shape).validElementCount == 0)
  }

  @Test(arguments: shapes)
  func indicesOfElements(shape: Shape) {
    #expect((0..<shape.elementCount).map { shape.index(ofElement: $0) } == indices(of: shape))
  }

  @Test func coding() throws {
    let list: AxisList = [3, -1]
    #expect(try JSONDecoder().decode(AxisList.self, from: JSONEncoder().encode(list)) == list)
    #expect(throws: DecodingError.self) {
      try JSONDecoder().decode(AxisList.self, from: Data("[1,1,1,1,1,1,1,1,1]".utf8))
    }
  }
}
