// Only these systems can start the test's own executable again.
#if os(macOS) || os(Linux) || os(Windows)
  import Foundation
  import LossRegistry
  import Losses
  import Testing

  /// Workers that are processes of their own, and see nothing of each other but JSON.
  struct ShardProcessTests {
    @Test func workersExchangePartialResults() async throws {
      var partials: [String] = []
      for worker in WorkerProcess.slices.indices {
        let result = await #expect(
          processExitsWith: .success, observing: [\.standardOutputContent]
        ) { [worker = worker as Int] in
          try WorkerProcess(worker).send { try $0.partial() }
        }
        partials.append(try WorkerProcess.received(result))
      }
      var parts: [WorkerProcess.Gradient] = []
      for worker in WorkerProcess.slices.indices {
        // They arrive in another order at each worker.
        let letters = Array((partials[worker...] + partials[..<worker]).reversed())
        let result = await #expect(
          processExitsWith: .success, observing: [\.standardOutputContent]
        ) { [worker = worker as Int, letters = letters as [String]] in
          try WorkerProcess(worker).send { try $0.gradient(letters) }
        }
        parts.append(
          try JSONDecoder().decode(
            WorkerProcess.Gradient.self, from: Data(WorkerProcess.received(result).utf8)))
      }

      let call = WorkerProcess.call
      let one = try LinearCrossEntropyLoss(labelSmoothing: 0.1)(
        call.input, linearWeight: call.weight, target: call.labels)
      let (value, gradient) = one.valueWithGradient()
      for part in parts { expectSameBits(part.value, parts[0].value) }
      expectClose(parts[0].value, Tensor<Double>(value), ulps: 4)
      expectClose(
        parts.dropFirst().reduce(parts[0].input) { $0 + $1.input }, Tensor<Double>(gradient.input), ulps: 8)
      expectClose(
        Tensor(joining: parts.map(\.weight), at: WorkerProcess.slices, along: 0),
        Tensor<Double>(gradient.linearWeight), ulps: 8)
    }
  }

  /// A worker that has some rows of a linear weight.
  private struct WorkerProcess {
    static let slices = [0..<30, 30..<31, 31..<50]

    /// What each process makes for itself.
    static let call = (
      input: Tensor<Float>(Tensor<Double>.random(in: -1..<1, [20, 8], seed: 1)),
      weight: Tensor<Float>(Tensor<Double>.random(in: -1..<1, [50, 8], seed: 2)),
      labels: Tensor<Int>.random(in: 0..<50, [20], seed: 3)
    )

    struct Gradient: Codable {
      let value: Tensor<Float>
      let input: Tensor<Float>
      let weight: Tensor<Float>
    }

    private let shard: LinearCrossEntropyShard<Float>

    init(_ worker: Int) throws {
      let (call, classes) = (Self.call, Self.slices[worker])
      shard = try LinearCrossEntropyLoss(labelSmoothing: 0.1).shard(
        call.input, linearWeight: call.weight[classes], target: call.labels, classes: classes, of: 50)
    }

    func partial() throws -> PartialCrossEntropy { shard.partial() }

    func gradient(_ letters: [String]) throws -> Gradient {
      let partials = try letters.map {
        try JSONDecoder().decode(PartialCrossEntropy.self, from: Data($0.utf8))
      }
      let whole = try partials.dropFirst().reduce(into: partials[0]) { try $0.merge($1) }
      let (value, gradient) = try shard.evaluation(with: whole).valueWithGradient()
      return Gradient(value: value, input: gradient.input, weight: gradient.linearWeight)
    }

    /// Prints what a worker finds, in a line that begins with a mark.
    func send(_ body: (WorkerProcess) throws -> some Encodable) throws {
      print("\n\(Self.mark)" + String(decoding: try JSONEncoder().encode(body(self)), as: UTF8.self))
    }

    private static let mark = "worker: "

    static func received(_ result: ExitTest.Result?) throws -> String {
      let output = String(decoding: try #require(result).standardOutputContent, as: UTF8.self)
      let line = try #require(output.split(separator: "\n").first { $0.hasPrefix(mark) })
      return String(line.dropFirst(mark.count))
    }
  }
#endif
