extension Tensor: CustomStringConvertible {
  /// The elements in nested brackets, one line for each list along the last axis, in aligned columns.
  ///
  /// Of an axis longer than 16 the first and the last three are shown; where there are more than 1000 elements, or lists
  /// without any, of an axis longer than 6.
  public var description: String { Printout(self).text }
}

extension Tensor: CustomDebugStringConvertible {
  /// The scalar type, the shape and the strides, and below them the elements.
  public var debugDescription: String {
    "Tensor<\(Scalar.self)>, shape \(shape), strides \(strides):\n\(description)"
  }
}

private struct Printout<Scalar: TensorScalar> {
  let tensor: Tensor<Scalar>
  let longestAxis: Int
  let edge = 3

  init(_ tensor: Tensor<Scalar>) {
    self.tensor = tensor
    // Where an axis has length 0, the lists along it are what is printed.
    let printedCount = tensor.shape.prefix { $0 > 0 }.reduce(1.0) { $0 * Double($1) }
    longestAxis = printedCount > 1000 ? 6 : 16
  }

  var text: String {
    text(axis: 0, position: tensor.layout.offset, width: width(axis: 0, position: tensor.layout.offset))
  }

  /// The indices along an axis that are shown, where `nil` stands for an ellipsis.
  func shownIndices(axis: Int) -> [Int?] {
    let length = tensor.shape[axis]
    return length <= longestAxis
      ? Array(0..<length)
      : Array(0..<edge) + [nil] + Array(length - edge..<length)
  }

  /// The width of the widest element at and behind `position`, where the indices along the axes before `axis`
  /// are already taken.
  func width(axis: Int, position: Int) -> Int {
    if axis == tensor.rank { return element(at: position).count }
    return shownIndices(axis: axis).reduce(0) { width, index in
      guard let index else { return width }
      return max(width, self.width(axis: axis + 1, position: advance(position, by: index, along: axis)))
    }
  }

  func text(axis: Int, position: Int, width: Int) -> String {
    if axis == tensor.rank {
      let text = element(at: position)
      return String(repeating: " ", count: width - text.count) + text
    }
    let parts = shownIndices(axis: axis).map { index in
      guard let index else { return "..." }
      return text(axis: axis + 1, position: advance(position, by: index, along: axis), width: width)
    }
    return "[" + parts.joined(separator: separator(axis: axis)) + "]"
  }

  /// Numbers are separated by spaces, rows by a new line, matrices by two, and so on.
  func separator(axis: Int) -> String {
    let lines = tensor.rank - 1 - axis
    return lines == 0
      ? ", "
      : "," + String(repeating: "\n", count: lines) + String(repeating: " ", count: axis + 1)
  }

  func advance(_ position: Int, by index: Int, along axis: Int) -> Int {
    // Wrapping, as the strides of a tensor without elements may be of any size.
    position &+ index &* tensor.strides[axis]
  }

  func element(at position: Int) -> String {
    let text = elementText(tensor.storage[position])
    // The sign of NaN means nothing.
    return text == "-nan" ? "nan" : text
  }
}

#if hasFeature(Embedded)
  /// The text of an element of the types that losses take; Embedded Swift can't ask a value whether it has one.
  private func elementText<Scalar: TensorScalar>(_ element: Scalar) -> String {
    if let number = element as? Float { return number.description }
    if let number = element as? Double { return number.description }
    if let number = element as? BFloat16 { return number.description }
    if let number = element as? Int { return number.description }
    if let number = element as? Int32 { return number.description }
    if let condition = element as? Bool { return condition.description }
    return "?"
  }
#else
  private func elementText(_ element: some TensorScalar) -> String { String(describing: element) }
#endif
