/// A loss, called on inputs of one shape.
struct Row {
  /// The loss and the shape: `multi_margin/1024x1000`.
  let name: String
  /// The number of elements of the input.
  let elements: Int
  /// Whether the row is part of the benchmark. The others, which are small, are only for counting instructions.
  let isTimed: Bool
  /// Makes the inputs and measures the calls. It keeps no memory afterwards.
  let measure: (inout Meter) throws -> Void

  /// Every row that is listed: the timed ones in the order they are shown.
  static var all: [Row] { Family.all.flatMap(\.rows) + registered }

  init(
    _ name: String, elements: Int, isTimed: Bool = true, _ measure: @escaping (inout Meter) throws -> Void
  ) {
    self.name = name
    self.elements = elements
    self.isTimed = isTimed
    self.measure = measure
  }

  /// Returns the row of a name, whether or not it is listed; `nil` if no family has it.
  static func named(_ name: String) -> Row? {
    Family.all.lazy.compactMap { $0.row(named: name) }.first
  }

  /// Returns rows of random shapes: each family in turn, all of them before the first has another.
  static func sweep(seed: Int, count: Int) -> [Row] {
    var generator = SplitMix64(seed: UInt64(seed))
    let families = Family.all.filter(\.isSwept)
    var turns: [Family] = []
    while turns.count < count { turns += families.shuffled(using: &generator) }
    return turns.prefix(count).map { $0.row($0.domain.draw(&generator)) }
  }
}
