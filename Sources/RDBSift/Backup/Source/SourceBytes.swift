import RDB

/// The bytes of an open file, as far as they have arrived.
enum SourceBytes {
  /// All of them.
  case mapped(SharedMapping)
  /// Those that come out of containers or a pipe.
  case arriving(Unpacking)

  /// What unpacks them; nil if all are there.
  var unpacking: Unpacking? { if case .arriving(let unpacking) = self { unpacking } else { nil } }

  /// The mapping; nil if they are unpacked.
  var mapping: SharedMapping? { if case .mapped(let mapping) = self { mapping } else { nil } }

  /// Lends the bytes, or the range that they are unpacked into.
  func withBytes<Result: ~Copyable, Failure: Error>(
    _ body: (RawSpan) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    switch self {
    case .mapped(let mapping): try mapping.withBytes(body)
    case .arriving(let unpacking): try unpacking.withRange(body)
    }
  }
}

extension Source {
  /// Whether the bytes come from a pipe, which is there once.
  var isPipe: Bool {
    switch content {
    case .packed(let packed), .unpacked(_, let packed): packed.isPipe
    case .archive(_, _, let file): file == nil
    case .mapped, .closed: false
    }
  }
}
