public import RealMath

/// Softmax, but for the division: the maxima, the exponentials, and their sums minus 1.
@frozen @usableFromInline
package struct SoftmaxStep<C: RealScalar>: ColumnStep {
  @usableFromInline let maxima: UncheckedBuffer<C>
  @usableFromInline let sumsMinusOne: UncheckedBuffer<Double>
  @usableFromInline let stored: Panel<C>?
  @usableFromInline let part: SoftmaxPart<C>?

  /// - Parameters:
  ///   - stored: Where the exponentials are stored, if they are needed.
  ///   - part: The pass that is made, where the block holds only some of the classes.
  @export(implementation) @inline(__always)
  package init(
    maxima: UncheckedBuffer<C>, sumsMinusOne: UncheckedBuffer<Double>, storing stored: Panel<C>?,
    part: SoftmaxPart<C>?
  ) {
    self.maxima = maxima
    self.sumsMinusOne = sumsMinusOne
    self.stored = stored
    self.part = part
  }

  @export(implementation) @inline(__always)
  package func compute<Order: PanelOrder>(_ block: ColumnBlock<C>, _: Order.Type) {
    let sweeps = PanelSweeps<C, Order>(classes: block.classes, columns: block.columns)
    defer { sweeps.deallocate() }
    sweeps.exponentials(
      of: block.input, maxima: maxima, sumsMinusOne: sumsMinusOne, storing: stored, step: part)
  }
}

/// The same, with more sums of each column beside the exponentials. A pass that finds the exponentials of a part once more
/// is a `SoftmaxStep`, since these sums are known by then.
@frozen @usableFromInline
package struct SoftmaxWithSums<C: RealScalar>: ColumnStep {
  @usableFromInline let maxima: UncheckedBuffer<C>
  @usableFromInline let sumsMinusOne: UncheckedBuffer<Double>
  @usableFromInline let stored: Panel<C>?
  @usableFromInline let spare: Panel<C>?
  @usableFromInline let companion: SoftmaxCompanion<C>
  @usableFromInline let part: SoftmaxPart<C>?

  /// - Parameters:
  ///   - stored: Where the exponentials are stored, if they are needed.
  ///   - spare: Where results will be written later.
  ///   - companion: What else is summed over each column.
  ///   - part: The pass that is made, where the block holds only some of the classes.
  @export(implementation) @inline(__always)
  package init(
    maxima: UncheckedBuffer<C>, sumsMinusOne: UncheckedBuffer<Double>, storing stored: Panel<C>?,
    spare: Panel<C>? = nil, beside companion: SoftmaxCompanion<C>, part: SoftmaxPart<C>?
  ) {
    self.maxima = maxima
    self.sumsMinusOne = sumsMinusOne
    self.stored = stored
    self.spare = spare
    self.companion = companion
    self.part = part
  }

  @export(implementation) @inline(__always)
  package func compute<Order: PanelOrder>(_ block: ColumnBlock<C>, _: Order.Type) {
    let sweeps = PanelSweeps<C, Order>(classes: block.classes, columns: block.columns)
    defer { sweeps.deallocate() }
    let (companion, maxima, stored, input) = (companion, maxima, stored, block.input)
    sweeps.exponentials(
      of: block.input, maxima: maxima, sumsMinusOne: sumsMinusOne, storing: stored, spare: spare, step: part
    ) { line, positions in
      switch companion {
      case .sum(let numbers, let sums):
        sweeps.add(line, positions, to: sums, eachInDouble: true) { place in numbers[place] }
      case .products(let numbers, let scale, let sums):
        guard let stored else { break }
        sweeps.add(line, positions, to: sums) { place in numbers[place] * (scale * stored[place]) }
      case .entropy(let sums, let parts):
        let exponentials =
          stored?.line(line).advanced(by: positions.lowerBound) ?? sweeps.exponentialsOfPart
        sweeps.addInParts(line, positions, parts: parts, to: sums) { place in
          let distance = maxima[Order.column(of: place)] - input[place]
          // A class of probability 0 adds nothing, even if its score is −∞.
          return exponentials[place.position &- positions.lowerBound]
            * select(distance < C.greatestFiniteMagnitude, distance, C.greatestFiniteMagnitude)
        }
      case .target(let target, let factorSums, let sums):
        let k = sweeps.spare
        if let weight = block.weight {
          sweeps.evaluate(line, positions, in: k) {
            target.factor($0, weight: weight[Order.classIndex(of: $0)])
          }
        } else {
          sweeps.evaluate(line, positions, in: k) { target.factor($0, weight: 1) }
        }
        sweeps.add(line, positions, to: factorSums, eachInDouble: true) { place in
          k[place.position &- positions.lowerBound]
        }
        sweeps.add(line, positions, to: sums) { place in
          let k = k[place.position &- positions.lowerBound]
          let maxMinusScore = maxima[Order.column(of: place)] - input[place]
          // A class of probability 0 adds nothing, even if its score is −∞.
          return k == 0 ? 0 : k * maxMinusScore
        }
      }
    }
  }
}

/// What is added to sums of each column beside the exponentials, since numbers arrive from memory while the processor
/// computes these.
@usableFromInline
package enum SoftmaxCompanion<C: RealScalar> {
  /// Σ a for each element a.
  case sum(of: Panel<C>, to: UncheckedBuffer<Double>)
  /// Σ a · (scale · e) for each element a and its exponential e, which must be stored.
  case products(of: Panel<C>, scale: C, to: UncheckedBuffer<Double>)
  /// Σ e · (maximum − score) for each exponential e: the sums, and what is left to be added to them.
  case entropy(sums: UncheckedBuffer<Double>, parts: UncheckedBuffer<C>)
  /// Σ k and Σ k · (maximum − score) for the factor k of each class.
  case target(SmoothedTarget<C>, factorSums: UncheckedBuffer<Double>, maxMinusScores: UncheckedBuffer<Double>)
}

/// A target that is probabilities, of which smoothing gives a part to all classes alike.
@frozen @usableFromInline
package struct SmoothedTarget<C: RealScalar> {
  @usableFromInline let probabilities: Panel<C>
  @usableFromInline package let unsmoothed: C
  @usableFromInline let smoothingPerClass: C

  /// - Parameter classes: The number of all classes, also where the panel holds only some.
  @export(implementation) @inline(__always)
  package init(_ probabilities: Panel<C>, smoothing: Double, classes: Int) {
    self.probabilities = probabilities
    unsmoothed = C(1 - smoothing)
    smoothingPerClass = C(smoothing / Double(classes))
  }

  /// Returns the probability of an element's class, before smoothing.
  @export(implementation) @inline(__always)
  package func probability(_ place: PanelPlace) -> C { probabilities[place] }

  /// Returns what the negative log-probability of an element's class counts for: its smoothed probability, times the
  /// weight of the class.
  @export(implementation) @inline(__always)
  package func factor(_ place: PanelPlace, weight: C) -> C {
    weight * (unsmoothed * probabilities[place] + smoothingPerClass)
  }
}
