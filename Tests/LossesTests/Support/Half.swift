/// The half-precision type, where the platform has one.
#if (os(macOS) || targetEnvironment(macCatalyst)) && arch(x86_64)
  typealias Half = Float
#else
  typealias Half = Float16
#endif
