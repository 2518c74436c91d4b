import ArgumentParser
import Restore
import Storage

/// The command line.
@main
struct Program: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rdbsift",
    abstract: "See, preview and extract what a Redis, Valkey or Tair backup holds.",
    discussion: """
      Reads the backup file itself: no server is started, nothing is loaded, the file is never \
      written to.

        What is in a file, and is it sound?
          rdbsift info dump.rdb
          rdbsift verify dump.rdb
          rdbsift salvage dump.rdb --as rdb --output mended.rdb
        Was somebody here who should not have been, and what secrets are in it?
          rdbsift threats dump.rdb
        Its keys, and one value:
          rdbsift keys dump.rdb --type hash
          rdbsift show dump.rdb cart:1001
        What would a restore touch?
          rdbsift preview dump.rdb --filter-key 'session:.*'
        Those keys, into another server:
          rdbsift export dump.rdb --filter-key 'cart:.*' | redis-cli --pipe
        What selects keys composes: each option that is given has to say so.
          rdbsift keys dump.rdb --type string --size 1M~ --expire none --exclude 'tmp:.*'

      Exit status: 0 done; 1 done, but nothing was selected, something could not be written, or \
      damage was found; 2 failed; 64 misused.
      """,
    version: Version.text,
    subcommands: [
      Info.self, Keys.self, Preview.self, ExportCommand.self, Show.self, Verify.self,
      SalvageCommand.self, Threats.self, Rules.self, Map.self, Timeline.self,
    ])
}

/// The program's version, and those of the libraries it was built with.
enum Version {
  static let number = "0.1.0"

  static var text: String {
    """
    rdbsift \(number)
    PCRE2 \(RegexEngine.version), zlib \(LibraryVersions.zlib), LZ4 \(LibraryVersions.lz4), \
    OpenSSL \(LibraryVersions.openSSL)
    """
  }
}
