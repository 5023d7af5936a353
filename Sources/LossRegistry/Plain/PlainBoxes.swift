import Losses

/// A loss of pairs of boxes.
protocol PlainBoxLoss: ReducingAdapter {
  var eps: Double { get }
  func terms(_ boxes: BoundedBoxes) -> PlainBoxTerms
}

/// The value of a loss of boxes, and its derivatives with respect to quantities that are taken as independent.
struct PlainBoxTerms {
  var value: Bounded
  var intersection: Bounded
  var area: Bounded
  var enclosingArea: Bounded = 0
  var squaredDiagonal: Bounded = 0
  var squaredOffset: Bounded = 0
  /// The sides of both boxes, apart from their areas.
  var sides: [(width: Bounded, height: Bounded)] = [(0, 0), (0, 0)]
}

extension PlainBoxLoss {
  package var valueUnit: ValueUnit? { .row }

  package func plain(_ a: Arguments<Double>, _ numbers: Precision, _ faults: inout Faults) -> PlainCall? {
    let shape = a.input.shape
    faults.hyperparameter("eps", eps, isAllowed: eps >= 0 && eps.isFinite)
    if shape.last != 4 { faults.unsupported(shape, of: "input") }
    faults.shape(a.target.shape, of: "target", is: shape)
    faults.size(shape, of: "target")
    guard faults.isEmpty else { return nil }
    for (label, tensor) in a.reals { faults.boxes(tensor, of: label) }
    guard faults.isEmpty else { return nil }
    let boxes =
      shape.contains(0) ? [] : zip(a.input.rows, a.target.rows).map { BoundedBoxes($0, $1, numbers) }
    let samples = boxes.map { $0.results(terms($0)) }
    return PlainCall(
      shape: Shape(shape.dropLast()), values: samples.map(\.value), mean: Bounded(Double(samples.count)),
      batch: shape.count > 1 ? shape[0] : 1
    ) { scales in
      func gradient(_ box: Int) -> [Bounded] {
        zip(scales, samples).flatMap { scale, sample in sample.gradients[box].map { scale * $0 } }
      }
      return ["input": gradient(0), "target": gradient(1)]
    }
  }
}

extension Faults {
  /// The first coordinate that is before the one that it should be behind.
  fileprivate mutating func boxes(_ tensor: Tensor<Double>, of name: String) {
    if tensor.count == 0 { return }
    let elements = tensor.scalars
    for (position, element) in elements.enumerated()
    where position % 4 >= 2 && element < elements[position - 2] {
      return record(
        .valueOutOfRange(
          argument: name, position: tensor.shape.index(ofElement: position), value: element, requirement: ""))
    }
  }
}

/// Two boxes, and the quantities that losses of boxes are made of.
struct BoundedBoxes {
  let boxes: [[Bounded]]

  init(_ a: [Double], _ b: [Double], _ numbers: Precision) {
    boxes = [a.map { numbers($0) }, b.map { numbers($0) }]
  }

  /// eps, or a number instead of 0 that makes 0/0 = 0.
  static func positive(_ eps: Double) -> Bounded { Bounded(max(eps, .leastNormalMagnitude)) }

  private func side(_ box: Int, _ axis: Int) -> Bounded { boxes[box][axis + 2] - boxes[box][axis] }
  func width(_ box: Int) -> Bounded { side(box, 0) }
  func height(_ box: Int) -> Bounded { side(box, 1) }

  /// A coordinate's share in the ends of the intersection.
  private func share(_ box: Int, _ coordinate: Int) -> Bounded {
    let (own, other) = (boxes[box][coordinate].value, boxes[1 - box][coordinate].value)
    return own == other ? 0.5 : (own > other) == (coordinate < 2) ? 1 : 0
  }

  private func end(_ coordinate: Int, isInner: Bool) -> Bounded {
    let isOfFirst = (share(0, coordinate).value > 0) == isInner
    return isOfFirst ? boxes[0][coordinate] : boxes[1][coordinate]
  }
  private func overlap(_ axis: Int) -> Bounded { end(axis + 2, isInner: true) - end(axis, isInner: true) }
  private func reach(_ axis: Int) -> Bounded { end(axis + 2, isInner: false) - end(axis, isInner: false) }
  private var overlaps: Bool { overlap(0).value > 0 && overlap(1).value > 0 }

  var intersection: Bounded { overlaps ? overlap(0) * overlap(1) : 0 }
  var union: Bounded { width(0) * height(0) + width(1) * height(1) - intersection }
  var enclosingArea: Bounded { reach(0) * reach(1) }
  var squaredDiagonal: Bounded { reach(0) * reach(0) + reach(1) * reach(1) }
  var squaredOffset: Bounded { offset(0) * offset(0) + offset(1) * offset(1) }
  private func offset(_ axis: Int) -> Bounded {
    ((boxes[0][axis] - boxes[1][axis]) + (boxes[0][axis + 2] - boxes[1][axis + 2])) / 2
  }

  /// The value, and the gradients with respect to both boxes.
  func results(_ terms: PlainBoxTerms) -> (value: Bounded, gradients: [[Bounded]]) {
    let numbers = boxes.joined().map(\.value)
    // What is infinite or NaN makes everything NaN.
    if !numbers.allSatisfy(\.isFinite) {
      let nan = Bounded(.nan)
      return (nan, boxes.map { $0.map { _ in nan } })
    }
    // Where areas overflow here, the library scales.
    if numbers.contains(where: { $0.magnitude > 1e100 }) {
      let any = Bounded(0, error: .infinity)
      return (any, boxes.map { $0.map { _ in any } })
    }
    let gradients = [0, 1].map { box in
      (0..<4).map { coordinate -> Bounded in
        let (axis, outwards) = (coordinate % 2, coordinate < 2 ? -1 : 1 as Bounded)
        let inner = share(box, coordinate)
        let ownSide = axis == 0 ? terms.sides[box].width : terms.sides[box].height
        let overlapSlope = overlaps ? terms.intersection * overlap(1 - axis) : 0
        let enclosingSlope =
          terms.enclosingArea * reach(1 - axis) + 2 * terms.squaredDiagonal * reach(axis)
        let outward =
          terms.area * side(box, 1 - axis) + ownSide + inner * overlapSlope + (1 - inner) * enclosingSlope
        return outwards * outward + (box == 0 ? 1 : -1) * terms.squaredOffset * offset(axis)
      }
    }
    return (terms.value, gradients)
  }
}
