import Foundation

#if canImport(Darwin)
  import Darwin
#endif

/// The peak resident memory of this process in bytes, or `nil` where the system does not report it.
package func peakMemory() -> Int? {
  #if canImport(Darwin)
    var usage = rusage()
    return unsafe getrusage(RUSAGE_SELF, &usage) == 0 ? usage.ru_maxrss : nil
  #else
    // On Linux, `getrusage` would also count the memory of the process that started this one.
    let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
    let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
    return line.flatMap { Int($0.filter(\.isNumber)) }.map { 1024 * $0 }
  #endif
}
