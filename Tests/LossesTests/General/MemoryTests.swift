#if canImport(Glibc)
  import Foundation
  import Glibc
  import Losses
  import Testing

  /// Beyond its arguments and results, a call needs at most 8 MiB for each thread, whatever the shape, and so does an
  /// error. Each call runs on one thread of a process of its own, which cannot get more.
  struct MemoryTests {
    struct Call: Sendable {
      let name: String
      /// The bytes of the results.
      let results: Int
      let run: @Sendable () throws -> Void

      init(_ name: String, results: Int = 0, _ run: @escaping @Sendable () throws -> Void) {
        (self.name, self.results, self.run) = (name, results, run)
      }

      func runWithinLimit() throws {
        // What the first call of any loss sets up does not count.
        _ = try CrossEntropyLoss()([[1, 2]] as Tensor<Float>, target: [0] as Tensor<Int>).backward()
        // The allocator and the test library need a little of their own.
        let allowance = results + 8 << 20 + 3 << 20
        let bytes = rlim_t(try writableMemory() + allowance)
        var limit = rlimit(rlim_cur: bytes, rlim_max: bytes)
        #expect(unsafe setrlimit(__rlimit_resource_t(RLIMIT_DATA.rawValue), &limit) == 0)
        try Parallelism.$maximumThreads.withValue(1) { try run() }
      }

      /// The bytes of the process that can be written to, used or not.
      private func writableMemory() throws -> Int {
        let pages = try String(contentsOfFile: "/proc/self/statm", encoding: .utf8).split(separator: " ")[5]
        return (Int(pages) ?? 0) * Int(getpagesize())
      }
    }

    private static let length = 1 << 21
    private static var row: Tensor<Half> { .zeros([1, length]) }
    private static let label: Tensor<Int> = [1]

    /// A sample with a long target, whose scores of eight classes are a view: the same at each frame.
    private static func longSequence(frames: Int, labels: Int) -> (
      scores: Tensor<Float>, targets: Tensor<Int>
    ) {
      let scores = Tensor<Float>((0..<8).map { -Float($0) }).reshaped(to: [1, 1, 8])
      return (scores.broadcast(to: [frames, 1, 8]), Tensor((0..<labels).map { 1 + $0 % 7 }))
    }

    static let calls: [Call] = [
      Call("Softmax", results: 4 * length) { _ = try Softmax(axis: 1)(row).backward() },
      Call("LogSoftmax", results: 4 * length) { _ = try LogSoftmax(axis: 1)(row).backward() },
      Call("LogSumExp", results: 4 * length) { _ = try LogSumExp(axis: 1)(row).backward() },
      Call("cross entropy", results: 4 * length) {
        let weight = Tensor<Half>(1).broadcast(to: [length])
        _ = try CrossEntropyLoss(labelSmoothing: 0.1)(row, target: label, weight: weight).backward()
      },
      Call("cross entropy of probabilities", results: 8 * length) {
        _ = try CrossEntropyLoss()(row, target: row).gradients()
      },
      Call("multi-margin", results: 4 * length) {
        _ = try MultiMarginLoss()(row, target: label).backward()
      },
      // With the list of labels.
      Call("multi-label margin", results: 4 * length + 2 * length) {
        var list = Tensor<Int8>.zeros([1, length])
        list[0, 1] = 1
        list[0, 2] = -1
        _ = try MultiLabelMarginLoss()(row, target: list).backward()
      },
      Call("NLL", results: 4 * length) { _ = try NLLLoss()(row, target: label).backward() },
      Call("softmax of a view", results: 0) {
        _ = try LogSumExp(axis: 1)(Tensor<Float>(1).broadcast(to: [1, 1 << 22])).value()
      },
      Call("softmax across lines", results: 0) {
        _ = try LogSumExp(axis: 0)(Tensor<Float>(1).broadcast(to: [1 << 17, 16])).value()
      },
      Call("elementwise gradient without values", results: 16 << 20) {
        let input = Tensor<Float>(1).broadcast(to: [1 << 22])
        _ = try MSELoss(reduction: .none)(input, target: input).backward()
      },
      Call("Gaussian with one variance", results: 8 << 20) {
        let input = Tensor<Float>(1).broadcast(to: [1 << 21])
        _ = try GaussianNLLLoss()(input, target: Tensor(2), variance: Tensor(3)).gradients()
      },
      Call("greedy decoder") {
        let scores = Tensor<Float>(-1).broadcast(to: [1 << 40, 1, 8])
        _ = try CTCGreedyDecoder()(scores, inputLengths: Tensor<Int>(1 << 10))
      },
      Call("aligner") {
        let scores = Tensor<Float>(-1).broadcast(to: [1 << 40, 1, 8])
        _ = try CTCAligner()(
          scores, targets: Tensor<Int>([1, 2]), inputLengths: Tensor<Int>(1 << 10),
          targetLengths: Tensor<Int>(2))
      },
      // A whole table would take 13 MB.
      Call("CTC of a long sequence", results: 1 << 17) {
        let (scores, targets) = longSequence(frames: 2_000, labels: 800)
        let loss = try CTCLoss()(
          scores, targets: targets, inputLengths: Tensor<Int>(2_000), targetLengths: Tensor<Int>(800))
        #expect(loss.backward().scalars.allSatisfy { $0.isFinite })
      },
      Call("aligner of a long sequence", results: 1 << 17) {
        let (scores, targets) = longSequence(frames: 4_000, labels: 1_600)
        let alignments = try CTCAligner()(
          scores, targets: targets, inputLengths: Tensor<Int>(4_000), targetLengths: Tensor<Int>(1_600))
        #expect(alignments[0]?.path.count == 4_000)
      },
      Call("wide beam") {
        let scores = Tensor<Float>(shape: [2, 1, 2048]) { -Float($0[2]) / 64 }
        let decodings = try CTCBeamSearchDecoder(width: 1024)(scores, inputLengths: Tensor<Int>(2))
        #expect(decodings[0].count == 1024)
      },
      Call("CTC without a path") {
        let (frames, labels) = (1 << 12, 1 << 13)
        let scores = Tensor<Float>(-1).broadcast(to: [frames, 1, 8])
        let loss = try CTCLoss(zeroInfinity: true)(
          scores, targets: Tensor<Int>(1).broadcast(to: [labels]), inputLengths: Tensor<Int>(frames),
          targetLengths: Tensor<Int>(labels))
        #expect(loss.value().item == 0)
      },
      Call("CTC, added to a gradient", results: 32 << 20) {
        let shape: Shape = [1 << 10, 1, 1 << 12]
        var gradient = Tensor<Float>.zeros(shape)
        let loss = try CTCLoss()(
          Tensor<Float>.zeros(shape), targets: label, inputLengths: Tensor<Int>(2),
          targetLengths: Tensor<Int>(1))
        try loss.valueWithGradient(addingTo: &gradient)
      },
      // The sums of all samples would take 130 MB.
      Call("regions of many samples", results: 1 << 22) {
        let input = Tensor<Float>(0.5).broadcast(to: [1 << 19, 2, 1])
        let loss = try DiceLoss(perSample: true)(input, target: Tensor<Int>(1).broadcast(to: [1 << 19, 1]))
        _ = (loss.value(), loss.backward())
      },
      Call("regions of many classes", results: 1 << 20) {
        let input = Tensor<Float>(0.5).broadcast(to: [64, 1 << 12, 1])
        let loss = try GeneralizedDiceLoss(perSample: false)(
          input, target: Tensor<Int>(1).broadcast(to: [64, 1]))
        _ = (loss.value(), loss.backward())
      },
      Call("boxes") {
        let boxes = Tensor<Half>([0, 0, 1, 1]).broadcast(to: [1 << 20, 4])
        let weight = Tensor<Half>(1).broadcast(to: [1 << 20])
        _ = try CompleteIoULoss()(boxes, target: boxes, sampleWeight: weight).value()
      },
      Call("vectors") {
        let vectors = Tensor<Half>(1).broadcast(to: [1 << 7, 1 << 15])
        _ = try TripletMarginLoss()(vectors, positive: vectors, negative: vectors).value()
      },
      // A vector, the gradients with respect to it as either one, and what is added to each as a whole.
      Call("long vectors, added to a gradient", results: 5 * 4 * length) {
        let vector = Tensor<Float>.zeros([1, length])
        var gradient = PairGradient<Float>(input1: .zeros([1, length]), input2: .zeros([1, length]))
        try PairwiseDistance()(vector, vector).valueWithGradient(addingTo: &gradient)
        #expect(gradient.input1[0, 0] > 0)
      },
      // A copy of the encoder's output would take 32 MB.
      Call("transducer of two outputs", results: 1 << 24 + 1 << 16) {
        let (frames, classes) = (1 << 10, 1 << 13)
        let loss = try RNNTLoss()(
          encoder: Tensor<Half>(1).broadcast(to: [1, frames, classes]),
          predictor: Tensor<Half>(1).broadcast(to: [1, 2, classes]), targets: [[1]] as Tensor<Int>,
          logitLengths: Tensor([frames]), targetLengths: Tensor([1]))
        #expect(loss.backward().encoder[0, 0, 0].isFinite)
      },
      // A copy of the weights would take 64 MB.
      Call("prediction of an adaptive softmax") {
        let weight = Tensor<Half>(0.5).broadcast(to: [1 << 17, 1 << 7])
        let weights = AdaptiveSoftmaxWeights<Half>(
          head: weight,
          tails: [.init(projection: Tensor(1).broadcast(to: [1, 1 << 7]), weight: [[1], [2]])])
        let loss = AdaptiveLogSoftmaxWithLoss(cutoffs: [1 << 17 - 1])
        let classes = try loss.predict(Tensor(0.5).broadcast(to: [1, 1 << 7]), weights: weights)
        #expect(classes.scalars == [0])
      },
      // Copies of the number, or of memory that is borrowed, would take 16 MB each.
      Call("arithmetic with a number", results: 16 * length) {
        var tensor = Tensor<Double>(repeating: 3, shape: [length])
        let two = Tensor<Double>(2)
        #expect((tensor * two)[length - 1] == 6)
        #expect((two / tensor)[0] == Double(2) / 3)
        tensor -= two
        #expect(tensor[length - 1] == 1)
      },
      Call("arithmetic with borrowed memory", results: 16 * length) {
        let memory = UnsafeMutableBufferPointer<Double>.allocate(capacity: length)
        defer { unsafe memory.deallocate() }
        unsafe memory.initialize(repeating: 3)
        let tensor = unsafe Tensor(unsafeBorrowing: UnsafeBufferPointer(memory), shape: [length])
        #expect(tensor == tensor[0...])
        #expect((tensor + 1)[0] == 4)
        #expect((tensor * tensor)[length - 1] == 9)
        #expect(tensor.map { 2 * $0 }[0] == 6)
        #expect(tensor.hashValue == tensor[0...].hashValue)
      },
      Call("labels out of range") {
        for count in [1 << 20, 1 << 32] {
          expect(
            .labelOutOfRange(
              argument: "target", position: [0], label: "3", classCount: 3, ignoreIndex: -100)
          ) {
            let input = Tensor<Float>(1).broadcast(to: [count, 3])
            _ = try CrossEntropyLoss()(input, target: Tensor<Int>(3).broadcast(to: [count]))
          }
        }
      },
      Call("labels out of range in the middle") {
        expect(
          .labelOutOfRange(
            argument: "target", position: [1, 0], label: "-7", classCount: 3, ignoreIndex: -100)
        ) {
          let labels = Tensor<Int>([0, -7]).reshaped(to: [2, 1]).broadcast(to: [2, 1 << 20])
          _ = try CrossEntropyLoss()(Tensor<Float>(1).broadcast(to: [2, 3, 1 << 20]), target: labels)
        }
      },
      Call("elements outside the domain") {
        expect(
          .valueOutOfRange(argument: "target", position: [1, 0], value: 1.5, requirement: "in 0...1")
        ) {
          let target = Tensor<Double>([0.5, 1.5]).reshaped(to: [2, 1]).broadcast(to: [2, 1 << 40])
          _ = try BCELoss()(Tensor<Double>(0.5).broadcast(to: [2, 1 << 40]), target: target)
        }
      },
      Call("lengths out of range") {
        expect(
          .valueOutOfRange(
            argument: "inputLengths", position: [0], value: 9, requirement: "in 0...4, the number of frames")
        ) {
          let samples = 1 << 24
          _ = try CTCLoss()(
            Tensor<Float>(-1).broadcast(to: [4, samples, 3]),
            targets: Tensor<Int>(1).broadcast(to: [samples, 2]),
            inputLengths: Tensor<Int>(9).broadcast(to: [samples]),
            targetLengths: Tensor<Int>(2).broadcast(to: [samples]))
        }
      },
      Call("targets out of range") {
        let length = 1 << 24
        expect(
          .labelOutOfRange(
            argument: "targets", position: [0], label: "3", classCount: 3, ignoreIndex: nil, sample: 0)
        ) {
          _ = try CTCLoss()(
            Tensor<Float>(-1).broadcast(to: [4, 1, 3]), targets: Tensor<Int>(3).broadcast(to: [length]),
            inputLengths: Tensor<Int>(4), targetLengths: Tensor<Int>(length))
        }
      },
    ]

    private static func expect(_ error: LossError, _ call: () throws -> Void) {
      #expect(throws: error) { try call() }
    }

    /// The address sanitizer needs much more for each byte that is allocated.
    private static let isSanitized = (["__asan_init", "__tsan_init"] as [String]).contains {
      unsafe dlsym(nil, $0) != nil
    }

    @Test(.enabled(if: !isSanitized), arguments: calls.indices)
    func callFitsInMemory(_ index: Int) async {
      await #expect(processExitsWith: .success, "\(Self.calls[index].name)") { [index] in
        try MemoryTests.calls[index].runWithinLimit()
      }
    }
  }
#endif
