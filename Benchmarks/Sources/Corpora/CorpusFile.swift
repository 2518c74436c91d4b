// A file that is being written: bytes collect in a buffer and leave it by the megabyte.

#if canImport(Glibc)
  private import Glibc
#elseif canImport(Musl)
  private import Musl
#else
  private import Darwin
#endif

/// A corpus that could not be written: the call that failed and its error number.
public struct CorpusError: Error, CustomStringConvertible, Sendable {
  /// The call.
  public var call: String
  /// Its error number.
  public var number: Int32

  /// The call and the number.
  public var description: String { "cannot write the corpus: \(call) failed (errno \(number))" }
}

/// Writes one file; the first failure is kept, and nothing is written after it.
struct CorpusFile: ~Copyable {
  /// What is not written yet.
  var buffer: [UInt8] = []
  /// Bytes that have left the buffer.
  private(set) var bytes = 0
  private let descriptor: Int32
  private var failure: CorpusError?

  private static let mark = 1 << 20

  init(path: String) throws(CorpusError) {
    descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o644)
    guard descriptor >= 0 else { throw CorpusError(call: "open", number: errno) }
    buffer.reserveCapacity(CorpusFile.mark * 2)
  }

  deinit { close(descriptor) }

  /// Whether it is time to flush.
  var isLarge: Bool { buffer.count >= CorpusFile.mark }

  /// Hands the buffer to the file.
  mutating func flush() {
    bytes += buffer.count
    // SAFETY: `write` reads what it is told the buffer has left, and keeps no pointer.
    let number = unsafe buffer.withUnsafeBytes { bytes -> Int32 in
      guard let start = bytes.baseAddress else { return 0 }
      var done = 0
      while done < bytes.count {
        let count = unsafe write(descriptor, start + done, bytes.count - done)
        guard count > 0 else { return errno }
        done += count
      }
      return 0
    }
    if number != 0, failure == nil { failure = CorpusError(call: "write", number: number) }
    buffer.removeAll(keepingCapacity: true)
  }

  /// Writes what is left.
  mutating func finish() throws(CorpusError) {
    flush()
    if let failure { throw failure }
  }
}
