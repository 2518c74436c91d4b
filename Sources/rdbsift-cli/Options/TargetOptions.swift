// The server that commands are for, and what they do to what it holds.

import ArgumentParser
public import Export
public import RDBSift

extension CommandExporter.Existing: ExpressibleByArgument {}
extension ModuleDataPolicy: ExpressibleByArgument {}

/// A pair of database numbers, such as 3:0.
struct DatabasePair: ExpressibleByArgument {
  let from: UInt32
  let to: UInt32

  init?(argument: String) {
    let parts = argument.split(separator: ":", omittingEmptySubsequences: false)
      .map { UInt32($0) }
    guard parts.count == 2, let from = parts[0], let to = parts[1] else { return nil }
    self.from = from
    self.to = to
  }
}

/// How commands are written.
struct TargetOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      """
      The server that loads the output: redis:X.Y, valkey:X.Y or tair:X.Y (default: commands are for \
      redis:7.0, and for values that it does not know, the server that wrote the file; an RDB file keeps \
      its version).
      """, valueName: "server"))
  var target: String?

  @Option(
    help: ArgumentHelp(
      """
      How the expiry of a string is written: pxat (SET ... PXAT, servers since 6.2) or pexpireat (a \
      separate command, servers since 2.6). Default: pxat, unless the target does not know it.
      """, valueName: "command"))
  var expireWith: ExpiryCommand?

  @Option(
    help: ArgumentHelp(
      """
      Keys that the server already has: replace (default), merge (strings and payloads replace \
      them, elements are added), skip, or fail (the server replies with an error). Other keys are \
      never touched.
      """, valueName: "way"))
  var existing: CommandExporter.Existing?

  @Flag(
    help: """
      Before writing commands, look for duplicate keys in the file: only the last record of a key is \
      written. RDB files are always checked.
      """)
  var checkDuplicates = false

  @Option(
    help: ArgumentHelp(
      """
      With --as rdb, module data that belongs to no key: needed (default: that of modules whose keys are \
      written), keep or drop. Servers without the module do not load such a file.
      """, valueName: "what"))
  var moduleData: ModuleDataPolicy?

  @Flag(help: "Wrap the commands of each key in MULTI and EXEC.")
  var transaction = false

  @Option(
    help: ArgumentHelp(
      "Elements per command at most; pairs count once.", valueName: "n"))
  var itemsPerCommand = 512

  @Option(
    help: ArgumentHelp(
      "Begin another command after this many bytes of elements.", valueName: "n")
  )
  var bytesPerCommand = 1 << 20

  @Option(
    help: ArgumentHelp(
      "Move keys of one database to another, such as 3:0. May be repeated.", valueName: "from:to"))
  var dbMap: [DatabasePair] = []

  @Flag(
    help: """
      Write no SELECT: all keys go to the database of the connection, and in files and rows to \
      database 0.
      """)
  var singleDb = false

  func validate() throws {
    if itemsPerCommand < 1 || itemsPerCommand > 500_000 {
      throw ValidationError("--items-per-command takes a number from 1 to 500000")
    }
    if bytesPerCommand < 1 || bytesPerCommand > 512 << 20 {
      throw ValidationError("--bytes-per-command takes a number from 1 to 536870912")
    }
    if singleDb, !dbMap.isEmpty {
      throw ValidationError("--db-map and --single-db exclude each other")
    }
    for (index, pair) in dbMap.enumerated()
    where dbMap[..<index].contains(where: { $0.from == pair.from }) {
      throw ValidationError("--db-map moves database \(pair.from) twice")
    }
    if let target, ServerVersion(target) == nil {
      throw ValidationError(
        "--target takes redis:X.Y (2.6 or newer), valkey:X.Y (7.2 or newer) or tair:X.Y "
          + "(4.0 or newer)")
    }
    if expireWith == .pxat, let target, ServerVersion(target)?.supportsPXAT == false {
      throw ValidationError("--expire-with pxat needs a server since 6.2; \(target) is older")
    }
  }

  /// An option that means something to commands and payloads only, if one is given.
  var commandOption: String? {
    let plain = CommandExporter.Options()
    let given: [(String, Bool)] = [
      ("--expire-with", expireWith != nil), ("--existing", existing != nil),
      ("--check-duplicates", checkDuplicates), ("--transaction", transaction),
      ("--items-per-command", itemsPerCommand != plain.itemsPerCommand),
      ("--bytes-per-command", bytesPerCommand != plain.bytesPerCommand),
    ]
    return given.first { $0.1 }?.0
  }

  /// Refuses options that mean nothing to a format.
  func check(for traits: FormatTraits?) throws {
    if target != nil, traits?.takesTarget != true {
      throw Misuse("--target requires --as resp, restore or rdb")
    }
    if let option = commandOption, traits?.isCommands != true {
      throw Misuse("\(option) requires --as resp or restore")
    }
    if moduleData != nil, traits?.name != "rdb" { throw Misuse("--module-data requires --as rdb") }
  }

  /// Passes the options to a request.
  func apply(to request: inout ExportRequest) {
    request.commands = options
    request.checksDuplicates = checkDuplicates
    if let moduleData { request.moduleData = moduleData }
  }

  /// An option that puts keys into other databases, if one is given.
  var databaseOption: String? { singleDb ? "--single-db" : dbMap.isEmpty ? nil : "--db-map" }

  /// How commands are written.
  var options: CommandExporter.Options {
    var options = CommandExporter.Options()
    options.target = target.flatMap { ServerVersion($0) }
    options.usesPXAT = expireWith.map { $0 == .pxat } ?? options.target?.supportsPXAT ?? true
    if let existing { options.existing = existing }
    options.transactions = transaction
    options.itemsPerCommand = itemsPerCommand
    options.bytesPerCommand = bytesPerCommand
    options.databases = databases
    return options
  }

  /// The databases that keys go to.
  var databases: DatabaseMap {
    var databases = DatabaseMap()
    for pair in dbMap { databases.moved[pair.from] = pair.to }
    databases.isSingle = singleDb
    return databases
  }
}
