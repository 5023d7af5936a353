import Foundation
import LossRegistry
import Losses
import Tensors

/// A tensor of the numbers 0, 1, 2, …, of which one view after another is taken, beside a list of its expected elements.
struct TensorTrial {
  private var tensor: Tensor<Int>
  private var elements: [Int]

  static func run(_ decisions: inout Decisions) throws(Finding) {
    let shape = decisions.shape(ranks: 0...5)
    let numbers = Array(0..<shape.elementCount)
    var trial = TensorTrial(tensor: Tensor(numbers, shape: shape), elements: numbers)
    let original = trial.tensor
    for _ in 0..<decisions.number(below: 7) { trial.step(&decisions) }
    try trial.check()
    try trial.write(&decisions)
    try demand(original.scalars == numbers, "a write to a view has changed its source")
    try demand(TensorTrial.decode(&decisions), "a tensor was decoded from invalid text, or wrongly")
  }

  /// Takes a view of the tensor, and makes the list follow.
  private mutating func step(_ decisions: inout Decisions) {
    let rank = tensor.rank
    let kind = decisions.number(below: 11)
    switch kind {
    case 0 where rank < Shape.maximumRank:
      tensor = tensor.insertingAxis(at: decisions.number(below: 2 * rank + 2) - rank - 1)
    case 1: tensor = tensor.squeezed()
    case 2: tensor = tensor.flattened()
    case 3: tensor = tensor.reshaped(to: decisions.reordered(tensor.shape))
    case 4: tensor = tensor.contiguous()
    case 5 where rank < Shape.maximumRank && tensor.count < 500: broadcast(&decisions)
    case 6 where rank > 0: permute(&decisions)
    case 7... where rank > 0: select(&decisions)
    default: tensor = Tensor(exactly: tensor) ?? Tensor(0)
    }
  }

  private mutating func broadcast(_ decisions: inout Decisions) {
    let shape = Shape([decisions.number(below: 3)] + tensor.shape)
    elements = (0..<shape[0]).flatMap { _ in elements }
    tensor = tensor.broadcast(to: shape)
  }

  private mutating func permute(_ decisions: inout Decisions) {
    let order = decisions.reordered(Shape(tensor.shape.indices))
    let source = tensor.shape
    tensor = tensor.permuted(Shape(order.map { decisions.isOne(in: 4) ? $0 - source.count : $0 }))
    rearrange(from: source) { index in
      var origin = source
      for (axis, other) in order.enumerated() { origin[other] = index[axis] }
      return origin
    }
  }

  private mutating func select(_ decisions: inout Decisions) {
    let source = tensor.shape
    let axis = decisions.number(below: source.count)
    let length = source[axis]
    let given = decisions.isOne(in: 2) ? axis : axis - source.count
    if length > 0, decisions.isOne(in: 4) {
      let position = decisions.number(below: min(length, 1 << 16))
      tensor = tensor.selecting(position, axis: given)
      return rearrange(from: source) { $0.inserting(position, axis: axis) }
    }
    let (slice, first, step) = decisions.slice(ofLength: length)
    tensor = tensor.selecting(slice, axis: given)
    rearrange(from: source) { index in
      var origin = index
      origin[axis] = first + index[axis] * step
      return origin
    }
  }

  /// Puts the list in the order of the new tensor. `origin` maps its indices to those before.
  private mutating func rearrange(from source: Shape, _ origin: (Shape) -> Shape) {
    let shape = tensor.shape
    elements = (0..<shape.elementCount).map { position in
      elements[zip(origin(shape.index(ofElement: position)), source).reduce(0) { $0 * $1.1 + $1.0 }]
    }
  }
}

extension TensorTrial {
  private func check() throws(Finding) {
    let shape = tensor.shape
    try demand(tensor.scalars == elements, "\(tensor.debugDescription) instead of \(elements)")
    try demand(tensor.withSpan { span in span.indices.map { span[$0] } } == elements, "the span differs")
    try demand(tensor.map { $0 }.scalars == elements, "the mapped tensor differs")
    let copy = tensor.contiguous()
    try demand(
      copy == tensor && copy.hashValue == tensor.hashValue && copy.isContiguous, "a copy is not equal")
    try demand(!tensor.description.isEmpty, "no description")
    for position in elements.indices {
      try demand(
        tensor[shape.index(ofElement: position)] == elements[position], "element \(position) differs")
    }
  }

  private func write(_ decisions: inout Decisions) throws(Finding) {
    guard tensor.count > 0 else { return }
    let position = decisions.number(below: tensor.count)
    var (changed, expected) = (tensor, elements)
    changed[tensor.shape.index(ofElement: position)] = -1
    expected[position] = -1
    try demand(changed.scalars == expected, "a write is not seen, or seen elsewhere")
    changed.withMutableSpan { span in
      for index in span.indices { span[index] += 1 }
    }
    try demand(changed.scalars == expected.map { $0 + 1 }, "a write to the span is not seen")
    try demand(tensor.scalars == elements, "a write to a copy has changed the tensor")
  }

  /// Whether text is decoded as what it says, or rejected.
  private static func decode(_ decisions: inout Decisions) -> Bool {
    let lengths = (0..<decisions.number(below: 10)).map { _ in
      decisions.choice(of: [1, 2, 3, 0, -1, .max, 1 << 62])
    }
    let count = decisions.number(below: 13)
    let text = "{\"shape\":\(lengths),\"scalars\":\(Array(0..<count))}"
    let isValid = lengths.count <= Shape.maximumRank && Shape(lengths).validElementCount == count
    let tensor = try? JSONDecoder().decode(Tensor<Int>.self, from: Data(text.utf8))
    return isValid ? tensor?.scalars == Array(0..<count) : tensor == nil
  }
}

extension Decisions {
  /// Returns the same numbers in another order.
  fileprivate mutating func reordered(_ numbers: Shape) -> Shape {
    var numbers = numbers
    for index in numbers.indices.reversed() { numbers.swapAt(index, number(below: index + 1)) }
    return numbers
  }

  /// Returns a slice of an axis, its first element and its step.
  fileprivate mutating func slice(ofLength length: Int) -> (AxisSlice, first: Int, step: Int) {
    let step = choice(of: [1, 2, 3, .max])
    if isOne(in: 3) {
      return (.stride(by: -step), length - 1, -step)
    }
    let first = number(below: min(length, 1 << 16) + 1)
    let end = first + number(below: min(length - first, 1 << 16) + 1)
    return (.stride(from: first, to: end, by: step), first, step)
  }
}
