// Prints the digests of the results of all losses and functions, for `.ci/platforms` to compare.

import Losses
import RealMath

FunctionDigests(named: "Float") { Float(bitPattern: UInt32($0)) }.run()
FunctionDigests(named: "Double") { Double(bitPattern: $0) }.run()
do throws(LossError) {
  var float = LossDigests(Float.self, named: "Float")
  try float.run()
  // Optimising all types takes minutes, so only this one is optimised.
  #if !FLOAT_ONLY
    var double = LossDigests(Double.self, named: "Double")
    try double.run()
    var float16 = LossDigests(Float16.self, named: "Float16")
    try float16.run()
    var bfloat16 = LossDigests(BFloat16.self, named: "BFloat16")
    try bfloat16.run()
  #endif
} catch {
  print("error: \(error)")
}
