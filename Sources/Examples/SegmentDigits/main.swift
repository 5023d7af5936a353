// Trains a network of convolutions to segment noisy fields of handwritten digits: to find the class of each pixel.
//
// Field.swift places digits on noise. Convolution.swift has a convolution and its gradient. Segmenter.swift has the network
// and the two losses that it minimises. Picture.swift draws fields, their classes and what the network finds.

import Charts
import ExampleTools

/// The lowest mean intersection over union on the test fields with which the program succeeds.
let overlapBound = 0.55

/// How many of the training fields of an epoch are scored after it.
let scoredTrainingFields = 64

TrainingOptions(epochs: 12, batch: 4, hidden: 16, rate: 0.01, output: "SegmentDigits.svg").run(
  """
  Trains a small neural network to segment fields of handwritten digits. Fails if its mean intersection over union on new \
  fields is below \(percent(overlapBound)).
  """, data: "images", samples: "fields", picture: "fields, their classes and the predicted ones", train)

func train(_ options: TrainingOptions) throws {
  var random = SplitMix64(seed: options.seed)
  let (training, test) = try Digits.split(random: &random)
  // Each test image appears in two fields, and in no training field.
  let testFields = (0..<2).flatMap { _ in Field.fields(of: test, random: &random) }
  var segmenter = Segmenter(channels: options.hidden, random: &random)
  print(
    "\(training.count) training images, \(testFields.count) test fields, \(segmenter.parameterCount) parameters"
  )

  var overlap = 0.0
  var progress = Progress(epochs: options.epochs)
  for epoch in 1...options.epochs {
    // The same images as in the last epoch, at other places.
    let fields = Field.fields(of: training, random: &random)
    for start in stride(from: 0, to: fields.count, by: options.batch) {
      let end = min(start + options.batch, fields.count)
      let batch = Batch(fields[start..<end])
      // The rate falls to 0 in a straight line.
      let done = (Double(epoch - 1) + Double(start) / Double(fields.count)) / Double(options.epochs)
      let loss = try segmenter.learn(batch, rate: options.rate * Float(1 - done))
      progress.show(epoch: epoch, done: Double(end) / Double(fields.count), loss: loss)
    }
    let scores = Epoch(
      training: try segmenter.score(on: Array(fields.prefix(scoredTrainingFields))),
      test: try segmenter.score(on: testFields))
    overlap = scores.test.accuracy
    try progress.finish(epoch: epoch, scores)
  }

  print("\nMean intersection over union of the test fields: \(percent(overlap))")
  let examples = testFields.prefix(2).map { Segmentation(field: $0, classes: segmenter.classes(of: $0)) }
  try options.pictures.write(
    light: Picture(examples, theme: .light).svg(), dark: Picture(examples, theme: .dark).svg())
  print("Fields, their classes and the predicted ones: \(options.pictures)")

  guard overlap >= overlapBound else {
    throw Failure.missedBound(
      "mean intersection over union", is: percent(overlap), mustBe: "at least \(percent(overlapBound))")
  }
}
