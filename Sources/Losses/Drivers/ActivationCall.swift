internal import RealMath
internal import Tensors

/// One call of a function along an axis: its arguments, found to be right, and what runs a kernel over them.
struct ActivationCall<S: LossScalar> {
  typealias C = S.Computation
  typealias Kernel = (ActivationPanel<C>) -> Void

  private let input: Tensor<S>
  private let upstream: Tensor<S>
  private let axis: ClassAxis

  init(_ input: Tensor<S>, axis: Int, upstream: Tensor<S>?) throws(LossError) {
    let axis = try Check.axis(axis, of: input.shape)
    try Check.size(of: input.shape, named: "input")
    if let upstream { try Check.shape(of: upstream, named: "upstream", is: input.shape) }
    self.input = input
    self.upstream = upstream ?? Tensor(1).broadcast(to: input.shape)
    self.axis = ClassAxis(input.rank == 0 ? [1] : input.shape, axis: axis)
  }

  @specialized(where S == Float) @specialized(where S == Double) @specialized(where S == HalfPrecision)
  func value(_ kernel: Kernel) -> Tensor<S> {
    var value = Tensor<S>(uninitialized: input.shape)
    value.withDestination { run(value: $0, gradient: nil, kernel) }
    return value
  }

  @specialized(where S == Float) @specialized(where S == Double) @specialized(where S == HalfPrecision)
  func gradient(_ kernel: Kernel) -> Tensor<S> {
    var gradient = Tensor<S>(uninitialized: input.shape)
    gradient.withDestination { run(value: nil, gradient: $0, kernel) }
    return gradient
  }

  @specialized(where S == Float) @specialized(where S == Double) @specialized(where S == HalfPrecision)
  func value(into gradient: inout Tensor<S>, _ kernel: Kernel) throws(LossError) -> Tensor<S> {
    try Check.shape(of: gradient, named: "gradient", is: input.shape)
    var value = Tensor<S>(uninitialized: input.shape)
    value.withDestination { value in
      gradient.withDestination { gradient in
        run(value: value, gradient: gradient, kernel)
      }
    }
    return value
  }

  @inline(__always)
  private func run(value: Destination<S>?, gradient: Destination<S>?, _ kernel: Kernel) {
    let upstream = gradient == nil ? nil : self.upstream
    input.withOperand { input in
      upstream.withOperand { upstream in
        _ = Parallelism.sum(
          over: axis.panelCount, chunkSize: axis.panelsPerChunk, cost: 2 * Double(self.input.count)
        ) { chunk in
          // A slot holds a panel of any of the tensors, for those that cannot be used where they are.
          let scratch = Scratch<C>(slots: 4, slotSize: axis.classes * axis.columnsPerPanel)
          defer { scratch.deallocate() }
          for index in chunk {
            let columns = axis.columns(ofPanel: index)
            let panel = unsafe ActivationPanel(
              classes: axis.classes, columns: columns.count, isInnermost: axis.inner == 1,
              input: input.panel(columns, of: axis, scratch: scratch[0]),
              upstream: upstream?.panel(columns, of: axis, scratch: scratch[1]),
              value: value?.panel(columns, of: axis, scratch: scratch[2]),
              gradient: gradient?.panel(columns, of: axis, scratch: scratch[3]))
            kernel(panel)
            if let memory = panel.value { value?.store(memory, columns, of: axis) }
            if let memory = panel.gradient { gradient?.store(memory, columns, of: axis) }
          }
          return 0
        }
      }
    }
  }
}
