/// The type of half precision, where the platform has it.
#if os(macOS) && arch(x86_64)
  typealias Half = Float
#else
  typealias Half = Float16
#endif
