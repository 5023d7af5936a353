/// Splits text into tokens: bytes, and frequent strings of bytes.
///
/// The first 256 tokens are the bytes. Each further token merges the pair of tokens that is then the most frequent one
/// within words (R. Sennrich et al., 2016, https://doi.org/10.18653/v1/P16-1162).
struct BytePairEncoding {
  private struct Pair: Hashable {
    let first: Int
    let second: Int
  }

  /// The bytes of each token.
  private(set) var vocabulary: [[UInt8]] = (UInt8.min ... .max).map { [$0] }
  /// The token that a pair merges to. The earlier a pair was merged, the lower its token.
  private var merges: [Pair: Int] = [:]

  /// Learns up to `count` tokens from a text.
  init(tokens count: Int, from text: [UInt8]) {
    // A dictionary has no fixed order, but the result does not depend on the order of the words.
    var words = Dictionary(Self.words(text).map { ($0, 1) }, uniquingKeysWith: +)
      .map { (tokens: $0.map(Int.init), count: $1) }
    var pairCounts: [Pair: Int] = [:]
    for word in words {
      for pair in Self.pairs(word.tokens) { pairCounts[pair, default: 0] += word.count }
    }
    while vocabulary.count < count, let (pair, frequency) = pairCounts.max(by: Self.isLessFrequent),
      frequency > 1
    {
      let token = vocabulary.count
      vocabulary.append(vocabulary[pair.first] + vocabulary[pair.second])
      merges[pair] = token
      for index in words.indices where Self.pairs(words[index].tokens).contains(pair) {
        let count = words[index].count
        for old in Self.pairs(words[index].tokens) { pairCounts[old]! -= count }
        Self.merge(pair, to: token, in: &words[index].tokens)
        for new in Self.pairs(words[index].tokens) { pairCounts[new, default: 0] += count }
      }
    }
  }

  /// The tokens of a text.
  func tokens(of text: [UInt8]) -> [Int] {
    var known: [ArraySlice<UInt8>: [Int]] = [:]
    return Self.words(text).flatMap { word in
      if let tokens = known[word] { return tokens }
      var tokens = word.map(Int.init)
      while let token = Self.pairs(tokens).compactMap({ merges[$0] }).min() {
        let pair = Self.pairs(tokens).first { merges[$0] == token }!
        Self.merge(pair, to: token, in: &tokens)
      }
      known[word] = tokens
      return tokens
    }
  }

  /// The parts of a text that no token crosses. A word starts at a space, at a newline, and where letters and other
  /// characters meet.
  private static func words(_ text: [UInt8]) -> [ArraySlice<UInt8>] {
    func isLetter(_ byte: UInt8) -> Bool { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20) }
    let (space, newline) = (UInt8(ascii: " "), UInt8(ascii: "\n"))
    var words: [ArraySlice<UInt8>] = []
    var start = 0
    for index in text.indices.dropFirst() {
      let (last, byte) = (text[index - 1], text[index])
      guard byte == space || byte == newline || last != space && isLetter(byte) != isLetter(last) else {
        continue
      }
      words.append(text[start..<index])
      start = index
    }
    words.append(text[start...])
    return words
  }

  private static func pairs(_ tokens: [Int]) -> some Sequence<Pair> {
    zip(tokens, tokens.dropFirst()).lazy.map { Pair(first: $0, second: $1) }
  }

  /// Of equally frequent pairs, the one with the lower tokens counts as the more frequent one.
  private static func isLessFrequent(_ a: (key: Pair, value: Int), _ b: (key: Pair, value: Int)) -> Bool {
    (a.value, b.key.first, b.key.second) < (b.value, a.key.first, a.key.second)
  }

  private static func merge(_ pair: Pair, to token: Int, in tokens: inout [Int]) {
    var merged: [Int] = []
    for next in tokens {
      if next == pair.second, merged.last == pair.first {
        merged[merged.count - 1] = token
      } else {
        merged.append(next)
      }
    }
    tokens = merged
  }
}
