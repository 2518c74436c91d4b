// The formats of `--as`, from the registry.

import ArgumentParser
import RDBSift

/// A format that `export --as` offers.
struct ExportFormat: ExpressibleByArgument {
  let type: any RecordFormat.Type

  init?(argument: String) {
    guard let type = RecordFormats.named(argument), type.traits.isExported else { return nil }
    self.type = type
  }

  static var defaultCompletionKind: CompletionKind { .list(allValueStrings) }

  /// The commands of each type.
  static let resp = ExportFormat(type: RESPFormat.self)

  private init(type: any RecordFormat.Type) { self.type = type }

  static var allValueStrings: [String] {
    RecordFormats.all.filter { $0.traits.isExported }.map { $0.traits.name }
  }

  var defaultValueDescription: String { type.traits.name }
}

/// A format that `salvage --as` offers.
struct SalvageFormat: ExpressibleByArgument {
  let type: any RecordFormat.Type

  init?(argument: String) {
    guard let type = RecordFormats.named(argument) else { return nil }
    self.type = type
  }

  static var allValueStrings: [String] { RecordFormats.all.map { $0.traits.name } }

  static var defaultCompletionKind: CompletionKind { .list(allValueStrings) }
}

extension FormatTraits {
  /// Refuses to write to a terminal what nobody could read there.
  func refuseTerminal() throws {
    switch terminalRefusal {
    case .commands:
      throw Misuse(
        "commands are not for a terminal; use --output FILE or pipe them to redis-cli --pipe")
    case .binary: throw Misuse("an RDB file is not for a terminal; use --output FILE")
    case nil: break
    }
  }
}
