// How commands are spelled, and what they do to what is there already.

extension CommandExporter {
  /// What is written for a record.
  public enum Form: Hashable, BitwiseCopyable, Sendable {
    /// The commands of its type; RESTORE where these do not recreate it.
    case commands
    /// RESTORE; the commands of its type where no payload can hold it.
    case payloads
  }

  /// What becomes of a key that is there already.
  public enum Existing: String, Hashable, BitwiseCopyable, Sendable, CaseIterable {
    /// Strings and payloads replace it, elements are added to it.
    case merge
    /// It is deleted before.
    case replace
    /// It stays as it is.
    case skip
    /// It stays as it is, and the server answers with an error.
    case fail
  }

  /// How commands are spelled.
  public struct Options: Hashable, Sendable {
    /// Elements (pairs count once) per command at most.
    public var itemsPerCommand = 512
    /// A command ends when its elements pass this many bytes.
    public var bytesPerCommand = 1 << 20
    /// Whether a string's deadline stands in its SET as PXAT (servers since 6.2), or in a PEXPIREAT
    /// of its own.
    public var usesPXAT = true
    /// What is written for a record.
    public var form = Form.commands
    /// The server that is to take the commands.
    ///
    /// Nil for one that knows all that the file holds: common values are spelled as Redis 7.0 takes
    /// them, and values of newer types as the server takes them that wrote the file.
    public var target: ServerVersion?
    /// What becomes of a key that is there already.
    public var existing = Existing.merge
    /// Whether the commands of one key stand between MULTI and EXEC.
    public var transactions = false
    /// The databases that keys go to.
    public var databases = DatabaseMap()
    /// Whether keys get other names, each told before its record (`CommandExporter.rename`).
    public var renames = false

    /// The usual spelling.
    public init() {}

    /// Whether every string is one SET, perhaps with a PEXPIREAT behind it.
    var writesPlainStrings: Bool {
      guard form == .commands, databases.isIdentity, !renames, usesPXAT || !transactions else {
        return false
      }
      return existing == .merge || existing == .replace
    }

    /// Whether the target has something; a target that was not named has everything.
    @inline(__always)
    func target(_ has: KeyPath<ServerVersion, Bool>) -> Bool { target?[keyPath: has] ?? true }
  }
}

/// Which database keys go to.
public struct DatabaseMap: Hashable, Sendable {
  /// Numbers that change.
  public var moved: [UInt32: UInt32] = [:]
  /// Whether all go to the one that the connection is in, without a SELECT.
  public var isSingle = false

  /// Every key stays in its database.
  public init() {}

  /// Whether every key stays in its database.
  var isIdentity: Bool { moved.isEmpty && !isSingle }

  /// Whether keys of two databases may go to one.
  public var mayMerge: Bool {
    if isSingle { return true }
    let targets = moved.filter { $0.key != $0.value }.map(\.value)
    return Set(moved.values).count < moved.count || targets.contains { moved[$0] == nil }
  }

  /// The database that keys of a database go to.
  public func callAsFunction(_ database: UInt32) -> UInt32 {
    isSingle ? 0 : moved[database] ?? database
  }
}
