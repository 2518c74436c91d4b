// Opens a backup for a user of the library, and cuts logs.

import Restore
import Storage

extension Backup {
  /// Lists what was named, and opens a single file to see what it is.
  ///
  /// - Parameters:
  ///   - paths: Files, directories and archives; `@LIST` is a file with a path per line, and `-` is standard input. A
  ///     pipe is read by one job at a time; everything else may be read by several at once.
  ///   - options: How to open and read them.
  /// - Throws: ``SiftError`` if there is nothing to read.
  public init(paths: [String], options: Options = Options()) throws(SiftError) {
    var options = options
    options.opening.isReopened = true
    options.opening.isReadAgain = true
    if let progress = options.progress { options.monitor = ProgressReporter(progress) }
    do throws(BackupError) {
      try self.init(paths, options)
    } catch {
      throw SiftError(error)
    }
  }

  /// The backup with its append-only logs cut at a moment.
  ///
  /// Jobs that read records cut logs at their end by themselves; for another moment, cut them before.
  ///
  /// - Parameter time: The moment: the second that contains it counts whole; nil for the end of each log.
  /// - Returns: The same backup if it has no logs and `time` is nil.
  /// - Throws: ``SiftError/Code/log`` if a log does not reach the moment, or if there is none.
  public func at(_ time: UnixTime?) throws(SiftError) -> Backup {
    if time != nil, logs.isEmpty {
      throw SiftError(.log, "an RDB file has only one moment", path: names.first)
    }
    var request = MomentRequest(at: time?.instant)
    request.dropsExpired = true
    return try sifting { [request] in try at(request) }
  }

  /// The backup with its logs cut at their end, unless that was done before.
  func cut(_ selection: Selection) throws(SiftError) -> Backup {
    guard !logs.isEmpty, moments.isEmpty else { return self }
    var request = MomentRequest()
    request.filter = selection.isEverything ? nil : selection.filter
    request.dropsExpired = true
    return try sifting { [request] in try at(request) }
  }
}

extension Backup.Options {
  /// The name of the only archive member to read; nil for all backups in an archive.
  public var member: String? {
    get { opening.member.map { String(decoding: $0, as: UTF8.self) } }
    set { opening.member = newValue.map { Array($0.utf8) } }
  }

  /// The largest size of a file after decompression, in bytes; larger ones are refused.
  public var sizeLimit: Int {
    get { opening.limit }
    set { opening.limit = newValue }
  }

  /// The directory for unnamed temporary files, of jobs that need all bytes of a compressed file at once.
  public var temporaryDirectory: String {
    get { opening.temporaryDirectory }
    set { opening.temporaryDirectory = newValue }
  }
}
