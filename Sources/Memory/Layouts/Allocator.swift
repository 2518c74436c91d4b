// What an allocator reserves for a request. Servers add nothing to it: they ask the allocator for the
// usable size.

/// An allocator that servers are built with.
package enum Allocator: String, CaseIterable, BitwiseCopyable, Sendable {
  /// jemalloc with a quantum of 8 bytes: official builds and images.
  case jemalloc
  /// jemalloc with a quantum of 16 bytes: packages of Debian and Ubuntu.
  case jemalloc16
  /// The C library's.
  case glibc

  /// From this size on, glibc maps pages.
  ///
  /// It rises in a process that frees larger blocks; a server that has just loaded a file freed few.
  private static let mappingThreshold = 131_072

  /// Bytes that an allocation of `count` bytes occupies.
  @inline(__always)
  func usable(_ count: Int) -> Int {
    switch self {
    case .jemalloc: Allocator.jemalloc(count, quantum: 8)
    case .jemalloc16: Allocator.jemalloc(count, quantum: 16)
    case .glibc: Allocator.glibc(count)
    }
  }

  /// Multiples of the quantum up to 64, then four sizes for each doubling.
  @inline(__always)
  private static func jemalloc(_ count: Int, quantum: Int) -> Int {
    if count <= 8 { return 8 }
    if count <= 64 { return roundUp(count, to: quantum) }
    let power = 1 << (Int.bitWidth - (count - 1).leadingZeroBitCount)
    return roundUp(count, to: power / 8)
  }

  @inline(__always)
  private static func glibc(_ count: Int) -> Int {
    if count >= mappingThreshold { return roundUp(count + 16, to: 4096) - 16 }
    return max(24, roundUp(count + 8, to: 16) - 8)
  }

  /// The least multiple of a power of two that is not below a number.
  @inline(__always)
  private static func roundUp(_ count: Int, to power: Int) -> Int {
    (count + power - 1) & ~(power - 1)
  }
}
