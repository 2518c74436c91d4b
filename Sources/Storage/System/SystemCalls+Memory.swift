// Reserved addresses, and pages that are put there and removed.

#if os(Linux)
  import CRemap
#endif
#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

extension SystemCalls {
  /// The size of a page.
  static let pageSize = Int(sysconf(Int32(_SC_PAGESIZE)))

  /// Reserves inaccessible addresses; nil if the system refuses.
  static func reserve(_ count: Int) -> UnsafeMutableRawPointer? {
    // SAFETY: the kernel chooses the place; nothing of ours is replaced.
    let place = unsafe mmap(nil, count, PROT_NONE, reservation, -1, 0)
    guard unsafe place != MAP_FAILED else { return nil }
    return unsafe place
  }

  /// Makes reserved addresses readable and writable, filled with zeros.
  static func commit(
    _ place: UnsafeMutableRawPointer, count: Int, _ path: String
  ) throws(SystemError) {
    // SAFETY: the addresses are the caller's reservation.
    guard unsafe mprotect(place, count, PROT_READ | PROT_WRITE) == 0 else {
      throw SystemError(.system(errno), .reserve, path)
    }
    #if os(Linux)
      // Advice, to reduce page faults.
      _ = unsafe madvise(place, count, Int32(MADV_HUGEPAGE))
    #endif
  }

  /// Makes pages inaccessible; they stay for `move`.
  static func protect(_ place: UnsafeMutableRawPointer, count: Int) {
    // SAFETY: the addresses are the caller's reservation, and nobody reads there any more. A failure
    // leaves them readable.
    _ = unsafe mprotect(place, count, PROT_NONE)
  }

  /// Moves pages with their content to reserved addresses and makes them accessible there; the old
  /// addresses stay reserved.
  ///
  /// Returns whether the system can; if not, nothing has changed.
  static func move(
    _ place: UnsafeMutableRawPointer, count: Int, to target: UnsafeMutableRawPointer
  ) -> Bool {
    #if os(Linux)
      // SAFETY: both are the caller's reservation and do not overlap; nobody reads at either. The old
      // addresses are never free, so that no other thread's mapping can come there.
      guard unsafe remap_pages(place, count, target) == 0 else {
        // The call may have unmapped the new addresses before it failed.
        unsafe decommit(target, count: count)
        return false
      }
      unsafe decommit(place, count: count)
      return unsafe mprotect(target, count, PROT_READ | PROT_WRITE) == 0
    #else
      return false
    #endif
  }

  /// Removes pages and keeps the addresses reserved; touching them ends the process.
  static func decommit(_ place: UnsafeMutableRawPointer, count: Int) {
    // SAFETY: the addresses are the caller's reservation, and nobody reads there any more. Should the
    // call fail, the pages stay, which costs memory and harms nothing.
    _ = unsafe mmap(place, count, PROT_NONE, reservation | MAP_FIXED, -1, 0)
  }

  /// Removes pages that are no longer needed; they read as zeros and cannot be written.
  static func empty(_ place: UnsafeMutableRawPointer, count: Int) {
    // SAFETY: the addresses are the caller's reservation, and nobody needs what is there. Should the call
    // fail, the pages stay.
    _ = unsafe mmap(place, count, PROT_READ, reservation | MAP_FIXED, -1, 0)
  }

  private static var reservation: Int32 {
    #if canImport(Darwin)
      MAP_PRIVATE | MAP_ANON | MAP_NORESERVE
    #else
      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE
    #endif
  }
}
