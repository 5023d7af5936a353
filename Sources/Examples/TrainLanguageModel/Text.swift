import ExampleTools
import Losses

/// The text that a model learns from, and the text that it is tested on.
struct Text {
  let training: [UInt8]
  let test: [UInt8]

  /// The text in `Data/genesis-exodus.txt`. Every tenth chapter is for the test.
  static func bundled() throws(Failure) -> Text {
    let newline = UInt8(ascii: "\n")
    let lines = try bytes(ofDataFile: "genesis-exodus.txt")
      .split(separator: newline, omittingEmptySubsequences: false)
    // A chapter is the verses up to an empty line, or up to the end of the last line.
    let chapters = lines.dropLast().split(separator: []).map { verses in
      verses.flatMap { $0 + [newline] } + [newline]
    }
    guard chapters.count == 90 else {
      throw Failure(
        "Data/genesis-exodus.txt has \(chapters.count) chapters instead of 90", exitCode: .badData)
    }
    func joined(_ isIncluded: (Int) -> Bool) -> [UInt8] {
      chapters.indices.filter(isIncluded).flatMap { chapters[$0] }
    }
    return Text(training: joined { $0 % 10 != 9 }, test: joined { $0 % 10 == 9 })
  }
}

/// A text as tokens, each of which is to be predicted from those before it.
struct Passage {
  let byteCount: Int
  /// The tokens, after the context of the first one.
  private let tokens: [Int]

  init(_ text: [UInt8], in encoding: BytePairEncoding) {
    byteCount = text.count
    tokens = LanguageModel.emptyContext + encoding.tokens(of: text)
  }

  /// The number of predictions.
  var count: Int { tokens.count - LanguageModel.contextLength }

  /// How often each token of a vocabulary occurs.
  func frequencies(vocabularySize: Int) -> [Int] {
    var frequencies = Array(repeating: 0, count: vocabularySize)
    for token in tokens.dropFirst(LanguageModel.contextLength) { frequencies[token] += 1 }
    return frequencies
  }

  /// The predictions at some positions.
  func batch(at positions: some Collection<Int>) -> Batch {
    Batch(
      contexts: positions.map { tokens[$0..<$0 + LanguageModel.contextLength] },
      next: Tensor(positions.map { tokens[$0 + LanguageModel.contextLength] }))
  }
}

/// Some predictions: the tokens that the model sees, and the ones that follow them.
struct Batch {
  let contexts: [ArraySlice<Int>]
  let next: Tensor<Int>
}
