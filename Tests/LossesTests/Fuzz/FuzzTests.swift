import Foundation
import LossRegistry
import Losses
import Testing

/// Random calls by the thousand, each checked for what must hold of any call.
///
///     LOSSES_FUZZ_COUNT=100000 LOSSES_FUZZ_SEED=7 swift test -c release --filter Fuzz
///
/// A trial is identified by its number. LOSSES_FUZZ_TRACE=1 prints the numbers, for one that stops the program.
struct FuzzTests {
  @Test func callsKeepTheirPromises() {
    FuzzRun.standard.run { number, decisions throws(Finding) in
      let generator = LossRegistry.generators[Int(number % UInt64(LossRegistry.generators.count))]
      switch decisions.number(below: 4) {
      case 0: try CallTrial<Double>.run(generator, &decisions)
      case 1: try CallTrial<Float>.run(generator, &decisions)
      case 2: try CallTrial<BFloat16>.run(generator, &decisions)
      default: try CallTrial<Half>.run(generator, &decisions)
      }
    }
  }

  @Test func labelsOfAnyTypeAreTheSame() {
    FuzzRun.standard.run { number, decisions throws(Finding) in
      switch number % 6 {
      case 0: try LabelTrial<Int8>.run(&decisions)
      case 1: try LabelTrial<UInt8>.run(&decisions)
      case 2: try LabelTrial<Int32>.run(&decisions)
      case 3: try LabelTrial<UInt64>.run(&decisions)
      case 4: try LabelTrial<Int128>.run(&decisions)
      default: try LabelTrial<UInt128>.run(&decisions)
      }
    }
  }

  @Test func sequencesAreRead() {
    FuzzRun.standard.run { number, decisions throws(Finding) in
      switch number % 4 {
      case 0, 2: try ReadingTrial<Float>.run(&decisions)
      case 1: try ReadingTrial<Half>.run(&decisions)
      default: try ReadingTrial<BFloat16>.run(&decisions)
      }
    }
  }

  @Test func tensorsAreWhatTheirViewsSay() {
    FuzzRun.standard.run { _, decisions throws(Finding) in try TensorTrial.run(&decisions) }
  }
}

/// The trials to run.
struct FuzzRun {
  var seed: UInt64
  var count: UInt64
  var isTraced: Bool

  static let standard: FuzzRun = {
    let environment = ProcessInfo.processInfo.environment
    func number(_ name: String) -> UInt64? { environment["LOSSES_FUZZ_" + name].flatMap { UInt64($0) } }
    return FuzzRun(
      seed: number("SEED") ?? 0, count: number("COUNT") ?? 2000, isTraced: number("TRACE") == 1)
  }()

  func run(_ trial: (UInt64, inout Decisions) throws(Finding) -> Void) {
    for number in seed..<seed + count {
      if isTraced { FileHandle.standardError.write(Data("trial \(number)\n".utf8)) }
      var decisions = Decisions(seed: number)
      do {
        try trial(number, &decisions)
      } catch {
        Issue.record("trial \(number): \(error)")
      }
    }
  }
}
