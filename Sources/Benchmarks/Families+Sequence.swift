import Losses

// T frames of N samples, scores for C classes, and at most S labels in a sample. Class 0 is the blank.

extension Family {
  static var sequences: [Family] {
    [
      ctc([[50, 16, 20, 30], [150, 16, 64, 40], [500, 32, 32, 100], [1000, 16, 5000, 150]]),
      rnnt([[150, 8, 256, 29]]),
      joinedRNNT([[150, 8, 256, 29]]),
    ]
  }

  private static func rnnt(_ shapes: [Shape]) -> Family {
    Family("rnnt", shapes, in: .lattices) { meter, shape in
      let (frames, batch, classes, labels) = (shape[0], shape[1], shape[2], shape[3])
      let loss = RNNTLoss(blank: 0)
      var inputs = Inputs()
      let input = inputs.normal([batch, frames, labels + 1, classes])
      let targets = inputs.integers([batch, labels], in: 1..<classes)
      let logitLengths = Tensor(repeating: frames, shape: [batch])
      let targetLengths = Tensor(repeating: labels, shape: [batch])
      meter.reads(input, targets, logitLengths, targetLengths)
      try meter.measure {
        try loss(input, targets: targets, logitLengths: logitLengths, targetLengths: targetLengths)
      }
    }
  }

  /// The same, of logits that are joined by addition.
  private static func joinedRNNT(_ shapes: [Shape]) -> Family {
    Family("rnnt_joined", shapes, in: .lattices) { meter, shape in
      let (frames, batch, classes, labels) = (shape[0], shape[1], shape[2], shape[3])
      let loss = RNNTLoss(blank: 0)
      var inputs = Inputs()
      let encoder = inputs.normal([batch, frames, classes])
      let predictor = inputs.normal([batch, labels + 1, classes])
      let targets = inputs.integers([batch, labels], in: 1..<classes)
      let logitLengths = Tensor(repeating: frames, shape: [batch])
      let targetLengths = Tensor(repeating: labels, shape: [batch])
      meter.reads(encoder, predictor, targets, logitLengths, targetLengths)
      try meter.measure {
        try loss(
          encoder: encoder, predictor: predictor, targets: targets, logitLengths: logitLengths,
          targetLengths: targetLengths)
      }
    }
  }

  private static func ctc(_ shapes: [Shape]) -> Family {
    Family("ctc", shapes, in: .frames) { meter, shape in
      let (frames, batch, classes, labels) = (shape[0], shape[1], shape[2], shape[3])
      let loss = CTCLoss()
      var inputs = Inputs()
      let input = try LogSoftmax(axis: 2)(inputs.normal([frames, batch, classes])).value()
      let targets = inputs.integers([batch, labels], in: 1..<classes)
      let inputLengths = Tensor(repeating: frames, shape: [batch])
      let targetLengths = inputs.integers([batch], in: labels / 2..<labels + 1)
      meter.reads(input, targets, inputLengths, targetLengths)
      try meter.measure {
        try loss(input, targets: targets, inputLengths: inputLengths, targetLengths: targetLengths)
      }
    }
  }
}
