/// How the scores of a position are read by a loss that compares regions.
public enum RegionMode: String, Hashable, Codable, Sendable, CaseIterable {
  /// One region: each score is that of a question of its own, and there is no class axis.
  case binary
  /// Each position belongs to one class: its scores compete in a softmax.
  case multiclass
  /// Regions may overlap: each score is that of a question of its own.
  case multilabel
}
