import ExampleTools
import Foundation
import Losses

/// A network that scores every class as the next one, given those before it.
///
/// Each class before has a vector, scaled by weights for its distance; their sum is rectified, and goes to a linear head:
///
///     h = max(0, b + Σₖ wₖ ⊙ E[classₖ]),   scores = W·h + a
///
/// The diagonal weights are those of A. Mnih, Y. W. Teh, 2012, https://doi.org/10.48550/arXiv.1206.6426.
struct LanguageModel {
  /// The number of classes that a prediction sees.
  static let reach = 4
  /// What stands before the first class of a text: newlines, whose class is their byte.
  static let emptyContext = Array(repeating: Int(UInt8(ascii: "\n")), count: reach)
  /// The probability that dropout keeps a hidden unit in a training step.
  private static let keepProbability: Float = 0.8

  /// E, [classes, hidden units].
  private var embedding: Parameter
  /// wₖ, [reach, hidden units], from the farthest to the nearest class.
  private var distanceWeights: Parameter
  /// b, [hidden units].
  private var hiddenBias: Parameter
  /// W, [classes, hidden units].
  private var headWeights: Parameter
  /// a, [classes].
  private var headBias: Parameter

  /// The head's gradient, in the same memory at each step.
  private var headGradient: LinearGradient<Float>

  // The scores of a batch are never in memory all at once, and neither is their gradient.
  private let crossEntropy = LinearCrossEntropyLoss()

  /// Creates a model that predicts the given frequencies, roughly.
  init(frequencies: [Int], hidden: Int, batch: Int, random: inout SplitMix64) {
    func uniform(_ bound: Float, _ rows: Int) -> Parameter {
      Parameter(Tensor(shape: [rows, hidden]) { _ in bound * (2 * random.nextUniform() - 1) })
    }
    let classes = frequencies.count
    embedding = uniform(0.5, classes)
    headWeights = uniform(0.2, classes)
    // The nearest class counts most.
    distanceWeights = Parameter(Tensor(shape: [Self.reach, hidden]) { 1 / Float(Self.reach - $0[0]) })
    hiddenBias = Parameter(.zeros([hidden]))
    let total = Float(frequencies.reduce(0, +))
    headBias = Parameter(Tensor(frequencies.map { log((Float($0) + 1) / total) }))
    headGradient = LinearGradient(
      input: .zeros([batch, hidden]), linearWeight: .zeros([classes, hidden]), linearBias: .zeros([classes]))
  }

  var parameterCount: Int {
    [embedding, distanceWeights, hiddenBias, headWeights, headBias].reduce(0) { $0 + $1.value.count }
  }

  /// Takes a training step on a batch of the size that the model was created for, and returns its mean loss.
  mutating func learn(_ batch: Batch, rate: Float, random: inout SplitMix64) throws -> Float {
    // Dropout: some units are 0, and the others make up for them.
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

  /// The mean loss at all positions of a passage, and the fraction where the next class has the highest score.
  func score(on passage: Passage) throws -> Score {
    var (logProbability, hits) = (0.0, 0)
    // In parts, since the hidden units of a whole passage would be the largest tensor of all.
    for start in stride(from: 0, to: passage.count, by: 4096) {
      let batch = passage.batch(at: start..<min(start + 4096, passage.count))
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

  /// Writes classes, each drawn by the model's probabilities, which a temperature below 1 sharpens.
  func write(classes count: Int, temperature: Float, random: inout SplitMix64) throws -> [Int] {
    var written = Self.emptyContext
    for _ in 0..<count {
      let scores = scores(hiddenUnits([written.suffix(Self.reach)]))
      let probabilities = try Softmax(axis: 0)(scores / temperature).value().scalars
      var rest = random.nextUniform()
      let next = probabilities.firstIndex {
        rest -= $0
        return rest < 0
      }
      written.append(next ?? probabilities.count - 1)
    }
    return Array(written.dropFirst(Self.reach))
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
            for (distance, label) in context.enumerated() {
              for unit in 0..<units {
                hidden[row * units + unit] +=
                  weights[distance * units + unit] * embedding[label * units + unit]
              }
            }
            for index in row * units..<(row + 1) * units { hidden[index] = max(0, hidden[index]) }
          }
        }
      }
    }
    return hidden
  }

  /// Trains what is below the head, given the gradient with respect to the head's input.
  private mutating func descend(
    _ gradient: Tensor<Float>, hidden: Tensor<Float>, contexts: [ArraySlice<Int>], rate: Float
  ) {
    let units = hiddenBias.value.count
    // The derivative of dropout and max(0, …): 0 where a unit is 0.
    let slopes = zip(gradient.scalars, hidden.scalars).map { $1 > 0 ? $0 / Self.keepProbability : 0 }
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
                for (distance, label) in context.enumerated() {
                  for unit in 0..<units {
                    let slope = slopes[row * units + unit]
                    weightGradient[distance * units + unit] += slope * embedding[label * units + unit]
                    embeddingGradient[label * units + unit] += slope * weights[distance * units + unit]
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

  /// The scores of all classes for a single row of hidden units.
  private func scores(_ hidden: Tensor<Float>) -> Tensor<Float> {
    let hidden = hidden.scalars
    var scores = headBias.value
    headWeights.value.withSpan { weights in
      scores.withMutableSpan { scores in
        for label in scores.indices {
          for (unit, value) in hidden.enumerated() {
            scores[label] += weights[label * hidden.count + unit] * value
          }
        }
      }
    }
    return scores
  }
}
