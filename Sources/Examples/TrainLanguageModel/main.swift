// Trains a language model on two books of the King James Bible, with a vocabulary of 2048 tokens.
//
// Text.swift has the text, and BytePairEncoding.swift turns it into tokens. LanguageModel.swift has the network and its
// gradient; LinearCrossEntropyLoss is its head and its loss. Report.swift draws the curves. HeadMemory.swift measures the
// memory of the head, and what a tensor of all scores would take.

import Charts
import ExampleTools
import Foundation
import Losses

/// The highest perplexity of the test chapters with which the program succeeds.
let perplexityBound = 55.0

let vocabularySize = 2048

// To measure its memory, the program starts itself once more.
Head.measureIfAsked()

TrainingOptions(epochs: 4, batch: 512, hidden: 128, rate: 0.005, output: "TrainLanguageModel.svg").run(
  "Trains a small language model. Fails if its perplexity on new chapters is above \(label(perplexityBound)).",
  data: "text", samples: "predictions", picture: "the perplexity while training", train)

func train(_ options: TrainingOptions) throws {
  var random = SplitMix64(seed: options.seed)
  let text = try Text.bundled()
  let encoding = BytePairEncoding(tokens: vocabularySize, from: text.training)
  let training = Passage(text.training, in: encoding)
  let test = Passage(text.test, in: encoding)
  var model = LanguageModel(
    frequencies: training.frequencies(vocabularySize: encoding.vocabulary.count), hidden: options.hidden,
    batch: options.batch, random: &random)
  print(
    "\(training.byteCount) training and \(test.byteCount) test bytes, \(encoding.vocabulary.count) tokens,",
    "\(model.parameterCount) parameters")

  // Only whole batches: an epoch leaves out a few predictions, others each time.
  let steps = training.count / options.batch
  var history = History(stepsPerEpoch: steps)
  try history.append(test: model.score(on: test))
  var progress = Progress(epochs: options.epochs)
  for epoch in 1...options.epochs {
    let order = random.permutation(of: training.count)
    for step in 1...steps {
      let positions = order[(step - 1) * options.batch..<step * options.batch]
      // The rate falls to 0 in a straight line.
      let done = Float((epoch - 1) * steps + step - 1) / Float(options.epochs * steps)
      let loss = try model.learn(
        training.batch(at: positions), rate: options.rate * (1 - done), random: &random)
      if history.append(training: loss) { try history.append(test: model.score(on: test)) }
      progress.show(epoch: epoch, done: Double(step) / Double(steps), loss: loss)
    }
    let scores = Epoch(training: try model.score(on: training), test: try model.score(on: test))
    try progress.finish(epoch: epoch, scores)
  }

  let loss = try model.score(on: test).loss
  let perplexity = exp(loss)
  let perplexityPerByte = exp(loss * Double(test.count) / Double(test.byteCount))
  print(
    "\nTest perplexity: \(decimal(perplexity, digits: 1)) for each token,",
    "\(decimal(perplexityPerByte, digits: 2)) for each byte\n")
  let sample = try model.sample(tokens: 150, temperature: 0.7, random: &random)
  print(wrapped(String(decoding: sample.flatMap { encoding.vocabulary[$0] }, as: UTF8.self)))

  let chart = history.chart(
    subtitle: "\(options.summary): \(decimal(perplexity, digits: 1)) on chapters that were not trained on")
  try options.pictures.write(light: chart.svg(theme: .light), dark: chart.svg(theme: .dark))
  print("\nPerplexity while training: \(options.pictures)")
  try Head.printMemory(rows: 8192, classes: encoding.vocabulary.count, hidden: options.hidden)

  guard perplexity <= perplexityBound else {
    throw Failure.missedBound(
      "test perplexity", is: decimal(perplexity, digits: 1), mustBe: "at most \(label(perplexityBound))")
  }
}
