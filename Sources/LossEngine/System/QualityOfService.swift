#if canImport(Darwin)
  internal import Darwin
#endif

#if !(os(WASI) || hasFeature(Embedded))
  /// How urgent the work of a thread is. Apple's systems choose its processor, clock and turns by it; others have no such
  /// thing.
  ///
  /// A worker takes over that of a call before it computes any of the call's chunks. So a caller never waits for a thread
  /// that is less urgent than itself, and work in the background stays there. A condition, by which the caller waits, would
  /// not lend its urgency to anyone. The lock of a ``Monitor`` does: these systems lend it to the thread that holds a mutex.
  struct QualityOfService: Equatable, Sendable {
    #if canImport(Darwin)
      private let rawValue: UInt32

      private init(_ systemClass: qos_class_t) { rawValue = systemClass.rawValue }

      /// What the system's functions take.
      var systemClass: qos_class_t { qos_class_t(rawValue: rawValue) }
    #endif

    /// That of this thread.
    static var current: QualityOfService {
      #if canImport(Darwin)
        let own = qos_class_self()
        // No thread can be given what one has that was never given any. The system treats it as the default.
        return QualityOfService(own == QOS_CLASS_UNSPECIFIED ? QOS_CLASS_DEFAULT : own)
      #else
        return QualityOfService()
      #endif
    }

    /// Gives this thread this quality of service.
    func adopt() {
      #if canImport(Darwin)
        if self != .current { pthread_set_qos_class_self_np(systemClass, 0) }
      #endif
    }
  }
#endif
