internal import RealMath
internal import Tensors

extension LinearRunner {
  /// Sets results to 0 that have a part for columns that do not count, and sums that are made in their place.
  func prepareResults() {
    if let values = scaling.values { values.clear(count: lengths.columns) }
    guard let gradients else { return }
    gradients.input.clear(count: lengths.rows * lengths.features)
    gradients.linearWeight.clear(count: lengths.classes * lengths.positions * lengths.features)
    gradients.linearBias?.clear(count: lengths.classes * lengths.positions)
    gradients.target?.clear(count: lengths.columns * lengths.classes)
  }

  func store(
    _ elements: UncheckedBuffer<C>, at position: Int, count: Int, _ destination: Destination<S>
  ) {
    if destination.isDirect {
      let place = destination.buffer(from: position, scratch: elements)
      for index in 0..<count { place[index] = elements[index] }
    } else {
      destination.store(position..<position + count, from: elements)
    }
  }

  func storeWeightSums(of pass: WeightPass) {
    guard let sums = pass.sums, let destination = gradients?.linearWeight else { return }
    let classElements = lengths.positions * lengths.features
    let scratch = Scratch<C>(slots: 1, slotSize: Blocks.size)
    defer { scratch.deallocate() }
    Blocks.forEach(in: 0..<pass.classes.count * classElements) { range in
      // They may lie where the results go, of which none lies behind the sum that it is made of.
      for index in range { scratch[0][index - range.lowerBound] = sums[index] }
      let start = pass.classes.lowerBound * classElements + range.lowerBound
      destination.store(start..<start + range.count, from: scratch[0])
    }
  }

  func storeBiasSums(_ memory: BlockMemory) {
    guard let destination = gradients?.linearBias else { return }
    let (classes, positions) = (lengths.classes, lengths.positions)
    let numbers = Scratch<C>(slots: 1, slotSize: positions)
    defer { numbers.deallocate() }
    for index in 0..<classes {
      for position in 0..<positions {
        numbers[0][position] = C(memory.biasSums[0][position * classes + index])
      }
      store(numbers[0], at: index * positions, count: positions, destination)
    }
  }
}

extension Destination {
  /// Sets all elements to 0, unless results are added to them.
  func clear(count: Int) {
    if accumulates { return }
    let zeros = Scratch<C>(slots: 1, slotSize: min(Blocks.size, count))
    defer { zeros.deallocate() }
    Blocks.forEach(in: 0..<count) { range in
      let place = buffer(from: range.lowerBound, scratch: zeros[0])
      place.clear(count: range.count)
      store(range, from: place)
    }
  }

  /// Where an element is, in a result of the type that is computed in.
  func place(_ position: Int) -> UncheckedBuffer<C> {
    unsafe UncheckedBuffer(UnsafeMutableRawPointer(storage + position).assumingMemoryBound(to: C.self))
  }
}
