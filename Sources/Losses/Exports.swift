@_exported public import LossEngine
@_exported public import Tensors
