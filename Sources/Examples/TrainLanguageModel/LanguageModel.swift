import ExampleTools
import Foundation
import Losses

/// A network that scores every token as the next one, given the last few.
///
/// The embedding of each token of the context is scaled by weights for its distance. The sum is rectified, and goes to a
/// linear head:
///
///     h = max(0, b + Σₖ wₖ ⊙ E[tokenₖ]),   scores = W·h + a
///
/// The diagonal weights wₖ are those of A. Mnih, Y. W. Teh, 2012, https://doi.org/10.48550/arXiv.1206.6426.
struct LanguageModel {
  /// The number of tokens that a prediction sees.
  static let contextLength = 4
  /// The context of the first token of a text: newlines, whose token is their byte.
  static let emptyContext = Array(repeating: Int(UInt8(ascii: "\n")), count: contextLength)
  /// The probability that dropout keeps a hidden unit in a training step.
  private static let keepProbability: Float = 0.8
  /// How many predictions are scored at a time: the hidden units of a whole text would be the largest tensor of all.
  private static let scoredTogether = 4096

  /// E, [tokens, hidden units].
  private var embedding: Parameter
  /// wₖ, [context, hidden units], from the farthest to the nearest token.
  private var distanceWeights: Parameter
  /// b, [hidden units].
  private var hiddenBias: Parameter
  /// W, [tokens, hidden units].
  private var headWeights: Parameter
  /// a, [tokens].
  private var headBias: Parameter

  /// The head's gradient, whose memory each step reuses.
  private var headGradient: LinearGradient<Float>

  // The scores of a batch are never in memory all at once, and neither is their gradient.
  private let crossEntropy = LinearCrossEntropyLoss()

  /// Creates a model whose first predictions are roughly the given frequencies of the tokens, whatever the context.
  init(frequencies: [Int], hidden: Int, batch: Int, random: inout SplitMix64) {
    let tokens = frequencies.count
    embedding = Parameter(random.nextTensor([tokens, hidden], bound: 0.5))
    headWeights = Parameter(random.nextTensor([tokens, hidden], bound: 0.2))
    // The nearest token counts most.
    distanceWeights = Parameter(
      Tensor(shape: [Self.contextLength, hidden]) { 1 / Float(Self.contextLength - $0[0]) })
    hiddenBias = Parameter(.zeros([hidden]))
    let total = Float(frequencies.reduce(0, +))
    // One more of each, since a token may not occur at all.
    headBias = Parameter(Tensor(frequencies.map { log((Float($0) + 1) / total) }))
    headGradient = LinearGradient(
      input: .zeros([batch, hidden]), linearWeight: .zeros([tokens, hidden]), linearBias: .zeros([tokens]))
  }

  var parameterCount: Int {
    [embedding, distanceWeights, hiddenBias, headWeights, headBias].reduce(0) { $0 + $1.value.count }
  }

  /// Takes a training step on a batch of the size that the model was created for, and returns its mean loss.
  mutating func learn(_ batch: Batch, rate: Float, random: inout SplitMix64) throws -> Float {
    // Dropout: some units are 0, and the others are scaled so that the expected value stays the same.
    let hidden = hiddenUnits(batch.contexts)
      .map { random.nextUniform() < Self.keepProbability ? $0 / Self.keepProbability : 0 }
    let loss = try crossEntropy(
      hidden, linearWeight: headWeights.value, linearBias: headBias.value, target: batch.next
    ).valueWithGradient(into: &headGradient)
    descend(headGradient.input, hidden: hidden, contexts: batch.contexts, rate: rate)
    headWeights.descend(headGradient.linearWeight, rate: rate)
    headBias.descend(headGradient.linearBias!, rate: rate)
    return loss.item
  }

  /// The mean loss over a passage, and the fraction of its tokens that have the highest score.
  func score(on passage: Passage) throws -> Score {
    var (logProbability, hits) = (0.0, 0)
    for start in stride(from: 0, to: passage.count, by: Self.scoredTogether) {
      let batch = passage.batch(at: start..<min(start + Self.scoredTogether, passage.count))
      let (_, statistics) = try crossEntropy(
        hiddenUnits(batch.contexts), linearWeight: headWeights.value, linearBias: headBias.value,
        target: batch.next
      ).valueWithStatistics()
      logProbability += statistics.logProbabilitySum
      hits += statistics.correctCount
    }
    let count = Double(passage.count)
    return Score(loss: -logProbability / count, accuracy: Double(hits) / count)
  }

  /// Draws tokens, each from the model's probabilities given those before. A temperature below 1 sharpens them.
  func sample(tokens count: Int, temperature: Float, random: inout SplitMix64) throws -> [Int] {
    var tokens = Self.emptyContext
    for _ in 0..<count {
      let scores = scores(hiddenUnits([tokens.suffix(Self.contextLength)]))
      let probabilities = try Softmax(axis: 0)(scores / temperature).value().scalars
      var rest = random.nextUniform()
      let next = probabilities.firstIndex {
        rest -= $0
        return rest < 0
      }
      // Rounding may leave a little after the last one.
      tokens.append(next ?? probabilities.count - 1)
    }
    return Array(tokens.dropFirst(Self.contextLength))
  }
}

extension LanguageModel {
  /// The hidden units after each context, [contexts, hidden units].
  private func hiddenUnits(_ contexts: [ArraySlice<Int>]) -> Tensor<Float> {
    let units = hiddenBias.value.count
    var hidden = hiddenBias.value.broadcast(to: [contexts.count, units])
    embedding.value.withSpan { embedding in
      distanceWeights.value.withSpan { weights in
        hidden.withMutableSpan { hidden in
          for (row, context) in contexts.enumerated() {
            for (distance, token) in context.enumerated() {
              for unit in 0..<units {
                hidden[row * units + unit] +=
                  weights[distance * units + unit] * embedding[token * units + unit]
              }
            }
            for index in row * units..<(row + 1) * units { hidden[index] = max(0, hidden[index]) }
          }
        }
      }
    }
    return hidden
  }

  /// Takes a training step of what is below the head, given the gradient with respect to the head's input.
  private mutating func descend(
    _ gradient: Tensor<Float>, hidden: Tensor<Float>, contexts: [ArraySlice<Int>], rate: Float
  ) {
    let units = hiddenBias.value.count
    // Through dropout and max(0, …): a unit is 0 wherever one of them makes it so.
    let slopes = rectifierGradient(gradient, output: hidden).map { $0 / Self.keepProbability }.scalars
    var embeddingGradient = Tensor<Float>.zeros(embedding.value.shape)
    var weightGradient = Tensor<Float>.zeros(distanceWeights.value.shape)
    var biasGradient = Tensor<Float>.zeros(hiddenBias.value.shape)
    embedding.value.withSpan { embedding in
      distanceWeights.value.withSpan { weights in
        embeddingGradient.withMutableSpan { embeddingGradient in
          weightGradient.withMutableSpan { weightGradient in
            biasGradient.withMutableSpan { biasGradient in
              for (row, context) in contexts.enumerated() {
                for unit in 0..<units { biasGradient[unit] += slopes[row * units + unit] }
                for (distance, token) in context.enumerated() {
                  for unit in 0..<units {
                    let slope = slopes[row * units + unit]
                    weightGradient[distance * units + unit] += slope * embedding[token * units + unit]
                    embeddingGradient[token * units + unit] += slope * weights[distance * units + unit]
                  }
                }
              }
            }
          }
        }
      }
    }
    embedding.descend(embeddingGradient, rate: rate)
    distanceWeights.descend(weightGradient, rate: rate)
    hiddenBias.descend(biasGradient, rate: rate)
  }

  /// The scores of all tokens for a single row of hidden units.
  private func scores(_ hidden: Tensor<Float>) -> Tensor<Float> {
    let hidden = hidden.scalars
    var scores = headBias.value
    headWeights.value.withSpan { weights in
      scores.withMutableSpan { scores in
        for token in scores.indices {
          for (unit, value) in hidden.enumerated() {
            scores[token] += weights[token * hidden.count + unit] * value
          }
        }
      }
    }
    return scores
  }
}
