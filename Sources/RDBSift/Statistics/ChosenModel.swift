// Whose memory is estimated, if nothing else is asked for: that of the server that wrote the file.

package import Memory

/// A model and where it comes from.
package struct ChosenModel {
  package let model: MemoryModel
  package let limits: EncodingLimits?
  /// `option`, `file`, or `default` if the file does not name its server.
  package let origin: String
  /// The version in the file.
  package var stored: String?

  package init(model: MemoryModel, limits: EncodingLimits?, origin: String) {
    self.model = model
    self.limits = limits
    self.origin = origin
  }

  /// The model of the server that the head of a file names.
  package init(writerOf head: RDBMetadata?, _ allocator: Allocator) {
    let names: [(String, ServerFamily)] = [("valkey-ver", .valkey), ("redis-ver", .redis)]
    for (field, family) in names {
      guard let text = head?.aux(field) else { continue }
      let numbers = text.split(separator: ".").map { Int($0) ?? 0 }
      guard let major = numbers.first else { continue }
      let minor = numbers.count > 1 ? numbers[1] : 0
      self.init(
        model: MemoryModel(family, major, minor, allocator), limits: nil, origin: "file")
      stored = "\(family.rawValue) \(text)"
      return
    }
    self.init(model: MemoryModel(.redis, 4, 0, allocator), limits: nil, origin: "default")
  }
}
