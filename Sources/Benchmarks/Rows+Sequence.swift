import Losses

// T frames of N samples, scores for C classes, and at most S labels in a sample. Class 0 is the blank.

extension Row {
  static var sequences: [Row] {
    [
      ctc(frames: 50, batch: 16, classes: 20, labels: 30),
      ctc(frames: 150, batch: 16, classes: 64, labels: 40),
      ctc(frames: 500, batch: 32, classes: 32, labels: 100),
      ctc(frames: 1000, batch: 16, classes: 5000, labels: 150),
      rnnt(frames: 150, batch: 8, classes: 256, labels: 29),
      joinedRNNT(frames: 150, batch: 8, classes: 256, labels: 29),
    ]
  }

  private static func rnnt(frames: Int, batch: Int, classes: Int, labels: Int) -> Row {
    let name = "rnnt/T\(frames)-N\(batch)-C\(classes)-S\(labels)"
    return Row(name, elements: frames * batch * (labels + 1) * classes) { meter in
      let loss = RNNTLoss(blank: 0)
      var inputs = Inputs()
      let input = inputs.normal([batch, frames, labels + 1, classes])
      let targets = inputs.integers([batch, labels], in: 1..<classes)
      let logitLengths = Tensor(repeating: frames, shape: [batch])
      let targetLengths = Tensor(repeating: labels, shape: [batch])
      try meter.measure {
        try loss(input, targets: targets, logitLengths: logitLengths, targetLengths: targetLengths)
      }
    }
  }

  /// The same, of logits that are joined by addition.
  private static func joinedRNNT(frames: Int, batch: Int, classes: Int, labels: Int) -> Row {
    let name = "rnnt_joined/T\(frames)-N\(batch)-C\(classes)-S\(labels)"
    return Row(name, elements: frames * batch * (labels + 1) * classes) { meter in
      let loss = RNNTLoss(blank: 0)
      var inputs = Inputs()
      let encoder = inputs.normal([batch, frames, classes])
      let predictor = inputs.normal([batch, labels + 1, classes])
      let targets = inputs.integers([batch, labels], in: 1..<classes)
      let logitLengths = Tensor(repeating: frames, shape: [batch])
      let targetLengths = Tensor(repeating: labels, shape: [batch])
      try meter.measure {
        try loss(
          encoder: encoder, predictor: predictor, targets: targets, logitLengths: logitLengths,
          targetLengths: targetLengths)
      }
    }
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
