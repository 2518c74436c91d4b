// Options: the form of commands, and what happens to existing keys.

extension CommandExporter {
  /// The form of the output.
  package enum Form: Hashable, BitwiseCopyable, Sendable {
    /// Commands of the value's type; RESTORE where commands cannot recreate it.
    case commands
    /// RESTORE; commands of the value's type where it has no payload.
    case payloads
  }

  /// What happens to keys that already exist.
  package enum Existing: String, Hashable, BitwiseCopyable, Sendable, CaseIterable {
    /// Strings and payloads replace them; elements are added to them.
    case merge
    /// They are replaced: by SET and RESTORE, or deleted right before the commands of their value.
    case replace
    /// They are kept.
    case skip
    /// They are kept, and the server replies with an error.
    case fail
  }

  /// How records are written.
  package struct Options: Hashable, Sendable {
    /// The maximum number of elements per command; pairs count once.
    package var itemsPerCommand = 512
    /// A command ends when its elements exceed this many bytes.
    package var bytesPerCommand = 1 << 20
    /// Whether a string's expiry is part of its SET as PXAT (servers since 6.2) or a separate
    /// PEXPIREAT.
    package var usesPXAT = true
    /// The form of the output.
    package var form = Form.commands
    /// The server that the commands are for.
    ///
    /// Nil: common values are written for Redis 7.0, and newer types for the server that wrote the
    /// file.
    package var target: ServerVersion?
    /// What happens to keys that already exist.
    package var existing = Existing.replace
    /// Whether the commands of each key are wrapped in MULTI and EXEC.
    package var transactions = false
    /// The databases that keys are written to.
    package var databases = DatabaseMap()
    /// Whether keys are renamed; the new name is set before each record (`CommandExporter.rename`).
    package var renames = false

    /// Creates the default options.
    package init() {}

    /// Whether every string is one SET, possibly followed by PEXPIREAT.
    var writesPlainStrings: Bool {
      guard form == .commands, databases.isIdentity, !renames, usesPXAT || !transactions else {
        return false
      }
      return existing == .merge || existing == .replace
    }

    /// Whether a value is one RESTORE with REPLACE, if the target accepts its payload.
    var writesPlainPayloads: Bool {
      guard form == .payloads, !renames, existing == .merge || existing == .replace else {
        return false
      }
      return target(\.supportsRestoreOptions) && target(\.supportsRestoreReplace)
    }

    /// Whether the target supports a feature; without a target, all are supported.
    @inline(__always)
    func target(_ has: KeyPath<ServerVersion, Bool>) -> Bool { target?[keyPath: has] ?? true }
  }
}

/// The mapping of databases.
package struct DatabaseMap: Hashable, Sendable {
  /// Target by source, for databases that change.
  package var moved: [UInt32: UInt32] = [:]
  /// Whether all keys go to the connection's database, without SELECT.
  package var isSingle = false

  /// Creates a mapping that changes nothing.
  package init() {}

  /// Whether nothing changes.
  var isIdentity: Bool { moved.isEmpty && !isSingle }

  /// Whether two databases may be mapped to one.
  package var mayMerge: Bool {
    if isSingle { return true }
    let targets = moved.filter { $0.key != $0.value }.map(\.value)
    return Set(moved.values).count < moved.count || targets.contains { moved[$0] == nil }
  }

  /// The target of a database.
  package func callAsFunction(_ database: UInt32) -> UInt32 {
    if isSingle { return 0 }
    return moved.isEmpty ? database : moved[database] ?? database
  }
}
