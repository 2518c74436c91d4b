package import Memory
package import RDB

/// What statistics are taken of.
package struct StatisticsRequest: Sendable {
  /// The model whose memory is shown.
  package var model: MemoryModel
  /// The limits that decide about encodings; nil keeps the file's.
  package var limits: EncodingLimits?
  /// A second model and limits to compare with.
  package var whatIf: (model: MemoryModel, limits: EncodingLimits?)?
  /// The bytes that separate the parts of keys.
  package var separators: [UInt8] = Array(":;,_-+@=|#".utf8)
  /// Levels of the prefix tree.
  package var depth = 3
  /// Prefixes to keep; the smallest are folded into their parents beyond that.
  package var prefixLimit = 65_536
  /// Keys in each list.
  package var topCount = 20
  /// The moment that decides what has expired.
  package var now: UnixMilliseconds

  /// Makes a request.
  package init(_ model: MemoryModel, now: UnixMilliseconds) {
    self.model = model
    self.now = now
  }

  var models: [(MemoryModel, EncodingLimits?)] {
    [(model, limits)] + (whatIf.map { [($0.model, $0.limits)] } ?? [])
  }
}
