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
    case .unreadable(let path): "\(spelled(path)): the manifest cannot be read"
    case .manifest(let path, let error):
      "\(spelled(path)): line \(error.line): \(reason(error.reason))"
    case .severalManifests(let directory, let paths):
      "\(spelled(directory)) contains several logs: "
        + paths.map { spelled($0) }.joined(separator: ", ") + "; put each in a directory of its own"
    case .noManifest(let directory, let part):
      "\(spelled(directory)) contains parts of an append-only log, such as \(spelled(part)), but no "
        + "manifest: their order is unknown. Name one file to read it alone"
    case .missingBase(let directory, let base):
      "\(spelled(directory)): the base \(spelled(base)) listed in the manifest is missing"
    case .partOfLog(let path, let directory):
      "\(spelled(path)) is one part of a log and means nothing without the others; name "
        + "\(ShellWord.path(directory))"
    case .dumpBesideLog(let directory, let dump, let log): beside(directory, dump, log)
    case .cut(let error, let log): text(error, log)
    case .damaged(let damage, let log):
      "\(text(damage, log)); \(before(damage, log)), and \(salvage(log))"
    case .plainFile(let path):
      "\(spelled(path)) is an RDB file, not a log: it cannot be combined with logs at a point in time"
    case .noRDBFile(let path):
      "\(spelled(path)) is an append-only log without an RDB file, and this command reads RDB files "
        + "only; use keys, show, export, preview or info"
    case .noSuchPart(let name, let log):
      "\(spelled(name)) is not a file of \(spelled(log.name)); --cut takes one of "
        + log.parts.map { ShellWord.quoted($0.name.utf8) }.joined(separator: ", ")
    case .cutOfSeveral: "--cut needs exactly one log; several were given"
    }
  }

  /// A log or another input as words of a command line.
  static func words(_ input: InputName) -> String {
    let member = input.member.map { " --member \(ShellWord.quoted($0.utf8))" } ?? ""
    return ShellWord.path(input.path) + member
  }

  private static func beside(_ directory: String, _ dump: InputName, _ log: InputName) -> String {
    "\(spelled(directory)) contains an RDB file and an append-only log. A server loads only one of "
      + "them, and the other may be outdated. Choose one:\n"
      + "  rdbsift info \(words(log))\n  rdbsift info \(words(dump))"
  }

  private static func reason(_ reason: ManifestError.Reason) -> String {
    switch reason {
    case .empty: "the manifest lists no file"
    case .longLine: "the line does not end within 1,024 bytes, or contains a NUL"
    case .form: "a line needs pairs of words with file, seq and type"
    case .path: "the path leads out of the directory"
    case .secondBase: "the manifest lists a second base"
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
        + "off by default). Its end, --cut FILE:OFFSET and "
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
        "\(RequestCode.restoreTimeGap): \(name) lacks \(spelled(missing)), which is listed in its manifest"
        + (last == .min ? "" : "; the files present cover the seconds before \(second(last))")
    case .damaged(let damage):
      return
        "\(RequestCode.restoreTimeGap): \(text(damage, log)); earlier seconds can be restored, "
        + "\(before(damage, log)), and \(salvage(log))"
    case .beyondEnd: return "--cut is beyond the end of \(name)"
    }
  }

  private static func before(_ damage: LogDamage, _ log: LogSource) -> String {
    "--cut \(place(damage.error.start, damage.file, log)) ends before the damage"
  }

  private static func salvage(_ log: LogSource) -> String {
    "rdbsift salvage \(words(log.input)) goes on after it"
  }

  static func second(_ second: Int64) -> String {
    Formatting.instant(
      milliseconds: second.multipliedReportingOverflow(by: 1000).partialValue)
  }

  /// A place in a log, quoted for a shell.
  static func place(_ offset: Int, _ file: Int, _ log: LogSource) -> String {
    let name = log.parts.indices.contains(file) ? log.parts[file].name : log.name
    return ShellWord.quoted("\(name):\(offset)".utf8)
  }

  /// What is found in the commands of a log.
  static func text(_ finding: LogFinding.Kind) -> String {
    switch finding {
    case .hole(let hole): return "\(text(hole)); \(end(of: hole))"
    case .cutTail(let hole):
      return "\(text(hole)); what a crash leaves: servers cut off the last "
        + Formatting.count(hole.end - hole.start, "byte", "bytes")
    case .openTransaction(let commands):
      return "MULTI without EXEC; servers leave out the "
        + Formatting.count(commands, "command", "commands") + " after it"
    case .loneExec: return "EXEC without MULTI"
    case .longArgument(let error): return "\(reason(error)); servers do not check this"
    case .wrongArity(let name, let words, let arity):
      let least = arity.isOpen ? "at least " : ""
      let effect =
        words < arity.least
        ? "Redis may crash on it, and Valkey refuses the log" : "Valkey refuses the log"
      return
        "\(Formatting.key(name, width: 40)) has \(Formatting.count(words - 1, "argument", "arguments"))"
        + " instead of \(least)\(arity.least - 1): \(effect)"
    case .unknownCommand(let name, let count):
      let times = count == 1 ? "" : " (\(Formatting.count(count)) times)"
      return "the effect of \(Formatting.key(name, width: 40))\(times) is unknown: keys that it "
        + "names are left out of the state"
    }
  }

  /// Bytes that are no commands: why, since where, and what they look like.
  static func text(_ hole: LogHole) -> String {
    let place =
      hole.start == hole.error.offset
      ? "" : ", in the command at byte \(Formatting.count(hole.start))"
    return "\(reason(hole.error))\(place)\(content(of: hole))"
  }

  private static func content(of hole: LogHole) -> String {
    let count = Formatting.count(hole.end - hole.start, "byte", "bytes")
    switch hole.content {
    case .byteOrderMark: return ": a byte order mark (3 bytes), as editors add it"
    case .lineEnds: return ": a line end (\(count)), as editors add it"
    case .zeros(let at, let zeros):
      return ": zeros from byte \(Formatting.count(at)) to \(Formatting.count(at + zeros - 1))"
    case .words: return ": a command in plain words, which servers refuse in a log"
    case .other: return ""
    }
  }

  private static func end(of hole: LogHole) -> String {
    let count = Formatting.count(hole.end - hole.start, "byte", "bytes")
    return hole.isTail
      ? "no command follows up to the end of the file (\(count))"
      : "commands go on at byte \(Formatting.count(hole.end)) (\(count) passed over)"
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
    case .truncated where error.number > 0:
      "the file ends within an argument of \(Formatting.count(Int(error.number))) bytes"
    case .truncated: "the file ends within a command"
    case .noCommand: "no command starts here"
    case .noArgument: "no argument starts here"
    case .badCount: "invalid number of arguments (\(error.number))"
    case .badLength: "invalid length of an argument (\(error.number))"
    case .longLine: "a line is not terminated"
    case .longArgument:
      "the argument is longer than its stated length (\(Formatting.count(Int(error.number))))"
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
    let name = log.allParts.indices.contains(file) ? log.allParts[file].name : log.name
    let place = "byte \(Formatting.count(key.position.offset)) of \(spelled(name))"
    switch key.reason {
    case .missingBase: return reason(key.reason)
    case .unreadableKey: return "its name at \(place) is damaged"
    case .unreadableValue where key.command.isEmpty:
      return "its value at \(place) is damaged or of a type that is not read"
    default: break
    }
    let command = Formatting.key(key.command, width: 40)
    return "its value is unknown after \(command) at \(place): \(reason(key.reason))"
  }

  private static func reason(_ reason: InexactReason) -> String {
    switch reason {
    case .sortTies: "only the server knew the order of equal elements"
    case .unknownCommand: "the effect of this command is not known"
    case .script: "a script may change any of its keys"
    case .relativeExpiry: "its relative expiry has no known start"
    case .unreadableValue: "its value is damaged or of a type that is not read"
    case .unreadableKey: "its name is damaged"
    case .missingBase: "the base of the log is missing or empty, and no command wrote it wholly"
    case .tooLarge: "it writes far beyond the end of the value"
    case .damage: "the command is damaged"
    }
  }
}
