// A program with one loss, whose code `.ci/platforms` measures.

import Losses

let logits: Tensor<Float> = [[2, 1, 0], [0, 1, 3]]
let labels: Tensor<Int32> = [0, 2]
do throws(LossError) {
  let (value, gradient) = try CrossEntropyLoss()(logits, target: labels).valueWithGradient()
  print(value.item > 0 && gradient.scalars[0] < 0 ? "right" : "wrong")
} catch {
  print("wrong")
}
