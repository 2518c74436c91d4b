// What the harness asks of the system: the environment, directories, small files, load.

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

enum System {
  static func environment(_ name: String) -> String? {
    // SAFETY: the text is copied at once, and nobody here changes the environment.
    unsafe getenv(name).map { unsafe String(cString: $0) }
  }

  static func exists(_ path: String) -> Bool { unsafe access(path, R_OK) == 0 }

  static func makeDirectory(_ path: String) { _ = unsafe mkdir(path, 0o755) }

  static func remove(_ path: String) { _ = unsafe unlink(path) }

  static func move(_ path: String, to other: String) throws(Trouble) {
    guard unsafe rename(path, other) == 0 else { throw Trouble("cannot write \(other)") }
  }

  static func read(_ path: String) -> String? {
    guard let file = unsafe fopen(path, "r") else { return nil }
    defer { _ = unsafe fclose(file) }
    var bytes: [UInt8] = []
    while case let byte = unsafe fgetc(file), byte >= 0 { bytes.append(UInt8(byte)) }
    return String(decoding: bytes, as: UTF8.self)
  }

  static func save(_ text: String, to path: String) throws(Trouble) {
    guard let file = unsafe fopen(path, "w") else { throw Trouble("cannot write \(path)") }
    let written = unsafe fputs(text, file)
    guard unsafe fclose(file) == 0, written >= 0 else { throw Trouble("cannot write \(path)") }
  }

  /// The load of the last minute, before we added to it.
  static func load() -> Double {
    var load = 0.0
    return unsafe getloadavg(&load, 1) == 1 ? load : 0
  }

  /// Seconds that this thread has been running.
  static func threadSeconds() -> Double {
    var time = timespec()
    _ = unsafe clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }

  static func processors() -> Int { sysconf(Int32(_SC_NPROCESSORS_ONLN)) }

  /// Lets go of what was printed so far.
  static func flush() { _ = fflush(nil) }

  /// Says a line about how far the run is, beside its results.
  static func tell(_ line: String) {
    let bytes = Array((line + "\n").utf8)
    // SAFETY: `write` reads the bytes during the call.
    _ = unsafe write(2, bytes, bytes.count)
  }
}
