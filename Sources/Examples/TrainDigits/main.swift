// Trains a perceptron with one hidden layer to recognise handwritten digits.
//
// The library provides the loss and its gradient. ExampleTools has the data, the network and the progress bar; Charts
// draws the loss curves.

import Charts
import ExampleTools
import Losses

TrainingOptions(epochs: 30, batch: 32, hidden: 96, rate: 0.1, output: "TrainDigits.svg").run(
  "Trains a small neural network to recognise handwritten digits.", data: "images", samples: "images",
  picture: "the loss curves", train)

func train(_ options: TrainingOptions) throws {
  var random = SplitMix64(seed: options.seed)
  var (training, test) = try Digits.split(random: &random)
  var network = Network(inputs: 64, hidden: options.hidden, outputs: 10, random: &random)
  print("\(training.count) training and \(test.count) test images, \(network.parameterCount) parameters")

  // A loss is a value that holds its hyperparameters. Training smooths the labels, which keeps the network from
  // becoming overconfident; progress is measured without smoothing.
  let objective = CrossEntropyLoss(labelSmoothing: 0.1)
  let crossEntropy = CrossEntropyLoss()

  /// The mean cross entropy, and the fraction of images recognised.
  func measure(_ digits: Digits) throws -> Score {
    let logits = network(digits.images)
    let loss = try crossEntropy(logits, target: digits.labels).value()
    let hits = zip(predictions(logits), digits.labels.scalars).count { $0 == $1 }
    return Score(loss: Double(loss.item), accuracy: Double(hits) / Double(digits.count))
  }

  var history = [Epoch(training: try measure(training), test: try measure(test))]
  var progress = Progress(epochs: options.epochs)
  for epoch in 1...options.epochs {
    training = training.rows(random.permutation(of: training.count))
    for start in stride(from: 0, to: training.count, by: options.batch) {
      let batch = training[start..<min(start + options.batch, training.count)]

      // Forward through the network, then the loss and its gradient with respect to the logits in one pass, then
      // backward through the network and a step of gradient descent.
      let hidden = network.hiddenUnits(batch.images)
      let logits = network.logits(hidden)
      let (loss, gradient) = try objective(logits, target: batch.labels).valueWithGradient()
      network.descend(gradient, hidden: hidden, samples: batch.images, rate: options.rate)

      let done = Double(start + batch.count) / Double(training.count)
      progress.show(epoch: epoch, done: done, loss: loss.item)
    }
    history.append(Epoch(training: try measure(training), test: try measure(test)))
    try progress.finish(epoch: epoch, history[epoch])
  }

  let accuracy = percent(history[options.epochs].test.accuracy)
  print("\nTest accuracy: \(accuracy)\n")
  print(confusionTable(predicted: predictions(network(test.images)), actual: test.labels.scalars))

  let chart = lossChart(history, subtitle: "\(options.summary): \(accuracy) of the test images recognised")
  try options.pictures.write(light: chart.svg(theme: .light), dark: chart.svg(theme: .dark))
  print("\nLoss curves: \(options.pictures)")
}
