#if hasFeature(Embedded)
  /// Stands in for the standard library's `Codable`, which Embedded Swift lacks, where losses conform to it.
  public typealias Codable = Any
#endif
