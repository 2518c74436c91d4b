// Whose memory is estimated: the server, its allocator, and the limits of its encodings.

import ArgumentParser
import Export
public import Memory
import RDB
import RDBSift

extension Allocator: ExpressibleByArgument {}

/// The options of the commands that estimate memory.
struct MemoryOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      """
      The server whose memory is estimated: redis:X.Y or valkey:X.Y (default: the server that wrote \
      the file, with the encodings of the file). A version given here also packs values by its \
      default limits.
      """, valueName: "server"))
  var memoryModel: String?

  @Option(
    help: ArgumentHelp(
      """
      The server's allocator: jemalloc (official builds), jemalloc16 (packages of Debian and Ubuntu) \
      or glibc.
      """, valueName: "name"))
  var allocator: Allocator = .jemalloc

  func validate() throws { if let memoryModel { _ = try version(memoryModel, "memory-model") } }

  /// The model that is given, or that of the server that wrote a backup.
  func model(for backup: Backup, _ session: Session) throws -> ChosenModel {
    if let memoryModel {
      let model = try self.model(named: memoryModel, "memory-model", session)
      return ChosenModel(model: model, limits: EncodingLimits(), origin: "option")
    }
    // A head that cannot be read is reported by the sweep.
    let head = try? backup.referenceHead()
    return ChosenModel(writerOf: head, allocator)
  }

  /// The model with a name; a note says which one is used if there is none of that version.
  func model(named text: String, _ option: String, _ session: Session) throws -> MemoryModel {
    let version = try version(text, option)
    let family: ServerFamily = version.product == .valkey ? .valkey : .redis
    let model = MemoryModel(family, version.major, version.minor, allocator)
    if model.version != (version.major, version.minor), !model.isConfirmed {
      session.console.tell(
        line: "note: --\(option) \(text): the nearest known version is used, \(model.name)")
    }
    return model
  }

  private func version(_ text: String, _ option: String) throws -> ServerVersion {
    guard let version = ServerVersion(text), version.product != .tair else {
      throw ValidationError(
        "--\(option) takes redis:X.Y or valkey:X.Y, such as redis:7.2; it was "
          + Messages.spelled(text))
    }
    return version
  }
}
