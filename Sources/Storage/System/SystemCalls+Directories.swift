// The contents of directories.

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

extension SystemCalls {
  /// Makes a directory, unless there is one of that name.
  static func makeDirectory(_ path: String) throws(SystemError) {
    // SAFETY: the C string lives through the call.
    guard unsafe mkdir(path, 0o777) == -1 else { return }
    let number = errno
    if number == EEXIST, try status(at: path).kind == .directory { return }
    throw SystemError(.system(number), .create, path)
  }

  /// The names in a directory without `.` and `..`, unsorted.
  static func names(in path: String) throws(SystemError) -> [[UInt8]] {
    // SAFETY: the C string lives through the call; what is opened is closed below.
    guard let directory = unsafe opendir(path) else {
      throw SystemError(.system(errno), .open, path)
    }
    defer { _ = unsafe closedir(directory) }
    let place = MemoryLayout<dirent>.offset(of: \.d_name) ?? 0
    var names: [[UInt8]] = []
    errno = 0
    // SAFETY: an entry lives until the next call for the same directory, and its name, which ends with
    // a zero, is copied before that. It may be longer or shorter than the type says.
    while let entry = unsafe readdir(directory) {
      let text = unsafe UnsafeRawPointer(entry) + place
      let count = unsafe strlen(text.assumingMemoryBound(to: CChar.self))
      let name = unsafe Array(UnsafeRawBufferPointer(start: text, count: count))
      if name != [0x2e], name != [0x2e, 0x2e] { names.append(name) }
      errno = 0
    }
    guard errno == 0 else { throw SystemError(.system(errno), .read, path) }
    return names
  }
}
