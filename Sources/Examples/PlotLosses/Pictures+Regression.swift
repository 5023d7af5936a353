import Charts
import Losses

extension Picture {
  static func regression() throws -> [Picture] {
    let errors = points(-4...4)
    return [
      Picture(
        name: "regression", title: "Regression losses",
        subtitle: "The gradient of MSELoss grows with the error; the others' is bounded.",
        variable: "prediction − target", values: 0...5, derivatives: -4...4,
        curves: [
          try Curve("L1Loss", L1Loss(reduction: .none), target: 0, over: errors),
          try Curve("SmoothL1Loss", SmoothL1Loss(reduction: .none), target: 0, over: errors),
          try Curve("HuberLoss, delta 2", HuberLoss(delta: 2, reduction: .none), target: 0, over: errors),
          try Curve("MSELoss", MSELoss(reduction: .none), target: 0, over: errors),
        ]),
      Picture(
        name: "smooth-l1", title: "SmoothL1Loss",
        subtitle: "The slope of the linear parts is always 1. With beta 0 the loss is L1Loss.",
        variable: "prediction − target", values: 0...4, derivatives: -1.2...1.2,
        curves: try [0, 0.5, 1, 2].map { beta in
          let loss = SmoothL1Loss(beta: beta, reduction: .none)
          return try Curve("beta \(label(beta))", loss, target: 0, over: errors)
        }),
      Picture(
        name: "huber", title: "HuberLoss",
        subtitle: "The slope of the linear parts is delta. Between them the loss is half of MSELoss.",
        variable: "prediction − target", values: 0...5, derivatives: -4...4,
        curves: try [0.5, 1, 2, 4].map { delta in
          let loss = HuberLoss(delta: delta, reduction: .none)
          return try Curve("delta \(label(delta))", loss, target: 0, over: errors)
        }),
      Picture(
        name: "smooth-errors", title: "CharbonnierLoss and LogCoshLoss",
        subtitle: "CharbonnierLoss less epsilon. Near 0 all are parabolas, far from it lines of slope 1.",
        variable: "prediction − target", values: 0...4, derivatives: -1.2...1.2,
        curves: try [0.1, 0.5, 1].map { epsilon in
          let loss = CharbonnierLoss(epsilon: epsilon, startsAtZero: true, reduction: .none)
          return try Curve("epsilon \(label(epsilon))", loss, target: 0, over: errors)
        } + [try Curve("LogCoshLoss", LogCoshLoss(reduction: .none), target: 0, over: errors)]),
      Picture(
        name: "quantile", title: "QuantileLoss",
        subtitle: "With quantile 0.9, a prediction that is too low costs nine times one that is too high.",
        variable: "prediction − target", values: 0...4, derivatives: -1.2...1.2,
        curves: try [0.1, 0.5, 0.9].map { quantile in
          let loss = QuantileLoss(quantile: quantile, reduction: .none)
          return try Curve("quantile \(label(quantile))", over: errors) {
            try loss($0, target: .zeros($0.shape))
          }
        }),
    ]
  }
}
