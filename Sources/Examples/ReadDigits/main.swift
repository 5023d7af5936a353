// Trains a network to read rows of handwritten digits with CTC. It learns from rows and the digits in them, without
// ever being told where in the row each digit lies.
//
// Row.swift places digits side by side. Batch.swift turns rows into the tensors that the network and CTC take.
// Reader.swift has the network, the loss, the decoders and the aligner. Picture.swift draws a row and its reading.

import Charts
import ExampleTools

TrainingOptions(epochs: 30, batch: 16, hidden: 192, rate: 0.1, output: "ReadDigits.svg").run(
  "Trains a small neural network to read rows of handwritten digits.", data: "images", samples: "rows",
  picture: "a row and its reading", train)

func train(_ options: TrainingOptions) throws {
  var random = SplitMix64(seed: options.seed)
  let (training, test) = try Digits.split(random: &random)
  // Each test image appears in four rows, each time with other neighbours, and in no training row.
  let testRows = (0..<4).flatMap { _ in Row.rows(of: test, random: &random) }
  var reader = Reader(hidden: options.hidden, random: &random)
  print("\(training.count) training images, \(testRows.count) test rows, \(reader.parameterCount) parameters")

  var accuracy = 0.0
  var progress = Progress(epochs: options.epochs)
  for epoch in 1...options.epochs {
    // The same images as in the last epoch, arranged in new rows.
    let rows = Row.rows(of: training, random: &random)
    for start in stride(from: 0, to: rows.count, by: options.batch) {
      let batch = rows[start..<min(start + options.batch, rows.count)]
      let loss = try reader.learn(batch, rate: options.rate, random: &random)
      let done = Double(start + batch.count) / Double(rows.count)
      progress.show(epoch: epoch, done: done, loss: loss)
    }
    let scores = Epoch(training: try reader.score(on: rows), test: try reader.score(on: testRows))
    accuracy = scores.test.accuracy
    try progress.finish(epoch: epoch, scores)
  }

  print("\nTest rows read without a mistake: \(percent(accuracy)) greedily, ", terminator: "")
  print("\(percent(try reader.beamAccuracy(on: testRows))) by beam search")

  let longest = testRows.max { $0.digits.count < $1.digits.count } ?? testRows[0]
  let reading = try reader.reading(of: longest)
  try options.pictures.write(
    light: Picture(reading, theme: .light).svg(), dark: Picture(reading, theme: .dark).svg())
  print("A row and its reading: \(options.pictures)")
}
