import RDB
import Storage
import Synchronization

/// Where the bytes of an export go.
public struct ExportOutput: Sendable {
  private enum Place: Sendable {
    case file(String)
    case closure(@Sendable (RawSpan) throws -> Void)
  }

  private let place: Place

  /// A file, which appears under its name when it is complete, or is not there at all.
  ///
  /// - Parameter path: The path; a file that is there is replaced, unless it is an input.
  /// - Returns: The output.
  public static func file(_ path: String) -> ExportOutput { ExportOutput(place: .file(path)) }

  /// A closure that gets the bytes piece by piece, in order.
  ///
  /// - Parameter write: Called from one thread at a time with pieces of about 256 KiB; an error ends the job and comes
  ///   through unchanged.
  /// - Returns: The output.
  public static func closure(_ write: @escaping @Sendable (RawSpan) throws -> Void) -> ExportOutput
  {
    ExportOutput(place: .closure(write))
  }

  /// Writes to the output, and completes it.
  ///
  /// - Parameters:
  ///   - inputs: Files that the output must not replace.
  ///   - checksum: Whether the format ends with a checksum of all bytes.
  ///   - body: Writes.
  /// - Returns: What `body` returns.
  /// - Throws: What `body` or the closure of the output throws.
  func write<Result>(
    inputs: [FileIdentity], checksum: Bool, _ body: (OutputTarget) throws -> Result
  ) throws -> Result {
    switch place {
    case .file(let path):
      let target = try OutputTarget(path, inputs: inputs, checksum: checksum)
      let result = try body(target)
      try target.commit()
      return result
    case .closure(let write):
      let failure = Mutex<(any Error)?>(nil)
      return try withoutActuallyEscaping(
        { (bytes: RawSpan) throws(SystemError) in
          do {
            try write(bytes)
          } catch {
            failure.withLock { $0 = $0 ?? error }
            throw SystemError(.closedPipe, .write, "")
          }
        }
      ) { sink in
        do {
          return try body(OutputTarget(checksum: checksum, sink))
        } catch {
          throw failure.withLock { $0 } ?? error
        }
      }
    }
  }
}
