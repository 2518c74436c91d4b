/// Why a job could not be done, and where.
///
/// Errors of closures that callers pass are not wrapped: they come through as they are.
public struct SiftError: Error, Hashable, Sendable {
  /// The kind of failure.
  ///
  /// A structure and not an enumeration, since later versions may have more.
  public struct Code: RawRepresentable, Hashable, CustomStringConvertible, Sendable {
    /// The name.
    public let rawValue: String

    /// Makes one of a name.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// The name.
    public var description: String { rawValue }

    /// The system refused to open, read or write a file.
    public static let system = Code(rawValue: "system")
    /// A container (gzip, tar and so on) is damaged, not supported, or larger than allowed.
    public static let container = Code(rawValue: "container")
    /// The file is not an RDB file, or there is no file to read.
    public static let notABackup = Code(rawValue: "notABackup")
    /// The file is damaged; see ``SiftError/offset``.
    public static let damaged = Code(rawValue: "damaged")
    /// The file ends too early; see ``SiftError/offset``.
    public static let truncated = Code(rawValue: "truncated")
    /// An append-only log is damaged, or does not reach the moment that was asked for.
    public static let log = Code(rawValue: "log")
    /// A key pattern does not compile.
    public static let pattern = Code(rawValue: "pattern")
    /// A key pattern reached its limit on a key, so that it is not known whether it selects it.
    public static let matchLimit = Code(rawValue: "matchLimit")
    /// Keys of the output would coincide, or files cannot become one RDB file.
    public static let conflict = Code(rawValue: "conflict")
    /// The value is of another type than was asked for, or its structure is known only to its module.
    public static let valueType = Code(rawValue: "valueType")
    /// The times of a restore contradict each other.
    public static let time = Code(rawValue: "time")
    /// A ``Cancellation`` ended the job.
    public static let cancelled = Code(rawValue: "cancelled")
  }

  /// The kind of failure.
  public let code: Code
  /// The file, as the caller named it; nil if no file is to blame.
  public var path: String?
  /// Bytes from the start of the RDB data, after decompression; of a container and a pattern, in these.
  public var offset: Int?
  /// The key of the record, if one is to blame.
  public var key: StoredString?
  /// What is wrong: words, or the name of the rule that `verify` has for it.
  public var detail: String

  init(
    _ code: Code, _ detail: String, path: String? = nil, offset: Int? = nil,
    key: StoredString? = nil
  ) {
    self.code = code
    self.detail = detail
    self.path = path
    self.offset = offset
    self.key = key
  }
}

extension SiftError: CustomStringConvertible {
  /// The file, the offset, the key and what is wrong, in one line.
  public var description: String {
    var places: [String] = []
    if let path { places.append("\(StoredString(path.utf8))") }
    if let offset { places.append("byte \(offset)") }
    if let key { places.append("key \(key)") }
    let place = places.joined(separator: ", ")
    return place.isEmpty ? "\(code.rawValue): \(detail)" : "\(place): \(code.rawValue): \(detail)"
  }
}
