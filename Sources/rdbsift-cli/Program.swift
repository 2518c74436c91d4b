import ArgumentParser
import Restore
import Storage

/// The process begins here.
@main
enum EntryPoint {
  static func main() {
    let typed = Array(CommandLine.arguments.dropFirst())
    do {
      var command = try Program.parseAsRoot(try CommandWord.completed(typed))
      try command.run()
    } catch {
      ExitStatus.end(with: Misparse.explained(error, typed))
    }
  }
}

/// The command line.
struct Program: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rdbsift",
    abstract: "Inspect Redis, Valkey and Tair RDB backups, preview restores, extract keys.",
    discussion: """
      Works offline on the backup file: no server is needed, and the file is never changed.

        What is in a file, and is it valid?
          rdbsift info dump.rdb
          rdbsift verify dump.rdb
        Recover what is readable of a damaged file:
          rdbsift salvage dump.rdb --as rdb --output mended.rdb
        Signs of intrusion, or leaked secrets?
          rdbsift threats dump.rdb
        What fills the memory?
          rdbsift stats dump.rdb
        List keys, and show one value:
          rdbsift keys dump.rdb --type hash,zset
          rdbsift show dump.rdb cart:1001
        What would a restore change?
          rdbsift preview dump.rdb --filter-key 'session:.*'
        What changed between two backups?
          rdbsift diff monday.rdb tuesday.rdb
        Load the selected keys into a server:
          rdbsift export dump.rdb --filter-key 'cart:.*' | redis-cli --pipe
        Divide a big file among machines:
          rdbsift split dump.rdb --parts 64
        When were keys deleted from an append-only log, and how to go back?
          rdbsift history appendonlydir --events
        Filters combine with AND:
          rdbsift keys dump.rdb --type string --size 1M.. --expire none

      rdbsift dump.rdb is short for rdbsift info dump.rdb. Without a file, commands read standard \
      input.

      Exit status: 0 done; 1 done, but nothing was selected, something could not be written, or \
      damage was found; 2 failed; 64 usage error.
      """,
    version: Version.text,
    subcommands: [
      Info.self, Keys.self, Stats.self, Preview.self, ExportCommand.self, Show.self, History.self,
      Verify.self, SalvageCommand.self, Diff.self, Split.self, Threats.self, Rules.self, Map.self,
      Timeline.self,
    ])
}

/// The program's version, and those of the libraries it was built with.
enum Version {
  static let number = "0.2.0"

  static var text: String {
    """
    rdbsift \(number)
    PCRE2 \(RegexEngine.version), zlib \(LibraryVersions.zlib), LZ4 \(LibraryVersions.lz4), \
    OpenSSL \(LibraryVersions.openSSL)
    """
  }
}
