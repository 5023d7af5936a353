#if canImport(Darwin)
  internal import Darwin
#elseif canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#elseif canImport(Android)
  internal import Android
#elseif canImport(WinSDK)
  internal import WinSDK
#endif

#if !(os(WASI) || hasFeature(Embedded))
  /// The system's own threads.
  enum SystemThread {
    /// The size of a thread's stack in bytes. What a thread has by default is too little for a formula of somebody else's
    /// on some systems: 128 KiB with musl.
    private static var stackSize: Int { 8 << 20 }

    private final class Body: Sendable {
      let run: @Sendable () -> Void
      init(_ run: @escaping @Sendable () -> Void) { self.run = run }
    }

    /// Runs a function on a thread of its own, as urgent as this one. Returns whether the system had one.
    static func start(_ run: @escaping @Sendable () -> Void) -> Bool {
      let body = unsafe Unmanaged.passRetained(Body(run))
      let started = unsafe start(argument: body.toOpaque())
      if !started { unsafe body.release() }
      return started
    }

    /// What a new thread calls. Not all systems say that the argument isn't `nil`.
    private static func run(_ argument: UnsafeMutableRawPointer?) {
      unsafe Unmanaged<Body>.fromOpaque(argument!).takeRetainedValue().run()
    }

    #if canImport(WinSDK)
      private static func start(argument: UnsafeMutableRawPointer) -> Bool {
        let thread = unsafe CreateThread(
          nil, SIZE_T(stackSize),
          { argument in
            unsafe SystemThread.run(argument)
            return 0
          }, argument, DWORD(STACK_SIZE_PARAM_IS_A_RESERVATION), nil)
        return unsafe thread.map { unsafe CloseHandle($0) } ?? false
      }
    #else
      private static func start(argument: UnsafeMutableRawPointer) -> Bool {
        var attributes = pthread_attr_t()
        unsafe pthread_attr_init(&attributes)
        defer { unsafe pthread_attr_destroy(&attributes) }
        unsafe pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
        unsafe pthread_attr_setstacksize(&attributes, stackSize)
        #if canImport(Darwin)
          unsafe pthread_attr_set_qos_class_np(&attributes, QualityOfService.current.systemClass, 0)
        #endif
        #if canImport(Glibc) || canImport(Android)
          var thread = pthread_t()
        #else
          var thread: pthread_t?
        #endif
        return unsafe pthread_create(
          &thread, &attributes,
          { argument in
            unsafe SystemThread.run(argument)
            return nil
          }, argument) == 0
      }
    #endif

    /// Has a function called in each child process that is forked from now on, on its only thread.
    static func afterFork(_ function: @escaping @convention(c) () -> Void) {
      #if !canImport(WinSDK)
        pthread_atfork(nil, nil, function)
      #endif
    }
  }
#endif
