import ArgumentParser
import Restore
import Storage

/// The command line.
@main
struct RDBSift: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rdbsift",
    abstract: "See, preview and extract what a Redis, Valkey or Tair backup holds.",
    discussion: """
      Reads the backup file itself: no server is started, nothing is loaded, the file is never \
      written to.

        rdbsift info dump.rdb                          what is in the file
        rdbsift keys dump.rdb --type hash              its keys
        rdbsift preview dump.rdb --filter-key 'session:.*'
                                                       what a restore would touch
        rdbsift export dump.rdb --filter-key 'cart:.*' | redis-cli --pipe
                                                       those keys, into another server
        rdbsift show dump.rdb cart:1001                one value
        rdbsift verify dump.rdb                        is the file sound?

      Exit status: 0 done; 1 done, but nothing was selected, something could not be written, or \
      damage was found; 2 failed; 64 misused.
      """,
    version: Version.text,
    subcommands: [Info.self, Keys.self, Preview.self, ExportCommand.self, Show.self, Verify.self])
}

/// The program's version, and those of the libraries it was built with.
enum Version {
  static let number = "0.1.0"

  static var text: String {
    """
    rdbsift \(number)
    PCRE2 \(RegexEngine.version), zlib \(LibraryVersions.zlib), LZ4 \(LibraryVersions.lz4)
    """
  }
}
