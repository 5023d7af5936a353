/// One row of the arguments of a loss over vectors, and memory for the results: what its kernel is given.
///
/// Its driver answers for the memory: each of the numbers there reaches `count` elements, `value` one.
@safe @usableFromInline
struct VectorRow<C: BitwiseCopyable> {
  let count: Int
  let first: Numbers<C>
  let second: Numbers<C>
  let third: Numbers<C>?
  /// The answer for the row, where the loss has one.
  let answer: Double
  let value: Numbers<Double>
  let firstGradient: Numbers<C>?
  let secondGradient: Numbers<C>?
  let thirdGradient: Numbers<C>?
  /// What the gradients are multiplied by.
  let scale: Double
}
