import Foundation
import Losses
import Testing

/// Calls that nobody has thought of, by the thousand, each with what must hold of any call.
///
///     LOSSES_FUZZ_COUNT=100000 LOSSES_FUZZ_SEED=7 swift test -c release --filter Fuzz
///
/// A trial is known by its number. Where one stops the program, it is named by LOSSES_FUZZ_TRACE=1.
struct FuzzTests {
  @Test func callsKeepTheirPromises() {
    FuzzRun.standard.run { number, decisions throws(Finding) in
      let recipe = Recipe.all[Int(number % UInt64(Recipe.all.count))]
      switch decisions.number(below: 3) {
      case 0: try CallTrial<Double>.run(recipe, &decisions)
      case 1: try CallTrial<Float>.run(recipe, &decisions)
      default: try CallTrial<Half>.run(recipe, &decisions)
      }
    }
  }

  /// Or a new loss would go untried.
  @Test func everyFormHasARecipe() {
    func names(_ forms: [any Form]) -> Set<String> {
      Set(forms.map { "\(type(of: $0))".replacing("InputOnly<", with: "").replacing(">>", with: ">") })
    }
    let tried = Recipe.all.flatMap { recipe in
      (0..<20 as Range<UInt64>).map { seed in
        var decisions = Decisions(seed: seed, isHostile: false, isLarge: false)
        return recipe.call(&decisions).form
      }
    }
    #expect(names(Subject.all.map(\.form)).subtracting(names(tried)) == [])
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
      if number % 2 == 0 {
        try ReadingTrial<Float>.run(&decisions)
      } else {
        try ReadingTrial<Half>.run(&decisions)
      }
    }
  }

  @Test func tensorsAreWhatTheirViewsSay() {
    FuzzRun.standard.run { _, decisions throws(Finding) in try TensorTrial.run(&decisions) }
  }
}

/// Which trials to make.
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
