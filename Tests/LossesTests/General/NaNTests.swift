import LossRegistry
import Losses
import Testing

/// NaN in, NaN out: a NaN in one element of an argument is in every value and every derivative that depends on the
/// element, and in nothing of another sample.
///
/// Whether a result depends on an element is found out by moving it. So what is exempt needs no list: an ignored sample,
/// a score that is compared with none, and a derivative in whose formula the element does not occur, such as that of
/// `NLLLoss`.
struct NaNTests {
  /// The arguments whose elements may be those of several samples.
  private static let shared = ["weight", "positiveWeight", "variance"]

  /// Far enough to open most hinges, and to make one kind of pair of the other.
  private static let moves: [@Sendable (Double) -> Double] = [
    { $0 - 100 }, { $0 - 1 }, { $0 + 1 }, { $0 + 100 }, { _ in 1 }, { _ in -1 },
  ]

  /// The values and all gradients of a call.
  private struct Results {
    var value: Tensor<Double>
    var gradients: Labelled<Tensor<Double>>

    init(_ sample: LossUnderTest) throws(LossError) {
      value = try sample.value(.none)
      gradients = try sample.gradients(.none)
    }

    var tensors: [Tensor<Double>] { [value] + gradients.values }
  }

  /// Whether two results are the same but for rounding: of scores of about 100 after a move, whose ulp is 64 of 1 and 1024 of
  /// a sixteenth, and of numbers of about 1 where these cancel.
  private func areSame(_ a: Double, _ b: Double) -> Bool {
    a == b || (a - b).magnitude <= (1024 * a.magnitude + 32) * .ulpOfOne
  }

  /// Returns the sample with another number at a position of an argument.
  private func changed(
    _ sample: LossUnderTest, _ label: String, at position: Int, by change: (Double) -> Double
  ) -> LossUnderTest {
    var copy = sample
    var scalars = sample.arguments[label].scalars
    scalars[position] = change(scalars[position])
    copy.arguments[label] = Tensor(scalars, shape: sample.arguments[label].shape)
    return copy
  }

  /// Returns the positions in each result that change where an element is moved.
  private func dependents(
    on label: String, at position: Int, of sample: LossUnderTest, _ results: Results
  ) -> [Set<Int>] {
    var dependents = results.tensors.map { _ in Set<Int>() }
    for move in Self.moves {
      // Some arguments have a domain.
      guard let moved = try? Results(changed(sample, label, at: position, by: move)) else { continue }
      for (index, (before, after)) in zip(results.tensors, moved.tensors).enumerated() {
        let (old, new) = (before.scalars, after.scalars)
        dependents[index].formUnion(old.indices.filter { !areSame(old[$0], new[$0]) })
      }
    }
    return dependents
  }

  @Test(arguments: LossRegistry.samples)
  func nanIsWhereItCounts(_ sample: LossUnderTest) throws {
    let results = try Results(sample)
    for (label, argument) in sample.arguments.reals {
      // Some eight elements of each argument.
      for position in stride(from: 0, to: argument.count, by: max(1, argument.count / 8)) {
        let broken = changed(sample, label, at: position) { _ in .nan }
        if sample.loss.argumentsWithoutNaN.contains(label) {
          #expect(throws: LossError.self) { try broken.value(.none) }
          continue
        }
        let found = try Results(broken)
        let dependents = dependents(on: label, at: position, of: sample, results)
        let text = "\(label), element \(position)"

        let (values, cleanValues) = (found.value.scalars, results.value.scalars)
        let nanValues = Set(values.indices.filter { values[$0].isNaN })
        #expect(nanValues.isSuperset(of: dependents[0]), "values, \(text)")
        if !Self.shared.contains(label), !sample.shared.contains(label) {
          #expect(nanValues.count <= max(1, dependents[0].count), "values, \(text)")
        }
        #expect(values.indices.allSatisfy { values[$0].isNaN || areSame(values[$0], cleanValues[$0]) })
        if sample.meanDenominator != nil {
          #expect(try broken.value(.sum).item.isNaN == !nanValues.isEmpty, "sum, \(text)")
        }
        for (index, (name, gradient)) in found.gradients.enumerated() {
          let clean = results.gradients.values[index].scalars
          for (element, derivative) in gradient.scalars.enumerated() {
            let isRight: Bool
            if dependents[index + 1].contains(element) {
              isRight = derivative.isNaN
            } else if derivative.isNaN {
              // Then it belongs to a sample whose value is NaN, or to one that costs nothing.
              let own = self.dependents(on: name, at: element, of: sample, results)[0]
              isRight = own.isEmpty || !own.isDisjoint(with: nanValues)
            } else {
              isRight = areSame(derivative, clean[element])
            }
            #expect(isRight, "derivative \(element), \(derivative), with respect to \(name), \(text)")
          }
        }
      }
    }
  }
}
