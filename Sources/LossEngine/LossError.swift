public import Tensors

/// What is wrong with the arguments of a call, a buffer or an upstream.
///
/// It is thrown before anything is computed, and buffers of the caller are as they were.
///
///     do {
///       let loss = try CrossEntropyLoss()(logits, target: labels)
///     } catch {
///       print(error)  // target[3] is 12, but there are 10 classes and ignoreIndex is -100
///     }
public enum LossError: Error, Hashable, Sendable {
  /// A tensor whose shape is not the one that the rest of the call asks for. The hint says what was probably meant,
  /// where the mistake is a known one.
  case shapeMismatch(argument: String, shape: Shape, expected: Shape, hint: String? = nil)

  /// A tensor that cannot be broadcast to the shape of the input.
  case notBroadcastable(argument: String, shape: Shape, to: Shape)

  /// A tensor of a shape that the loss is not defined for.
  case unsupportedShape(argument: String, shape: Shape, requirement: String)

  /// An axis that the tensor does not have.
  case axisOutOfRange(argument: String = "axis", axis: Int, rank: Int)

  /// A label that is neither a class nor the ignored one. The label is text, since any integer type may hold it. The
  /// sample is named where the position does not tell it.
  case labelOutOfRange(
    argument: String, position: Shape, label: String, classCount: Int, ignoreIndex: Int?, sample: Int? = nil)

  /// An element that the loss is not defined for.
  case valueOutOfRange(argument: String, position: Shape, value: Double, requirement: String)

  /// A hyperparameter that the loss is not defined for.
  case invalidHyperparameter(name: String, value: Double, requirement: String)

  /// An integer hyperparameter that the loss is not defined for, and that `Double` cannot hold.
  case invalidInteger(name: String, value: Int, requirement: String)

  /// Classes that are not a slice of all of them.
  case invalidClasses(Range<Int>, classCount: Int)

  /// Slices of the classes that have some in common.
  case overlappingClasses(Range<Int>, Range<Int>)

  /// Classes whose part of a loss is missing.
  case missingClasses(Range<Int>, classCount: Int)

  /// Parts that are not of one call.
  case differentCalls(difference: String)
}

extension LossError {
  /// Returns the error of an integer hyperparameter, which keeps all its digits.
  @usableFromInline
  package static func invalidHyperparameter(name: String, integer: Int, requirement: String) -> LossError {
    let value = Double(integer)
    return Int(exactly: value) == integer
      ? .invalidHyperparameter(name: name, value: value, requirement: requirement)
      : .invalidInteger(name: name, value: integer, requirement: requirement)
  }
}

extension LossError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .shapeMismatch(let argument, let shape, let expected, let hint):
      "\(argument) has shape \(shape), but \(expected) is needed" + (hint.map { "; \($0)" } ?? "")
    case .notBroadcastable(let argument, let shape, let target):
      "\(argument) has shape \(shape), which cannot be broadcast to \(target)"
        + (shape.asFirstAxes(of: target).map { "; did you mean \(argument).reshaped(to: \($0))?" } ?? "")
    case .unsupportedShape(let argument, let shape, let requirement):
      "\(argument) has shape \(shape), but \(requirement)"
    case .axisOutOfRange(let argument, let axis, let rank):
      "\(argument) is \(axis), but the input has \(rank == 1 ? "1 axis" : "\(rank) axes")"
    case .labelOutOfRange(let argument, let position, let label, let classCount, let ignoreIndex, let sample):
      "\(argument)\(position)\(sample.map { ", of sample \($0)," } ?? "") is \(label), "
        + "but there \(classCount == 1 ? "is 1 class" : "are \(classCount) classes")"
        + (ignoreIndex.map { " and ignoreIndex is \($0)" } ?? "")
        + (classCount == 1 && label == "1"
          ? "; for one score of two classes, did you mean a binary loss or mode?" : "")
    case .valueOutOfRange(let argument, let position, let value, let requirement):
      "\(argument)\(position) is \(Self.text(value)), but it must be \(requirement)"
    case .invalidHyperparameter(let name, let value, let requirement):
      "\(name) is \(Self.text(value)), but it must be \(requirement)"
    case .invalidInteger(let name, let value, let requirement):
      "\(name) is \(value), but it must be \(requirement)"
    case .invalidClasses(let classes, let classCount):
      "classes is \(classes), but it must be a part of 0..<\(classCount) that is not empty"
    case .overlappingClasses(let classes, let others):
      "the slices of classes \(classes) and \(others) overlap"
    case .missingClasses(let classes, let classCount):
      "the part of the classes \(classes) of 0..<\(classCount) is missing"
    case .differentCalls(let difference):
      "the parts are not of one call: \(difference)"
    }
  }

  /// Returns the number as text, without a fraction where it has none.
  static func text(_ value: Double) -> String { Int(exactly: value)?.description ?? value.description }
}
