import Losses

// T frames of N samples, scores for C classes, and at most S labels in a sample. Class 0 is the blank.

extension Row {
  static var sequences: [Row] {
    [
      ctc(frames: 50, batch: 16, classes: 20, labels: 30),
      ctc(frames: 150, batch: 16, classes: 64, labels: 40),
      ctc(frames: 500, batch: 32, classes: 32, labels: 100),
      ctc(frames: 1000, batch: 16, classes: 5000, labels: 150),
    ]
  }

  private static func ctc(frames: Int, batch: Int, classes: Int, labels: Int) -> Row {
    let name = "ctc/T\(frames)-N\(batch)-C\(classes)-S\(labels)"
    return Row(name, elements: frames * batch * classes) { meter in
      let loss = CTCLoss()
      var inputs = Inputs()
      let input = try LogSoftmax(axis: 2)(inputs.normal([frames, batch, classes])).value()
      let targets = inputs.integers([batch, labels], in: 1..<classes)
      let inputLengths = Tensor(repeating: frames, shape: [batch])
      let targetLengths = inputs.integers([batch], in: labels / 2..<labels + 1)
      try meter.measure {
        try loss(input, targets: targets, inputLengths: inputLengths, targetLengths: targetLengths)
      }
    }
  }
}
