/// Splits text into classes: bytes, and strings that are often used.
///
/// The first 256 classes are the bytes. Each other class joins the pair of classes that is then the most frequent one
/// within words (R. Sennrich et al., 2016, https://doi.org/10.18653/v1/P16-1162).
struct BytePairEncoding {
  private struct Pair: Hashable {
    let first: Int
    let second: Int
  }

  /// The bytes of each class.
  private(set) var strings: [[UInt8]] = (UInt8.min ... .max).map { [$0] }
  /// The class that joins a pair. The most frequent pairs have the lowest.
  private var joined: [Pair: Int] = [:]

  /// Learns up to `count` classes from a text.
  init(classes count: Int, from text: [UInt8]) {
    // The order of the words does not matter: it decides nothing below.
    var words = Dictionary(Self.words(text).map { ($0, 1) }, uniquingKeysWith: +)
      .map { (classes: $0.map(Int.init), count: $1) }
    var pairCounts: [Pair: Int] = [:]
    for word in words {
      for pair in Self.pairs(word.classes) { pairCounts[pair, default: 0] += word.count }
    }
    while strings.count < count, let (pair, frequency) = pairCounts.max(by: Self.isLessFrequent),
      frequency > 1
    {
      let label = strings.count
      strings.append(strings[pair.first] + strings[pair.second])
      joined[pair] = label
      for index in words.indices where Self.pairs(words[index].classes).contains(pair) {
        let count = words[index].count
        for old in Self.pairs(words[index].classes) { pairCounts[old]! -= count }
        Self.join(pair, as: label, in: &words[index].classes)
        for new in Self.pairs(words[index].classes) { pairCounts[new, default: 0] += count }
      }
    }
  }

  /// The classes of a text.
  func classes(of text: [UInt8]) -> [Int] {
    var known: [ArraySlice<UInt8>: [Int]] = [:]
    return Self.words(text).flatMap { word in
      if let classes = known[word] { return classes }
      var classes = word.map(Int.init)
      while let label = Self.pairs(classes).compactMap({ joined[$0] }).min() {
        let pair = Self.pairs(classes).first { joined[$0] == label }!
        Self.join(pair, as: label, in: &classes)
      }
      known[word] = classes
      return classes
    }
  }

  /// The parts of a text that no class crosses: lines end, and letters and other characters meet, between two words. A
  /// space belongs to the word after it.
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

  private static func pairs(_ classes: [Int]) -> some Sequence<Pair> {
    zip(classes, classes.dropFirst()).lazy.map { Pair(first: $0, second: $1) }
  }

  /// Of pairs that are as frequent, the one with the lower classes counts as the more frequent one.
  private static func isLessFrequent(_ a: (key: Pair, value: Int), _ b: (key: Pair, value: Int)) -> Bool {
    (a.value, b.key.first, b.key.second) < (b.value, a.key.first, a.key.second)
  }

  private static func join(_ pair: Pair, as label: Int, in classes: inout [Int]) {
    var joined: [Int] = []
    for next in classes {
      if next == pair.second, joined.last == pair.first {
        joined[joined.count - 1] = label
      } else {
        joined.append(next)
      }
    }
    classes = joined
  }
}
