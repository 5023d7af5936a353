import Losses
import Testing

/// How to make a call of one of the losses, activations and measures.
struct Recipe: Sendable {
  var name: String
  var hasReductions: Bool
  var call: @Sendable (inout Decisions) -> Call

  /// A call that has still to be made.
  struct Call {
    var form: any Form
    var arguments: Arguments<Double>

    init(_ form: any Form, _ arguments: Arguments<Double>) {
      self.form = form
      self.arguments = arguments
    }
  }

  init(_ name: String, hasReductions: Bool = true, call: @escaping @Sendable (inout Decisions) -> Call) {
    self.name = name
    self.hasReductions = hasReductions
    self.call = call
  }

  static let all =
    elementwise + parametric + classes + margins + vectors + measures + activations + [sequences]
}

extension Recipe: CustomTestStringConvertible {
  var testDescription: String { name }
}

extension Recipe.Call {
  /// Gives some of the arguments shapes that may be wrong.
  mutating func mangle(_ decisions: inout Decisions) {
    guard decisions.isMischief(in: 3) else { return }
    func mangled<T>(_ tensor: Tensor<T>) -> Tensor<T> {
      guard decisions.isOne(in: 2) else { return tensor }
      let filler = tensor.count > 0 ? tensor.scalars[0] : nil
      guard let filler else { return tensor }
      return Tensor(filler).broadcast(to: decisions.altered(tensor.shape))
    }
    arguments.input = mangled(arguments.input)
    arguments.target = arguments.target.map(mangled)
    arguments.labels = arguments.labels.map(mangled)
    arguments.weight = arguments.weight.map(mangled)
    arguments.positiveWeight = arguments.positiveWeight.map(mangled)
  }
}

extension Decisions {
  /// A shape that is like another one, but not it.
  mutating func altered(_ shape: Shape) -> Shape {
    switch number(below: 5) {
    case 0: return shape.count < Shape.maximumRank ? shape.inserting(1, axis: 0) : []
    case 1: return Shape(shape.dropLast()).orNone
    case 2: return Shape(shape.reversed())
    case 3: return Shape(shape.map { $0 < 1 << 10 ? $0 + 1 : 0 }).orNone
    default: return oddShape()
    }
  }
}
