// Messages about append-only logs.

import AOF
import RDB
import RDBSift
import Restore

enum LogText {
  /// The exit status of a failure: what the user can choose differently is misuse.
  static func status(_ failure: LogFailure) -> ExitStatus {
    switch failure {
    case .dumpBesideLog, .partOfLog, .plainFile, .noSuchPart, .cutOfSeveral, .severalManifests:
      .misused
    case .cut: .misused
    case .noRDBFile, .damaged, .unreadable, .emptyBase, .manifest, .noManifest, .missingBase:
      .failed
    }
  }

  /// Why a log cannot be read.
  static func text(_ failure: LogFailure) -> String {
    switch failure {
    case .emptyBase(let path): "\(spelled(path)): the base of the log is empty"
    case .unreadable(let error): Messages.text(error)
    case .manifest(let path, let error):
      "\(spelled(path)): line \(error.line): \(reason(error.reason))"
    case .severalManifests(let directory, let paths):
      "\(spelled(directory)) holds several logs: "
        + paths.map { spelled($0) }.joined(separator: ", ") + "; give each a directory of its own"
    case .noManifest(let directory, let part):
      "\(spelled(directory)) holds parts of an append-only log, such as \(spelled(part)), but not "
        + "their manifest: their order is unknown. Name one file to read it alone"
    case .missingBase(let directory, let base):
      "\(spelled(directory)): the base \(spelled(base)) is missing, which the manifest names"
    case .partOfLog(let path, let directory):
      "\(spelled(path)) is one part of a log and means nothing without the others; name "
        + "\(ShellText.word(directory))"
    case .dumpBesideLog(let directory, let dump, let log): beside(directory, dump, log)
    case .cut(let error, let log): text(error, log)
    case .damaged(let damage, let log): "\(text(damage, log)); \(before(damage, log))"
    case .plainFile(let path):
      "\(spelled(path)) is an RDB file and no log: it cannot be cut at a moment together with logs"
    case .noRDBFile(let path):
      "\(spelled(path)) is an append-only log without an RDB file, and this command reads RDB files "
        + "only; use keys, show, export, preview or info"
    case .noSuchPart(let name, let log):
      "\(spelled(name)) is no file of \(spelled(log.name)); --cut takes one of "
        + log.parts.map { ShellText.word($0.name) }.joined(separator: ", ")
    case .cutOfSeveral: "--cut needs exactly one log; several were given"
    }
  }

  private static func beside(_ directory: String, _ dump: String, _ log: String) -> String {
    "\(spelled(directory)) holds an RDB file and an append-only log. A server loads one of them, and "
      + "the other may be old: they are never joined. Choose one:\n"
      + "  rdbsift info \(ShellText.word(log))\n  rdbsift info \(ShellText.word(dump))"
  }

  private static func reason(_ reason: ManifestError.Reason) -> String {
    switch reason {
    case .empty: "the manifest names no file"
    case .longLine: "the line has no end within 1,024 bytes, or contains a NUL"
    case .form: "a line needs pairs of words with file, seq and type"
    case .path: "the name leads out of the directory"
    case .secondBase: "the manifest names a second base"
    case .order: "the sequence numbers of incremental files must ascend"
    }
  }

  // MARK: Cuts

  private static func text(_ error: LogCutError, _ log: LogSource) -> String {
    let name = spelled(log.name)
    switch error {
    case .noStamps:
      return
        "\(RequestCode.restoreTimeNoStamps): \(name) has no time stamps (aof-timestamp-enabled is "
        + "off by default): it has no known seconds. Its end, --cut FILE:OFFSET and "
        + "--cut-commands N can be restored"
    case .tooEarly(let first):
      return
        "\(RequestCode.restoreTimeTooEarly): the restore time is before the first second that "
        + "\(name) covers: \(second(first))"
    case .tooLate(let last):
      return
        "\(RequestCode.restoreTimeTooLate): the restore time is after the last second that "
        + "\(name) covers: \(second(last))"
    case .unstamped(let first):
      return
        "\(RequestCode.restoreTimeGap): \(name) has commands before its first time stamp "
        + "(\(second(first))) that belong to no known second. The base alone can be read with "
        + "--base-only, other places with --cut FILE:OFFSET"
    case .missingFile(let missing, let last):
      return
        "\(RequestCode.restoreTimeGap): \(name) lacks \(spelled(missing)), which its manifest names"
        + (last == .min ? "" : "; what it has covers the seconds before \(second(last))")
    case .damaged(let damage):
      return
        "\(RequestCode.restoreTimeGap): \(text(damage, log)); earlier seconds can be restored, "
        + before(damage, log)
    case .beyondEnd: return "--cut is beyond the end of \(name)"
    }
  }

  private static func before(_ damage: LogDamage, _ log: LogSource) -> String {
    "--cut \(place(damage.error.start, damage.file, log)) ends before the damage"
  }

  static func second(_ second: Int64) -> String {
    Formatting.instant(
      milliseconds: second.multipliedReportingOverflow(by: 1000).partialValue)
  }

  /// A place in a log, quoted for a shell.
  static func place(_ offset: Int, _ file: Int, _ log: LogSource) -> String {
    let name = log.parts.indices.contains(file) ? log.parts[file].name : log.name
    return ShellText.word("\(name):\(offset)")
  }

  /// Damage of a log.
  static func text(_ damage: LogDamage, _ log: LogSource) -> String {
    let path = log.parts.indices.contains(damage.file) ? log.parts[damage.file].file.name : log.name
    return
      "\(spelled(path)): byte \(Formatting.count(damage.error.offset)): \(reason(damage.error))"
      + ", in the command at byte \(Formatting.count(damage.error.start))"
  }

  private static func reason(_ error: LogError) -> String {
    switch error.reason {
    case .truncated: "the file ends inside a command"
    case .noCommand: "no command begins here"
    case .noArgument: "no argument begins here"
    case .badCount: "invalid number of arguments (\(error.number))"
    case .badLength: "invalid length of an argument (\(error.number))"
    case .longLine: "a line has no end"
    }
  }

  private static func spelled(_ path: String) -> String { Messages.spelled(path) }

  // MARK: Keys that are not known

  /// Why the value of a key is not known.
  static func text(_ key: InexactKey, _ log: LogSource) -> String {
    "\(Formatting.key(key.key, width: 100)) (db \(key.database)): left out, \(cause(key, log))"
  }

  /// The command after which a value is not known, and why.
  static func cause(_ key: InexactKey, _ log: LogSource) -> String {
    let file = Int(key.position.file)
    let name = log.parts.indices.contains(file) ? log.parts[file].name : log.name
    let command = Formatting.key(key.command, width: 40)
    return "its value is unknown after \(command) at byte \(Formatting.count(key.position.offset)) "
      + "of \(spelled(name)): \(reason(key.reason))"
  }

  private static func reason(_ reason: InexactReason) -> String {
    switch reason {
    case .sortTies: "only the server knew the order of equal elements"
    case .unknownCommand: "the effect of this command is not known"
    case .script: "a script may change any of its keys"
    case .relativeExpiry: "its expiry counts from a moment that the log does not tell"
    case .unreadableValue: "its value is damaged or of a type that is not read"
    case .tooLarge: "it sets bytes far behind the end of the value"
    }
  }
}

/// Words for a shell.
enum ShellText {
  /// A word, quoted where a shell would not take it as it is.
  static func word(_ text: String) -> String {
    let isPlain =
      !text.isEmpty
      && text.utf8.allSatisfy { byte in
        switch byte {
        case 0x30...0x39, 0x41...0x5a, 0x61...0x7a: true
        default: "_-./:,=+@%".utf8.contains(byte)
        }
      }
    return isPlain
      ? text
      : "'"
        + text.split(separator: "'", omittingEmptySubsequences: false)
        .joined(separator: "'\\''") + "'"
  }
}
