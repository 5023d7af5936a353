// The engine's files, the losses and the kernels for wide vectors all work on numbers in memory.
@_exported public import LossNumerics
